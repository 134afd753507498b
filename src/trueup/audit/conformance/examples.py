"""The two cases that every rule carries, as rows of evidence that can be written into a pack.

Times are counted from a Monday, 2026-03-02 08:00 UTC: ``2h``, ``1d4h``, ``-90d``, ``30min``.
An event is ``[case, activity/verb, time, {more columns}]``; a case of another entity than a
record is named ``entity:id``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from trueup.audit.conformance.cases import WORK
from trueup.audit.conformance.rules import Rows, Rule
from trueup.core import evidence

BASE = datetime(2026, 3, 2, 8, tzinfo=UTC)
OFFSET = re.compile(r"(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)min)?")
DEFAULTS: dict[str, dict[str, Any]] = {
    "record": {"state": "closed", "opened_at": "0h"},
    "message": {"direction": "out", "public": True},
    "approval": {"entity": "record", "decision": "approved", "approver": "boss"},
    "change": {"type": "normal"},
    "asset": {"state": "in_use", "cost_month": 1},
    "finding": {"check": "a check", "opened_at": "0h"},
    "survey": {"relationship": False},
    "risk": {"title": "a risk", "state": "assessed"},
    "service": {"name": "a service"},
    "freeze": {"start": "0h", "end": "1d"},
    "purchase": {"amount": 1, "at": "0h"},
}


def tables(rule: Rule, case: Rows) -> dict[str, list[dict[str, Any]]]:
    """The rows of a case by table, every time an instant and every required column filled."""
    return {name: _rows(rule, name, rows) for name, rows in case.items()}


def _rows(rule: Rule, name: str, rows: Sequence[Any]) -> list[dict[str, Any]]:
    if name == "event":
        return [_event(index + 1, row) for index, row in enumerate(rows)]
    made = []
    for index, row in enumerate(rows):
        given = {**DEFAULTS.get(name, {}), **row}
        if name == "record":
            kind = rule.kinds[0]
            given.setdefault("kind", kind if kind in WORK else "incident")
        if name == "message":
            given.setdefault("id", f"M{index}")
        made.append(timed(name, given))
    return made


def _event(seq: int, row: Sequence[Any]) -> dict[str, Any]:
    case, told, at, *rest = row
    more: Mapping[str, Any] = rest[0] if rest else {}
    entity, _, id = case.rpartition(":")
    activity, _, verb = told.partition("/")
    given: dict[str, Any] = {
        "seq": seq, "entity": entity or "record", "entity_id": id, "activity": activity,
        "source_activity": verb or activity, "at_occurred": at, "at_recorded": at,
    }  # fmt: skip
    texts = {k: str(v) if k in ("old", "new") else v for k, v in more.items()}
    return timed("event", {**given, **texts})


def timed(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its offsets as instants and days."""
    kinds = {column.name: column.type for column in evidence.TABLES[table].columns}
    return {name: _value(kinds.get(name, "str"), value) for name, value in row.items()}


def _value(kind: str, value: Any) -> Any:
    if kind not in ("time", "date"):
        return value
    at = BASE + offset(str(value))
    return at if kind == "time" else at.date()


def offset(text: str) -> timedelta:
    """A length such as ``1d4h`` or ``-90d``."""
    found = OFFSET.fullmatch(text)
    if not found or not text:
        raise ValueError(f"{text!r} is no time such as 1d4h")
    days, hours, minutes = (int(each or 0) for each in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes)
    return -length if found[1] else length
