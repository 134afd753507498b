"""The customer's records: everything their people asked for, the latest first."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from trueup.desk.base.access import get
from trueup.desk.services.models import Agreement
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.customer import kept
from trueup.desk.surfaces.web.customer.pages import READERS, month_in
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.portal import wording
from trueup.desk.work import reads, results
from trueup.desk.work.models import Record

CUSTOMER = frozenset({"customer_manager"})
PAGE = 40


@route(Policy("list", "record", READERS))
@require_safe
def under(request: HttpRequest, key: UUID) -> HttpResponse:
    """The records that began under an agreement, in one month or lately."""
    viewer = viewer_in(request)
    agreement = get(viewer, Agreement, key)
    month = month_in(request.GET.get("month", ""))
    since = kept.window()[0] if month is None else kept.month_start(month)
    until = None if month is None else kept.month_start(kept.back(month, -1))
    rows = results.under(viewer, agreement.pk, since, until)
    period = kept.month_name(month) if month else kept.window()[1]
    return _page(request, rows, agreement=agreement, period=period, total=rows.count())


@route(Policy("list", "record", CUSTOMER))
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The list, open ones by default."""
    viewer = viewer_in(request)
    shown = request.GET.get("show", "open")
    rows = results.of_customers(viewer, done={"open": False, "done": True}.get(shown))
    return _page(request, rows, shown=shown)


def _page(request: HttpRequest, rows: QuerySet[Record], **more: object) -> HttpResponse:
    after = request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 7 else 0
    page = list(rows[start : start + PAGE + 1])
    now = timezone.now()
    found = [wording.mine(each, reads.state_word(each, "customer"), now) for each in page[:PAGE]]
    next_key = start + PAGE if len(page) > PAGE else None
    context = {"mine": found, "next_key": next_key, **more}
    return render(request, "customer/records.html", context)
