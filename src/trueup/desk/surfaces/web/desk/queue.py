"""The queue: views with counters, quick filters, groups by promise, acts on many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base import reads as base
from trueup.desk.base.access import Viewer, get
from trueup.desk.base.roles import STAFF, WORKERS
from trueup.desk.eventlog.reads import head
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.answers import sentence
from trueup.desk.surfaces.web.desk import filters as filtering
from trueup.desk.surfaces.web.desk import inputs, memory, options, undoing
from trueup.desk.surfaces.web.desk.filters import Filters
from trueup.desk.surfaces.web.desk.forms import FORMS, PRIORITY, Shown
from trueup.desk.surfaces.web.desk.memory import Memory
from trueup.desk.surfaces.web.desk.rows import groups_of
from trueup.desk.surfaces.web.desk.undoing import Before, Opposite, Way
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Record

DESK = frozenset(STAFF)
LIMIT = 40
MOST_BULK = 100
MOST_NEWS = 21
SHOWN = (
    "at_risk",
    "mine",
    "unassigned",
    "team",
    "answered",
    "on_hold",
    "open",
    "resolved",
    "closed",
)
HOT = ("at_risk", "unassigned")
ADDRESS = ("view", *(Filters().values()))
BULK = {"take": (), "release": (), "assign": FORMS["assign"].fields, "set_priority": PRIORITY}
COLUMN_WORDS = {"service": N_("Service"), "customer": N_("Customer"), "who": N_("Holder")}


@dataclass(frozen=True, slots=True)
class View:
    """One view above the list."""

    label: str
    href: str
    current: bool
    count: str = ""
    hot: bool = False
    own: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the queue is asked for."""

    view: str
    filters: Filters
    after: str
    trail: tuple[str, ...]

    @property
    def query(self) -> str:
        """The address without its page."""
        held = {"view": self.view, **{k: v for k, v in self.filters.values().items() if v}}
        return urlencode(held)

    def page(self, after: str, trail: tuple[str, ...]) -> str:
        """The address of another page of the same list."""
        more = {"after": after, "trail": "|".join(trail)}
        return f"?{self.query}&{urlencode({k: v for k, v in more.items() if v})}"


