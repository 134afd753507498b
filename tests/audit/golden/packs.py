"""Small packs for golden cases: rows as mappings in, a pack out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from trueup.audit.evidence.packs import Pack, PackWriter, schema_of
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
PERIOD = (date(2025, 7, 1), date(2026, 6, 30))
START = datetime(2025, 7, 1, tzinfo=UTC)

Rows = Sequence[Mapping[str, Any]]


def make(folder: Path, *, zone: str = "UTC", **tables: Rows) -> Pack:
    """Write the tables into a pack below `folder`; the period is July 2025 to June 2026."""
    writer = PackWriter(
        folder / "pack", organisation="Nordkai Logistics", currency="EUR", timezone=zone,
        as_of=AS_OF, period=PERIOD,
    )  # fmt: skip
    for name, rows in tables.items():
        columns = {key for row in rows for key in row}
        wanted = [field for field in schema_of(name) if field.name in columns]
        data = [{field.name: row.get(field.name) for field in wanted} for row in rows]
        writer.write_table(name, pa.Table.from_pylist(data, schema=pa.schema(wanted)))
    return writer.close()


def ask(pack: Pack, *ids: str, **params: str) -> AuditResult:
    """Ask only these measures and checks, with changed parameters as ``H01__limit="0.2"``."""
    changed = {name.replace("__", "."): value for name, value in params.items()}
    return run(pack, Options(only=frozenset(ids), params=changed, strict=True))


def units(result: AuditResult, id: str) -> set[str]:
    """The units a check names, as ``kind:id``."""
    return {f"{d['unit']['kind']}:{d['unit']['id']}" for d in result.check(id)["detections"]}
