"""Golden cases of answers, silence and expectations: one that fires and one that does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import START, ask, make
from tests.audit.golden.test_voice import tickets

World = dict[str, Any]


def silent(n: int = 400) -> World:
    """Nobody says a word, and it takes ten weeks."""
    w = tickets(n, 0.0)
    for row in w["record"]:
        row["resolved_at"] = row["opened_at"] + timedelta(days=70)
        row["closed_at"] = row["resolved_at"] + timedelta(hours=1)
    w["message"] = [m for m in w["message"] if m["direction"] == "in"]
    return w


def asked_by_team() -> World:
    """One team of three sends its invitations to one in four only."""
    w = tickets(1600, 0.05)
    teams = {row["id"]: row["team"] for row in w["record"]}
    w["survey"] = [s for i, s in enumerate(w["survey"]) if teams[s["record"]] != "T1" or i % 4 == 0]
    return w


def guessed(guess: float, answers: tuple[int, ...]) -> World:
    """Twelve customers with a guess a quarter and answers after it."""
    surveys, guesses = [], []
    for c in range(12):
        for q in range(4):
            at = START + timedelta(days=91 * q)
            guesses.append({"customer": f"C{c:02}", "period": at.date(), "csat": guess,
                            "made_at": at})  # fmt: skip
            for k in range(12):
                when = at + timedelta(days=3 + 6 * k, hours=c)
                surveys.append({
                    "id": f"V{c}-{q}-{k}", "customer": f"C{c:02}", "sent_at": when,
                    "answered_at": when + timedelta(hours=3), "csat": answers[k % len(answers)],
                    "relationship": False, "sent_by": "automatic",
                })  # fmt: skip
    return {"survey": surveys, "provider_guess": guesses}


def customers(gone: int) -> World:
    """Ten customers with forty records a quarter; `gone` of them stop half a year early."""
    records = []
    for c in range(10):
        for i in range(320):
            at = START - timedelta(days=364) + timedelta(days=2.27 * i, hours=c)
            if c < gone and i >= 240:
                continue
            records.append({"id": f"R{c}-{i:03}", "kind": "incident", "state": "closed",
                            "opened_at": at, "customer": f"C{c}"})  # fmt: skip
    survey = [{"id": "V1", "customer": "C9", "sent_at": START, "answered_at": START, "csat": 5}]
    return {"record": records, "survey": survey}


def reviewed(late: int) -> World:
    """Sixty agreements whose review was due; `late` of them were not looked at."""
    day = (START + timedelta(days=200)).date()
    return {
        "record": [{"id": "R1", "kind": "incident", "state": "closed", "opened_at": START,
                    "customer": "C99"}],
        "agreement": [{"id": f"G{i:02}", "customer": f"C{i:02}", "kind": "sla", "review_due": day,
                       "reviewed_on": None if i < late else day} for i in range(60)],
    }  # fmt: skip


BUILT_ON = {"C07": ("MC-12",)}
FIRES: dict[str, World] = {
    "C01": tickets(1600, 0.4), "C02": asked_by_team(), "C03": silent(), "C04": tickets(800, 1.0),
    "C07": guessed(4.8, (3, 3, 4)), "C08": customers(2), "S03": reviewed(30),
}  # fmt: skip
LEAVES: dict[str, World] = {
    "C01": tickets(1600, 0.02), "C02": tickets(1600, 0.05), "C03": tickets(800, 0.0),
    "C04": tickets(800, 0.0), "C07": guessed(3.4, (3, 3, 4)), "C08": customers(0),
    "S03": reviewed(0),
}  # fmt: skip


@pytest.mark.parametrize("id", FIRES)
def test_a_planted_fault_fires(id: str, tmp_path: Path) -> None:
    check = ask(make(tmp_path, **FIRES[id]), id, *BUILT_ON.get(id, ())).check(id)
    assert check["result"] == "exceptions", check["needs"]
    assert all(d["evidence"] for d in check["detections"])


@pytest.mark.parametrize("id", LEAVES)
def test_what_is_fine_is_left_alone(id: str, tmp_path: Path) -> None:
    check = ask(make(tmp_path, **LEAVES[id]), id, *BUILT_ON.get(id, ())).check(id)
    assert check["result"] == "clean", (check["value"], check["needs"])


LIGHTS = [
    ("MC-06", silent(), "red"), ("MC-06", tickets(800, 0.0), "green"),
    ("MC-07", silent(), "red"), ("MC-07", tickets(800, 0.0), "green"),
    ("MC-12", guessed(4.8, (3, 3, 4)), "red"), ("MC-12", guessed(3.4, (3, 3, 4)), "green"),
    ("MC-14", customers(2), "red"), ("MC-14", customers(0), "green"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "tables", "light"), LIGHTS)
def test_a_measure_is_lit_as_it_should(id: str, tables: World, light: str, tmp_path: Path) -> None:
    row = ask(make(tmp_path, **tables), id).measure(id)
    assert row["light"] == light, (row["value"], row["low"], row["high"], row["needs"])
