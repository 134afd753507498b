"""Golden cases of change and release: one that fires, one that does not, and the traps."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.audit.golden.packs import START, ask, make, units
from trueup.audit.checks.change import h04_incidents_follow_changes

Rows = list[dict[str, Any]]
SERVICES = [
    {"id": "S1", "name": "Mail", "criticality": 1},
    {"id": "S2", "name": "Wiki", "criticality": 4},
]


def change(i: int, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A quiet normal change with its record, one every 14 hours."""
    at = START + timedelta(days=60, hours=14 * i)
    service = more.pop("service", "S2")
    home = {
        "id": f"C{i:04d}", "kind": "change", "state": "closed", "opened_at": at - timedelta(days=9),
        "team": f"T{i % 3}", "service": service, "requester": "P9",
    }  # fmt: skip
    row = {
        "record": f"C{i:04d}", "type": "normal", "risk_class": "low", "plan_start": at,
        "plan_end": at + timedelta(hours=2), "start": at, "end": at + timedelta(hours=1),
        "outcome": "successful", "required_approval": "A3", "test_evidence": True,
        "backout_plan": True, "reviewed_at": None, "implementer": "P1",
    }  # fmt: skip
    return home | more.pop("record", {}), row | more


def approval(row: dict[str, Any], **more: Any) -> dict[str, Any]:
    at = row["start"] - timedelta(hours=20)
    return {
        "id": f"A-{row['record']}", "entity": "record", "entity_id": row["record"], "level": "A3",
        "approver": "P5", "decision": "approved", "at": at, "recorded_at": at,
    } | more  # fmt: skip


def world(n: int = 400) -> dict[str, Rows]:
    pairs = [change(i) for i in range(n)]
    rows = [row for _, row in pairs]
    return {
        "record": [home for home, _ in pairs], "change": rows, "service": SERVICES,
        "approval": [approval(row) for row in rows],
    }  # fmt: skip


CALM = ("clean", "watch")


def test_h01_h02_h06_h08_clean_world(tmp_path: Path) -> None:
    result = ask(
        make(tmp_path, **world()), "H01", "H02", "H03", "H06", "H08", "MR-01", "MR-05", "MR-06"
    )
    for id in ("H01", "H02", "H03", "H06"):
        assert result.check(id)["result"] in CALM, id
    assert result.check("H08")["result"] == "not_applicable"
    assert {result.measure(m)["light"] for m in ("MR-01", "MR-05", "MR-06")} == {"green"}


def test_h01_one_unapproved_change_on_a_critical_service_trips(tmp_path: Path) -> None:
    tables = world()
    tables["record"][7]["service"] = "S1"
    tables["approval"].pop(7)
    result = ask(make(tmp_path, **tables), "H01", "H02", "MR-06")
    check = result.check("H01")
    assert check["result"] == "exceptions"
    assert "service:S1" in units(result, "H01")
    assert [row["id"] for row in check["detections"][0]["evidence"]] == ["C0007|normal"]
    assert result.check("H02")["result"] in CALM


def test_h01_wrong_level_is_no_approval(tmp_path: Path) -> None:
    tables = world()
    for i in range(0, 90, 3):
        tables["approval"][i]["level"] = "peer"
    result = ask(make(tmp_path, **tables), "H01", "MR-06")
    assert result.check("H01")["exceptions"] == 30
    assert units(result, "H01") == {"team:T0", "service:S2"}
    assert result.measure("MR-06")["light"] == "red"
    assert result.measure("MR-06")["value"] == pytest.approx(30 / 400)


def test_h02_late_yes_and_late_writing(tmp_path: Path) -> None:
    tables = world()
    for i in range(0, 60, 3):
        said = tables["approval"][i]
        said["recorded_at"] = tables["change"][i]["start"] + timedelta(hours=1)
    result = ask(make(tmp_path, **tables), "H01", "H02")
    assert result.check("H01")["result"] in CALM
    assert result.check("H02")["exceptions"] == 20
    assert "team:T0" in units(result, "H02")


