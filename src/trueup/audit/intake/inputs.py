"""The door of the intake: any inputs in, one pack and one report out."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.evidence.packs import Manifest, Pack, PackWriter, read_manifest, schema_of
from trueup.audit.intake.carry import Carrier
from trueup.audit.intake.convert import Converted, Settings, merged, utc
from trueup.audit.intake.mapping import Mapping, load
from trueup.audit.intake.opening import NotOurs, Opened, unpack, unpack_pack
from trueup.audit.intake.reading import Layout, Rejected, Sheet, write_rejected
from trueup.audit.intake.recognise import Recognised, named, recognise
from trueup.audit.intake.sheets import read_sheet
from trueup.audit.intake.sources import xes
from trueup.audit.intake.told import holds_rows
from trueup.audit.intake.told_pack import csv_tables, take_parquet, told_settings
from trueup.audit.intake.unfold import unfolded
from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

BESIDE = ("unused", "header", "footer")  # lines that are no faulty rows
Tell = Callable[[str], None]
Filled = dict[str, dict[str, dict[str, int]]]


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What was read and what became of it; the rows add up."""

    sources: tuple[dict[str, Any], ...]
    rows_read: int
    rows_used: int
    rows_merged: int
    rows_rejected: int
    cells_emptied: int
    rejected_wrong_type: int
    notes: tuple[dict[str, Any], ...]
    columns_used: dict[str, str]
    columns_ignored: dict[str, str]
    columns_read: Filled
    event_modes: dict[str, int]
    files_left_out: tuple[str, ...]
    repair_first: tuple[str, ...]
    zone: str
    zone_assumed: bool


def open_inputs(
    paths: list[Path], out: Path, settings: Settings | None = None, tell: Tell | None = None
) -> Pack:
    """Bring inputs to one pack below `out`; a pack folder passes through as it is.

    Raises Refused with what was seen and what to do, where an input cannot be read.
    """
    settings = _zoned(settings or Settings())
    tell = tell or (lambda text: None)
    if len(paths) == 1 and (paths[0] / "manifest.json").is_file():
        tables = csv_tables(paths[0])
        return _from_tables(paths[0], tables, out, settings) if tables else Pack.open(paths[0])
    if len(paths) == 1 and paths[0].is_file() and unpack_pack(paths[0], out):
        tables = csv_tables(out)
        return _from_tables(out, tables, out / "read", settings) if tables else Pack.open(out)
    with tempfile.TemporaryDirectory(prefix="trueup-intake-") as folder:
        tell("Opening the files")
        left: list[str] = []
        opened = _named_apart(unpack(paths, Path(folder), left))
        tell("Reading the rows")
        digests = "".join(sorted(file.sha256 for file in opened))
        settings = replace(settings, name_key=hashlib.sha256(digests.encode()).hexdigest())
        read = Read(left=left)
        converted = _convert(opened, settings, read)
        tell("Writing the evidence pack")
        return _write(converted, opened, out, settings, read)


def _zoned(settings: Settings) -> Settings:
    """The zone that a person's mapping names is the pack's, where no option names another."""
    if settings.zone_stated or not settings.mapping:
        return settings
    zone = load(Path(settings.mapping)).defaults.get("zone")
    return replace(settings, zone=str(zone), zone_stated=True) if zone else settings


def _from_tables(folder: Path, tables: list[Path], out: Path, settings: Settings) -> Pack:
    """A pack whose manifest lies beside CSV tables: these are read as the manifest tells."""
    manifest = read_manifest(folder)
    settings = told_settings(settings, manifest)
    with tempfile.TemporaryDirectory(prefix="trueup-intake-") as room:
        read = Read()
        opened = _named_apart(unpack(tables, Path(room), read.left))
        _write(_convert(opened, settings, read), opened, out, settings, read, manifest)
    take_parquet(folder, out)
    return Pack.open(out)


def _named_apart(opened: list[Opened]) -> list[Opened]:
    """The files in a fixed order; of several with one name the later ones get a number."""
    out: list[Opened] = []
    seen: Counter[str] = Counter()
    for file in sorted(opened, key=lambda f: (f.name, f.sha256)):
        seen[file.name] += 1
        times = seen[file.name]
        out.append(file if times == 1 else replace(file, name=f"{times}/{file.name}"))
    return out


