"""What needs a technician now, and the board: the same records, seen by urgency and by state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from trueup.core.words import N_
from trueup.desk.base.access import Viewer
from trueup.desk.base.roles import WORKERS
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.desk.rows import Group, Row, rows_of
from trueup.desk.surfaces.web.desk.words import end_of_today
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import reads
from trueup.desk.work.models import Record

TECHNICIANS = frozenset(WORKERS)
MOST = 200
FEW = 10
MINE = {"assignee": "me"}
COLUMNS = (
    ("new", N_("New"), ("new", "submitted", "approval", "ready")),
    ("work", N_("In work"), ("working", "fulfilment")),
    ("hold", N_("On hold"), ("waiting",)),
    ("done", N_("Done, being confirmed"), ("resolved", "fulfilled")),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board."""

    title: str
    count: int
    rows: list[Row]


@route(Policy("list", "record", TECHNICIANS))
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Answers that came in, promises at risk, contacts due today, and what nobody has yet."""
    viewer, at = viewer_in(request), timezone.now()
    sections = list(_sections(viewer, at))
    context = {
        "sections": sections,
        "count": sum(group.count or 0 for group in sections),
        "approvals": reads.approvals_waiting(viewer).count(),
        "next_promise": "" if sections else _next_promise(viewer, at),
    }
    return render(request, "desk/now.html", context)


def _sections(viewer: Viewer, at: datetime) -> Iterator[Group]:
    """Each record under the first reason it is here for."""
    seen: set[UUID] = set()
    for title, records in _reasons(viewer, at):
        fresh = [record for record in records if record.pk not in seen]
        seen |= {record.pk for record in fresh}
        if fresh:
            yield Group(_(title), len(fresh), rows_of(fresh, at))


def _reasons(viewer: Viewer, at: datetime) -> Iterator[tuple[str, Iterable[Record]]]:
    answered = reads.page(viewer, "answered", limit=MOST, now=at)
    yield N_("An answer came in"), answered.records
    risky = reads.page(viewer, "at_risk", filters=MINE, limit=MOST, now=at)
    yield N_("Yours: promise broken or at risk"), risky.records
    mine = reads.page(viewer, "mine", limit=MOST, now=at).records
    yield N_("Be in touch again today"), [one for one in mine if _contact_due(one, at)]
    team = {"team": str(viewer.team)} if viewer.team else {}
    free = reads.page(viewer, "unassigned", filters=team, limit=FEW, now=at)
    yield N_("Nobody has it"), free.records


def _contact_due(record: Record, at: datetime) -> bool:
    contact = record.next_contact_at
    return contact is not None and contact < end_of_today(at)


def _next_promise(viewer: Viewer, at: datetime) -> str:
    held = reads.page(viewer, "mine", limit=1, now=at).records
    due = held[0].due_at if held else None
    return saying.moment(due, at) if due else ""


@route(Policy("list", "record", TECHNICIANS))
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The team's or one's own records in columns by state, soonest promise first."""
    viewer, at = viewer_in(request), timezone.now()
    view = "mine" if request.GET.get("of") == "me" else "team"
    team = {"team": str(viewer.team)} if viewer.team else {}
    narrowed = MINE if view == "mine" else team
    records = reads.page(viewer, view, limit=MOST, now=at).records
    records = [*records, *reads.page(viewer, "resolved", filters=narrowed, limit=FEW).records]
    rows = {row.id: row for row in rows_of(records, at)}
    columns = []
    for _key, title, states in COLUMNS:
        held = [rows[record.pk] for record in records if record.state in states]
        columns.append(Column(_(title), len(held), held))
    return render(request, "desk/board.html", {"columns": columns, "view": view})
