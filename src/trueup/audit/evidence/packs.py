"""Evidence packs: a folder with manifest.json and one Parquet file (or folder) per table.

Format: `core/contracts/evidence-schema.yaml`. A pack made by others may use other compatible
physical types; values are brought to the schema's types when they are read, in the engine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from trueup.audit.evidence.normal import (
    ARROW,
    Fault,
    Physical,
    connection,
    faults_of,
    relation_sql,
    write_faults,
)
from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

FORMAT = "trueup-evidence/1"


class PackDamaged(Refused):
    """The evidence cannot be read: which file, and why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself; `sha256` is that of the manifest file."""

    organisation: str
    currency: str
    timezone: str
    as_of: datetime
    period: tuple[date, date]
    sources: tuple[dict[str, Any], ...]
    tables: dict[str, dict[str, Any]]
    log_head: dict[str, Any] | None
    appetite: str | None
    previous: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table of a pack: its rows and files, its columns, and those that have no place."""

    rows: int
    columns: frozenset[str]
    files: tuple[Path, ...]
    physical: dict[str, Physical] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def schema_of(name: str) -> pa.Schema:
    """The Arrow schema of an evidence table, as `PackWriter` writes it."""
    return pa.schema([(c.name, ARROW[c.type]) for c in evidence.TABLES[name].columns])


@dataclass(slots=True)
class Pack:
    """A pack that was opened; nothing of it is in memory but its manifest."""

    folder: Path
    manifest: Manifest
    tables: dict[str, TableInfo]
    unknown: tuple[str, ...] = ()
    intake: dict[str, Any] = field(default_factory=dict)
    _present: dict[str, frozenset[str]] = field(default_factory=dict)
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _unusable: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _damage: list[str] | None = None

    @classmethod
    def open(cls, folder: Path) -> Pack:
        """Open a pack folder.

        Raises PackDamaged naming the file and the cause, where it cannot be read.
        """
        manifest = read_manifest(folder)
        tables, unknown = {}, []
        for name, files in sorted(_files(folder, manifest).items()):
            if name not in evidence.TABLES:
                unknown.append(name)
                continue
            tables[name] = _info(name, files)
        return cls(folder, manifest, tables, tuple(unknown), _intake(folder / "intake.json"))

    @property
    def only_instants(self) -> bool:
        """Whether all its events are the instants of list exports.

        Such a list proves no step, hand-over, pause, actor or silence (imports.md 5.6): its events
        do not count as the table `event` (imports.md 10).
        """
        modes = self.intake.get("event_modes")
        return isinstance(modes, dict) and set(modes) == {"instants"}

    def relation_sql(self, name: str) -> str:
        """A SELECT over the table's files with every column of the schema, in its type.

        Rows without a required value are left out and wrong optional values are empty; `faults`
        counts both.
        """
        info = self.tables[name]
        return relation_sql(evidence.TABLES[name], info.files, info.physical, self.faults(name))

    def faults(self, name: str) -> list[Fault]:
        """The columns of a table with values that the schema does not allow; counted once."""
        if name not in self._faults:
            info = self.tables[name]
            found = faults_of(evidence.TABLES[name], info.files, info.physical)
            self._faults[name] = [*found, *_absent(name, info)]
        return self._faults[name]

    def write_rejected(self, path: Path) -> int:
        """Write every value that was not used to a CSV file; how many columns were concerned."""
        path.write_text('"table","key","column","code","reason","raw"\n', "utf-8")
        concerned = 0
        for name, info in self.tables.items():
            found = [f for f in self.faults(name) if f.column in info.columns]
            concerned += len(found)
            write_faults(path, evidence.TABLES[name], info.files, info.physical, found)
        return concerned

    def present(self, table: str, column: str) -> bool:
        """Whether a column is recorded: it exists and holds a value in some row."""
        if table not in self._present:
            self._present[table] = _recorded(self, table)
        return column in self._present[table]

    def unusable(self, table: str) -> tuple[str, ...]:
        """The required columns for want of which no row of a table can be used; mostly none."""
        info = self.tables.get(table)
        if info is None or info.rows == 0:
            return ()
        if table not in self._unusable:
            broken = [fault for fault in self.faults(table) if fault.required]
            whole = [fault for fault in broken if fault.rows >= info.rows]
            if (
                not whole
                and sum(f.rows for f in broken) >= info.rows
                and not _recorded(self, table)
            ):
                whole = broken
            self._unusable[table] = tuple(fault.column for fault in whole)
        return self._unusable[table]

    def damage(self) -> list[str]:
        """What does not agree with the manifest: files whose bytes or rows differ, in sentences."""
        if self._damage is None:
            self._damage = list(_differences(self.folder, self.manifest, self.tables))
        return self._damage

    def verify(self) -> None:
        """Raise PackDamaged with the first difference between the files and the manifest."""
        found = self.damage()
        if found:
            raise PackDamaged(
                N_("This pack was changed after it was written: %(what)s"), what=found[0]
            )


