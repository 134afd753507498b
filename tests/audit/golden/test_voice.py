"""Golden cases of satisfaction, answers and complaints."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import START, ask, make


def tickets(n: int, unhappy: float, *, seed: int = 1, met: float = 1.0) -> dict[str, Any]:
    """Records with a promise and a survey each; `unhappy` of the answers are 1 to 3."""
    rng = random.Random(seed)
    records, results, surveys, messages = [], [], [], []
    for i in range(n):
        at = START + timedelta(hours=8 + 8 * i % 8700)
        id, customer = f"INC{i:05d}", f"C{i % 4}"
        records.append({
            "id": id, "kind": "incident", "state": "closed", "opened_at": at, "team": f"T{i % 3}",
            "customer": customer, "service": "S1", "priority": 3, "channel": "portal",
            "resolved_at": at + timedelta(hours=6), "closed_at": at + timedelta(hours=30),
        })  # fmt: skip
        results.append({
            "record": id, "metric": "resolve", "met": rng.random() < met,
            "due_at": at + timedelta(hours=8),
        })  # fmt: skip
        low = rng.random() < unhappy
        surveys.append({
            "id": f"V{i}", "record": id, "customer": customer, "team": f"T{i % 3}",
            "sent_at": at + timedelta(hours=31), "sent_by": "automatic", "relationship": False,
            "answered_at": at + timedelta(hours=40) if i % 2 else None,
            "csat": (rng.choice([1, 2, 3]) if low else rng.choice([4, 5])) if i % 2 else None,
            "lost_minutes": 30.0 if i % 2 else None,
            "comment": ("nobody answered, so slow" if low else "thank you") if i % 2 else None,
        })  # fmt: skip
        messages.append({
            "id": f"M{i}a", "record": id, "direction": "in", "public": True, "at": at,
            "automatic": False, "author": "u", "text": "The printer is broken",
        })  # fmt: skip
        if i % 2 and low:
            messages.append({
                "id": f"M{i}b", "record": id, "direction": "in", "public": True,
                "at": at + timedelta(hours=4), "automatic": False, "author": "u",
                "text": "Any news? How far are you?",
            })  # fmt: skip
        messages.append({
            "id": f"M{i}c", "record": id, "direction": "out", "public": True,
            "at": at + timedelta(hours=1), "automatic": False, "author": f"t{i % 5}",
            "text": "We found the error and replace the drum; you hear from us by 15:00."
            if not low else "Noted",
        })  # fmt: skip
    return {"record": records, "target_result": results, "survey": surveys, "message": messages}


def test_unhappy_customers_are_red_and_counted(tmp_path: Path) -> None:
    result = ask(make(tmp_path, **tickets(1600, 0.5)), "MC-01", "MC-02", "MC-11", "MC-08")
    for id in ("MC-01", "MC-02"):
        row = result.measure(id)
        assert row["light"] == "red", row
        assert row["low"] <= 0.5 <= row["high"]
    assert result.measure("MC-11")["light"] == "red"
    assert result.measure("MC-08")["light"] == "red"
    assert {u["unit"]["id"] for u in result.measure("MC-01")["by"] if u["light"] == "red"} >= {"C1"}


def test_happy_customers_are_green(tmp_path: Path) -> None:
    result = ask(make(tmp_path, **tickets(1600, 0.05)), "MC-01", "MC-02", "MC-03", "MC-11", "MC-08")
    for id in ("MC-01", "MC-02", "MC-03", "MC-11", "MC-08"):
        assert result.measure(id)["light"] == "green", result.measure(id)


def test_few_answers_are_grey_with_what_is_needed(tmp_path: Path) -> None:
    row = ask(make(tmp_path, **tickets(40, 0.3)), "MC-01").measure("MC-01")
    assert row["light"] == "not_enough_evidence"
    assert "30" in row["needs"]


def test_clear_messages_and_noted_ones(tmp_path: Path) -> None:
    clear = ask(make(tmp_path / "a", **tickets(400, 0.0)), "MC-13").measure("MC-13")
    terse = ask(make(tmp_path / "b", **tickets(400, 1.0)), "MC-13").measure("MC-13")
    assert clear["light"] == "green", clear
    assert terse["light"] == "red", terse


def test_lost_time_is_scaled_to_all_records(tmp_path: Path) -> None:
    row = ask(make(tmp_path, **tickets(1200, 0.1)), "MC-16").measure("MC-16")
    assert row["light"] == "green"
    assert abs(row["value"] - 1200 * 0.5 / 12) < 1.5


def test_comments_are_context_only(tmp_path: Path) -> None:
    row = ask(make(tmp_path, **tickets(400, 0.4)), "MC-05").measure("MC-05")
    assert row["light"] == "not_applicable"
    assert 0.3 < row["value"] < 0.5


def complaint(i: int, steps: tuple[str, ...], hours: int = 10) -> tuple[Any, list[Any]]:
    at = START + timedelta(days=i)
    record = {"id": f"CMP{i}", "kind": "complaint", "state": "closed", "opened_at": at,
              "customer": f"C{i % 2}"}  # fmt: skip
    rows = [{"record": f"CMP{i}", "step": s, "at": at + timedelta(hours=hours)} for s in steps]
    return record, rows


ALL = ("received", "owned", "answered", "cause_found", "closed_with_customer")


def test_a_lost_complaint_is_named(tmp_path: Path) -> None:
    made = [complaint(i, ALL if i != 3 else ALL[:3]) for i in range(8)]
    pack = make(
        tmp_path, record=[r for r, _ in made], complaint_step=[s for _, x in made for s in x]
    )
    result = ask(pack, "MC-15", "C06")
    assert result.measure("MC-15")["value"] == 0.875
    assert result.measure("MC-15")["light"] == "red"
    check = result.check("C06")
    assert check["result"] == "exceptions"
    assert [e["id"] for d in check["detections"] for e in d["evidence"]].count("CMP3") >= 1


def test_handled_complaints_are_clean(tmp_path: Path) -> None:
    made = [complaint(i, ALL) for i in range(8)]
    pack = make(
        tmp_path, record=[r for r, _ in made], complaint_step=[s for _, x in made for s in x]
    )
    result = ask(pack, "MC-15", "C06")
    assert result.measure("MC-15")["light"] == "green"
    assert result.check("C06")["result"] == "clean"


def test_reviews_that_were_not_held(tmp_path: Path) -> None:
    rows = [
        {"customer": f"C{i}", "due": (START + timedelta(days=20 * i)).date(),
         "held_on": (START + timedelta(days=20 * i)).date() if i % 2 else None}
        for i in range(10)
    ]  # fmt: skip
    row = ask(make(tmp_path, service_review=rows), "MC-17").measure("MC-17")
    assert row["value"] == 0.5
    assert row["light"] == "red"


def test_relationship_survey(tmp_path: Path) -> None:
    rows = [
        {"id": f"R{i}", "relationship": True, "customer": f"C{i % 3}",
         "nps": 10 if i % 2 else 3, "answered_at": START + timedelta(days=i), "sent_at": START}
        for i in range(120)
    ]  # fmt: skip
    row = ask(make(tmp_path, survey=rows), "MC-04").measure("MC-04")
    assert row["value"] == 0.0
    assert row["light"] == "green"
