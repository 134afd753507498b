"""A record made anew from its events alone: the proof that nothing else is needed.

Pure: it takes events as they stand in the log, private fields included, and gives the columns of
the record as plain values. What is only an index (due instants, words for searching) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from trueup.core.lifecycles import load
from trueup.desk.eventlog.reads import StoredEvent

Row = dict[str, Any]
INDEX = ("response_due", "resolve_due", "due_at", "risk_at")
NUMBERS = ("impact", "urgency")
KEYS = ("service",)
ERASED = "[erased]"


def replay(events: Iterable[StoredEvent]) -> Row:
    """The columns of a record after its events."""
    row: Row = {}
    for event in events:
        step = _STEPS.get(event.kind.rpartition(".")[2]) or _STEPS.get(event.activity)
        if step is not None:
            step(row, event)
        row["touched_at"] = max(row["touched_at"], event.at_occurred)
        row["version"] = event.object_version or row["version"]
    return row


NEVER_YET = (
    "major_ended_at",
    "triaged_at",
    "first_response_at",
    "resolved_at",
    "closed_at",
    "reviewed_at",
    "next_contact_at",
    "assignee",
)
EMPTY = (
    "subcategory",
    "ci_note",
    "back_to",
    "waiting_for",
    "waiting_reason",
    "last_word",
    "close_code",
    "after_change",
)


def _opened(row: Row, event: StoredEvent) -> None:
    told = event.payload
    row.update(dict.fromkeys(NEVER_YET) | dict.fromkeys(EMPTY, "") | told)
    row.update({"opened_at": event.at_occurred, "touched_at": event.at_occurred})
    row.update({"version": 1, "evidence": "open", "major": False})
    row.update({"reopen_count": 0, "reassignment_count": 0})
    row["provisional"] = told["impact"] is None or told["urgency"] is None


def _state(row: Row, event: StoredEvent) -> None:
    state = event.payload["state"]
    row.update({"state": state, "evidence": load(row["kind"]).evidence(state)})


def _classified(row: Row, event: StoredEvent) -> None:
    name, new = event.payload["field"], event.payload["new"]
    if name in NUMBERS:
        new = int(new)
    elif name in KEYS:
        new = new or None
    row[name] = new
    row["priority_rule"] = event.payload["priority_rule"]
    row["provisional"] = row["impact"] is None or row["urgency"] is None


def _priority(row: Row, event: StoredEvent) -> None:
    row.update({"priority": event.payload["new"], "priority_rule": event.payload["priority_rule"]})


def _assigned(row: Row, event: StoredEvent) -> None:
    names = ("team", "level", "assignee", "reassignment_count")
    row.update({name: event.payload[name] for name in names})


def _commented(row: Row, event: StoredEvent) -> None:
    if event.payload["public"]:
        row["last_word"] = event.payload["direction"]
    _answered(row, event)


def _answered(row: Row, event: StoredEvent) -> None:
    if event.payload["first_response"]:
        row["first_response_at"] = event.at_occurred


def _paused(row: Row, event: StoredEvent) -> None:
    told = event.payload
    _state(row, event)
    row.update(
        {
            "back_to": told["back_to"],
            "waiting_for": told["waiting_for"],
            "waiting_reason": told.get("reason", "").strip()[:300],
            "next_contact_at": datetime.fromisoformat(told["next_contact_at"]),
        }
    )


def _go_on(row: Row) -> None:
    row.update({"waiting_for": "", "waiting_reason": "", "next_contact_at": None, "back_to": ""})


def _resumed(row: Row, event: StoredEvent) -> None:
    _state(row, event)
    _go_on(row)


def _resolved(row: Row, event: StoredEvent) -> None:
    _resumed(row, event)
    told = event.payload
    row.update(
        {
            "close_code": told["close_code"],
            "after_change": told["after_change"],
            "resolved_at": event.at_occurred,
        }
    )
    if told["message"]:
        row["last_word"] = "out"
    _answered(row, event)


def _closed(row: Row, event: StoredEvent) -> None:
    _state(row, event)
    row["closed_at"] = event.at_occurred


def _reopened(row: Row, event: StoredEvent) -> None:
    _state(row, event)
    row.update({"resolved_at": None, "closed_at": None, "close_code": ""})
    row["reopen_count"] = event.payload["reopen_count"]


def _cancelled(row: Row, event: StoredEvent) -> None:
    _resumed(row, event)
    row.update({"closed_at": event.at_occurred, "close_code": event.payload["close_code"]})


def _edited(row: Row, event: StoredEvent) -> None:
    row[event.payload["field"]] = event.payload.get("new", ERASED)


def _redacted(row: Row, event: StoredEvent) -> None:
    if event.payload["title"]:
        row.update({"title": ERASED, "description": ""})


def _link(row: Row, event: StoredEvent) -> None:
    if event.payload["field"] == "parent":
        row["parent"] = event.payload.get("new")


_STEPS: dict[str, Callable[[Row, StoredEvent], None]] = {
    "opened": _opened,
    "triaged": lambda row, event: row.update({"triaged_at": event.at_occurred}),
    "classified": _classified,
    "priority_changed": _priority,
    "RecordPromised": lambda row, event: row.update({"agreement": event.payload["new"]}),
    "assigned": _assigned,
    "started": _state,
    "commented": _commented,
    "paused": _paused,
    "resumed": _resumed,
    "resolved": _resolved,
    "closed": _closed,
    "reopened": _reopened,
    "cancelled": _cancelled,
    "edited": _edited,
    "linked": _link,
    "MajorDeclared": lambda row, event: row.update(
        {"major": True, "priority_rule": event.payload["priority_rule"]}
    ),
    "MajorEnded": lambda row, event: row.update({"major_ended_at": event.at_occurred}),
    "MajorReviewed": lambda row, event: row.update({"reviewed_at": event.at_occurred}),
    "RecordRedacted": _redacted,
    "ApprovalRequested": _state,
    "ApprovalNotNeeded": _state,
    "RecordApproved": _state,
}
