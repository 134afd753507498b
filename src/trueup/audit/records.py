"""The records behind every measure: which rows its number was counted from.

A measure that counts cases names each of them, those that break its rule as ``bad``, the others
as ``counted``. A measure worked out in another way names the rows of the tables it reads as
``read``: dated ones of the judged period, registers whole. The column `part` says of each row
whether the number was made of it: ``counted`` (every case of the first sort, and the numerator of
a share of the second) or ``read``. All of them go to records.parquet beside result.json; a first
part of each is kept for the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trueup.audit.context import Context
from trueup.audit.declare import Answer
from trueup.audit.judging import Judged
from trueup.audit.money import row_id
from trueup.audit.row_names import RowNames
from trueup.audit.trends import DATED

KINDS = (
    "service", "team", "customer", "ci", "supplier", "person", "line", "agreement", "pair",
    "period", "product", "category", "class", "investment", "risk", "control", "record",
)  # fmt: skip
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("measure", "role", "table", "id", *KINDS, "part")]
)
READ_MOST = 10_000
BAD_SHOWN, OTHERS_SHOWN, UNIT_SHOWN, UNITS_SHOWN = 100, 20, 20, 40
BESIDE = frozenset({"service", "customer", "person", "supplier", "relation", "event"})

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """The first records of a measure for the report: how many of each role, and some of them."""

    totals: Mapping[str, int]
    shown: tuple[Row, ...]
    by: Mapping[tuple[str, str], tuple[int, tuple[Row, ...]]] = field(default_factory=dict)


@dataclass(slots=True)
class Records:
    """The lists of one run, made when somebody looks: once for the file and the report.

    The engine that makes them ends with `close`; what was looked at stays.
    """

    each: Callable[[], Iterator[tuple[Judged, pa.Table, Mapping[str, int]]]]
    close: Callable[[], None]
    _samples: dict[str, Sample] | None = None

    def write(self, path: Path) -> None:
        """Write every record of every measure, measure by measure."""
        with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
            self._samples = self._read(writer.write_table)

    def samples(self) -> dict[str, Sample]:
        """The first records by measure."""
        if self._samples is None:
            self._samples = self._read(lambda table: None)
        return self._samples

    def _read(self, keep: Callable[[pa.Table], None]) -> dict[str, Sample]:
        found = {}
        for judged, table, totals in self.each():
            keep(table)
            found[judged.measure.id] = _sample(judged, table, totals)
        return found


def records(ctx: Context, judged: list[Judged]) -> Records:
    """The records behind all measures that have a value."""

    def each() -> Iterator[tuple[Judged, pa.Table, Mapping[str, int]]]:
        for j in judged:
            if j.estimate is not None and j.estimate.value is not None and j.answer is not None:
                yield (j, *_of(ctx, j, j.answer))

    return Records(each, ctx.backend.close)


def rows_behind(ctx: Context, judged: Judged, most: int) -> list[Row]:
    """The first rows behind one measure, those that broke its rule left out."""
    if judged.answer is None:
        return []
    table, _ = _of(ctx, judged, judged.answer)
    return _rows(table.filter(pc.not_equal(table["role"], "bad")).slice(0, most))


def _of(ctx: Context, judged: Judged, answer: Answer) -> tuple[pa.Table, dict[str, int]]:
    id = judged.measure.id
    if answer.records is not None:
        rows = answer.records()
        counts = rows["role"].value_counts().to_pylist()
        return _shaped(ctx, id, rows), {c["values"]: c["counts"] for c in counts}
    tables = [t for t in judged.measure.tables if t not in BESIDE] or list(judged.measure.tables)
    parts, total = [], 0
    for name in tables:
        rows, n = _read(ctx, name)
        parts.append(_shaped(ctx, id, rows))
        total += n
    return _parted(ctx, id, pa.concat_tables(parts), answer), {"read": total}


def _parted(ctx: Context, id: str, read: pa.Table, answer: Answer) -> pa.Table:
    """The rows read, those that make the number first and marked; none of them is left out."""
    if answer.numerator is None:
        return read
    made = answer.numerator()
    role = pa.array(["read"] * made.num_rows, pa.string())
    part = pa.array(["counted"] * made.num_rows, pa.string())
    made = made.select(["table", "id"]).append_column("role", role).append_column("part", part)
    shaped = _shaped(ctx, id, made)
    known = set(zip(shaped["table"].to_pylist(), shaped["id"].to_pylist(), strict=True))
    pairs = list(zip(read["table"].to_pylist(), read["id"].to_pylist(), strict=True))
    units = {pair: i for i, pair in enumerate(pairs) if pair in known}
    own = read.take(pa.array(sorted(units.values()), pa.int64()))
    listed = own.set_column(
        own.column_names.index("part"), "part", pa.array(["counted"] * own.num_rows, pa.string())
    )
    beyond = [
        pair not in units
        for pair in zip(shaped["table"].to_pylist(), shaped["id"].to_pylist(), strict=True)
    ]
    rest = read.filter(pa.array([pair not in known for pair in pairs], pa.bool_()))
    return pa.concat_tables([listed, shaped.filter(pa.array(beyond, pa.bool_())), rest])


def _read(ctx: Context, name: str) -> tuple[pa.Table, int]:
    """The rows of a table as the audit reads them: dated ones of the period, else all of them."""

    def read(ctx: Context) -> tuple[pa.Table, int]:
        rows = ctx.table(name)
        if name in DATED:
            at = rows[DATED[name]]
            first, last = ctx.period.first, ctx.period.last
            whole_days = at.type().is_date()
            rows = rows.filter((at >= first) & (at <= last) if whole_days else ctx.within(at))
        kinds = [k for k in KINDS if k in rows.columns and k != "period"]
        listed = rows.select(
            role=ibis.literal("read"), table=ibis.literal(name), id=row_id(rows, name),
            **{kind: rows[kind].cast("string") for kind in kinds},
        ).order_by("id", *kinds)  # fmt: skip
        n = int(ctx.one(rows.agg(n=rows.count()))["n"])
        return ctx.backend.fetch(listed.limit(READ_MOST)), n

    found: tuple[pa.Table, int] = ctx.value(f"records:{name}", read)
    return found


def _shaped(ctx: Context, id: str, rows: pa.Table) -> pa.Table:
    """Rows in the columns of the file; ids in the form of the contract."""
    n = rows.num_rows
    names: RowNames = ctx.value("row names", RowNames)
    columns = {
        "measure": pa.array([id] * n, pa.string()),
        "id": names.of(rows["table"], rows["id"]),
    }
    for name in SCHEMA.names:
        if name not in columns:
            known = name in rows.column_names
            columns[name] = rows[name].cast(pa.string()) if known else pa.nulls(n, pa.string())
    if "part" not in rows.column_names:
        columns["part"] = pc.if_else(pc.equal(columns["role"], "read"), "read", "counted")
    return pa.table(columns).select(SCHEMA.names).cast(SCHEMA)


def _sample(judged: Judged, table: pa.Table, totals: Mapping[str, int]) -> Sample:
    bad = table.filter(pc.equal(table["role"], "bad"))
    rest = table.filter(pc.not_equal(table["role"], "bad"))
    shown = [*_rows(bad.slice(0, BAD_SHOWN)), *_rows(rest.slice(0, OTHERS_SHOWN))]
    beyond = [u for u in judged.by if u.light in ("red", "amber")]
    beyond.sort(key=lambda u: (u.light != "red", u.unit.kind, u.unit.id))
    by: dict[tuple[str, str], tuple[int, tuple[Row, ...]]] = {}
    for each in beyond[:UNITS_SHOWN]:
        kind, name = each.unit.kind, each.unit.id
        if kind in KINDS:
            mine = table.filter(pc.equal(table[kind], name))
            by[kind, name] = (mine.num_rows, tuple(_rows(mine.slice(0, UNIT_SHOWN))))
    return Sample(totals, tuple(shown), by)


def _rows(table: pa.Table) -> list[Row]:
    rows: list[dict[str, Any]] = table.select(["role", "table", "id"]).to_pylist()
    return [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
