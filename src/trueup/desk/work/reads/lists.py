"""Lists of records: views, filters, pages by key, and what the views count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, DateTimeField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Viewer, visible
from trueup.desk.eventlog import clock
from trueup.desk.work.models import Record, Watcher
from trueup.desk.work.reads.finding import matching

FAR = datetime(9000, 1, 1, tzinfo=UTC)
ACTIVE = ("open", "waiting")
MOST = 200
LISTED = ("service", "customer", "requester", "team", "assignee")
Condition = Callable[[Viewer, datetime], Q]


@dataclass(frozen=True, slots=True)
class View:
    """A saved way of looking at records."""

    name: str
    label: str
    condition: Condition
    order: str = "due"
    counted: bool = True


def _open() -> Q:
    return Q(evidence__in=ACTIVE)


def _my_teams(viewer: Viewer) -> set[UUID]:
    own = {viewer.team} if viewer.team else set()
    return own | viewer.scope("technician", "team_lead").ids


VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("mine", N_("Mine"), lambda who, now: _open() & Q(assignee=who.person)),
        View("team", N_("My team"), lambda who, now: _open() & Q(team__in=_my_teams(who))),
        View("unassigned", N_("Nobody has it"), lambda who, now: _open() & Q(assignee=None)),
        View("at_risk", N_("At risk"), lambda who, now: _open() & Q(risk_at__lte=now)),
        View(
            "breached_today",
            N_("Broken today"),
            lambda who, now: _open() & Q(due_at__gte=start_of_day(who, now), due_at__lt=now),
        ),
        View(
            "answered",
            N_("Answer came in"),
            lambda who, now: (
                Q(evidence="open", last_word="in")
                & (Q(assignee=who.person) | Q(assignee=None, team__in=_my_teams(who)))
            ),
        ),
        View("on_hold", N_("On hold"), lambda who, now: Q(evidence="waiting")),
        View("resolved", N_("Solved"), lambda who, now: Q(evidence="resolved"), "touched"),
        View("open", N_("All open"), lambda who, now: _open()),
        View(
            "closed",
            N_("Closed"),
            lambda who, now: Q(evidence__in=("closed", "cancelled")),
            "touched",
            counted=False,
        ),
        View("all", N_("All"), lambda who, now: Q(), "touched", counted=False),
    )
}
ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("held", "due", "pk"),
    "priority": ("priority", "held", "due", "pk"),
    "touched": ("-touched_at", "pk"),
}
GROUPS = ("broken", "today", "later", "hold", "done")


@dataclass(frozen=True, slots=True)
class Page:
    """Some records in order, and the key after which the next ones come (empty: none)."""

    records: list[Record]
    next_key: str


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
    at = now or clock.now()
    named = _view(view)
    columns = ORDERS.get(order or named.order, ORDERS["due"])
    rows = _rows(who, named, filters or {}, at)
    if after_key:
        rows = rows.filter(_after(columns, _read_key(after_key, columns)))
    limit = max(1, min(limit, MOST))
    found = list(rows.order_by(*columns).select_related(*LISTED)[: limit + 1])
    more = len(found) > limit
    kept = found[:limit]
    return Page(kept, _key_of(kept[-1], columns) if more and kept else "")


def counters(who: Viewer, now: datetime | None = None) -> dict[str, int]:
    """How many records stand in each counted view, in one query."""
    at = now or clock.now()
    rows = visible(who, Record.objects.filter(evidence__in=(*ACTIVE, "resolved")))
    named = {f"in_{name}": view for name, view in VIEWS.items() if view.counted}
    sums = {name: Count("pk", filter=view.condition(who, at)) for name, view in named.items()}
    return {name.removeprefix("in_"): n for name, n in rows.aggregate(**sums).items()}


def group_counts(
    who: Viewer,
    view: str = "open",
    *,
    filters: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> dict[str, int]:
    """How many records of a view stand in each group by promise, in one query."""
    at = now or clock.now()
    rows = _rows(who, _view(view), filters or {}, at)
    rest = Q(evidence="open")
    tonight = end_of_day(who, at)
    found: dict[str, int] = rows.aggregate(
        broken=Count("pk", filter=rest & Q(due__lt=at)),
        today=Count("pk", filter=rest & Q(due__gte=at, due__lt=tonight)),
        later=Count("pk", filter=rest & Q(due__gte=tonight)),
        hold=Count("pk", filter=Q(evidence="waiting")),
        done=Count("pk", filter=~_open()),
    )
    return found


def group_of(record: Record, who: Viewer, now: datetime) -> str:
    """The group by promise a record stands in: broken, today, later, hold or done."""
    if record.evidence not in ACTIVE:
        return "done"
    if record.evidence == "waiting":
        return "hold"
    due = record.due_at or FAR
    if due < now:
        return "broken"
    return "today" if due < end_of_day(who, now) else "later"


def mine(who: Viewer) -> QuerySet[Record]:
    """What this person reported or follows, last touched first."""
    watched = Watcher.objects.filter(person=who.person).values("record")
    rows = Record.objects.filter(Q(requester=who.person) | Q(pk__in=watched))
    return visible(who, rows).select_related(*LISTED).order_by("-touched_at", "pk")


def start_of_day(who: Viewer, now: datetime) -> datetime:
    """Midnight before an instant, where the person is."""
    local = now.astimezone(ZoneInfo(who.timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def end_of_day(who: Viewer, now: datetime) -> datetime:
    """Midnight after an instant, where the person is."""
    return start_of_day(who, start_of_day(who, now) + timedelta(hours=36))


def _view(name: str) -> View:
    if name not in VIEWS:
        raise Refused(N_("There is no view “%(view)s”."), field="view", view=name)
    return VIEWS[name]


def _rows(who: Viewer, view: View, filters: Mapping[str, str], now: datetime) -> QuerySet[Record]:
    rows = Record.objects.filter(view.condition(who, now)).filter(_filtered(who, filters))
    waiting = When(evidence="waiting", then=Value(1))
    return visible(who, rows).annotate(
        held=Case(waiting, default=Value(0), output_field=IntegerField()),
        due=Coalesce("due_at", Value(FAR), output_field=DateTimeField()),
    )


def _filtered(who: Viewer, filters: Mapping[str, str]) -> Q:
    """The quick filters as a condition; an empty one narrows nothing."""
    found = Q()
    for name, value in filters.items():
        if not value:
            continue
        if name in ("team", "service", "customer", "kind", "priority", "requester"):
            found &= Q(**{name: value})
        elif name == "assignee":
            found &= Q(assignee=_holder(who, value))
        elif name == "text":
            found &= matching(value)
        else:
            raise Refused(N_("There is no filter “%(name)s”."), field=name, name=name)
    return found


def _holder(who: Viewer, value: str) -> object:
    return {"me": who.person, "nobody": None}.get(value, value)


def _after(columns: tuple[str, ...], values: list[Any]) -> Q:
    """Rows after a key: larger in the first column that differs."""
    found, same = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        name = column.removeprefix("-")
        way = "lt" if column.startswith("-") else "gt"
        found |= same & Q(**{f"{name}__{way}": value})
        same &= Q(**{name: value})
    return found


def _key_of(record: Record, columns: tuple[str, ...]) -> str:
    parts = (getattr(record, column.removeprefix("-")) for column in columns)
    return "~".join(p.isoformat() if isinstance(p, datetime) else str(p) for p in parts)


def _read_key(text: str, columns: tuple[str, ...]) -> list[Any]:
    parts = text.split("~")
    try:
        if len(parts) != len(columns):
            raise ValueError(text)
        return [_READ[column](part) for column, part in zip(columns, parts, strict=True)]
    except (ValueError, KeyError) as wrong:
        raise Refused(
            N_("This page of the list cannot be found. Begin again."), field="after"
        ) from wrong


_READ: dict[str, Callable[[str], object]] = {
    "held": int,
    "priority": int,
    "due": datetime.fromisoformat,
    "-touched_at": datetime.fromisoformat,
    "pk": UUID,
}