@route(Policy("list", "record", DESK))
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The page; without an address of its own it opens where one left it."""
    viewer = viewer_in(request)
    held = memory.recall(request, viewer)
    asked_for = request.GET
    if not asked_for and held.query:
        asked_for = QueryDict(held.query)
    asked = _asked(asked_for, "team" if viewer.team else "open")
    held = _kept(held, request.GET, asked)
    context = _context(viewer, asked, held, timezone.now())
    context["filters"] = filtering.chips(viewer, asked.filters, request.GET.get("choose", ""))
    answer = render(request, "desk/queue.html", context)
    memory.remember(answer, viewer, held)
    return answer


def _asked(address: QueryDict, first: str = "open") -> Asked:
    view = address.get("view", first)
    chosen = Filters() if address.get("clear") else filtering.read(address)
    trail = tuple(one for one in address.get("trail", "").split("|") if one)
    return Asked(view if view in reads.VIEWS else first, chosen, address.get("after", ""), trail)


def _kept(held: Memory, address: QueryDict, asked: Asked) -> Memory:
    """What is remembered after this look."""
    density = address.get("density", held.density)
    columns = held.columns
    if "columns" in address:
        columns = tuple(one for one in memory.COLUMNS if one in address.getlist("columns"))
    density = "roomy" if density == "roomy" else "dense"
    return replace(held, query=asked.query, density=density, columns=columns)


def _context(viewer: Viewer, asked: Asked, held: Memory, now: datetime) -> dict[str, Any]:
    seen = reads.look(viewer, asked.view, filters=asked.filters.values(), now=now)
    page = reads.page_in(seen, after_key=asked.after, limit=LIMIT)
    counts, counted = reads.counted(seen)
    own = next((name for name, query in held.views if query == asked.query), "")
    missing = [one for one in memory.COLUMNS if one not in held.columns]
    return {
        "views": _keyed([*_views(asked, counts, own=bool(own)), *_own_views(asked, held)]),
        "own_view": own,
        "view_key": asked.view,
        "text": asked.filters.text,
        "any_filter": bool(asked.filters),
        "saved_query": asked.query,
        "sections": groups_of(page.records, viewer, now, counted),
        "total_words": _total(asked, counts),
        "density": held.density,
        "columns": [_column(one, held) for one in memory.COLUMNS],
        "columns_class": " ".join(f"no-{one}" for one in missing),
        "list_url": f"{reverse('queue')}{asked.page(asked.after, asked.trail)}",
        "news_url": f"{reverse('queue_news')}?{asked.query}&{_since(now)}",
        **_pages(asked, page),
        **_bulk_context(viewer),
    }


def _views(asked: Asked, counts: dict[str, int], *, own: bool) -> list[View]:
    return [
        View(
            _(reads.VIEWS[key].label),
            f"?view={key}",
            key == asked.view and not own,
            saying.many(counts[key]) if key in counts else "",
            hot=key in HOT and bool(counts.get(key)),
        )
        for key in SHOWN
    ]


def _own_views(asked: Asked, held: Memory) -> list[View]:
    return [View(name, f"?{query}", query == asked.query, own=True) for name, query in held.views]


def _keyed(views: list[View]) -> list[View]:
    """The views beside the present one are one key away."""
    at = next((place for place, view in enumerate(views) if view.current), 0)
    keys = {at - 1: "[", at + 1: "]"}
    return [replace(view, key=keys.get(place, "")) for place, view in enumerate(views)]


def _column(name: str, held: Memory) -> dict[str, object]:
    return {"key": name, "label": _(COLUMN_WORDS[name]), "on": name in held.columns}


def _total(asked: Asked, counts: dict[str, int]) -> str:
    count = None if asked.filters else counts.get(asked.view)
    if count is None:
        return _("soonest promise first")
    words = ngettext("%(n)s record", "%(n)s records", count) % {"n": saying.many(count)}
    return _("%(records)s, soonest promise first") % {"records": words}


def _pages(asked: Asked, page: Any) -> dict[str, str]:
    following = (
        asked.page(page.next_key, (*asked.trail, asked.after or "-")) if page.next_key else ""
    )
    before = asked.trail[-1] if asked.trail else ""
    back = asked.page("" if before == "-" else before, asked.trail[:-1]) if before else ""
    return {"next_url": following, "previous_url": back}


def _bulk_context(viewer: Viewer) -> dict[str, Any]:
    if not viewer.has(*WORKERS):
        return {"may_work": False, "may_report": False}
    return {
        "may_work": True,
        "may_report": True,
        "priority_fields": [
            Shown(field, choices=options.choices_of(viewer, field)) for field in PRIORITY
        ],
    }


@route(Policy("list", "record", DESK))
@require_GET
def choices(request: HttpRequest, choice: str) -> HttpResponse:
    """One filter with all its choices, once somebody opens it."""
    viewer = viewer_in(request)
    value = filtering.read(request.GET).values().get(choice, "")
    context = {"field": filtering.chip(viewer, choice, value)}
    return render(request, "desk/parts/chip.html", context)


@route(Policy("do", "record", frozenset(WORKERS)))
@require_GET
def whom(request: HttpRequest) -> HttpResponse:
    """To whom many records can be given, once somebody wants to."""
    viewer = viewer_in(request)
    context = {"teams": base.teams(viewer), "technicians": base.people_with(viewer, *WORKERS)}
    return render(request, "desk/parts/whom.html", context)


@route(Policy("list", "record", DESK))
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """Whether the list has changed since it was shown: 204 while nothing happened at all."""
    viewer = viewer_in(request)
    position, since = request.GET.get("position", ""), parse_datetime(request.GET.get("since", ""))
    if since is None or position == str(head()):
        return HttpResponse(status=204)
    asked = _asked(request.GET)
    count = _changed(viewer, asked, since)
    if not count:
        return HttpResponse(status=204)
    more = f"{count - 1}+" if count >= MOST_NEWS else str(count)
    context = {
        "news": ngettext("%(n)s new, show", "%(n)s new, show", count) % {"n": more},
        "list_url": f"{reverse('queue')}?{asked.query}",
        "news_url": f"{reverse('queue_news')}?{request.GET.urlencode()}",
    }
    return render(request, "desk/parts/news.html", context)


def _since(now: datetime) -> str:
    """Where the log and the clock stand, for asking later what is new."""
    return urlencode({"position": head(), "since": now.isoformat()})


def _changed(viewer: Viewer, asked: Asked, since: datetime) -> int:
    """How many records of the list were touched since, as far as one page tells."""
    page = reads.page(
        viewer, asked.view, filters=asked.filters.values(), limit=MOST_NEWS, order="touched"
    )
    return sum(record.touched_at > since for record in page.records)


@route(Policy("do", "record", frozenset(WORKERS)))
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One verb on each chosen record; each succeeds or is refused for itself."""
    viewer = viewer_in(request)
    doing, chosen = request.POST.get("do", ""), request.POST.getlist("record")[:MOST_BULK]
    if doing not in BULK:
        raise Refused(N_("Choose what to do with the records."), field="do")
    if not chosen:
        raise Refused(N_("Choose at least one record first."), field="record")
    typed = {name: str(value) for name, value in request.POST.items()}
    given = inputs.read(viewer, BULK[doing], typed)
    done: dict[str, Opposite | None] = {}
    refused = []
    for key in chosen:
        record = get(viewer, Record, key)
        was = Before.of(record)
        try:
            after = getattr(verbs, doing)(record, actor=viewer, **given)
            done[key] = undoing.opposite(doing, was, Before.of(after))
        except Refusal as refusal:
            refused.append(f"{record.number}: {sentence(refusal)}")
    _tell(request, doing, done, refused)
    return redirect(_back(request))