def _intake(path: Path) -> dict[str, Any]:
    """What the intake told of a pack that was made from exports; nothing for any other."""
    if not path.is_file():
        return {}
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise PackDamaged(
            N_("intake.json cannot be read: %(why)s. Ask for the pack to be written again."),
            why=str(error)[:120],
        ) from error
    if not isinstance(told, dict):
        raise PackDamaged(
            N_("intake.json cannot be read: %(why)s. Ask for the pack to be written again."),
            why="no object with names",
        )
    return told


def read_manifest(folder: Path) -> Manifest:
    """Read and check manifest.json.

    Raises PackDamaged where it is missing, is no JSON, or lacks what an audit needs.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise PackDamaged(
            N_("%(folder)s is no evidence pack: manifest.json is missing."), folder=folder
        )
    raw = path.read_bytes()
    try:
        data = json.loads(raw)
        if data.get("format") != FORMAT:
            raise PackDamaged(
                N_("manifest.json is of format “%(found)s”; this version reads “%(format)s”."),
                found=data.get("format"),
                format=FORMAT,
            )
        return _manifest(data, hashlib.sha256(raw).hexdigest())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackDamaged(
            N_("manifest.json cannot be read: %(why)s. Ask for the pack to be written again."),
            why=f"{type(error).__name__} {error}",
        ) from error


def _manifest(data: dict[str, Any], digest: str) -> Manifest:
    zone = data.get("timezone") or "UTC"
    ZoneInfo(zone)
    as_of = datetime.fromisoformat(str(data["as_of"]).replace("Z", "+00:00"))
    as_of = as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    told = data.get("period") or {}
    period = (
        (date.fromisoformat(told["from"][:10]), date.fromisoformat(told["to"][:10]))
        if told
        else closed_months(as_of, zone)
    )
    tables = dict(data.get("tables") or {})
    for entry in tables.values():
        for file in entry.get("files") or ():
            Path(file["name"])
    return Manifest(
        str(data.get("organisation") or ""),
        str(data.get("currency") or "EUR"),
        zone,
        as_of,
        period,
        tuple(data.get("sources") or ()),
        tables,
        data.get("log_head"),
        data.get("appetite"),
        data.get("previous"),
        digest,
    )


def closed_months(as_of: datetime, zone: str, months: int = 12) -> tuple[date, date]:
    """The last closed months before an instant, as first and last day."""
    local = as_of.astimezone(ZoneInfo(zone)).date()
    last = local.replace(day=1) - timedelta(days=1)
    index = last.year * 12 + last.month - months
    return date(index // 12, index % 12 + 1, 1), last


def _inside(folder: Path, path: Path) -> Path:
    """The path, if it lies in the pack and is no link that leads out of it."""
    if folder.resolve() not in path.resolve().parents:
        raise PackDamaged(N_("%(file)s lies outside the pack."), file=path.name)
    return path


def _files(folder: Path, manifest: Manifest) -> dict[str, tuple[Path, ...]]:
    """The Parquet files of each table, as the manifest names them or as they lie there."""
    found: dict[str, tuple[Path, ...]] = {}
    for name, entry in manifest.tables.items():
        named = [folder / f["name"] for f in entry.get("files") or ()]
        for path in named:
            _inside(folder, path)
            if not path.is_file():
                raise PackDamaged(
                    N_("The table %(table)s is named in manifest.json, but %(file)s is missing."),
                    table=name,
                    file=path.relative_to(folder),
                )
        found[name] = tuple(named) or _lying(folder, name)
    for path in sorted(folder.glob("*.parquet")):
        found.setdefault(path.stem, (path,))
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        files = _lying(folder, path.name)
        if files:
            found.setdefault(path.name, files)
    for files in found.values():
        for path in files:
            _inside(folder, path)
    return {name: files for name, files in found.items() if files}


def _lying(folder: Path, name: str) -> tuple[Path, ...]:
    single = folder / f"{name}.parquet"
    return (single,) if single.is_file() else tuple(sorted((folder / name).glob("*.parquet")))


def _info(name: str, files: tuple[Path, ...]) -> TableInfo:
    """Rows, columns and physical types from the files' footers; nothing else is read."""
    table = evidence.TABLES[name]
    rows = 0
    physical: dict[str, Physical] = {}
    unknown: set[str] = set()
    for path in files:
        meta = _footer(path)
        rows += meta.num_rows
        fields = {f.name: f.type for f in meta.schema.to_arrow_schema()}
        unknown |= {column for column in fields if not table.has(column)}
        nulls = _null_counts(meta)
        for column, kind in fields.items():
            if not table.has(column):
                continue
            if pa.types.is_nested(kind):
                raise PackDamaged(
                    N_("%(file)s: the column %(column)s is a %(type)s; %(wanted)s is needed."),
                    file=path.name, column=column, type=kind, wanted=table.column(column).type,
                )  # fmt: skip
            physical[column] = _joined(physical.get(column), Physical(kind, nulls.get(column)))
    lacking = [c for c in physical if _absent_somewhere(c, files)] if len(files) > 1 else []
    for column in lacking:
        physical[column] = Physical(physical[column].type, None)
    return TableInfo(rows, frozenset(physical), files, physical, tuple(sorted(unknown)))