@dataclass(slots=True)
class Read:
    """What is known of each file: who reads it, how it was read, which cells are filled."""

    known: dict[str, Recognised] = field(default_factory=dict)
    filled: Filled = field(default_factory=dict)
    form: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    files: list[Opened] = field(default_factory=list)


def _convert(opened: list[Opened], settings: Settings, read: Read) -> list[Converted]:
    """All files as tables; those with a mapping share one engine, so that they join.

    A file of a folder or archive that holds nothing of ours is read past and told. Raises Refused
    where all are such files, and for what is damaged: it may be a part of the evidence.
    """
    done: list[Converted] = []
    modules: dict[str, tuple[ModuleType, list[Sheet]]] = {}
    mapped: list[tuple[Sheet, Mapping]] = []
    given = load(Path(settings.mapping)) if settings.mapping else None
    first: dict[str, str] = {}
    others: list[NotOurs] = []
    for file in opened:
        same = first.get(file.sha256)
        first.setdefault(file.sha256, file.name)
        if same is not None:
            read.left.append(f"{file.name}: the same file as {same}, read once")
            continue
        if file.suffix in (".xes", ".xml"):
            done.append(xes.convert(file, settings))
            read.files.append(file)
            read.rows[file.name] = done[-1].rows_read
            read.form[file.name] = {}
            continue
        try:
            sheets = unfolded(read_sheet(file, _layout(file, given)))
            known = [(s, _recognised_by(s, file, settings.as_source, given)) for s in sheets]
        except NotOurs as other:
            if not file.inside:
                raise
            others.append(other)
            read.left.append(str(other).rstrip("."))
            continue
        for sheet, found in known:
            _tell(sheet, found, read)
            if isinstance(found.reader, Mapping):
                mapped.append((sheet, found.reader))
            else:
                modules.setdefault(found.name, (found.reader, []))[1].append(sheet)
    if others and not (done or modules or mapped):
        raise others[0]
    done += [module.convert(sheets, settings) for module, sheets in modules.values()]
    if mapped:
        done.append(Carrier(settings).convert(mapped))
    return done


def _recognised_by(sheet: Sheet, file: Opened, source: str, given: Mapping | None) -> Recognised:
    """Who reads a sheet; a sheet that lay inside another is known by its own headings."""
    return recognise(sheet, source if sheet.file.name == file.name else "", given)


def _tell(sheet: Sheet, found: Recognised, read: Read) -> None:
    """How a sheet was read is kept for the report."""
    name = sheet.file.name
    read.files.append(sheet.file)
    read.filled[name] = _filled(sheet)
    read.rows[name] = sheet.read
    read.form[name] = {"encoding": sheet.encoding, "delimiter": sheet.delimiter,
                       "notes": sheet.notes}  # fmt: skip
    read.known[name] = found


def _layout(file: Opened, given: Mapping | None) -> Layout | None:
    """The form that a person's mapping tells of a file, where it speaks of it."""
    if given is None or (given.file.get("match") and not named(file.name, given)):
        return None
    return Layout(
        str(given.file.get("encoding", "")),
        str(given.file.get("delimiter", "")),
        int(given.file.get("header_row", 0)) if holds_rows(given, file.name) else 0,
        tuple(str(word) for word in given.defaults.get("missing", ())),
    )


