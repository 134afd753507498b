"""Small packs for tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from trueup.audit.evidence.packs import Pack, PackWriter

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def record(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "incident", "state": "open", "opened_at": at(2)} | more


def written(folder: Path, **tables: list[dict[str, Any]]) -> Pack:
    writer = PackWriter(
        folder, organisation="Acme", currency="EUR", timezone="Europe/Berlin", as_of=AS_OF
    )
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        writer.write_table(name, pa.table({c: [r.get(c) for r in rows] for c in columns}))
    return writer.close()


def foreign(folder: Path, **tables: pa.Table | list[pa.Table]) -> Path:
    """A pack as another program may write it: any physical types, no hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {}
    for name, rows in tables.items():
        parts = rows if isinstance(rows, list) else [rows]
        for index, part in enumerate(parts):
            path = folder / name / f"{index}.parquet"
            path.parent.mkdir(exist_ok=True)
            pq.write_table(part, path)
        told[name] = {"rows": sum(p.num_rows for p in parts)}
    head = {
        "format": "trueup-evidence/1", "organisation": "B", "currency": "EUR", "timezone": "UTC",
        "as_of": "2026-07-01T00:00:00Z", "period": {"from": "2025-07-01", "to": "2026-06-30"},
        "sources": [], "tables": told, "log_head": None, "appetite": None, "previous": None,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(head), "utf-8")
    return folder


def rows(pack: Pack, name: str) -> list[dict[str, Any]]:
    from trueup.audit.evidence.normal import connection

    with connection() as con:
        return con.sql(pack.relation_sql(name)).to_arrow_table().to_pylist()
