"""Results of targets counted anew, by the clock that desk and audit share.

A result is counted anew only where the same count, with the hours and minutes that really held,
gives the verdict that was recorded; else it stays as recorded and is counted as not reproduced.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trueup.core.calendars import Calendar, ClockState, Pause, clock_state

MINUTES = {"minutes": 1.0, "hours": 60.0, "days": 1440.0}
COUNTED = {"response": "first_response", "resolve": "resolved", "fulfil": "resolved"}
STOPS = {
    "resolved": "resolved_at",
    "closed": "closed_at",
    "first_response": "first_response_at",
    "restored": "resolved_at",
}
ENDS = ("resolved", "closed", "cancelled")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one target counts: its minutes, its calendar, its stop and what pauses it."""

    minutes: float
    calendar: Calendar
    start: str
    stop: str
    pauses: frozenset[str]

    @classmethod
    def of(cls, row: Mapping[str, Any], calendar: Calendar) -> Rule | None:
        """The rule of a target's row; None where it promises no span of time."""
        if row["unit"] not in MINUTES or row["metric"] not in COUNTED:
            return None
        stop = row.get("clock_stop") or COUNTED[row["metric"]]
        words = re.findall(r"[a-z_]+", str(row.get("pause_states") or "").lower())
        start = str(row.get("clock_start") or "opened")
        return cls(float(row["value"]) * MINUTES[row["unit"]], calendar, start, stop,
                   frozenset(words))  # fmt: skip


@dataclass(slots=True)
class History:
    """What clocks are counted from: records by id, waits by record, first approval by record."""

    records: dict[str, dict[str, Any]]
    waits: dict[str, list[Pause]]
    approved: dict[str, datetime]
    now: datetime

    @classmethod
    def of(
        cls,
        records: list[dict[str, Any]],
        events: list[dict[str, Any]],
        approvals: list[dict[str, Any]],
        now: datetime,
    ) -> History:
        """Gather; events must come in the order of their time."""
        approved: dict[str, datetime] = {}
        for row in approvals:
            if row["decision"] == "approved" and row["at"] is not None:
                id = str(row["entity_id"])
                approved[id] = max(row["at"], approved.get(id, row["at"]))
        return cls({str(r["id"]): r for r in records}, waits_of(events), approved, now)

    def state(self, record: str, rule: Rule) -> ClockState | None:
        """The clock of a record under a rule; None where its start is not recorded."""
        row = self.records.get(record)
        if row is None or row["opened_at"] is None:
            return None
        start = row["opened_at"]
        if rule.start.endswith("approved"):
            start = self.approved.get(record, start)
        stop = row.get(STOPS.get(rule.stop, "resolved_at"))
        if stop is None and row["state"] == "cancelled":
            stop = row.get("closed_at")
        wanted = rule.pauses | {"stood_resolved"}
        pauses = [p for p in self.waits.get(record, ()) if p[2] in wanted]
        return clock_state(start, stop, pauses, rule.minutes, rule.calendar, self.now)


def waits_of(events: list[dict[str, Any]]) -> dict[str, list[Pause]]:
    """The stretches in which each record waited, by whom it waited for.

    A record that stood resolved before it was reopened waited for ``stood_resolved``.
    """
    out: dict[str, list[Pause]] = defaultdict(list)
    since: dict[str, tuple[datetime, str]] = {}
    for row in events:
        id, activity, at = str(row["entity_id"]), row["activity"], row["at_occurred"]
        begun = since.get(id)
        ends = activity in ("resumed", "reopened", *ENDS)
        if begun and (ends or activity == "paused"):
            out[id].append((begun[0], at, begun[1]))
            del since[id]
        if activity == "paused":
            since[id] = (at, str(row.get("waiting_for") or "other"))
        elif activity == "resolved":
            since[id] = (at, "stood_resolved")
    for id, (at, why) in since.items():
        out[id].append((at, None, why))
    return dict(out)


@dataclass(slots=True)
class Recount:
    """What became of the results of targets that changed."""

    asked: int = 0
    reproduced: int = 0
    now_met: int = 0
    now_missed: int = 0
    flags: dict[str, bool] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Share of the recorded verdicts that our count reproduces under the old rule."""
        return self.reproduced / self.asked if self.asked else None


def recount(
    results: list[dict[str, Any]],
    old: Mapping[str, Rule],
    new: Mapping[str, Rule],
    history: History,
) -> Recount:
    """Change the rows of ``target_result`` whose target has another rule, in place.

    `flags` of the answer holds the new verdict of the records' own metric (resolve, fulfil).
    """
    told = Recount()
    for row in results:
        target = str(row["target"]) if row["target"] is not None else ""
        if target not in new:
            continue
        told.asked += 1
        record = str(row["record"])
        before = history.state(record, old[target])
        after = history.state(record, new[target])
        if before is None or after is None or _met(before, old[target]) != row["met"]:
            continue
        told.reproduced += 1
        _change(row, after, _met(after, new[target]), told)
        if row["metric"] in ("resolve", "fulfil"):
            told.flags[record] = row["met"]
    return told


def _met(state: ClockState, rule: Rule) -> bool:
    return state.elapsed_min <= rule.minutes


def _change(row: dict[str, Any], state: ClockState, met: bool, told: Recount) -> None:
    """The new verdict; what followed a breach that is none any more did not happen."""
    if met and not row["met"]:
        told.now_met += 1
        row |= {"notified_at": None, "credit_due": None, "credit_given": None}
    elif row["met"] and not met:
        told.now_missed += 1
    row |= {
        "met": met,
        "due_at": state.due_at,
        "elapsed_min": round(state.elapsed_min, 6),
        "paused_min": round(state.paused_min, 6),
    }
