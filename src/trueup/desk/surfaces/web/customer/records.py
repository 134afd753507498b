"""The customer's records: everything their people asked for, the latest first."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from trueup.desk.base.access import get
from trueup.desk.services.models import Agreement
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.customer import kept
from trueup.desk.surfaces.web.customer.pages import READERS, month_in
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.portal import wording
from trueup.desk.work import reads

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
    began = reads.Began(agreement.pk, since, until)
    page = reads.under(viewer, began, after_key=request.GET.get("after", ""), limit=PAGE)
    total = reads.under_count(viewer, began)
    period = kept.month_name(month) if month else kept.window()[1]
    said = {"total": total, "total_words": saying.many(total)}
    return _page(request, page, agreement=agreement, period=period, **said)


@route(Policy("list", "record", CUSTOMER))
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The list, open ones by default."""
    viewer = viewer_in(request)
    shown = request.GET.get("show", "open")
    page = reads.of_customers(viewer, shown, after_key=request.GET.get("after", ""), limit=PAGE)
    return _page(request, page, shown=shown)


def _page(request: HttpRequest, page: reads.Page, **more: object) -> HttpResponse:
    now = timezone.now()
    found = [wording.mine(each, reads.state_word(each, "customer"), now) for each in page.records]
    context = {"mine": found, "next_key": page.next_key, **more}
    return render(request, "customer/records.html", context)
