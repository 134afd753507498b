"""Lists of records: pages by key, groups by promise, and what the views count.

Every list is one stretch of an index that begins with what narrows it and goes on in its order
(`Record.Meta`), so a page costs the same however many records there are. Where there are several
stretches, or several reasons for somebody to see a record, the first ones of each are read, and
the first of those make the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Viewer, reasons, visible
from trueup.desk.eventlog import clock
from trueup.desk.work.models import Record
from trueup.desk.work.models.records import ENDED, NEVER, OPEN, RESOLVED, WAITING
from trueup.desk.work.presence import last_other
from trueup.desk.work.reads.counting import capped
from trueup.desk.work.reads.finding import Found, find
from trueup.desk.work.reads.pages import Page, page_of
from trueup.desk.work.reads.views import ACTIVE, ORDERS, VIEWS, WORDS, View, end_of_day, view_of

PLAIN = ("team", "service", "customer", "kind", "priority", "requester")
EVERY = Found(Q(), keyed=False)


@dataclass(frozen=True, slots=True)
class Look:
    """A view with its filters as somebody looks at it; its words were looked up once."""

    who: Viewer
    view: View
    filters: Q
    found: Found
    now: datetime

    @property
    def narrowed(self) -> Q:
        """What narrows the list, save the ranks of its view."""
        return self.view.condition(self.who, self.now) & self.filters & self.found.condition


def look(
    who: Viewer,
    view: str = "open",
    *,
    filters: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Look:
    """A view narrowed by filters, in at most one query; Refused where one is unknown."""
    given = {name: value for name, value in (filters or {}).items() if value}
    found = find(given.pop("text")) if "text" in given else EVERY
    return Look(who, view_of(view), _filtered(who, given), found, now or clock.now())


def page(
    who: Viewer,
    view: str = "open",
    *,
    filters: Mapping[str, str] | None = None,
    after_key: str = "",
    limit: int = 50,
    order: str = "",
    now: datetime | None = None,
) -> Page:
    """A page of a view, by key: constant in queries, and stable while others work."""
    seen = look(who, view, filters=filters, now=now)
    return page_in(seen, after_key=after_key, limit=limit, order=order)


def page_in(seen: Look, *, after_key: str = "", limit: int = 50, order: str = "") -> Page:
    """A page of what somebody looks at, in its own order or another one, with who else is there."""
    named = order if order in ORDERS else seen.view.order
    rows = []
    for reason in reasons(seen.who, Record):
        known = seen.found.keyed or _by_key(reason)
        ranks = [seen.view.words()] if known else seen.view.stretches(named)
        rows += [Record.objects.filter(one & seen.narrowed).filter(reason) for one in ranks]
    other = last_other(seen.who, timezone.now())
    return page_of(rows, ORDERS[named], after_key, limit, other)


def counted(seen: Look) -> tuple[dict[str, int], dict[str, int]]:
    """How many records each counted view has, and each group of what is looked at; one query.

    No number is larger than MOST_COUNTED + 1, which means more. What has ended is not counted.
    """
    views = {f"in_{name}": visible(seen.who, _whole(view, seen)) for name, view in _counted_views()}
    found = capped({**views, **_groups(seen)})
    numbers = {name: found.pop(f"in_{name}") for name, _ in _counted_views()}
    return numbers, found


def counters(who: Viewer, now: datetime | None = None) -> dict[str, int]:
    """How many records stand in each counted view, in one query."""
    return counted(look(who, now=now))[0]


def group_counts(
    who: Viewer,
    view: str = "open",
    *,
    filters: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> dict[str, int]:
    """How many records of a view stand in each group by promise."""
    return capped(_groups(look(who, view, filters=filters, now=now)))


def group_of(record: Record, who: Viewer, now: datetime) -> str:
    """The group by promise a record stands in: broken, today, later, hold or done."""
    if record.evidence not in ACTIVE:
        return "done"
    if record.evidence == "waiting":
        return "hold"
    due = record.due_at or NEVER
    if due < now:
        return "broken"
    return "today" if due < end_of_day(who, now) else "later"


def _by_key(reason: Q) -> bool:
    """Whether the reason names the records themselves, as being watched by somebody does."""
    named = any(isinstance(one, tuple) and one[0] == "pk__in" for one in reason.children)
    return named and not reason.negated


def _counted_views() -> list[tuple[str, View]]:
    return [(name, view) for name, view in VIEWS.items() if view.counted]


def _whole(view: View, seen: Look) -> QuerySet[Record]:
    """All records of a view."""
    ranks = view.stretches("due")[0]
    return Record.objects.filter(ranks & view.condition(seen.who, seen.now))


def _groups(seen: Look) -> dict[str, QuerySet[Record]]:
    """The groups by promise of what is looked at, as far as its view has them."""
    at, tonight = seen.now, end_of_day(seen.who, seen.now)
    named = {
        "broken": (OPEN, Q(due__lt=at)),
        "today": (OPEN, Q(due__gte=at, due__lt=tonight)),
        "later": (OPEN, Q(due__gte=tonight)),
        "hold": (WAITING, Q()),
        "done": (RESOLVED, Q()),
    }
    held = range(seen.view.first, seen.view.last + 1)
    rows = {}
    for name, (rank, more) in named.items():
        if rank in held and not (name == "done" and ENDED in held):
            ranks = Q(evidence__in=WORDS[rank]) if seen.found.keyed else Q(rank=rank)
            rows[name] = visible(seen.who, Record.objects.filter(ranks & more & seen.narrowed))
    return rows


def _filtered(who: Viewer, filters: Mapping[str, str]) -> Q:
    """The quick filters as a condition."""
    found = Q()
    for name, value in filters.items():
        if name in PLAIN:
            found &= Q(**{name: value})
        elif name == "assignee":
            found &= Q(assignee=_holder(who, value))
        else:
            raise Refused(N_("There is no filter “%(name)s”."), field=name, name=name)
    return found


def _holder(who: Viewer, value: str) -> object:
    return {"me": who.person, "nobody": None}.get(value, value)
