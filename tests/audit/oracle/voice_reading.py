"""Reading a pack with pandas alone, and the closed forms of the toolkit, for the second opinion.

Nothing here imports the audit: a fault of its helpers must not be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

Z = 1.6448536269514722
Unit = tuple[str, str]


@dataclass
class Said:
    """What a measure is by its formula text: value, cases, interval (or none), and its units."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    by: dict[Unit, tuple[float, int]] = field(default_factory=dict)


class Evidence:
    """The tables of a pack as frames; a column that is not recorded is there and empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.kept: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.kept:
            path = self.folder / f"{name}.parquet"
            self.kept[name] = pd.read_parquet(path) if path.exists() else pd.DataFrame()
        return self.kept[name].copy()

    def has(self, name: str, column: str = "") -> bool:
        return not self[name].empty and (not column or column in self[name])

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.manifest["timezone"])

    @cached_property
    def since(self) -> pd.Timestamp:
        return pd.Timestamp(self.manifest["period"]["from"], tz=self.zone).tz_convert("UTC")

    @cached_property
    def until(self) -> pd.Timestamp:
        last = pd.Timestamp(self.manifest["period"]["to"]) + pd.Timedelta(days=1)
        return last.tz_localize(self.zone).tz_convert("UTC")

    @cached_property
    def as_of(self) -> pd.Timestamp:
        return pd.Timestamp(self.manifest["as_of"])

    def inside(self, at: pd.Series) -> pd.Series:
        """Whether instants lie in the judged period."""
        return (at >= self.since) & (at < self.until)


def wilson(bad: float, n: float) -> tuple[float, float]:
    """The 90 % interval of a share."""
    p, z2 = bad / n, Z * Z
    half = Z * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    middle, below = p + z2 / (2 * n), 1 + z2 / n
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


def share(rows: pd.DataFrame, hit: str, units: Iterable[str] = ()) -> Said:
    """The share of rows with `hit`, its Wilson interval, and the same per unit column."""
    if rows.empty:
        return Said(None, 0)
    counts = rows[hit].astype(float)
    said = Said(counts.mean(), len(rows), *wilson(counts.sum(), len(rows)))
    for unit in units:
        if unit in rows:
            for id, part in counts.groupby(rows[unit]):
                said.by[(unit, str(id))] = (part.mean(), len(part))
    return said


class Hours:
    """Working time between instants: spans of a week in a zone, without holidays."""

    def __init__(self, week: dict[str, Any], zone: str, holidays: Iterable[str] = ()) -> None:
        days = pd.date_range("2022-01-01", "2028-12-31", freq="D")
        off = set(holidays)
        names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        starts, ends = [], []
        for day in days:
            if day.strftime("%Y-%m-%d") in off:
                continue
            for begin, end in week.get(names[day.weekday()], []):
                starts.append(day + _clock(begin))
                ends.append(day + _clock(end))
        self.starts = _utc(starts, zone)
        self.ends = _utc(ends, zone)
        self.before = np.concatenate([[0], np.cumsum(self.ends - self.starts)])

    def upto(self, at: Any) -> np.ndarray:
        """Microseconds worked before instants."""
        ticks = np.asarray(at, dtype="int64")
        i = np.searchsorted(self.starts, ticks, side="right")
        inside = np.where(i > 0, np.minimum(ticks, self.ends[i - 1]) - self.starts[i - 1], 0)
        return np.where(i > 0, self.before[np.maximum(i - 1, 0)] + inside, 0)

    def between(self, start: Any, end: Any) -> np.ndarray:
        """Hours worked between instants, elementwise."""
        return (self.upto(end) - self.upto(start)) / 3.6e9


class Always(Hours):
    """Every hour counts."""

    def __init__(self) -> None:
        pass

    def upto(self, at: Any) -> np.ndarray:
        return np.asarray(at, dtype="int64")


def _clock(text: str) -> pd.Timedelta:
    hour, minute = text.split(":")
    return pd.Timedelta(hours=int(hour), minutes=int(minute))


def _utc(local: list[pd.Timestamp], zone: str) -> np.ndarray:
    index = pd.DatetimeIndex(local).tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return micros(index)


def micros(at: Any) -> np.ndarray:
    """Instants as whole microseconds."""
    return pd.DatetimeIndex(at).tz_convert("UTC").as_unit("us").asi8


Measures = dict[str, Callable[[Evidence], Said]]
