"""Golden cases of promises: what is named, by which part of the rule, and how large it is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import START, ask, make, units
from tests.audit.golden.test_estate_checks import incident, promises, results

Detections = dict[str, dict[str, Any]]


def told(result: Any, id: str) -> Detections:
    """The detections of a check by their unit."""
    return {f"{d['unit']['kind']}:{d['unit']['id']}": d for d in result.check(id)["detections"]}


def test_s03_too_many_overdue_names_each_of_them(tmp_path: Path) -> None:
    rows = [
        {"id": f"A{i:02d}", "kind": "contract", "customer": f"CU{i:02d}", "service": "S1",
         "review_due": date(2026, 3, 1),
         "reviewed_on": date(2025, 3, 1) if i % 4 == 0 else date(2026, 3, 9)}
        for i in range(60)
    ]  # fmt: skip
    large = [incident(i, customer="BIG") for i in range(40)]
    found = ask(make(tmp_path / "a", agreement=rows, record=large), "S03", S03__top="1")
    assert len(units(found, "S03")) == 15
    assert told(found, "S03")["agreement:A04"]["branch"] == "share"
    few = rows[1:40] + rows[:1]
    for row in few[1:]:
        row["reviewed_on"] = date(2026, 3, 9)
    calm = ask(make(tmp_path / "b", agreement=few, record=large), "S03", S03__top="1")
    assert calm.check("S03")["result"] != "exceptions"


def test_s04_always_met_and_unhappy_says_how_often_it_was_met(tmp_path: Path) -> None:
    rows = [incident(i, service="S0") for i in range(700)]
    survey = [
        {"id": f"Q{i}", "record": f"I{i:04d}", "service": "S0", "csat": 2 if i % 2 else 5,
         "sent_at": START + timedelta(hours=11 * i + 9),
         "answered_at": START + timedelta(hours=11 * i + 20)}
        for i in range(200)
    ]  # fmt: skip
    tables = promises(record=rows, survey=survey)
    row = told(ask(make(tmp_path / "a", **tables, target_result=results(700)), "S04"), "S04")
    assert row["service:S0"]["branch"] == "always met, and customers are unhappy"
    assert row["service:S0"]["value"] == 1.0
    assert 0.99 < row["service:S0"]["low"] < 1.0


def test_s04_a_target_just_above_what_was_needed_may_be_luck(tmp_path: Path) -> None:
    """160 results below a target are no proof that one in a hundred is not above it."""
    asked = {"id": "Q0", "record": "I0000", "service": "S0", "csat": 5, "sent_at": START,
             "answered_at": START}  # fmt: skip
    tables = promises(record=[incident(i, service="S0") for i in range(160)], survey=[asked])
    near = results(160)
    for i, row in enumerate(near):
        row["elapsed_min"] = 480.0 * 0.99 ** (i + 0.5)
    luck = ask(make(tmp_path / "a", **tables, target_result=near), "S04").check("S04")
    assert luck["result"] == "watch"
    for row in near:
        row["elapsed_min"] /= 8
    far = ask(make(tmp_path / "b", **tables, target_result=near), "S04").check("S04")
    assert far["detections"][0]["branch"] == "wider than nearly everything needs"


def test_s06_the_size_is_how_far_the_chain_is_beyond_the_promise(tmp_path: Path) -> None:
    links = [
        {"id": f"U{i}", "service": "S1", "supplier": f"V{i}", "metric": "resolve",
         "value": 4.0 + 4 * i, "unit": "hours"} for i in range(2)
    ]  # fmt: skip
    found = told(ask(make(tmp_path / "a", **promises(underpinning=links)), "S06"), "S06")
    assert found["service:S1"]["value"] == 0.5
    tables = promises(underpinning=[link | {"metric": "availability", "value": 98.0,
                                            "unit": "percent"} for link in links])  # fmt: skip
    tables["target"][1] |= {"metric": "availability", "value": 99.0, "unit": "percent"}
    found = told(ask(make(tmp_path / "b", **tables), "S06"), "S06")
    assert found["service:S1"]["value"] == round(1 - 0.98**2 / 0.99, 6)


def test_s02_a_default_agreement_covers_all_and_who_left_needs_none(tmp_path: Path) -> None:
    tables = promises()
    tables["agreement"][2]["end"] = date(2026, 6, 1)
    assert units(ask(make(tmp_path / "a", **tables), "S02"), "S02") == {"service:S2"}
    default = {"id": "A9", "kind": "sla", "service": None, "customer": None}
    every = promises()
    every["agreement"] = [default]
    every["target"][0]["agreement"] = "A9"
    assert ask(make(tmp_path / "b", **every), "S02").check("S02")["result"] == "clean"
    own = promises(customer=[{"id": "CU2", "name": "gone", "active": False}])
    own["usage"] = [{"service": "S1", "customer": c, "month": date(2026, 5, 1), "units": 9.0}
                    for c in ("CU1", "CU2")]  # fmt: skip
    for row in own["agreement"]:
        row["customer"] = "CU1"
    assert ask(make(tmp_path / "c", **own), "S02").check("S02")["result"] == "clean"


def test_s03_an_agreement_that_ended_needs_no_review(tmp_path: Path) -> None:
    tables = promises(record=[incident(i) for i in range(40)])
    tables["agreement"][1] |= {"reviewed_on": None, "customer": "CU1", "end": date(2026, 5, 1)}
    assert ask(make(tmp_path / "a", **tables), "S03").check("S03")["result"] != "exceptions"
    tables["agreement"][1]["end"] = None
    row = told(ask(make(tmp_path / "b", **tables), "S03"), "S03")["agreement:A1"]
    assert row["headline"] == "The review of agreement A1 was due on 2026-03-01 and was not held."


def test_s06_priorities_are_chains_of_their_own_and_defaults_hold_too(tmp_path: Path) -> None:
    links = [
        {"id": f"U{i}", "service": "S1", "supplier": f"V{i}", "metric": "resolve",
         "value": 4.0 + i, "unit": "hours", "priority": 1 + i // 2} for i in range(3)
    ]  # fmt: skip
    tables = promises(underpinning=links)
    found = told(ask(make(tmp_path / "a", **tables), "S06"), "S06")
    assert found["service:S1"]["value"] == round(9 / 8 - 1, 6)
    tables["agreement"] = [{"id": "A9", "kind": "sla", "service": None}]
    tables["target"] = [tables["target"][0] | {"agreement": "A9", "value": 10.0}]
    assert ask(make(tmp_path / "b", **tables), "S06").check("S06")["result"] == "clean"
    tables["target"][0]["value"] = 8.5
    assert units(ask(make(tmp_path / "c", **tables), "S06"), "S06") == {
        "service:S1", "supplier:V1"
    }  # fmt: skip