def _footer(path: Path) -> Any:
    try:
        return pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise PackDamaged(
            N_("%(file)s is damaged or cut off: %(why)s. Ask for the pack again."),
            file=path.name,
            why=str(error).splitlines()[0][:200],
        ) from error


def _null_counts(meta: Any) -> dict[str, int | None]:
    """Nulls per column where every row group tells them."""
    counts: dict[str, int | None] = {}
    for group in range(meta.num_row_groups):
        row_group = meta.row_group(group)
        for index in range(row_group.num_columns):
            chunk = row_group.column(index)
            told = chunk.statistics
            known = counts.get(chunk.path_in_schema, 0)
            here = told.null_count if told is not None and told.has_null_count else None
            total = None if known is None or here is None else known + here
            counts[chunk.path_in_schema] = total
    return counts


def _joined(before: Physical | None, here: Physical) -> Physical:
    """One column over several files; different types leave the type open."""
    if before is None:
        return here
    nulls = None if before.nulls is None or here.nulls is None else before.nulls + here.nulls
    return Physical(here.type if here.type == before.type else None, nulls)


def _absent_somewhere(column: str, files: tuple[Path, ...]) -> bool:
    return any(column not in pq.read_schema(path).names for path in files)


def _absent(name: str, info: TableInfo) -> list[Fault]:
    """Required columns that no file has: no row of the table can be used."""
    return [
        Fault(name, column.name, info.rows, True)
        for column in evidence.TABLES[name].columns
        if column.required and column.name not in info.columns and info.rows
    ]


