"""The first page of a user: one question, one field that answers, my requests, what to order."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from trueup.desk.base.access import Viewer
from trueup.desk.base.roles import STAFF
from trueup.desk.services import reads as services
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.portal import wording
from trueup.desk.surfaces.web.portal.wording import Mine
from trueup.desk.work import reads
from trueup.desk.work.models import Record

USERS = frozenset({"user", "customer_manager", "approver", *STAFF})
SHORTEST, FEW, SOME, PAGE = 3, 4, 8, 30


@route(Policy("see", "portal", USERS))
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page; with `q` it answers at once, for browsers without scripts."""
    viewer = viewer_in(request)
    count = reads.mine_count(viewer)
    context = {
        "first_name": viewer.name.split(" ")[0],
        "mine": [_mine(each) for each in reads.mine(viewer, "open", limit=SOME).records],
        "total": saying.many(count) if count else "",
        "offerings": services.offerings_of(viewer)[:FEW],
        **_answers(viewer, request.GET.get("q", "")),
    }
    return render(request, "portal/home.html", context)


@route(Policy("search", "portal", USERS))
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """What fits the words typed so far, as a part of the page."""
    context = _answers(viewer_in(request), request.GET.get("q", ""))
    return render(request, "portal/answers.html", context)


@route(Policy("list", "record", USERS))
@require_safe
def my_records(request: HttpRequest) -> HttpResponse:
    """All my requests, the latest first."""
    viewer = viewer_in(request)
    shown = request.GET.get("show", "")
    page = reads.mine(viewer, shown, after_key=request.GET.get("after", ""), limit=PAGE)
    context = {
        "mine": [_mine(each) for each in page.records],
        "next_key": page.next_key,
        "shown": shown,
    }
    return render(request, "portal/mine.html", context)


def _answers(viewer: Viewer, text: str) -> dict[str, object]:
    """Records like it, services and offerings whose name fits, and the way to report it."""
    words = text.strip()[:200]
    if len(words) < SHORTEST:
        return {"q": words}
    fits = Q(name__icontains=words)
    for word in words.split()[:6]:
        fits |= Q(name__icontains=word) if len(word) >= SHORTEST else Q(pk__in=())
    return {
        "q": words,
        "asked": True,
        "similar": [_mine(each) for each in reads.similar(viewer, words)[:FEW]],
        "services": services.services_of(viewer).filter(fits)[:FEW],
        "orders": services.offerings_of(viewer).filter(fits)[:FEW],
    }


def _mine(record: Record) -> Mine:
    return wording.mine(record, reads.state_word(record, "user"), timezone.now())
