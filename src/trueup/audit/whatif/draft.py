"""A pack in change: tables read when they are needed, written when they differ."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from trueup.audit.evidence.normal import connection, quoted
from trueup.audit.evidence.packs import Pack, PackWriter, file_sha256, schema_of
from trueup.core.evidence import TABLES

MARK = "scenario.json"
Rows = list[dict[str, Any]]


class Draft:
    """The tables of a pack with the changes made so far; the pack itself is never written."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.changed: dict[str, pa.Table] = {}
        self.sealed = True

    def has(self, name: str) -> bool:
        """Whether a table is there with rows."""
        if name in self.changed:
            return bool(self.changed[name].num_rows)
        info = self.pack.tables.get(name)
        return info is not None and info.rows > 0

    def table(self, name: str, columns: Iterable[str] = ()) -> pa.Table:
        """A table as it stands (its recorded columns, or those asked for); empty if absent."""
        if name in self.changed:
            found = self.changed[name]
            kept = [c for c in columns if c in found.column_names]
            return found.select(kept) if columns else found
        info = self.pack.tables.get(name)
        if info is None or not info.columns:
            return schema_of(name).empty_table()
        wanted = set(columns) or info.columns
        picks = ", ".join(quoted(c.name) for c in TABLES[name].columns if c.name in wanted)
        with connection() as con:
            sql = f"SELECT {picks} FROM ({self.pack.relation_sql(name)})"  # noqa: S608
            found = con.sql(sql).to_arrow_table()
        return _typed(name, found)

    def rows(self, name: str, columns: Iterable[str] = ()) -> Rows:
        """A table as mappings."""
        found: Rows = self.table(name, columns).to_pylist()
        return found

    def put(self, name: str, rows: Rows, columns: Iterable[str]) -> None:
        """Replace a table by rows with these columns."""
        wanted = set(columns)
        schema = pa.schema([f for f in schema_of(name) if f.name in wanted])
        self.changed[name] = pa.Table.from_pylist(rows, schema=schema)

    def replace(self, name: str, table: pa.Table) -> None:
        """Replace a table."""
        self.changed[name] = table

    def columns(self, name: str) -> list[str]:
        """The columns a table has now."""
        return list(self.table(name).column_names)

    def write(self, folder: Path, mark: Mapping[str, Any]) -> Pack:
        """Write the changed pack into a new folder and open it.

        `mark` goes into ``scenario.json`` and into the manifest, which names the pack it was
        made from as the one before it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        origin = json.loads((self.pack.folder / "manifest.json").read_text("utf-8"))
        entries = {name: self._copied(name, folder) for name in self.pack.tables
                   if name not in self.changed}  # fmt: skip
        entries |= {name: self._written(name, folder) for name in self.changed}
        text = json.dumps(mark, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / MARK).write_text(text, "utf-8")
        source = {"system": "trueup what-if", "file": MARK, "sha256": file_sha256(folder / MARK),
                  "rows": 0}  # fmt: skip
        manifest = origin | {
            "tables": dict(sorted(entries.items())),
            "previous": self.pack.manifest.sha256,
            "sources": [*(origin.get("sources") or ()), source],
            "log_head": origin.get("log_head") if self.sealed else None,
            "scenario": dict(mark),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / "manifest.json").write_text(text, "utf-8")
        return Pack.open(folder)

    def _copied(self, name: str, folder: Path) -> dict[str, Any]:
        """Copy a table that did not change; the manifest's own words about its files are kept."""
        info = self.pack.tables[name]
        told = self.pack.manifest.tables.get(name)
        files = []
        for path in info.files:
            inside = path.relative_to(self.pack.folder)
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / inside)
            files.append({"name": inside.as_posix(), "sha256": file_sha256(path)})
        return told if told and told.get("files") else {"rows": info.rows, "files": files}

    def _written(self, name: str, folder: Path) -> dict[str, Any]:
        manifest = self.pack.manifest
        writer = PackWriter(
            folder, organisation=manifest.organisation, currency=manifest.currency,
            timezone=manifest.timezone, as_of=manifest.as_of, period=manifest.period,
        )  # fmt: skip
        writer.write_table(name, self.changed[name])
        path = folder / f"{name}.parquet"
        rows = pq.read_metadata(path).num_rows
        return {"rows": rows, "files": [{"name": path.name, "sha256": file_sha256(path)}]}


def _typed(name: str, found: pa.Table) -> pa.Table:
    fields = {f.name: f for f in schema_of(name)}
    return pa.table({c: _cast(found[c], fields[c].type) for c in found.column_names})


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """The schema's type; instants come out of the engine naive and mean UTC."""
    if pa.types.is_timestamp(kind) and pa.types.is_timestamp(column.type) and not column.type.tz:
        return column.cast(pa.timestamp("us")).cast(kind)
    return column.cast(kind)