def _recorded(pack: Pack, table: str) -> frozenset[str]:
    """The columns with a value: the files' own counts may say yes; a no is proved by one scan."""
    info = pack.tables.get(table)
    if info is None or info.rows == 0 or not info.columns:
        return frozenset()
    doubtful = {fault.column for fault in pack.faults(table)}
    rejects = any(fault.required for fault in pack.faults(table))
    told = {
        name
        for name, how in info.physical.items()
        if how.nulls is not None and not rejects and name not in doubtful
    }
    known = {name for name in told if (info.physical[name].nulls or 0) < info.rows}
    ask = sorted(info.columns - known)
    if not ask:
        return frozenset(known)
    counts = ", ".join(f'count("{name}")' for name in ask)
    with connection() as con:
        got = con.execute(f"SELECT {counts} FROM ({pack.relation_sql(table)})").fetchone()  # noqa: S608
    return frozenset(known | {name for name, n in zip(ask, got or (), strict=True) if n})


def _differences(folder: Path, manifest: Manifest, tables: dict[str, TableInfo]) -> Iterable[str]:
    for name, entry in sorted(manifest.tables.items()):
        told_rows = entry.get("rows")
        if name in tables and told_rows is not None and told_rows != tables[name].rows:
            yield f"{name} holds {tables[name].rows} rows where the manifest says {told_rows}"
        for told in entry.get("files") or ():
            path = folder / told["name"]
            if told.get("sha256") and file_sha256(path) != told["sha256"]:
                yield f"{told['name']} (table {name}) is not the file that the manifest names"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


class PackWriter:
    """Writes a pack: rows sorted by key, deterministic bytes, hashes in the manifest."""

    def __init__(
        self,
        folder: Path,
        *,
        organisation: str,
        currency: str,
        timezone: str,
        as_of: datetime,
        period: tuple[date, date] | None = None,
        log_head: dict[str, Any] | None = None,
        appetite: str | None = None,
        previous: str | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._tables: dict[str, dict[str, Any]] = {}
        self._sources: list[dict[str, Any]] = []
        first, last = period or closed_months(as_of, timezone)
        self._head: dict[str, Any] = {
            "format": FORMAT,
            "organisation": organisation,
            "currency": currency,
            "timezone": timezone,
            "as_of": as_of.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "period": {"from": first.isoformat(), "to": last.isoformat()},
            "log_head": log_head,
            "appetite": appetite,
            "previous": previous,
        }

    def add_source(self, system: str, file: str, sha256: str, rows: int) -> None:
        """Name a file that the pack was made from."""
        self._sources.append({"system": system, "file": file, "sha256": sha256, "rows": rows})

    def write_table(self, name: str, rows: pa.Table) -> None:
        """Write one table; columns that are not in the schema are refused by KeyError."""
        table = evidence.TABLES[name]
        known = {c.name for c in table.columns}
        extra = set(rows.column_names) - known
        if extra:
            raise KeyError(f"{name} has no column {sorted(extra)}")
        kept = [c.name for c in table.columns if c.name in rows.column_names]
        schema = pa.schema([(n, ARROW[table.column(n).type]) for n in kept])
        typed = rows.select(kept).cast(schema)
        order = [n for n in table.key if n in kept]
        if table.key not in (("id",), ("seq",)):
            order += [n for n in kept if n not in order]
        sorted_rows = typed.sort_by([(n, "ascending") for n in order]) if order else typed
        path = self.folder / f"{name}.parquet"
        pq.write_table(
            sorted_rows, path, compression="zstd", store_schema=False, row_group_size=122_880
        )
        files = [{"name": path.name, "sha256": file_sha256(path)}]
        self._tables[name] = {"rows": typed.num_rows, "files": files}

    def close(self) -> Pack:
        """Write the manifest and open the pack."""
        data = dict(self._head, sources=self._sources, tables=dict(sorted(self._tables.items())))
        text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (self.folder / "manifest.json").write_text(text, "utf-8")
        return Pack.open(self.folder)