def test_h02_an_emergency_may_be_written_down_within_two_working_days(tmp_path: Path) -> None:
    tables = world()
    for i in range(40):
        row = tables["change"][i]
        row["type"] = "emergency"
        tables["approval"][i] |= {
            "at": row["start"] + timedelta(hours=3),
            "recorded_at": row["start"] + timedelta(hours=3),
        }
    assert ask(make(tmp_path / "a", **tables), "H02").check("H02")["exceptions"] == 0
    for i in range(40):
        row = tables["change"][i]
        tables["approval"][i]["recorded_at"] = row["start"] + timedelta(days=9)
    assert ask(make(tmp_path / "b", **tables), "H02").check("H02")["exceptions"] == 40


def test_h03_emergencies_known_in_advance(tmp_path: Path) -> None:
    tables = world()
    for i in range(0, 400, 5):
        tables["change"][i]["type"] = "emergency"
    result = ask(make(tmp_path, **tables), "H03", "MR-05")
    row = result.check("H03")
    assert row["result"] == "exceptions"
    assert row["detections"][0]["branch"] == "known before"
    assert result.measure("MR-05")["light"] == "red"


def test_h06_left_the_window(tmp_path: Path) -> None:
    tables = world()
    for i in range(0, 400, 3):
        if i % 2 == 0:
            tables["change"][i]["end"] = tables["change"][i]["plan_end"] + timedelta(minutes=30)
    result = ask(make(tmp_path, **tables), "H06")
    assert "team:T0" in units(result, "H06")
    assert "team:T1" not in units(result, "H06")


def test_h06_large_overrun_on_a_critical_service_trips_alone(tmp_path: Path) -> None:
    tables = world()
    tables["record"][3]["service"] = "S1"
    tables["change"][3]["end"] = tables["change"][3]["plan_end"] + timedelta(hours=1)
    result = ask(make(tmp_path, **tables), "H06")
    assert "service:S1" in units(result, "H06")


def test_h08_risky_without_test(tmp_path: Path) -> None:
    tables = world()
    for i, row in enumerate(tables["change"]):
        row["risk_class"] = "medium"
        row["test_evidence"] = not (i % 3 == 1 and i % 2 == 0)
    result = ask(make(tmp_path / "a", **tables), "H08")
    assert "team:T1" in units(result, "H08")
    assert "team:T0" not in units(result, "H08")
    for row in tables["change"]:
        row["test_evidence"] = True
    assert ask(make(tmp_path / "b", **tables), "H08").check("H08")["result"] == "clean"


def test_h09_failed_without_review(tmp_path: Path) -> None:
    tables = world()
    for i in (10, 20, 30):
        end = tables["change"][i]["end"]
        tables["change"][i] |= {"outcome": "failed", "reviewed_at": end + timedelta(days=3)}
    clean = ask(make(tmp_path / "a", **tables), "H09")
    assert clean.check("H09")["result"] == "clean"
    assert clean.check("H09")["tested"] == 3
    tables["change"][20]["reviewed_at"] = None
    result = ask(make(tmp_path / "b", **tables), "H09")
    assert {"record:C0020", "team:T2"} <= units(result, "H09")


def test_h10_low_fails_more_than_medium(tmp_path: Path) -> None:
    tables = world()
    for i, row in enumerate(tables["change"]):
        row["risk_class"] = "low" if i % 2 else "medium"
        row["outcome"] = "failed" if i % 2 and i % 10 < 3 else "successful"
    assert ask(make(tmp_path / "a", **tables), "H10").check("H10")["result"] == "exceptions"
    for i, row in enumerate(tables["change"]):
        row["outcome"] = "failed" if i % 2 == 0 and i % 10 < 2 else "successful"
    result = ask(make(tmp_path / "b", **tables), "H10", "MR-01")
    assert result.check("H10")["result"] == "clean"
    assert result.measure("MR-01")["value"] == pytest.approx(0.1)


def cis(tables: dict[str, Rows], per: int = 8) -> None:
    tables["ci"] = [{"id": f"K{k}", "name": f"node {k}", "criticality": 3} for k in range(per)]
    tables["change_ci"] = [
        {"change": row["record"], "ci": f"K{i % per}"} for i, row in enumerate(tables["change"])
    ]
    tables["relation"] = [
        {"parent": f"K{k}", "child": f"K{k + 100}", "kind": "depends_on"} for k in range(per)
    ]


