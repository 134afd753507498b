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
from django.utils.crypto import salted_hmac

from trueup.audit.evidence.normal import ARROW
from trueup.core import evidence

BATCH = 5000
From = str | Combinable


@dataclass(frozen=True, slots=True)
class Source:
    """One evidence table: its rows, and the origin of each column.

    Columns in `texts` are left out without texts; those in `named` hold a name that somebody wrote
    and become a code then, the same for the same name. `default` stands where nothing is.
    """

    table: str
    rows: Callable[[], QuerySet[Any]]
    columns: Mapping[str, From]
    texts: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    default: Mapping[str, str] = field(default_factory=dict)


def table_of(source: Source, *, texts: bool) -> pa.Table:
    """The rows of a source in the types of the schema, read once, in pieces."""
    names = [name for name in source.columns if texts or name not in source.texts]
    kinds = [evidence.TABLES[source.table].column(name).type for name in names]
    schema = pa.schema([(name, ARROW[kind]) for name, kind in zip(names, kinds, strict=True)])
    read = source.rows().order_by().values_list(*(source.columns[name] for name in names))
    shapes = [_shape(source, name, texts) for name in names]
    batches = []
    for piece in _pieces(read.iterator(chunk_size=BATCH)):
        columns = zip(zip(*piece, strict=True), kinds, shapes, strict=True)
        arrays = [
            pa.array([shape(_plain(value, kind)) for value in values], ARROW[kind])
            for values, kind, shape in columns
        ]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def _shape(source: Source, name: str, texts: bool) -> Callable[[Any], Any]:
    """What is done to a plain value before it is written."""
    if name in source.named:
        return (lambda value: item(value)) if texts else (lambda value: code_of(item(value)))
    absent = source.default.get(name)
    return (lambda value: absent if value is None else value) if absent else (lambda value: value)


def item(note: str | None) -> str | None:
    """The name in a note; nothing where the note says why there is none."""
    return None if note is None or note.casefold().startswith("none") else note.strip()


def code_of(name: str | None) -> str | None:
    """A code for a name, the same for the same name in this installation."""
    if name is None:
        return None
    return "ci-" + salted_hmac("trueup.evidence", name.casefold()).hexdigest()[:12]


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
