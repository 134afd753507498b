"""The parts of a result as Arrow tables with fixed columns, whether or not there are rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from trueup.core.refusals import Refused
from trueup.core.words import N_

TEXT, NUMBER, COUNT, FLAG = pa.string(), pa.float64(), pa.int64(), pa.bool_()
TEXTS, MONEY = pa.list_(pa.string()), pa.decimal128(20, 2)
INTERVAL = (("value", NUMBER), ("low", NUMBER), ("high", NUMBER))

MEASURES = pa.schema([
    ("id", TEXT), ("indicator", TEXT), ("key", FLAG), ("light", TEXT), *INTERVAL, ("unit", TEXT),
    ("n", COUNT), ("n_min", COUNT), ("target", NUMBER), ("limit", NUMBER), ("robustness", NUMBER),
    ("definition", TEXT), ("missing", TEXTS), ("needs", TEXT), ("blocked_by", TEXTS),
])  # fmt: skip
UNITS = pa.schema([
    ("measure", TEXT), ("unit_kind", TEXT), ("unit", TEXT), *INTERVAL, ("n", COUNT),
    ("light", TEXT),
])  # fmt: skip
CHECKS = pa.schema([
    ("id", TEXT), ("area", TEXT), ("gate", FLAG), ("result", TEXT), ("population", COUNT),
    ("tested", COUNT), ("exceptions", COUNT), *INTERVAL, ("limit", NUMBER), ("missing", TEXTS),
    ("needs", TEXT), ("blocks", TEXTS),
])  # fmt: skip
DETECTIONS = pa.schema([
    ("check", TEXT), ("key", TEXT), ("unit_kind", TEXT), ("unit", TEXT), ("grade", TEXT),
    ("confidence", TEXT), ("evidence_grade", TEXT), ("headline", TEXT), ("exceptions", COUNT),
    ("tested", COUNT), *INTERVAL, ("n", COUNT), ("branch", TEXT), ("money_low", MONEY),
    ("money_likely", MONEY), ("money_high", MONEY), ("hours_likely", NUMBER), ("customers", COUNT),
    ("evidence_total", COUNT), ("capped_by", TEXTS),
])  # fmt: skip
FINDINGS = pa.schema([
    ("place", COUNT), ("key", TEXT), ("grade", TEXT), ("headline", TEXT), ("saw", TEXT),
    ("matters", TEXT), ("sure", TEXT), ("indicators", TEXTS), ("criteria", TEXTS),
    ("do_first", TEXT), ("owner_role", TEXT), ("effort", TEXT), ("do_then", TEXT),
    ("gain_low", MONEY), ("gain_likely", MONEY), ("gain_high", MONEY), ("measure", TEXT),
    ("detections", TEXTS),
])  # fmt: skip


def table(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table of these columns; what a row does not name is null."""
    return pa.Table.from_pylist(
        [{name: _cell(row.get(name), schema.field(name).type) for name in schema.names}
         for row in rows],
        schema=schema,
    )  # fmt: skip


def _cell(value: Any, kind: pa.DataType) -> Any:
    if value is not None and pa.types.is_decimal(kind):
        return Decimal(value)
    return value


def units(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The units of every measure, one row each."""
    return [
        {**row, "measure": m["id"], "unit_kind": row["unit"]["kind"], "unit": row["unit"]["id"]}
        for m in data["measures"]
        for row in m["by"]
    ]


def detections(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The detections of every check, one row each; amounts a year in the pack's currency."""
    return [
        {**d, "check": c["id"], "unit_kind": d["unit"]["kind"], "unit": d["unit"]["id"]}
        | {f"money_{end}": d["effect"]["money"][end] for end in ("low", "likely", "high")}
        | {"hours_likely": d["effect"]["hours"]["likely"], "customers": d["effect"]["customers"]}
        for c in data["checks"]
        for d in c["detections"]
    ]


def findings(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings in their order; gains a year in the pack's currency."""
    return [
        {**f, "do_first": f["do_first"]["text"], "owner_role": f["do_first"]["owner_role"]}
        | {"effort": f["do_first"]["effort"], "do_then": f["do_then"]["text"]}
        | {f"gain_{end}": f["gain"][end] for end in ("low", "likely", "high")}
        | {"measure": f["verification"]["measure"]}
        for f in data["findings"]
    ]


def frame(rows: pa.Table) -> Any:
    """The rows as a pandas DataFrame. Raises Refused where pandas is not installed."""
    try:
        return rows.to_pandas()
    except ImportError as error:
        raise Refused(
            N_("pandas is not installed: pip install pandas, or use the table without _frame.")
        ) from error