def test_a_yes_or_no_control_speaks_from_the_first_case_on(tmp_path: Path) -> None:
    """9.3: nothing found is clean with its honest upper end; a share still needs its cases."""
    few = world(20)
    approved = [approval(row) for row in few["change"]]
    few["approval"] = approved
    for id in ("H01", "H02"):
        row = ask(make(tmp_path / id, **few), id).check(id)
        assert row["result"] == "clean"
        assert (row["value"], row["low"]) == (0.0, 0.0)
        assert 0.1 < row["high"] < 0.13
        assert row["needs"] == "None of 20: at most 11.9%."
    few["approval"] = approved[1:]
    row = ask(make(tmp_path / "elsewhere", **few), "H01").check("H01")
    assert row["result"] == "not_enough_evidence"
    few["change"][0]["risk_class"] = "high"
    row = ask(make(tmp_path / "critical", **few), "H01").check("H01")
    assert row["result"] == "exceptions"


def test_h07_collision_on_a_critical_component(tmp_path: Path) -> None:
    tables = world()
    cis(tables)
    result = ask(make(tmp_path / "a", **tables), "H07", "MR-04")
    assert result.check("H07")["result"] == "clean"
    assert result.measure("MR-04")["light"] == "green"
    tables["ci"][0]["criticality"] = 1
    first, second = tables["change"][0], tables["change"][8]
    second |= {"start": first["start"] + timedelta(minutes=10), "end": first["end"]}
    result = ask(make(tmp_path / "b", **tables), "H07", "MR-04")
    assert "ci:K0" in units(result, "H07")
    named = {row["id"] for row in result.check("H07")["detections"][0]["evidence"]}
    assert named == {"C0000|normal", "C0008|normal"}
    assert result.measure("MR-04")["value"] == 1


def test_h07_two_changes_of_one_release_do_not_collide(tmp_path: Path) -> None:
    tables = world()
    cis(tables)
    tables["ci"][0]["criticality"] = 1
    first, second = tables["change"][0], tables["change"][8]
    second |= {"start": first["start"], "end": first["end"]}
    tables["release"] = [{"record": "REL"}]
    tables["release_change"] = [{"release": "REL", "change": c} for c in ("C0000", "C0008")]
    assert ask(make(tmp_path, **tables), "H07").check("H07")["result"] == "clean"


def incidents(
    tables: dict[str, Rows], extra: float, before: bool = False, named: bool = False
) -> None:
    """Four quiet incidents a day over all CIs; with a share, one more soon after (or before)."""
    rng = random.Random(4)
    found = []
    for day in range(365):
        for _ in range(4):
            at = START + timedelta(days=day, hours=rng.uniform(0, 24))
            found.append((at, f"K{rng.randrange(8)}", None))
    for i, row in enumerate(tables["change"]):
        if rng.random() < extra:
            hours = timedelta(hours=rng.uniform(1, 70))
            at = row["start"] - hours if before else row["end"] + hours
            found.append((at, f"K{i % 8}", row["record"] if named else None))
    for n, (at, ci, cause) in enumerate(sorted(found, key=lambda f: f[0])):
        tables["record"].append(
            {"id": f"I{n:05d}", "kind": "incident", "state": "closed", "opened_at": at, "ci": ci,
             "priority": 3, "team": "T9", "caused_by_change": cause, "resolved_at": at}
        )  # fmt: skip


def spread(n: int = 60) -> dict[str, Rows]:
    """Changes far apart on each CI, so that ordinary weeks can be found for comparison."""
    tables = world(n)
    for i, row in enumerate(tables["change"]):
        at = START + timedelta(days=70 + 4 * i, hours=9)
        row |= {"start": at, "end": at + timedelta(hours=1), "plan_start": at,
                "plan_end": at + timedelta(hours=2)}  # fmt: skip
    cis(tables)
    return tables


def test_mr02_h04_incidents_follow_changes(tmp_path: Path) -> None:
    tables = spread()
    incidents(tables, 2.0)
    incidents_twice = [
        r | {"id": r["id"] + "b"} for r in tables["record"] if r["id"].startswith("I")
    ]
    assert incidents_twice
    result = ask(make(tmp_path, **tables), "MR-02", "H04")
    row = result.measure("MR-02")
    assert row["light"] == "red"
    assert row["low"] > 1.5
    assert result.check("H04")["result"] == "exceptions"


