"""XES 1.0 and 2.0: traces become records, their events the event log (imports.md 7.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

import pyarrow as pa
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from trueup.audit.intake.convert import Converted, Settings
from trueup.audit.intake.opening import Opened
from trueup.audit.intake.reading import Rejected
from trueup.audit.intake.values import pseudonyms
from trueup.core.refusals import Refused
from trueup.core.words import N_

NAME = "xes"
ATTRIBUTES_MOST = 2000
KINDS = ("string", "date", "int", "float", "boolean", "id")
LIFECYCLE = {"schedule": "scheduled", "assign": "assigned", "reassign": "assigned",
             "start": "started", "suspend": "paused", "resume": "resumed", "withdraw": "cancelled",
             "ate_abort": "cancelled", "pi_abort": "cancelled", "abort_activity": "cancelled",
             "abort_case": "cancelled"}  # fmt: skip
WORDS = (
    (r"\bre-?open", "reopened"), (r"assign seriousness|triage|prioriti", "triaged"),
    (r"take in charge|in progress|\bstart", "started"), (r"\bwait|pending|on hold", "paused"),
    (r"\bassign|queued", "assigned"), (r"resolve ticket|^resolved?$|\bsolved?\b", "resolved"),
    (r"^closed?\b|completed/closed|/closed", "closed"), (r"cancel|reject", "cancelled"),
)  # fmt: skip
STATE = {"resolved": "resolved", "closed": "closed", "cancelled": "cancelled", "paused": "waiting"}


def convert(file: Opened, settings: Settings) -> Converted:
    """One record per trace, one event per event with a time.

    Raises Refused for a DOCTYPE or entities, broken XML, or no trace at all.
    """
    records, events, rejected = [], [], list[Rejected]()
    people: set[str] = set()
    seen: dict[str, int] = {}
    for ordinal, (trace, steps) in enumerate(_traces(file, rejected), start=1):
        id = trace.get("concept:name") or trace.get("identity:id") or f"trace {ordinal}"
        seen[id] = seen.get(id, 0) + 1
        if seen[id] > 1:
            id = f"{id}#{seen[id]}"
        rows = [_event(id, step) for step in steps]
        if rows:
            records.append(_record(id, rows))
            events += rows
            people |= {r["actor"] for r in rows if r["actor"]}
    if not records:
        raise Refused(N_("%(file)s holds no trace with an event and its time."), file=file.name)
    ids = {n: n for n in people} if settings.keep_names else pseudonyms(
        sorted(people), bytes.fromhex(settings.name_key or file.sha256)
    )  # fmt: skip
    events.sort(key=lambda r: (r["at_recorded"], r["entity_id"]))
    for seq, row in enumerate(events, start=1):
        row["seq"] = seq
        row["actor"] = ids.get(row["actor"] or "")
    tables = {
        "record": pa.Table.from_pylist(sorted(records, key=lambda r: r["id"])),
        "event": pa.Table.from_pylist(events),
        "person": pa.table({"id": pa.array(sorted(ids.values()), pa.string())}),
    }
    words: dict[str, int] = {}
    for row in events:
        words[row["source_activity"]] = words.get(row["source_activity"], 0) + 1
    return Converted(
        NAME,
        tables,
        max(r["at_recorded"] for r in events),
        len(events) + len(rejected),
        len(events),
        0,
        rejected,
        {"mode": "X", "recording_time": "unknown", "order": "order in the trace",
         "rejected_wrong_type": 0, "words": dict(sorted(words.items()))},
    )  # fmt: skip


def _traces(
    file: Opened, rejected: list[Rejected]
) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    """Stream the traces; nothing but the trace at hand is kept in memory."""
    try:
        depth, trace_no = 0, 0
        for action, node in iterparse(file.path, events=("start", "end"), forbid_dtd=True):
            depth += 1 if action == "start" else -1
            if depth > 64:
                raise Refused(N_("%(file)s is nested too deeply to be a log."), file=file.name)
            if action == "end" and _tag(node) == "trace":
                trace_no += 1
                yield _attributes(node, file), _steps(node, file, trace_no, rejected)
                node.clear()
    except DefusedXmlException as error:
        raise Refused(
            N_("%(file)s declares a document type or entities; such files are not read."),
            file=file.name,
        ) from error
    except ParseError as error:
        raise Refused(
            N_("%(file)s is no well-formed XML (%(why)s). Export it again."),
            file=file.name,
            why=str(error),
        ) from error


def _steps(node: Any, file: Opened, trace: int, rejected: list[Rejected]) -> list[dict[str, str]]:
    """The events of one trace that carry a time; the others are told in `rejected`."""
    every = [_attributes(child, file) for child in node if _tag(child) == "event"]
    rejected += [
        Rejected(file.name, trace, step.get("concept:name", ""), "time:timestamp", "missing",
                 "an event without a time", step.get("time:timestamp", ""))
        for step in every
        if _at(step) is None
    ]  # fmt: skip
    return [step for step in every if _at(step) is not None]


def _tag(node: Any) -> str:
    return str(node.tag).rsplit("}", 1)[-1]


def _attributes(node: Any, file: Opened) -> dict[str, str]:
    out: dict[str, str] = {}
    for child in node:
        if _tag(child) in KINDS and child.get("key"):
            out[str(child.get("key"))] = str(child.get("value") or "")
        if len(out) > ATTRIBUTES_MOST:
            raise Refused(
                N_("%(file)s has an element with more than 2,000 attributes."), file=file.name
            )
    return out


def _at(step: dict[str, str]) -> datetime | None:
    try:
        at = datetime.fromisoformat(step["time:timestamp"].replace("Z", "+00:00"))
    except (KeyError, ValueError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at if 1990 <= at.year <= 2100 else None


def activity_of(name: str, transition: str) -> str:
    """The activity of the evidence vocabulary for an event's name and lifecycle word."""
    word = transition.lower()
    if word in LIFECYCLE:
        return LIFECYCLE[word]
    text = name if word in ("", "complete", "unknown") else f"{name}/{transition}"
    for pattern, activity in WORDS:
        if re.search(pattern, text, re.IGNORECASE):
            return activity
    return "other"


def _event(id: str, step: dict[str, str]) -> dict[str, Any]:
    name = step.get("concept:name", "")
    transition = step.get("lifecycle:transition", "")
    standard = transition.lower() in (*LIFECYCLE, "complete", "")
    at = _at(step)
    return {
        "seq": 0,
        "entity": "record",
        "entity_id": id,
        "activity": activity_of(name, transition),
        "source_activity": name if standard else f"{name}/{transition}",
        "actor": step.get("org:resource") or None,
        "actor_kind": "person" if step.get("org:resource") else None,
        "via": "import",
        "at_occurred": at,
        "at_recorded": at,
    }


def _record(id: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    told = [r for r in rows if r["activity"] != "other"]
    last = told[-1]["activity"] if told else "other"
    resolved = [r["at_occurred"] for r in rows if r["activity"] == "resolved"]
    closed = [r["at_occurred"] for r in rows if r["activity"] == "closed"]
    state = STATE.get(last, "open")
    return {
        "id": id,
        "kind": "incident",
        "state": state,
        "source_state": rows[-1]["source_activity"],
        "opened_at": min(r["at_occurred"] for r in rows),
        "resolved_at": resolved[-1] if resolved else None,
        "closed_at": closed[-1] if closed and state == "closed" else None,
    }
