"""From the desk's tables to those of the evidence: which column comes from where.

A column is a path for `values_list` or an expression. Columns under `texts` hold words of people
and are left out unless the installation exports them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from trueup.audit.evidence.normal import ARROW
from trueup.core import evidence

BATCH = 5000
From = str | Combinable


@dataclass(frozen=True, slots=True)
class Source:
    """One evidence table: its rows, and the origin of each column."""

    table: str
    rows: Callable[[], QuerySet[Any]]
    columns: Mapping[str, From]
    texts: frozenset[str] = frozenset()
    default: Mapping[str, str] = field(default_factory=dict)


def table_of(source: Source, *, texts: bool) -> pa.Table:
    """The rows of a source in the types of the schema, read once, in pieces."""
    names = [name for name in source.columns if texts or name not in source.texts]
    kinds = [evidence.TABLES[source.table].column(name).type for name in names]
    schema = pa.schema([(name, ARROW[kind]) for name, kind in zip(names, kinds, strict=True)])
    read = source.rows().order_by().values_list(*(source.columns[name] for name in names))
    absent = [source.default.get(name) for name in names]
    batches = []
    for piece in _pieces(read.iterator(chunk_size=BATCH)):
        columns = zip(zip(*piece, strict=True), kinds, absent, strict=True)
        arrays = [_array(values, kind, other) for values, kind, other in columns]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def _array(values: Iterable[Any], kind: str, absent: str | None) -> pa.Array:
    plain = (_plain(value, kind) for value in values)
    return pa.array([absent if value is None else value for value in plain], ARROW[kind])


def _pieces(rows: Iterable[tuple[Any, ...]]) -> Iterable[list[tuple[Any, ...]]]:
    walk = iter(rows)
    while piece := list(islice(walk, BATCH)):
        yield piece


def _plain(value: Any, kind: str) -> Any:
    """A value as Arrow takes it; an empty text is an absent one."""
    if value is None or value == "":
        return None
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value) if kind == "str" else value
