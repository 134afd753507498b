"""Rows that hold further rows: histories inside issues, packed words inside a history.

What is unfolded here is read by a mapping of its own, as any other file is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa

from trueup.audit.intake.reading import LINE, Sheet

Row = dict[str, str | None]
HISTORY = ("id", "at", "actor", "field", "old", "new")
COMMENT = ("jira key", "comment", "at", "actor", "public")
CYCLES = ("jira key", "sla", "stopped", "due", "breached", "elapsed_ms")
# The kinds of change that OTRS and Znuny number from their first installation on.
OTRS_TYPES = {
    "1": "NewTicket", "2": "FollowUp", "8": "SendAnswer", "13": "PhoneCallAgent",
    "14": "PhoneCallCustomer", "15": "AddNote", "16": "Move", "21": "CustomerUpdate",
    "22": "PriorityUpdate", "23": "OwnerUpdate", "27": "StateUpdate", "29": "WebRequestCustomer",
    "33": "Merged", "34": "ResponsibleUpdate", "37": "TypeUpdate", "38": "ServiceUpdate",
}  # fmt: skip
# Where the new and the old word stand among the packed parts of a name.
OTRS_PARTS = {
    "StateUpdate": ("state", 2, 1), "Move": ("team", 1, 3), "OwnerUpdate": ("assignee", 1, 0),
    "PriorityUpdate": ("priority", 3, 1), "ServiceUpdate": ("service", 1, 3),
    "TypeUpdate": ("type", 1, 3), "CustomerUpdate": ("customer", 1, 0),
    "ResponsibleUpdate": ("responsible", 1, 0),
}  # fmt: skip


def unfolded(sheet: Sheet) -> list[Sheet]:
    """The sheet and the sheets that lie inside it."""
    have = set(sheet.headings)
    if {"ticket_id", "name", "create_time"} <= have and have & {"history_type_id", "history_type"}:
        return [_otrs(sheet)]
    if {"ticket_id", "events", "created_at"} <= have:
        return [_audits(sheet)]
    if "key" in have and any(h.startswith("fields.") for h in have):
        return [sheet, *filter(None, (_changes(sheet), _cycles(sheet), _comments(sheet)))]
    return [sheet]


def _made(sheet: Sheet, name: str, columns: tuple[str, ...], rows: list[Row]) -> Sheet | None:
    """A sheet of its own from what lay inside another; None where nothing did."""
    if not rows:
        return None
    table = pa.table({c: pa.array([row.get(c) for row in rows], pa.string()) for c in columns})
    table = table.append_column(LINE, pa.array(range(1, len(rows) + 1), pa.int64()))
    file = replace(sheet.file, name=f"{sheet.file.name}#{name}")
    return Sheet(file, table, sheet.encoding, "", list(columns))


def _objects(told: Any) -> list[dict[str, Any]]:
    """The objects of a list, which a cell may hold as JSON; else nothing."""
    try:
        found = json.loads(told or "[]") if isinstance(told, str) or told is None else told
    except (ValueError, RecursionError):
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _object(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _whole(told: str | None) -> int:
    return int(told) if told and told.isdecimal() else 0


def _text(value: Any) -> str | None:
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return None if value in (None, "") else str(value)


# -- Jira --------------------------------------------------------------------------------------
def _changes(sheet: Sheet) -> Sheet | None:
    if "changelog.histories" not in sheet.headings:
        return None
    rows: list[Row] = []
    cut = 0
    wanted = ["key", "changelog.histories"]
    wanted += ["changelog.total"] if "changelog.total" in sheet.headings else []
    for issue in sheet.rows.select(wanted).to_pylist():
        histories = _objects(issue["changelog.histories"])
        cut += _whole(issue.get("changelog.total")) > len(histories)
        for told in histories:
            author = _object(told.get("author"))
            for item in _objects(told.get("items")):
                rows.append({
                    "jira key": issue["key"], "id": _text(told.get("id")),
                    "at": _text(told.get("created")),
                    "actor": _text(author.get("accountId") or author.get("name")),
                    "field": _text(item.get("field")), "old": _text(item.get("fromString")),
                    "new": _text(item.get("toString")),
                })  # fmt: skip
    if cut:
        sheet.notes.append(f"issues whose history was cut by the export: {cut}")
    return _made(sheet, "changelog", ("jira key", *HISTORY), rows)


def _cycles(sheet: Sheet) -> Sheet | None:
    """The last completed cycle of each promise field."""
    fields = [h for h in sheet.headings if h.endswith(".completedCycles")]
    rows: list[Row] = []
    for issue in sheet.rows.to_pylist():
        for field in fields:
            cycles = _objects(issue[field])
            if not cycles:
                continue
            last = cycles[-1]
            rows.append({
                "jira key": issue["key"],
                "sla": issue.get(field.replace(".completedCycles", ".name")),
                "stopped": _time(last.get("stopTime")), "due": _time(last.get("breachTime")),
                "breached": _text(last.get("breached")),
                "elapsed_ms": _text(_object(last.get("elapsedTime")).get("millis")),
            })  # fmt: skip
    return _made(sheet, "sla", CYCLES, rows)


def _comments(sheet: Sheet) -> Sheet | None:
    """The comments of each issue; whether one is public only where the service desk says so."""
    inside = "fields.comment.comments"
    if inside not in sheet.headings:
        return None
    rows: list[Row] = []
    for issue in sheet.rows.select(["key", inside]).to_pylist():
        for told in _objects(issue[inside]):
            author = _object(told.get("author"))
            public = told.get("jsdPublic")
            rows.append({
                "jira key": issue["key"], "comment": _text(told.get("id")),
                "at": _text(told.get("created")),
                "actor": _text(author.get("accountId") or author.get("name")),
                "public": str(public).lower() if isinstance(public, bool) else None,
            })  # fmt: skip
    return _made(sheet, "comments", COMMENT, rows)


def _time(value: Any) -> str | None:
    told = _object(value)
    return _text(told.get("iso8601") or told.get("epochMillis"))


# -- Zendesk -----------------------------------------------------------------------------------
def _audits(sheet: Sheet) -> Sheet:
    rows: list[Row] = []
    others: Counter[str] = Counter()
    for audit in sheet.rows.to_pylist():
        head = {
            "zendesk ticket": audit["ticket_id"], "id": audit.get("id"),
            "at": audit["created_at"], "actor": audit.get("author_id"),
        }  # fmt: skip
        for event in _objects(audit["events"]):
            kind = str(event.get("type"))
            if kind == "Change":
                rows.append({**head, "field": _text(event.get("field_name")),
                             "old": _text(event.get("previous_value")),
                             "new": _text(event.get("value"))})  # fmt: skip
            elif kind == "Comment":
                public = "public comment" if event.get("public") else "private comment"
                rows.append({**head, "id": _text(event.get("id")) or audit.get("id"),
                             "field": public, "new": "comment"})  # fmt: skip
            else:
                others[kind] += 1
    made = _made(sheet, "audits", ("zendesk ticket", *HISTORY), rows)
    if made is None:
        return sheet
    told = ", ".join(f"{kind} {n}" for kind, n in sorted(others.items()))
    made.notes += [f"audit events that say nothing of the work: {told}"] if told else []
    return made


# -- OTRS and Znuny ------------------------------------------------------------------------------
def _otrs(sheet: Sheet) -> Sheet:
    rows = [_otrs_row(row) for row in sheet.rows.to_pylist()]
    headings = ["otrs ticket", *HISTORY]
    table = pa.table({c: pa.array([row.get(c) for row in rows], pa.string()) for c in headings})
    table = table.append_column(LINE, sheet.rows[LINE])
    return replace(sheet, rows=table, headings=headings)


def _otrs_row(row: Row) -> Row:
    told = str(row.get("history_type") or row.get("history_type_id") or "")
    kind = OTRS_TYPES.get(told, told)
    packed = list(_packed(row.get("name")))
    field, new, old = OTRS_PARTS.get(kind, (kind, 0, 0))
    value = packed[new - 1] if 0 < new <= len(packed) else None
    if kind == "Merged":
        field, value = "state", "merged"
    return {
        "otrs ticket": row.get("ticket_id"), "id": row.get("id"), "at": row.get("create_time"),
        "actor": row.get("create_by"), "field": field,
        "old": packed[old - 1] if 0 < old <= len(packed) else None,
        "new": value or row.get("name") or kind,
    }  # fmt: skip


def _packed(name: str | None) -> Iterator[str]:
    yield from (name or "").removeprefix("%%").split("%%") if (name or "").startswith("%%") else ()
