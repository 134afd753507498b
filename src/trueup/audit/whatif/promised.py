"""Other hours and other minutes of promises in a draft, and the clocks that they move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from trueup.audit.parameters import defaults
from trueup.audit.whatif.changes import Change
from trueup.audit.whatif.clocks import History, Recount, Rule, recount
from trueup.audit.whatif.draft import Draft, Rows
from trueup.audit.whatif.hours import (
    calendars_of,
    json_list,
    json_of,
    resolved,
    same,
    week_of,
    week_told,
)
from trueup.audit.whatif.near import refuse_unknown
from trueup.audit.whatif.scenario import Scenario, Shift
from trueup.core.calendars import Calendar

RECORD_TIMES = ("opened_at", "first_response_at", "resolved_at", "closed_at")


def change_promises(draft: Draft, scenario: Scenario) -> tuple[list[Change], Recount]:
    """Other hours and other minutes, and the clocks of the targets they touch."""
    moved = bool(scenario.calendars or scenario.targets or "business_hours" in scenario.parameters)
    if not moved:
        return [], Recount()
    old_calendars = draft.rows("calendar") if draft.has("calendar") else []
    changes = _calendars(draft, scenario, old_calendars)
    new_calendars = draft.rows("calendar") if draft.has("calendar") else []
    old_targets = draft.rows("target") if draft.has("target") else []
    changes += _targets(draft, scenario, old_targets, {str(c["id"]) for c in new_calendars})
    if not old_targets or not draft.has("target_result"):
        return changes, Recount()
    new_targets = draft.rows("target")
    hours = str(defaults()["business_hours"])
    other = str(scenario.parameters.get("business_hours", hours))
    old = _rules(draft, old_targets, calendars_of(old_calendars), hours)
    new = _rules(draft, new_targets, calendars_of(new_calendars), other)
    touched = {id: rule for id, rule in new.items() if id in old and not _equal(old[id], rule)}
    return changes, _recounted(draft, old, touched)


def _calendars(draft: Draft, scenario: Scenario, rows: Rows) -> list[Change]:
    if not scenario.calendars:
        return []
    refuse_unknown("calendar", scenario.calendars, {str(r["id"]) for r in rows})
    changes = []
    mine = sorted((dict(row) for row in rows), key=lambda r: str(r["id"]))
    for row in mine:
        change = scenario.calendars.get(str(row["id"]))
        if change and change.week:
            week = json_of(week_of(change.week))
            changes.append(Change("calendar", str(row["id"]), week_told(row["week"]), change.week))
            row["week"] = week
        if change and change.holidays:
            old = set(json_list(row.get("holidays")))
            new = sorted(old | {day.isoformat() for day in change.holidays})
            changes.append(Change("holidays", str(row["id"]), str(len(old)), str(len(new))))
            row["holidays"] = json_of(new)
    draft.put("calendar", mine, {*draft.columns("calendar"), "holidays"})
    return changes


def _targets(draft: Draft, scenario: Scenario, rows: Rows, calendars: set[str]) -> list[Change]:
    if not scenario.targets:
        return []
    refuse_unknown("target", scenario.targets, {str(r["id"]) for r in rows})
    changes = []
    mine = sorted((dict(row) for row in rows), key=lambda r: str(r["id"]))
    for row in mine:
        change = scenario.targets.get(str(row["id"]))
        if change and change.calendar:
            known = change.calendar in calendars or change.calendar.lower() == "24x7"
            if not known and ":" not in change.calendar:
                refuse_unknown("calendar", [change.calendar], {*calendars, "24x7"})
            if not known:
                week_of(change.calendar)
            changes.append(Change("target_calendar", str(row["id"]), str(row.get("calendar") or ""),
                                  change.calendar))  # fmt: skip
            row["calendar"] = change.calendar
        if change and change.minutes:
            changes.append(_minutes(row, change.minutes))
    draft.put("target", mine, {*draft.columns("target"), "calendar"})
    return changes


def _minutes(row: dict[str, Any], shift: Shift) -> Change:
    """A new promise: minutes where a value is said, the target's own unit by a factor."""
    old = f"{row['value']:g} {row['unit']}"
    if shift.value is not None:
        row |= {"value": float(shift.value), "unit": "minutes"}
    else:
        row["value"] = float(shift.of(Decimal(str(row["value"]))) or 0)
    return Change("target", str(row["id"]), old, f"{row['value']:g} {row['unit']}")


def _rules(
    draft: Draft, rows: Rows, calendars: Mapping[str, Calendar], hours: str
) -> dict[str, Rule]:
    zone = draft.pack.manifest.timezone
    found = {}
    for row in rows:
        calendar = resolved(row.get("calendar"), calendars, zone, hours)
        rule = Rule.of(row, calendar)
        if rule:
            found[str(row["id"])] = rule
    return found


def _equal(one: Rule, other: Rule) -> bool:
    return one.minutes == other.minutes and same(one.calendar, other.calendar)


def _recounted(draft: Draft, old: Mapping[str, Rule], touched: Mapping[str, Rule]) -> Recount:
    if not touched:
        return Recount()
    history = history_of(draft)
    results = draft.rows("target_result")
    told = recount(results, old, touched, history)
    columns = {*draft.columns("target_result"), "due_at", "elapsed_min", "paused_min"}
    draft.put("target_result", results, columns)
    _flags(draft, told)
    return told


def history_of(draft: Draft) -> History:
    """Records, waits and approvals of a pack, for its clocks."""
    wanted = [c for c in ("id", "state", "priority", *RECORD_TIMES) if c in draft.columns("record")]
    records = draft.rows("record", wanted)
    events: Rows = []
    if draft.has("event"):
        held = draft.columns("event")
        columns = ("seq", "entity", "entity_id", "activity", "waiting_for", "at_occurred")
        rows = draft.rows("event", [c for c in columns if c in held])
        events = sorted((r for r in rows if r["entity"] == "record"),
                        key=lambda r: (r["at_occurred"], r["seq"]))  # fmt: skip
    approvals = draft.rows("approval") if draft.has("approval") else []
    for row in approvals:
        row.setdefault("at", None)
    now = draft.pack.manifest.as_of.astimezone(UTC)
    return History.of(records, events, approvals, now)


def _flags(draft: Draft, told: Recount) -> None:
    """The flag that the tool reports follows its clock, where the two agreed before."""
    if "reported_sla_met" not in draft.columns("record") or not told.flags:
        return
    rows = draft.rows("record")
    met = {str(r["record"]): r["met"] for r in Draft(draft.pack).rows("target_result")
           if r["metric"] in ("resolve", "fulfil")}  # fmt: skip
    for row in rows:
        id, flag = str(row["id"]), row["reported_sla_met"]
        if flag is not None and id in told.flags and flag == met.get(id):
            row["reported_sla_met"] = told.flags[id]
    draft.put("record", rows, draft.columns("record"))
