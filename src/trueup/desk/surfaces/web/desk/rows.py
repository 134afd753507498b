"""Rows of the queue, in groups by promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from trueup.desk.base.access import Viewer
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.desk.promise import GROUPS, RowClock, row_clock
from trueup.desk.work import reads
from trueup.desk.work.models import Record


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody else who has the record open."""

    first: str


@dataclass(frozen=True, slots=True)
class Row:
    """One record in the list."""

    id: UUID
    href: str
    number: str
    title: str
    customer: str
    service: str
    priority: int
    clock: RowClock
    assignee: str
    here: tuple[Near, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `count` is None where nobody counted."""

    title: str
    count: int | None
    rows: list[Row]

    @property
    def said(self) -> str:
        """The count in words."""
        return "" if self.count is None else saying.many(self.count)


def groups_of(
    records: list[Record], viewer: Viewer, now: datetime, counts: dict[str, int]
) -> list[Group]:
    """The records in the order they came, under the headings they belong to."""
    rows = iter(rows_of(records, now))
    found = []
    for key, held in groupby(records, key=lambda record: reads.group_of(record, viewer, now)):
        found.append(Group(_(GROUPS[key]), counts.get(key), [next(rows) for _one in held]))
    return found


def rows_of(records: list[Record], now: datetime) -> list[Row]:
    """A row for each record of a page, with who else opened it last."""
    return [_row(record, now) for record in records]


def _row(record: Record, now: datetime) -> Row:
    other: str = getattr(record, reads.OTHER, None) or ""
    return Row(
        id=record.pk,
        href=reverse("record", args=[record.pk]),
        number=record.number,
        title=record.title,
        customer=record.customer.name if record.customer else "",
        service=record.service.name if record.service else "",
        priority=record.priority,
        clock=row_clock(record, now),
        assignee=record.assignee.name if record.assignee else "",
        here=(Near(other.split(" ")[0]),) if other else (),
    )
