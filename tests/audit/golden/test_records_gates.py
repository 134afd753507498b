"""Golden cases of records and audit log: for each check one that fires and one that does not."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import START, ask, make

World = dict[str, list[dict[str, Any]]]


def world(n: int = 1700) -> World:
    """A desk in order: records every four hours with their events, approvals and persons."""
    rng = random.Random(7)
    records, events, approvals = [], [], []
    for i in range(n):
        at = START + timedelta(hours=40 + 5 * i)
        id, team, worker = f"R{i:04}", f"T{i % 3}", f"P{i % 5}"
        solved = at + timedelta(hours=rng.choice([1, 2, 3, 5, 9, 14, 20]))
        closed = solved + timedelta(hours=rng.uniform(1, 90))
        records.append({
            "id": id, "kind": "change" if i % 8 == 0 else "incident", "state": "closed",
            "title": hashlib.sha256(id.encode()).hexdigest(), "opened_at": at,
            "resolved_at": solved, "closed_at": closed, "team": team, "service": f"S{i % 4}",
            "category": f"K{i % 4}", "priority": 2 + i % 3, "requester": f"U{i % 400}",
            "channel": "portal", "reported_sla_met": solved - at <= timedelta(hours=8),
        })  # fmt: skip
        for activity, when in (("opened", at), ("resolved", solved), ("closed", closed)):
            events.append({
                "entity": "record", "entity_id": id, "activity": activity, "actor": worker,
                "actor_kind": "person", "team": team, "at_occurred": when, "at_recorded": when,
            })  # fmt: skip
        if i % 8 == 0:
            approvals.append({
                "id": f"A{i}", "entity": "record", "entity_id": id, "approver": "P9",
                "decision": "approved", "at": at, "recorded_at": at,
            })  # fmt: skip
    events.sort(key=lambda e: (e["at_recorded"], e["entity_id"], e["activity"]))
    for seq, event in enumerate(events, 1):
        event["seq"] = seq
    persons = [{"id": f"P{i}", "kind": "person", "active": True, "team": f"T{i % 3}"}
               for i in range(10)]  # fmt: skip
    return {"record": records, "event": events, "approval": approvals, "person": persons}


def facts_missing(w: World) -> None:
    for row in w["record"][::4]:
        row["category"] = "n/a"


def impossible_times(w: World) -> None:
    for row in w["record"][::20]:
        row["resolved_at"] = row["opened_at"] - timedelta(hours=3)


def clock_stops_at_closing(w: World) -> None:
    for row in w["record"]:
        row["reported_sla_met"] = row["closed_at"] - row["opened_at"] <= timedelta(hours=50)


def closed_in_one_go(w: World) -> None:
    at = START + timedelta(days=200, hours=3)
    events = {e["entity_id"]: e for e in w["event"] if e["activity"] == "closed"}
    for i, row in enumerate(w["record"][300:500]):
        row["closed_at"] = at + timedelta(seconds=i)
        events[row["id"]] |= {"at_occurred": row["closed_at"], "at_recorded": row["closed_at"]}


def backdated(w: World) -> None:
    for event in [e for e in w["event"] if e["activity"] == "resolved"][::8]:
        event["at_recorded"] += timedelta(hours=30)


def edited_after_the_end(w: World) -> None:
    more = [
        {"seq": len(w["event"]) + k, "entity": "record", "entity_id": row["id"],
         "field": "priority", "activity": "edited", "actor": "P1", "actor_kind": "person",
         "at_occurred": row["closed_at"] + timedelta(hours=5),
         "at_recorded": row["closed_at"] + timedelta(hours=5)}
        for k, row in enumerate(w["record"][::20], 1)
    ]  # fmt: skip
    w["event"] += more


def sealed(w: World) -> None:
    before = "0" * 64
    for event in w["event"]:
        event["prev_hash"] = before
        before = event["hash"] = hashlib.sha256(f"{before}{event['seq']}".encode()).hexdigest()


def seal_broken(w: World) -> None:
    sealed(w)
    w["event"][100]["prev_hash"] = "f" * 64


def doubles(w: World) -> None:
    for a, b in zip(w["record"][::10], w["record"][1::10], strict=True):
        b |= {"title": a["title"], "requester": a["requester"],
              "opened_at": a["opened_at"] + timedelta(minutes=4)}  # fmt: skip


def makers_check(w: World) -> None:
    makers = {row["id"]: row["requester"] for row in w["record"]}
    for row in w["approval"][::5]:
        row["approver"] = makers[row["entity_id"]]


def shared_names(w: World) -> None:
    w["person"][1]["kind"] = "shared"


def cut_off(w: World) -> None:
    edge = START + timedelta(days=240)
    w["record"] = [r for i, r in enumerate(w["record"]) if r["opened_at"] < edge or i % 12 == 0]


def another_meaning(w: World) -> None:
    for row in w["record"][800:]:
        row["category"] = row["category"].replace("K3", "K7")


def no_proof(w: World) -> None:
    for row in w["approval"][::4]:
        row["approver"] = None


def calm(w: World) -> None:
    """Nothing is changed."""


CASES: dict[str, tuple[Callable[[World], None], Callable[[World], None]]] = {
    "Z01": (facts_missing, calm),
    "Z02": (impossible_times, calm),
    "Z03": (clock_stops_at_closing, calm),
    "Z04": (closed_in_one_go, calm),
    "Z05": (backdated, calm),
    "Z06": (edited_after_the_end, calm),
    "Z07": (seal_broken, sealed),
    "Z08": (doubles, calm),
    "Z09": (makers_check, calm),
    "Z10": (shared_names, calm),
    "Z11": (cut_off, calm),
    "Z12": (another_meaning, calm),
    "Z13": (no_proof, calm),
}


@pytest.mark.parametrize("id", CASES)
def test_a_planted_fault_fires(id: str, tmp_path: Path) -> None:
    tables = world()
    CASES[id][0](tables)
    check = ask(make(tmp_path, **tables), id).check(id)
    assert check["result"] == "exceptions", check["needs"]
    assert check["exceptions"] > 0
    assert all(d["evidence"] for d in check["detections"])


@pytest.mark.parametrize("id", CASES)
def test_a_desk_in_order_is_left_alone(id: str, tmp_path: Path) -> None:
    tables = world()
    CASES[id][1](tables)
    check = ask(make(tmp_path, **tables), id).check(id)
    assert check["result"] == "clean", (check["value"], check["needs"])
    assert check["detections"] == []
