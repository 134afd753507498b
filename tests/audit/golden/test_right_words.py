"""Golden cases: the right unit, branch and size of rules with several parts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, START, ask, make, units
from tests.audit.golden.test_incident_checks import findings
from tests.audit.golden.test_money_work import outage
from tests.audit.golden.test_risk_checks import decisions, risk
from tests.audit.golden.test_talk import guessed
from tests.audit.golden.test_themes import answers, records
from tests.audit.golden.test_voice import tickets

Rows = list[dict[str, Any]]


def only(result: Any, id: str, unit: str) -> dict[str, Any]:
    """The one detection of a check at a unit."""
    found = [d for d in result.check(id)["detections"] if d["unit"]["id"] == unit]
    assert len(found) == 1, result.check(id)["detections"]
    return dict(found[0])


def test_v03_the_size_of_loose_outages_is_their_number(tmp_path: Path) -> None:
    rows = [outage(i) | {"record": None if i < 2 else "R"} for i in range(4)]
    case = [{"id": "R", "kind": "incident", "state": "closed", "opened_at": START, "service": "S1"}]
    row = ask(make(tmp_path, outage=rows, record=case), "V03").check("V03")["detections"][0]
    assert (row["branch"], row["exceptions"]) == ("no record", row["value"])


def test_v05_through_a_service_that_promises_nothing(tmp_path: Path) -> None:
    service = [{"id": f"S{i}", "name": "x", "rto_h": h} for i, h in enumerate((4.0, None, 9.0))]
    links = [{"parent": f"S{i}", "child": f"S{i + 1}", "kind": "depends_on"} for i in range(2)]
    result = ask(make(tmp_path, service=service, relation=links), "V05")
    assert units(result, "V05") == {"service:S0", "pair:S0|S2"}
    assert {d["grade"] for d in result.check("V05")["detections"]} == {"minor"}


def test_x03_a_risk_of_no_service_is_named_beside_one_of_a_service(tmp_path: Path) -> None:
    rows = [risk(i) for i in range(4)]
    for row in rows[:2]:
        row |= {"state": "accepted", "accepted_until": date(2026, 1, 1)}
    rows[1]["service"] = None
    result = ask(make(tmp_path, risk=rows), "X03")
    assert units(result, "X03") == {"service:S0", "risk:K01"}


def test_x06_the_size_of_bad_judgement_is_its_skill(tmp_path: Path) -> None:
    row = only(ask(make(tmp_path, decision=decisions(False)), "X06"), "X06", "*")
    assert row["low"] <= row["value"] <= row["high"] < 0
    assert row["exceptions"] == row["evidence_total"] > 15
    assert "further off" in row["headline"]


def test_y01_a_leaver_of_no_team_is_named_too(tmp_path: Path) -> None:
    people = [{"id": f"P{i}", "team": "T" if i else None, "left_on": date(2026, 1, 5)}
              for i in range(2)]  # fmt: skip
    rights = [{"person": f"P{i}", "role": "reader", "granted_at": START, "revoked_at": None}
              for i in range(2)]  # fmt: skip
    result = ask(make(tmp_path, person=people, access=rights), "Y01")
    assert units(result, "Y01") == {"team:T", "organisation:*"}
    assert only(result, "Y01", "*")["evidence_total"] == 2


def test_m02_each_finding_is_a_unit_and_an_unproven_one_needs_a_test(tmp_path: Path) -> None:
    tables = findings(False)
    tables["finding"][3]["result"] = "unproven"
    assert units(ask(make(tmp_path / "a", **tables), "M02"), "M02") == {
        "organisation:*", "record:F3"}  # fmt: skip
    tables["finding"][3]["result"] = "accepted"
    assert ask(make(tmp_path / "b", **tables), "M02").check("M02")["result"] == "clean"


def test_c01_kept_promises_and_few_satisfied(tmp_path: Path) -> None:
    tables = tickets(1600, 0.05)
    mine = {r["id"] for r in tables["record"] if r["customer"] == "C1"}
    hit = [s for s in tables["survey"] if s["record"] in mine and s["csat"]][::2]
    for s in hit:
        s["csat"] = 2
    unpromised = {s["record"] for s in hit}
    tables["target_result"] = [
        row for row in tables["target_result"] if row["record"] not in unpromised
    ]
    row = only(ask(make(tmp_path, **tables), "C01"), "C01", "C1")
    assert row["branch"] == "kept, few satisfied"
    assert row["value"] < 0.7
    assert "satisfied" in row["headline"]


def test_c02_late_tickets_are_not_asked_about(tmp_path: Path) -> None:
    tables = tickets(1600, 0.05, met=0.8)
    late = {r["record"] for r in tables["target_result"] if not r["met"]}
    tables["survey"] = [
        s for i, s in enumerate(tables["survey"]) if s["record"] not in late or i % 2
    ]
    row = only(ask(make(tmp_path, **tables), "C02"), "C02", "*")
    assert row["branch"] == "asked by outcome"
    assert row["low"] < 0.5 < row["high"]


def test_c02_nobody_answers_one_team(tmp_path: Path) -> None:
    tables = tickets(1600, 0.05)
    for s in tables["survey"]:
        if s["team"] == "T2":
            s |= {"answered_at": None, "csat": None, "comment": None, "lost_minutes": None}
    row = only(ask(make(tmp_path, **tables), "C02"), "C02", "T2")
    assert (row["branch"], row["value"]) == ("few answer", 0.0)


def test_c03_urgent_records_have_a_stricter_limit(tmp_path: Path) -> None:
    tables = tickets(800, 0.0)
    urgent = {r["id"] for r in tables["record"][::10]}
    for r in tables["record"]:
        r["priority"] = 1 if r["id"] in urgent else 4
    tables["message"] = [m for m in tables["message"] if m["record"] not in urgent]
    result = ask(make(tmp_path, **tables), "C03")
    assert result.check("C03")["detections"][0]["branch"] == "first priority"
    tables["message"] = tickets(800, 0.0)["message"]
    for m in tables["message"]:
        m["at"] = m["at"] - timedelta(minutes=10)
    calm = ask(make(tmp_path / "b", **tables), "C03").check("C03")
    assert not calm["detections"] or calm["detections"][0]["branch"] == "first priority"


@pytest.mark.parametrize("labelled", [False, True])
def test_c05_a_theme_that_no_list_names(labelled: bool, tmp_path: Path) -> None:
    tables: dict[str, Rows] = {"survey": answers("the badge reader rejects me at the gate"),
                               "record": records()}  # fmt: skip
    if labelled:
        tables["label"] = [{"entity": "survey", "entity_id": "Q001", "label": "topic",
                            "value": "thanks", "at": AS_OF - timedelta(days=3)}]  # fmt: skip
    row = ask(make(tmp_path, **tables), "C05").check("C05")
    assert row["result"] == "exceptions"
    assert "badge" in row["detections"][0]["branch"] or "gate" in row["detections"][0]["branch"]


def test_c06_each_complaint_is_a_unit(tmp_path: Path) -> None:
    rows = [{"id": f"CP{i}", "kind": "complaint", "state": "open", "opened_at": START,
             "customer": "C1" if i else None} for i in range(2)]  # fmt: skip
    steps = [{"record": "CP9", "step": "owned", "at": START}]
    result = ask(make(tmp_path, record=rows, complaint_step=steps), "C06")
    assert units(result, "C06") == {"customer:C1", "record:CP0", "record:CP1"}


def test_c07_twice_as_long_as_expected(tmp_path: Path) -> None:
    tables = tickets(400, 0.05) | {"provider_guess": guessed(4.5, (4, 5))["provider_guess"]}
    for s in tables["survey"]:
        s["expected_h"] = 2.9
    row = only(ask(make(tmp_path, **tables), "C07"), "C07", "*")
    assert row["branch"] == "time"
    assert row["value"] == pytest.approx(6 / 2.9, rel=1e-3)
    assert "2.1 times" in row["headline"]


def test_v01_names_no_team(tmp_path: Path) -> None:
    """Its units are service and ci; section 10 lets MG-08, MG-09 and I08 read capacity.team."""
    rows = [{"team": "T", "month": date(2024 + (6 + i) // 12, (6 + i) % 12 + 1, 1),
             "max_units": 100.0, "p95_units": 50.0 + 2.0 * i} for i in range(24)]  # fmt: skip
    service = [{"id": "S", "name": "x"}]
    found = ask(make(tmp_path, capacity=rows, service=service), "V01").check("V01")
    assert (found["result"], found["detections"]) == ("not_applicable", [])


def test_a_loss_of_nobodys_making_is_money_in_text(tmp_path: Path) -> None:
    rows = [risk(0, appetite=Decimal(50), per_year_low=3.0, per_year_mode=5.0, per_year_high=8.0)]
    row = only(ask(make(tmp_path, risk=rows), "X03"), "X03", "S0")
    assert row["headline"].startswith("S0: 1 of 1 open risks; one loses about ")
    assert len(row["headline"].split()) <= 20