def _write(
    parts: list[Converted],
    opened: list[Opened],
    out: Path,
    settings: Settings,
    read: Read,
    told: Manifest | None = None,
) -> Pack:
    latest = max((utc(p.latest) for p in parts if p.latest), default=None)
    as_of = utc(settings.as_of) if settings.as_of else latest
    rejected = [r for p in parts for r in p.rejected]
    used = any(p.rows_used for p in parts)
    if as_of is None or not used:
        raise _nothing([] if used else rejected)
    writer = PackWriter(
        out,
        organisation=settings.organisation or opened[0].name,
        currency=settings.currency,
        timezone=settings.zone,
        as_of=as_of,
        period=settings.period,
        log_head=told.log_head if told else None,
        appetite=told.appetite if told else None,
        previous=told.previous if told else None,
    )
    for name, rows in sorted(merged(parts).items()):
        writer.write_table(name, _fitted(name, rows))
    for file in read.files:
        system = read.known[file.name].name if file.name in read.known else xes.NAME
        writer.add_source(system, file.name, file.sha256, read.rows[file.name])
    report = _report(parts, settings, read)
    (out / "intake.json").write_text(
        json.dumps(asdict(report), ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
        + "\n",
        "utf-8",
    )
    write_rejected(out / "rejected.csv", rejected)
    return writer.close()


def _nothing(rejected: list[Rejected]) -> Refused:
    """No row could be used (then with why), or none has a time."""
    if not rejected:
        return Refused(N_("No instant could be read; say when the export was made with --as-of."))
    why = Counter(r.why for r in rejected).most_common(3)
    return Refused(
        N_(
            "No row could be used. Why: %(why)s. If only the time is missing, give it with --as-of."
        ),
        why="; ".join(f"{text} ({n})" for text, n in why),
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat() + "+00:00"
    return str(value)


def _fitted(name: str, rows: pa.Table) -> pa.Table:
    """The columns of the schema in its types; instants without a zone are UTC."""
    wanted = schema_of(name)
    kept = [c.name for c in evidence.TABLES[name].columns if c.name in rows.column_names]
    columns = []
    for column in kept:
        values, kind = rows[column], wanted.field(column).type
        if pa.types.is_timestamp(kind) and pa.types.is_timestamp(values.type):
            values = values.cast(pa.timestamp("us", values.type.tz))
            if values.type.tz is None:
                values = values.cast(pa.int64()).cast(kind)
        columns.append(values.cast(kind))
    return pa.table(dict(zip(kept, columns, strict=True)))


def _report(parts: list[Converted], settings: Settings, read: Read) -> IntakeReport:
    rejected = [r for p in parts for r in p.rejected]
    whole = [r for r in rejected if r.code != "cell"]
    lines = {(r.file, r.line) for r in whole}
    files = read.files
    return IntakeReport(
        tuple({"file": o.name, "sha256": o.sha256, "rows": read.rows[o.name],
               **read.form[o.name], **_recognised(o.name, read.known)} for o in files),
        sum(p.rows_read for p in parts),
        sum(p.rows_used for p in parts),
        sum(p.rows_merged for p in parts),
        len(lines),
        len(rejected) - len(whole),
        sum(int(p.notes.get("rejected_wrong_type", 0)) for p in parts),
        tuple(p.notes for p in parts),
        {k: v for p in parts for k, v in p.columns_used.items()},
        {k: v for p in parts for k, v in p.columns_ignored.items()},
        dict(sorted(read.filled.items())),
        _modes(parts),
        tuple(read.left),
        tuple(_repair(parts, {(r.file, r.line) for r in whole if r.code not in BESIDE})),
        settings.zone,
        not settings.zone_stated,
    )  # fmt: skip


def _modes(parts: list[Converted]) -> dict[str, int]:
    """How many events each way of recording gave; a log is one that was written as such."""
    out: Counter[str] = Counter()
    for part in parts:
        out.update(part.notes.get("event_modes", {}))
        if "event_modes" not in part.notes and "event" in part.tables:
            out["log"] += part.tables["event"].num_rows
    return dict(sorted(out.items()))


def _repair(parts: list[Converted], faulty: set[tuple[str, int]]) -> Iterator[str]:
    """Why the exports should be mended before their audit is believed."""
    read = sum(p.rows_read for p in parts)
    if len(faulty) > 0.05 * read:
        yield f"{len(faulty)} of {read} rows were rejected"
    for part in parts:
        for file, tables in part.notes.get("tables_not_filled", {}).items():
            if tables.get("record"):
                yield f"{file} has no column for {', '.join(tables['record'])} of a record"


def _filled(sheet: Sheet) -> dict[str, dict[str, int]]:
    """Per column how many cells hold nothing (or a marker of it) and how many words there are."""
    return {
        name: {
            "missing": sheet.rows[name].null_count,
            "distinct": int(pc.count_distinct(sheet.rows[name]).as_py()),
        }
        for name in sheet.headings
    }


def _recognised(name: str, known: dict[str, Recognised]) -> dict[str, Any]:
    found = known.get(name)
    if found is None:
        return {"recognised_as": xes.NAME}
    told: dict[str, Any] = {"recognised_as": found.name, "score": round(found.score, 1)}
    if found.runner_up:
        told["runner_up"] = found.runner_up
    if found.chosen:
        told["chosen"] = "by a person"
    return told
