"""Packs whose tables came as CSV: what the manifest tells, and which tables are still to be read.

The evidence schema says that an intake accepts the tables of a pack as <table>.csv; beside a
manifest they are read with its zone, currency, period and instant.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from trueup.audit.evidence.packs import Manifest
from trueup.audit.intake.convert import Settings
from trueup.core import evidence


def csv_tables(folder: Path) -> list[Path]:
    """The tables of a pack that lie there as CSV and not as Parquet."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and (name := _name(path)) in evidence.TABLES
        and not (folder / f"{name}.parquet").is_file() and not (folder / name).is_dir()
    ]  # fmt: skip


def _name(path: Path) -> str:
    plain = path.name.lower().removesuffix(".gz")
    return plain.removesuffix(".csv") if plain.endswith(".csv") else ""


def told_settings(settings: Settings, manifest: Manifest) -> Settings:
    """The settings of an import with what the manifest tells in the place of what is assumed."""
    return replace(
        settings,
        zone=manifest.timezone,
        zone_stated=True,
        organisation=manifest.organisation,
        currency=manifest.currency,
        period=manifest.period,
        as_of=manifest.as_of,
    )


def take_parquet(folder: Path, out: Path) -> None:
    """Lay the tables that a pack holds as Parquet beside those that were read from CSV."""
    for name in evidence.TABLES:
        single, several = folder / f"{name}.parquet", folder / name
        if single.is_file():
            shutil.copyfile(single, out / single.name)
        elif several.is_dir():
            (out / name).mkdir(exist_ok=True)
            for file in sorted(several.glob("*.parquet")):
                shutil.copyfile(file, out / name / file.name)
