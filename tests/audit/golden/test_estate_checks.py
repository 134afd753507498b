"""Golden cases of configuration, security and service level: one that fires, one that does not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, START, ask, make, units

Rows = list[dict[str, Any]]
CALM = ("clean", "watch")


def incident(i: int, **more: Any) -> dict[str, Any]:
    at = START + timedelta(hours=11 * i)
    return {
        "id": f"I{i:04d}", "kind": "incident", "state": "closed", "opened_at": at,
        "resolved_at": at + timedelta(hours=4), "team": f"T{i % 3}", "category": f"K{i % 5}",
        "ci": f"C{i % 50}", "priority": 3, "service": f"S{i % 2}", "customer": f"CU{i % 4}",
    } | more  # fmt: skip


def ci(i: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"C{i}", "name": f"node {i}", "class": "server" if i % 2 else "laptop",
        "serial": f"SN{i}", "criticality": 3, "status": "in use",
        "last_seen": AS_OF.date() - timedelta(days=5),
    } | more  # fmt: skip


def test_n01_gate_only_beyond_half(tmp_path: Path) -> None:
    rows = [incident(i) for i in range(600)]
    assert ask(make(tmp_path / "a", record=rows), "N01").check("N01")["result"] == "clean"
    for i in range(0, 600, 5):
        rows[i]["ci"] = rows[i + 1]["ci"] = None
    some = ask(make(tmp_path / "b", record=rows), "N01", "MR-02").check("N01")
    assert (some["result"], some["blocks"]) == ("exceptions", [])
    for i in range(0, 600, 5):
        rows[i + 2]["ci"] = None
    most = ask(make(tmp_path / "c", record=rows), "N01").check("N01")
    assert most["blocks"] == ["MR-02", "MR-03", "MR-11"]


def test_n01_says_nothing_where_components_are_not_recorded(tmp_path: Path) -> None:
    rows = [{k: v for k, v in incident(i).items() if k != "ci"} for i in range(40)]
    row = ask(make(tmp_path, record=rows), "N01").check("N01")
    assert (row["result"], row["missing"]) == ("not_enough_evidence", ["record.ci"])


def test_n02_stale(tmp_path: Path) -> None:
    rows = [ci(i) for i in range(200)]
    assert ask(make(tmp_path / "a", ci=rows), "N02").check("N02")["result"] == "clean"
    for i in range(1, 200, 4):
        rows[i]["last_seen"] = AS_OF.date() - timedelta(days=90)
    result = ask(make(tmp_path / "b", ci=rows), "N02")
    assert "category:server" in units(result, "N02")
    assert "category:laptop" not in units(result, "N02")


def test_n03_doubles_and_orphans(tmp_path: Path) -> None:
    rows = [ci(i) for i in range(400)]
    relation = [{"parent": "S1", "child": f"C{i}", "kind": "uses"} for i in range(400)]
    clean = ask(make(tmp_path / "a", ci=rows, relation=relation), "N03")
    assert clean.check("N03")["result"] in ("clean", "not_applicable")
    for i in range(0, 40, 2):
        rows[i + 1]["serial"] = rows[i]["serial"]
    doubled = ask(make(tmp_path / "b", ci=rows, relation=relation), "N03").check("N03")
    assert (doubled["result"], doubled["exceptions"]) == ("exceptions", 40)
    rows = [ci(i) for i in range(400)]
    rows[7]["criticality"] = 1
    assert (
        ask(make(tmp_path / "c", ci=rows, relation=relation), "N03").check("N03")["result"]
        == "clean"
    )
    result = ask(make(tmp_path / "d", ci=rows, relation=relation[20:]), "N03")
    assert "ci:C7" in units(result, "N03")


def test_n04_wrong_values(tmp_path: Path) -> None:
    rows = [ci(i) for i in range(120)]
    sample = [
        {"ci": f"C{i}", "field": "owner", "recorded": "a", "observed": "a", "at": date(2026, 5, 1)}
        for i in range(120)
    ]
    assert (
        ask(make(tmp_path / "a", ci=rows, ci_sample=sample), "N04").check("N04")["result"]
        == "clean"
    )
    for i in range(0, 120, 5):
        sample[i]["observed"] = "b"
    found = ask(make(tmp_path / "b", ci=rows, ci_sample=sample), "N04").check("N04")
    assert (found["result"], found["exceptions"], found["limit"]) == ("exceptions", 24, 0.95)
    assert found["value"] == pytest.approx(0.8)
    assert found["low"] < 0.8 < found["high"] < found["limit"]
    detection = found["detections"][0]
    assert detection["value"] == pytest.approx(1 - detection["exceptions"] / detection["tested"])
    for i in range(0, 120, 5):
        sample[i]["observed"] = "b" if i % 15 == 0 else "a"
    unsure = ask(make(tmp_path / "c", ci=rows, ci_sample=sample), "N04").check("N04")
    assert (unsure["result"], unsure["value"]) == ("watch", pytest.approx(1 - 8 / 120, rel=1e-5))


def test_y01_leavers(tmp_path: Path) -> None:
    people = [{"id": f"P{i}", "team": f"T{i % 2}", "left_on": None} for i in range(20)]
    people[3]["left_on"] = date(2026, 3, 2)
    rights = [{"person": f"P{i}", "role": "reader", "granted_at": START} for i in range(20)]
    rights[3]["revoked_at"] = START + timedelta(days=245)
    clean = ask(make(tmp_path / "a", person=people, access=rights), "Y01")
    assert clean.check("Y01")["result"] == "clean"
    rights[3]["revoked_at"] = None
    result = ask(make(tmp_path / "b", person=people, access=rights), "Y01")
    assert units(result, "Y01") == {"team:T1"}
    assert result.check("Y01")["detections"][0]["grade"] == "major"


def test_y02_sessions_without_a_record(tmp_path: Path) -> None:
    people = [{"id": f"P{i}", "team": f"T{i % 2}"} for i in range(4)]
    rows = [
        {"person": f"P{i % 4}", "at": START + timedelta(hours=30 * i), "record": f"R{i}"}
        for i in range(240)
    ]
    clean = ask(make(tmp_path / "a", person=people, privileged_session=rows), "Y02")
    assert clean.check("Y02")["result"] == "clean"
    for i in range(0, 240, 6):
        rows[i]["record"] = None
    result = ask(make(tmp_path / "b", person=people, privileged_session=rows), "Y02")
    assert "team:T0" in units(result, "Y02")


def test_y03_slow_or_unlabelled(tmp_path: Path) -> None:
    rows = [incident(i, kind="security_incident") for i in range(80)]
    assert ask(make(tmp_path / "a", record=rows), "Y03").check("Y03")["result"] == "clean"
    for row in rows[::3]:
        row["resolved_at"] = row["opened_at"] + timedelta(hours=70)
    slow = ask(make(tmp_path / "b", record=rows), "Y03").check("Y03")
    assert slow["result"] == "exceptions"
    assert slow["detections"][0]["branch"] == "slow"


def promises(**more: Any) -> dict[str, Rows]:
    return {
        "service": [{"id": f"S{i}", "name": f"s{i}", "state": "live"} for i in range(3)],
        "agreement": [
            {"id": f"A{i}", "kind": "sla", "service": f"S{i}", "customer": None,
             "start": date(2025, 1, 1), "end": None, "review_due": date(2026, 3, 1),
             "reviewed_on": date(2026, 3, 5)}
            for i in range(3)
        ],
        "target": [
            {"id": f"T{i}", "agreement": f"A{i}",
             "metric": "resolve", "value": 8.0, "unit": "hours"}
            for i in range(3)
        ],
    } | more  # fmt: skip


def test_s02_service_without_promise(tmp_path: Path) -> None:
    assert ask(make(tmp_path / "a", **promises()), "S02").check("S02")["result"] == "clean"
    tables = promises()
    tables["target"].pop()
    assert units(ask(make(tmp_path / "b", **tables), "S02"), "S02") == {"service:S2"}


def test_s02_a_customer_of_a_service_promised_to_others(tmp_path: Path) -> None:
    tables = promises()
    for row in tables["agreement"]:
        row["customer"] = "CU1"
    tables["usage"] = [
        {"service": "S1", "customer": c, "month": date(2026, 5, 1), "units": 10.0}
        for c in ("CU1", "CU2")
    ]
    assert "customer:CU2" in units(ask(make(tmp_path, **tables), "S02"), "S02")


def test_s03_reviews_not_held(tmp_path: Path) -> None:
    assert ask(make(tmp_path / "a", **promises()), "S03").check("S03")["result"] in (
        *CALM,
        "not_enough_evidence",
    )
    tables = promises()
    tables["agreement"][1] |= {"reviewed_on": date(2025, 9, 1), "customer": "CU1"}
    tables["record"] = [incident(i) for i in range(40)]
    assert {"agreement:A1", "customer:CU1"} <= units(
        ask(make(tmp_path / "b", **tables), "S03"), "S03"
    )


def results(n: int = 400, **more: Any) -> Rows:
    return [
        {"record": f"I{i:04d}", "target": "T0", "metric": "resolve", "met": True,
         "due_at": START + timedelta(hours=11 * i + 8), "elapsed_min": 240.0 + i % 100,
         "computed_at": START + timedelta(hours=11 * i + 8)} | more
        for i in range(n)
    ]  # fmt: skip


def test_s04_too_easy_to_miss(tmp_path: Path) -> None:
    rows = [incident(i, service="S0") for i in range(400)]
    survey: Rows = [
        {"id": f"Q{i}", "record": f"I{i:04d}", "service": "S0", "csat": 5,
         "sent_at": START + timedelta(hours=11 * i + 9),
         "answered_at": START + timedelta(hours=11 * i + 20)}
        for i in range(200)
    ]  # fmt: skip
    tables = promises(record=rows, survey=survey)
    tight = results()
    for row in tight[::50]:
        row |= {"met": False, "elapsed_min": 600.0}
    clean = ask(make(tmp_path / "a", **tables, target_result=tight), "S04")
    assert clean.check("S04")["result"] == "clean"
    wide = ask(make(tmp_path / "b", **tables, target_result=results()), "S04").check("S04")
    assert wide["detections"][0]["branch"] == "wider than nearly everything needs"


def test_s05_breach_unspoken(tmp_path: Path) -> None:
    rows = [incident(i) for i in range(400)]
    told = results()
    for row in told[::4]:
        row |= {"met": False, "notified_at": row["due_at"] + timedelta(hours=3)}
    tables = promises(record=rows)
    assert (
        ask(make(tmp_path / "a", **tables, target_result=told), "S05").check("S05")["result"]
        == "clean"
    )
    for row in told[::12]:
        row["notified_at"] = None
    result = ask(make(tmp_path / "b", **tables, target_result=told), "S05")
    assert "agreement:A0" in units(result, "S05")


def test_s05_credit_still_open(tmp_path: Path) -> None:
    from decimal import Decimal

    told = results()
    told[3] |= {"met": False, "notified_at": told[3]["due_at"], "credit_due": Decimal("50"),
                "credit_given": Decimal("50")}  # fmt: skip
    tables = promises(record=[incident(i) for i in range(400)])
    one = ask(make(tmp_path / "a", **tables, target_result=told), "S05").check("S05")
    assert one["result"] in (*CALM, "not_enough_evidence")
    told[3]["credit_given"] = Decimal("10")
    result = ask(make(tmp_path / "b", **tables, target_result=told), "S05")
    assert "customer:CU3" in units(result, "S05")
    evidence = result.check("S05")["detections"][0]["evidence"]
    assert [e["id"] for e in evidence] == ["I0003|resolve|false"]


def test_s06_the_chain_does_not_hold(tmp_path: Path) -> None:
    links = [
        {"id": f"U{i}", "service": "S1", "supplier": f"V{i}", "metric": "resolve", "value": 3.0,
         "unit": "hours"} for i in range(2)
    ]  # fmt: skip
    again = [links[0] | {"id": "U9", "breached_at": START + timedelta(days=9)}]
    clean = ask(make(tmp_path / "a", **promises(underpinning=links + again)), "S06")
    assert clean.check("S06")["result"] == "clean"
    links[1]["value"] = 6.0
    result = ask(make(tmp_path / "b", **promises(underpinning=links)), "S06")
    assert units(result, "S06") == {"service:S1", "supplier:V1"}


def test_s06_availability_multiplies(tmp_path: Path) -> None:
    tables = promises()
    tables["target"][1] |= {"metric": "availability", "value": 99.5, "unit": "percent"}
    tables["underpinning"] = [
        {"id": f"U{i}", "service": "S1", "supplier": f"V{i}", "metric": "availability",
         "value": 99.7, "unit": "percent"} for i in range(2)
    ]  # fmt: skip
    assert "service:S1" in units(ask(make(tmp_path, **tables), "S06"), "S06")