def test_h04_names_the_group_and_not_those_that_share_its_changes(tmp_path: Path) -> None:
    """Team T0's changes hurt. Category A holds half of them and some calm ones of team T1."""
    tables, rng = spread(96), random.Random(5)
    incidents(tables, 0.0)
    homes = {row["id"]: row for row in tables["record"]}
    for i, row in enumerate(tables["change"]):
        home = homes[row["record"]]
        home["team"], inside = f"T{i % 2}", i % 4 == 0 or i % 8 == 1
        home["category"] = "A" if inside else f"B{i % 3}"
        row |= {"risk_class": "low", "test_evidence": True}
        for n in range(4 if i % 2 == 0 else 0):
            at = row["end"] + timedelta(hours=rng.uniform(1, 70))
            tables["record"].append(
                {"id": f"X{i}-{n}", "kind": "incident", "state": "closed", "opened_at": at,
                 "ci": f"K{i % 8}", "priority": 3, "team": "T9", "resolved_at": at}
            )  # fmt: skip
    named = units(ask(make(tmp_path, **tables), "H04"), "H04")
    assert "team:T0" in named
    assert "category:A" not in named
    assert not {unit for unit in named if unit.startswith(("category:risk", "category:test"))}
    assert "team:T1" not in named


def test_mr02_is_green_where_nothing_follows(tmp_path: Path) -> None:
    tables = spread()
    incidents(tables, 0.0)
    result = ask(make(tmp_path, **tables), "MR-02", "H04")
    assert result.measure("MR-02")["light"] in ("green", "amber", "not_enough_evidence")
    assert result.measure("MR-02")["low"] < 1.2
    assert result.check("H04")["result"] in CALM


def test_mr02_changes_that_answer_trouble_are_not_blamed(tmp_path: Path) -> None:
    """The trap of reverse cause: incidents before the change, as many after it."""
    tables = spread()
    incidents(tables, 2.0, before=True)
    late = [r for r in tables["record"] if r["id"].startswith("I")]
    for n, row in enumerate(tables["change"]):
        at = row["end"] + timedelta(hours=5)
        late.append(
            {"id": f"L{n}", "kind": "incident", "state": "closed", "opened_at": at,
             "ci": f"K{n % 8}", "priority": 3, "team": "T9", "resolved_at": at}
        )  # fmt: skip
    tables["record"] = [r for r in tables["record"] if not r["id"].startswith("I")] + late
    result = ask(make(tmp_path, **tables), "MR-02", "H04")
    assert result.measure("MR-02")["light"] != "red"
    assert result.check("H04")["result"] in CALM


def mondays(lift_before: float, lift_after: float) -> dict[str, Rows]:
    """One change each Monday; incidents come on working days only, more often around changes."""
    rng, tables = random.Random(4), world(40)
    monday = START + timedelta(days=(7 - START.weekday()) % 7, weeks=9, hours=9)
    busy: dict[tuple[int, date], float] = {}
    for i, row in enumerate(tables["change"]):
        at = monday + timedelta(weeks=i)
        row |= {"start": at, "end": at + timedelta(hours=1), "plan_start": at,
                "plan_end": at + timedelta(hours=2)}  # fmt: skip
        for day in range(-3, 3):
            busy[i % 8, (at + timedelta(days=day)).date()] = lift_before if day < 0 else lift_after
    cis(tables)
    for day in range(360):
        at = START + timedelta(days=day, hours=12)
        for k in range(8 if at.weekday() < 5 else 0):
            for n in range(2):
                if rng.random() < 0.15 + busy.get((k, at.date()), 0.0):
                    tables["record"].append(
                        {"id": f"I{day}-{k}-{n}", "kind": "incident", "state": "closed",
                         "opened_at": at + timedelta(minutes=30 * n), "ci": f"K{k}",
                         "priority": 3, "team": "T9", "resolved_at": at + timedelta(hours=2)}
                    )  # fmt: skip
    return tables