def _tell(
    request: HttpRequest, doing: str, done: dict[str, Opposite | None], refused: list[str]
) -> None:
    if done:
        words = {"verb": _(FORMS[doing].label), "n": len(done)}
        said = ngettext("%(verb)s: %(n)s record.", "%(verb)s: %(n)s records.", len(done)) % words
        messages.success(request, said, extra_tags=_way_back(request, done))
    for line in refused:
        messages.warning(request, line)


def _way_back(request: HttpRequest, done: dict[str, Opposite | None]) -> str:
    """The way back from all of it, where one verb leads there; never back from a way back."""
    back = None if "undo" in request.POST else undoing.together(done.values())
    if back is None or back.verb not in BULK:
        return ""
    chosen = [("record", key) for key in done]
    to = [("do", back.verb), ("back", _back(request)), ("undo", "1")]
    return Way(reverse("bulk"), (*back.given, *to, *chosen)).kept()


def _back(request: HttpRequest) -> str:
    """To the list one came from, if it is ours."""
    back = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if ours and back.startswith(reverse("queue")) else reverse("queue")


@route(Policy("keep", "view", DESK))
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name, or forget a name."""
    viewer = viewer_in(request)
    held = memory.recall(request, viewer)
    name = request.POST.get("name", "").strip()
    if not name:
        raise Refused(N_("Give the view a name."), field="name")
    query = _asked(QueryDict(request.POST.get("query", ""))).query
    forget = request.POST.get("forget") == "1"
    kept = memory.without_view(held, name) if forget else memory.with_view(held, name, query)
    answer = redirect(f"{reverse('queue')}?{query}")
    memory.remember(answer, viewer, kept)
    return answer
