"""Evidence as a program has it (paths, a pack, frames by table) brought to one pack."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trueup.audit.evidence.normal import connection
from trueup.audit.evidence.packs import Pack, PackWriter
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings, utc
from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

Evidence = Pack | str | Path | Sequence[str | Path] | Mapping[str, Any]


def gathered(given: Evidence, folder: Path, settings: Settings) -> Pack:
    """The evidence as a pack; what must be made is made below `folder`.

    Raises Refused with what was seen and what to do, where it cannot be read.
    """
    if isinstance(given, Pack):
        return given
    if isinstance(given, Mapping):
        return of_frames(given, folder, settings)
    paths = [Path(given)] if isinstance(given, str | Path) else [Path(each) for each in given]
    return open_inputs(paths, folder / "pack", settings)


def of_frames(frames: Mapping[str, Any], folder: Path, settings: Settings) -> Pack:
    """A pack of frames by table: pandas, polars or Arrow tables, or lists of rows as mappings.

    Values are brought to the schema's types; what does not fit is told as a warning and written
    to ``rejected.csv`` in the pack. Raises Refused for a table that the evidence does not have.
    """
    for name in frames:
        if name not in evidence.TABLES:
            raise Refused(
                N_("There is no table “%(name)s”; the tables are: %(names)s."),
                name=name, names=", ".join(sorted(evidence.TABLES)),
            )  # fmt: skip
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for name, given in sorted(frames.items()):
        pq.write_table(arrow(name, given), raw / f"{name}.parquet")
    as_of = settings.as_of or datetime(1970, 1, 1)  # noqa: DTZ001 - a place holder of a head
    loose = _headed(raw, settings, utc(as_of)).close()
    typed = {name: _typed(loose, name) for name in sorted(loose.tables)}
    if settings.as_of is None:
        as_of = _latest(typed)
    pack = folder / "pack"
    writer = _headed(pack, settings, utc(as_of))
    for name, rows in typed.items():
        writer.write_table(name, rows)
    loose.write_rejected(pack / "rejected.csv")
    _tell(loose)
    return writer.close()


def arrow(name: str, given: Any) -> pa.Table:
    """A frame as an Arrow table. Raises Refused where it is none."""
    try:
        if isinstance(given, pa.Table):
            return given
        if isinstance(given, list | tuple):
            return pa.Table.from_pylist([dict(row) for row in given])
        if type(given).__module__.partition(".")[0] == "pandas":
            return pa.Table.from_pandas(given, preserve_index=False)
        return pa.table(given)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise Refused(
            N_("“%(name)s” is no table of rows: %(why)s. Give a pandas, polars or Arrow table."),
            name=name, why=str(error).splitlines()[0][:200],
        ) from error  # fmt: skip


def _headed(folder: Path, settings: Settings, as_of: datetime) -> PackWriter:
    return PackWriter(
        folder, organisation=settings.organisation, currency=settings.currency,
        timezone=settings.zone, as_of=as_of, period=settings.period,
    )  # fmt: skip


def _typed(pack: Pack, name: str) -> pa.Table:
    """The rows of a table in the schema's types, those columns that were given."""
    kept = [c.name for c in evidence.TABLES[name].columns if c.name in pack.tables[name].columns]
    with connection() as con:
        return con.sql(pack.relation_sql(name)).to_arrow_table().select(kept)


def _latest(tables: Mapping[str, pa.Table]) -> datetime:
    """The latest instant of records and events: as far as the evidence knows."""
    found = [
        at
        for name in ("record", "event")
        for column in evidence.TABLES[name].columns
        if column.type == "time" and name in tables and column.name in tables[name].column_names
        if (at := pc.max(tables[name][column.name]).as_py()) is not None
    ]
    if not found:
        raise Refused(N_("No instant could be read; say when the evidence was true: as_of=…"))
    return utc(max(found))


def _tell(pack: Pack) -> None:
    """Warn of everything that was given and is not used."""
    for name, info in sorted(pack.tables.items()):
        for fault in pack.faults(name):
            what = "rows left out" if fault.required else "cells emptied"
            warnings.warn(
                f"{name}.{fault.column}: {fault.rows:,} {what}, {fault.reason}", stacklevel=6
            )
        if info.unknown:
            unknown = ", ".join(info.unknown)
            warnings.warn(
                f"{name}: columns that the evidence does not have: {unknown}", stacklevel=6
            )
