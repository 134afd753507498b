"""Pages by key: the same speed on the first page and on the thousandth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from ninja import Schema

Row = TypeVar("Row", bound=Schema)


class Page(Schema, Generic[Row]):
    """Some rows, and the key to ask for the next ones with `after`; null on the last page."""

    items: list[Row]
    next: str | None = None


def page(
    shape: type[Any],
    rows: QuerySet[Any],
    after: UUID | None,
    limit: int,
    show: Callable[[Any], Schema],
) -> Schema:
    """One page of `rows` in the order of their keys."""
    ordered = rows.order_by("pk")
    if after:
        ordered = ordered.filter(pk__gt=after)
    found: list[Model] = list(ordered[: limit + 1])
    more = len(found) > limit
    items = [show(row) for row in found[:limit]]
    answer: Schema = shape(items=items, next=str(found[limit - 1].pk) if more else None)
    return answer
