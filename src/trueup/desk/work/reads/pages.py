"""Pages by key: where one page of an ordered list ended, the next one begins.

A key names the last record of a page by the columns of the order. What comes after it is told as
few stretches of an index, never as a number of rows to skip, so late pages cost what first ones do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.work.models import Record

MOST = 200
OTHER = "other_here"
LISTED = ("service", "customer", "requester", "team", "assignee")
READ: dict[str, Callable[[str], object]] = {
    "rank": int,
    "priority": int,
    "due": datetime.fromisoformat,
    "-touched_at": datetime.fromisoformat,
    "-opened_at": datetime.fromisoformat,
    "pk": UUID,
}


@dataclass(frozen=True, slots=True)
class Page:
    """Some records in order, and the key after which the next ones come (empty: none)."""

    records: list[Record]
    next_key: str


def page_of(
    rows: Iterable[QuerySet[Record]],
    columns: tuple[str, ...],
    after_key: str,
    limit: int,
    other: Subquery | None = None,
) -> Page:
    """The first records after a key, of several sets together; one query whatever their number."""
    limit = max(1, min(limit, MOST))
    sets = [one.filter(part) for one in rows for part in after(columns, after_key)]
    several = len(sets) != 1
    wanted = Record.objects.filter(_first(sets, columns, limit)) if several else sets[0]
    if other is not None:
        wanted = wanted.annotate(**{OTHER: other})
    found = list(wanted.order_by(*columns).select_related(*LISTED)[: limit + 1])
    kept = found[:limit]
    return Page(kept, key_of(kept[-1], columns) if len(found) > limit else "")


def _first(sets: list[QuerySet[Record]], columns: tuple[str, ...], limit: int) -> Q:
    """The first records of each set, by their keys."""
    if not sets:
        return Q(pk__in=())
    every = [
        Record.objects.filter(pk__in=rows.order_by(*columns).values("pk")[: limit + 1]).values("pk")
        for rows in sets
    ]
    return Q(pk__in=every[0].union(*every[1:], all=True))


def key_of(record: Record, columns: tuple[str, ...]) -> str:
    """The key of a record in an order."""
    parts = (getattr(record, column.removeprefix("-")) for column in columns)
    return "~".join(p.isoformat() if isinstance(p, datetime) else str(p) for p in parts)


def read_key(text: str, columns: tuple[str, ...]) -> list[Any]:
    """The values in a key; Refused where it was made up."""
    parts = text.split("~")
    try:
        if len(parts) != len(columns):
            raise ValueError(text)
        return [READ[column](part) for column, part in zip(columns, parts, strict=True)]
    except (ValueError, KeyError) as wrong:
        raise Refused(
            N_("This page of the list cannot be found. Begin again."), field="after"
        ) from wrong


def after(columns: tuple[str, ...], key: str) -> list[Q]:
    """The stretches that follow a key, each to be read by itself; all rows for an empty key.

    The last column tells rows apart that agree in all others; it shares the stretch of the column
    before, whose bound leads into the index.
    """
    if not key:
        return [Q()]
    values = read_key(key, columns)
    found, same = [], Q()
    for column, value in zip(columns[:-2], values, strict=False):
        found.append(same & _past(column, value))
        same &= Q(**{column.removeprefix("-"): value})
    column, value = columns[-2], values[-2]
    tied = Q(**{column.removeprefix("-"): value}) & _past(columns[-1], values[-1])
    found.append(same & _past(column, value, "e") & (_past(column, value) | tied))
    return found


def _past(column: str, value: object, equal: str = "") -> Q:
    way = "lt" if column.startswith("-") else "gt"
    return Q(**{f"{column.removeprefix('-')}__{way}{equal}": value})