def test_mr02_h04_trouble_on_both_sides_of_a_change_after_a_weekend(tmp_path: Path) -> None:
    """The window before a Monday holds a weekend: it is compared with other such windows."""
    both = ask(make(tmp_path / "a", **mondays(0.5, 0.5)), "MR-02", "H04")
    assert both.check("H04")["result"] in CALM
    assert both.measure("MR-02")["light"] != "red"
    after = ask(make(tmp_path / "b", **mondays(0.0, 0.5)), "MR-02", "H04")
    assert after.check("H04")["result"] == "exceptions"
    assert after.measure("MR-02")["light"] == "red"


def linked(share: float, lift: float) -> dict[str, Rows]:
    """Incidents rise after changes; a share of those that changes brought names the change."""
    tables, rng = spread(), random.Random(6)
    incidents(tables, lift, named=True)
    for row in tables["record"]:
        if row.get("caused_by_change") and rng.random() >= share:
            row["caused_by_change"] = None
    return tables


def test_h05_z08_only_what_changes_brought_must_name_a_change(tmp_path: Path) -> None:
    """Half of what comes in those hours would have come anyway, so it can name no change."""
    healthy = ask(make(tmp_path / "a", **linked(0.9, 0.8)), "H05", "Z08", "MR-02")
    assert healthy.measure("MR-02")["low"] > 1.0
    assert healthy.check("H05")["result"] in CALM
    assert healthy.check("Z08")["result"] in CALM
    silent = ask(make(tmp_path / "b", **linked(0.1, 0.8)), "H05", "Z08", "MR-02")
    assert silent.check("H05")["result"] == "exceptions"
    row = silent.check("Z08")["detections"][0]
    assert row["branch"] == "unlinked"
    assert row["low"] <= 0.9 <= row["high"]


def test_h05_damage_without_a_name(tmp_path: Path) -> None:
    tables = spread()
    incidents(tables, 1.0)
    tables["record"][-1]["caused_by_change"] = "C0001"
    result = ask(make(tmp_path / "a", **tables), "H05")
    assert result.check("H05")["result"] == "exceptions"
    tables = spread()
    incidents(tables, 1.0, named=True)
    assert ask(make(tmp_path / "b", **tables), "H05").check("H05")["result"] in CALM


def release(n: int, at: datetime, **more: Any) -> dict[str, Any]:
    return {"record": f"R{n:03d}", "acceptance": "passed", "deployed_at": at} | more


def released() -> dict[str, Rows]:
    tables = world(200)
    tables["release"] = [
        release(n, row["start"] + timedelta(minutes=20)) for n, row in enumerate(tables["change"])
    ]
    tables["ci"] = [{"id": "K0", "name": "node", "criticality": 3}]
    tables["release_change"] = [
        {"release": f"R{n:03d}", "change": row["record"]} for n, row in enumerate(tables["change"])
    ]
    tables["record"] += [
        {"id": f"R{n:03d}", "kind": "release", "state": "closed", "opened_at": START,
         "service": "S2", "team": "T1"}
        for n in range(200)
    ]  # fmt: skip
    return tables


def test_d01_d02_clean(tmp_path: Path) -> None:
    result = ask(make(tmp_path, **released()), "D01", "D02")
    assert result.check("D01")["result"] in CALM
    assert result.check("D02")["result"] in CALM


def test_d01_critical_release_without_acceptance(tmp_path: Path) -> None:
    tables = released()
    tables["release"][5]["acceptance"] = "missing"
    next(r for r in tables["record"] if r["id"] == "R005")["service"] = "S1"
    assert "service:S1" in units(ask(make(tmp_path, **tables), "D01"), "D01")


def test_d02_deployed_outside_every_change(tmp_path: Path) -> None:
    tables = released()
    for n in range(40):
        tables["release"][n]["deployed_at"] += timedelta(days=40)
    check = ask(make(tmp_path, **tables), "D02").check("D02")
    assert check["result"] == "exceptions"
    assert check["exceptions"] == 40


@pytest.mark.parametrize(("low", "level"), [(0.9, 0.05), (1.2, 0.005)])
def test_h04_groups_share_one_error_where_changes_react_to_trouble(
    low: float, level: float
) -> None:
    every = SimpleNamespace(ratio=SimpleNamespace(control=SimpleNamespace(low=low)))
    assert h04_incidents_follow_changes._level(every, 10) == pytest.approx(level)
