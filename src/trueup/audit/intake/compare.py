"""The whole of what was carried: its latest instant, and whether it is what a mapping expects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from trueup.audit.intake.cells import Cells
from trueup.audit.intake.convert import utc
from trueup.audit.intake.mapping import Mapping
from trueup.audit.intake.reading import Sheet
from trueup.audit.intake.told import holds_rows
from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

ENDS = ("opened_at", "resolved_at", "closed_at", "answered_at")


def latest(
    con: duckdb.DuckDBPyConnection,
    mappings: list[Mapping],
    tables: dict[str, pa.Table],
    staged: set[str],
) -> Any:
    """The latest instant recorded; single outliers a year beyond the rest are left aside.

    What a mapping tells of the time of the export goes before it. Money alone is as of the end of
    its last month.
    """
    told = [m.defaults["exported_at"] for m in mappings if "exported_at" in m.defaults]
    if told:
        return max(utc(datetime.fromisoformat(str(one))) for one in told)
    here = {name: set(rows.column_names) for name, rows in tables.items() if name in staged}
    asks = [
        f'SELECT "{c.name}" AS moment FROM t_{name}'
        for name, columns in here.items()
        for c in evidence.TABLES[name].columns
        if c.name in ENDS and c.name in columns
    ]
    if "event" in tables:
        asks.append("SELECT recorded AS moment FROM ev")
    asks = asks or [
        f"SELECT CAST(month AS TIMESTAMP) + INTERVAL 1 MONTH AS moment FROM t_{name}"
        for name, columns in here.items()
        if "month" in columns
    ]
    if not asks:
        return None
    row = con.execute(
        f"WITH a AS ({' UNION ALL '.join(asks)}) SELECT max(moment) FROM a WHERE moment <= "
        "(SELECT quantile_disc(moment, 0.999) FROM a) + INTERVAL 366 DAY"
    ).fetchone()
    return row[0] if row else None


def expected(
    con: duckdb.DuckDBPyConnection, carried: list[tuple[Sheet, Mapping, Cells]], staged: set[str]
) -> None:
    """Compare what came with what the mapping expects.

    Raises Refused where it differs.
    """
    for mapping in {m.name: m for _, m, _ in carried if m.expect}.values():
        sheets = [(n, s, c) for n, (s, m, c) in enumerate(carried)
                  if m.name == mapping.name and holds_rows(m, s.file.name)]  # fmt: skip
        numbers = ", ".join(str(n) for n, _, _ in sheets)
        zone = sheets[0][2].zone
        local = f"CAST(timezone('{zone}', timezone('UTC', opened_at)) AS DATE)"
        found = con.execute(
            f"SELECT min({local}), max({local}) FROM t_record WHERE file__ IN ({numbers})"
        ).fetchall()[0] if "record" in staged else (None, None)  # fmt: skip
        got = {"rows": sum(s.read for _, s, _ in sheets), "first": found[0], "last": found[1]}
        wrong = [f"{k} {got.get(k)}, expected {v}" for k, v in mapping.expect.items()
                 if str(got.get(k)) != str(v)]  # fmt: skip
        if wrong:
            raise Refused(
                N_("The files are not what the mapping %(name)s expects: %(what)s."),
                name=mapping.name, what="; ".join(wrong),
            )  # fmt: skip
