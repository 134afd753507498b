"""Business time of the audit: the pack's calendar, else the parameter ``business_hours``."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import numpy as np

from trueup.audit.context import Context, zone_offsets

Array = np.ndarray[Any, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORT = {
    "mo": 0,
    "tu": 1,
    "di": 1,
    "we": 2,
    "mi": 2,
    "th": 3,
    "do": 3,
    "fr": 4,
    "sa": 5,
    "su": 6,
    "so": 6,
}
EPOCH_WEEKDAY = 3
PIECE = 500_000  # instants worked out at once, so that what lies between stays small


class Hours:
    """A calendar in minutes: a prefix sum over whole days and the spans of each weekday.

    `spans[d]` are (start, end) minutes of weekday d (Monday = 0); `holidays` are whole days off.
    """

    def __init__(self, zone: str, spans: list[list[tuple[int, int]]], holidays: set[date]) -> None:
        self.zone = zone
        self.spans = spans
        self.holidays = np.array(sorted(holidays), dtype="datetime64[D]")
        self._steps = zone_offsets(zone)

    def open_minutes(self, at: Array) -> Array:
        """Open minutes from 1990 to each instant (naive UTC), worked out piece by piece."""
        if len(at) > PIECE:
            pieces = (at[i : i + PIECE] for i in range(0, len(at), PIECE))
            return np.concatenate([self.open_minutes(piece) for piece in pieces])
        local = self._local(at)
        day = local.astype("datetime64[D]")
        index = (day - np.datetime64("1990-01-01")).astype(np.int64)
        minute = (local - day) / np.timedelta64(60, "s")
        table = self._table(int(index.max()) + 2 if len(index) else 1)
        weekday = (day.astype(np.int64) + EPOCH_WEEKDAY) % 7
        free = np.isin(day, self.holidays)
        part = np.zeros(len(at))
        for d, spans in enumerate(self.spans):
            on = (weekday == d) & ~free
            for start, end in spans:
                part[on] += np.clip(minute[on] - start, 0, end - start)
        return np.asarray(table[np.maximum(index, 0)] + part)

    def _table(self, days: int) -> Array:
        """Open minutes before each day."""
        day = np.datetime64("1990-01-01") + np.arange(days)
        weekday = (day.astype(np.int64) + EPOCH_WEEKDAY) % 7
        each = np.array([sum(e - s for s, e in spans) for spans in self.spans], dtype=float)
        minutes = np.where(np.isin(day, self.holidays), 0.0, each[weekday])
        return np.concatenate(([0.0], np.cumsum(minutes)))[:days]

    def _local(self, at: Array) -> Array:
        starts = np.array([s for s, _ in self._steps], dtype="datetime64[us]")
        minutes = np.array([m for _, m in self._steps])
        step = np.maximum(np.searchsorted(starts, at.astype("datetime64[us]"), "right") - 1, 0)
        return np.asarray(at.astype("datetime64[us]") + minutes[step].astype("timedelta64[m]"))


def parse_week(text: str) -> list[list[tuple[int, int]]]:
    """Spans per weekday from a text such as ``Mo-Fr 08:00-18:00; Sa 09:00-12:00``."""
    spans: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for part in re.split(r"[;,]", text):
        found = re.match(r"\s*(\w\w)\w*(?:\s*-\s*(\w\w)\w*)?\s+([\d:]+)\s*-\s*([\d:]+)", part)
        if not found:
            continue
        first = SHORT.get(found[1].lower(), 0)
        last = SHORT.get((found[2] or found[1]).lower(), first)
        for d in range(7):
            if (d - first) % 7 <= (last - first) % 7:
                spans[d].append((_minute(found[3]), _minute(found[4])))
    return spans


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute or 0)


def calendar_of(ctx: Context, name: str | None = None) -> Hours | None:
    """The calendar of a target: an id in ``calendar``, a text, or None for 24x7.

    Without a name: the pack's only calendar, else the parameter ``business_hours``.
    """
    if name and name.lower() == "24x7":
        return None
    rows = _rows(ctx)
    if name in rows:
        return rows[name]
    if name and re.search(r"\d:\d", name):
        return Hours(ctx.zone, parse_week(name), set())
    if len(rows) == 1:
        return next(iter(rows.values()))
    return Hours(ctx.zone, parse_week(str(ctx.params["business_hours"])), set())


def _rows(ctx: Context) -> dict[str | None, Hours]:
    def read(ctx: Context) -> dict[str | None, Hours]:
        if not ctx.has("calendar"):
            return {}
        rows = ctx.rows(ctx.table("calendar").order_by("id"))
        return {row["id"]: read for row in rows if (read := _hours(row)) is not None}

    found: dict[str | None, Hours] = ctx.value("calendars", read)
    return found


def _hours(row: dict[str, Any]) -> Hours | None:
    """A recorded calendar; None where its zone, week or holidays cannot be read."""
    try:
        week = json.loads(row["week"] or "{}")
        spans = [[(_minute(s), _minute(e)) for s, e in week.get(day) or ()] for day in DAYS]
        holidays = {date.fromisoformat(str(d)[:10]) for d in json.loads(row["holidays"] or "[]")}
        return Hours(row["zone"], spans, holidays)
    except (ValueError, TypeError, AttributeError, KeyError, OSError):
        return None


def hours_between_business(
    ctx: Context, start: Array, end: Array, name: str | None = None
) -> Array:
    """Business hours between pairs of instants (naive UTC); negative spans count as 0."""
    calendar = calendar_of(ctx, name)
    if calendar is None:
        return np.asarray(np.maximum((end - start) / np.timedelta64(1, "h"), 0.0))
    both = calendar.open_minutes(np.concatenate([start, end]))
    return np.asarray(np.maximum(both[len(start) :] - both[: len(start)], 0.0) / 60.0)
