"""The customer's records: everything their people asked for, the latest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.portal import wording
from trueup.desk.work import reads, results

CUSTOMER = frozenset({"customer_manager"})
PAGE = 40


@route(Policy("list", "record", CUSTOMER))
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The list, open ones by default."""
    viewer = viewer_in(request)
    shown = request.GET.get("show", "open")
    rows = results.of_customers(viewer, done={"open": False, "done": True}.get(shown))
    after = request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 7 else 0
    page = list(rows[start : start + PAGE + 1])
    now = timezone.now()
    context = {
        "mine": [
            wording.mine(each, reads.state_word(each, "customer"), now) for each in page[:PAGE]
        ],
        "next_key": start + PAGE if len(page) > PAGE else None,
        "shown": shown,
    }
    return render(request, "customer/records.html", context)
