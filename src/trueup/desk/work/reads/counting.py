"""Counting without reading everything: a count stops once it is large enough to be called many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import IntegerField, Model, QuerySet, Subquery

MOST_COUNTED = 1000


class Capped(Subquery):
    """How many rows there are, counted no further than their slice."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()
    empty_result_set_value = 0


def capped(named: Mapping[str, QuerySet[Any]], most: int | None = None) -> dict[str, int]:
    """How many rows each set has, `most` + 1 where there are more; one query for all of them.

    `most` is MOST_COUNTED where nothing else is said.
    """
    most = MOST_COUNTED if most is None else most
    if not named:
        return {}
    sums = {name: Capped(rows.order_by().values("pk")[: most + 1]) for name, rows in named.items()}
    table: type[Model] = next(iter(named.values())).model
    counted = table._default_manager.order_by().values(**sums)[:1]
    return dict(next(iter(counted), dict.fromkeys(named, 0)))
