"""Traps (method, section 8.2): worlds that mislead a naive count end in the right grey or warning.

Every world is built here from a fixed seed; asked is the whole audit's own door for a few rows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from tests.audit.golden.packs import AS_OF, START, ask, make
from trueup.audit.result import AuditResult

DAYS = 365
Row = dict[str, Any]


Shape = Callable[[int, Row, np.random.Generator], Row]


def world(n: int, seed: int, shape: Shape) -> list[Row]:
    """Closed incidents over the year, solved after some hours, closed some days later."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        opened = START + timedelta(minutes=int(rng.integers(0, (DAYS - 20) * 1440)))
        solved = opened + timedelta(hours=float(rng.gamma(2.0, 6.0)) + 0.2)
        row: Row = {
            "id": f"R{i:05}", "kind": "incident", "state": "closed", "priority": 3,
            "title": f"case {i} {i * 7919}", "team": f"team{i % 6}",
            "category": f"cat{i % 4}", "channel": "portal",
            "requester": f"p{i % 400}", "customer": f"c{i % 12}", "opened_at": opened,
            "resolved_at": solved, "closed_at": solved + timedelta(days=5),
        }  # fmt: skip
        rows.append(row | shape(i, row, rng))
    return rows


def plain(i: int, row: Row, rng: np.random.Generator) -> Row:
    return {}


def blocked(result: AuditResult, measure: str, gate: str) -> None:
    """A gate tripped; the measure is held back and says by whom."""
    assert result.check(gate)["result"] == "exceptions", result.check(gate)
    assert measure in result.check(gate)["blocks"]
    row = result.measure(measure)
    assert gate in row["blocked_by"], row
    assert row["light"] == "data_not_trustworthy"


def surveys(rows: list[Row], score: Callable[[Row, np.random.Generator], int | None]) -> list[Row]:
    rng = np.random.default_rng(5)
    asked = []
    for row in rows:
        csat = score(row, rng)
        if csat is None:
            continue
        answered = rng.random() < 0.5
        sent = row["closed_at"]
        asked.append({
            "id": f"S{row['id']}", "record": row["id"], "customer": row["customer"],
            "person": row["requester"], "team": row["team"], "sent_at": sent,
            "answered_at": sent + timedelta(hours=9) if answered else None,
            "csat": csat if answered else None,
        })  # fmt: skip
    return asked


def test_a_promise_clock_that_stops_at_closing(tmp_path: Path) -> None:
    """Fast solved tickets, closed late: the flag tells of the closing job, not of the service."""

    def late(i: int, row: Row, rng: np.random.Generator) -> Row:
        closed = row["resolved_at"] + timedelta(days=float(rng.uniform(1, 15)))
        met = closed - row["opened_at"] <= timedelta(days=8)
        return {"closed_at": closed, "reported_sla_met": bool(met)}

    rows = world(1500, 1, late)
    results = [{"record": r["id"], "metric": "resolve", "met": r["reported_sla_met"]} for r in rows]
    pack = make(tmp_path, record=rows, target_result=results, survey=surveys(rows, lambda r, g: 5))
    result = ask(pack, "Z03", "MC-11", "MB-12", "C01")
    blocked(result, "MC-11", "Z03")
    for check in result.check("C01")["detections"]:
        assert check["grade"] == "observation"
        assert "Z03" in check["capped_by"]


def test_mass_closing(tmp_path: Path) -> None:
    """A fifth of the year is closed on one afternoon."""
    heap = datetime(2026, 3, 24, 15, 0, tzinfo=AS_OF.tzinfo)

    def heaped(i: int, row: Row, rng: np.random.Generator) -> Row:
        return {"closed_at": heap + timedelta(seconds=i % 1200)} if (
            row["resolved_at"] < heap and i % 4 == 0) else {}  # fmt: skip

    result = ask(make(tmp_path, record=world(1500, 2, heaped)), "Z04", "MC-10", "I02")
    blocked(result, "MC-10", "Z04")
    assert "2026-03-24/2026-03-24" in {
        d["unit"]["id"] for d in result.check("Z04")["detections"]}  # fmt: skip


def test_asking_only_the_happy(tmp_path: Path) -> None:
    """Invitations went only to those whose ticket was not reopened, and mostly of two teams."""

    def again(i: int, row: Row, rng: np.random.Generator) -> Row:
        return {"reopen_count": int(rng.random() < 0.3)}

    rows = world(1500, 3, again)

    def happy(row: Row, rng: np.random.Generator) -> int | None:
        if row["reopen_count"] or (row["team"] not in ("team0", "team1") and rng.random() < 0.9):
            return None
        return int(rng.integers(4, 6))

    result = ask(make(tmp_path, record=rows, survey=surveys(rows, happy)), "C02", "MC-02", "MC-01")
    blocked(result, "MC-02", "C02")
    assert result.light("communication") in ("data_not_trustworthy", "not_enough_evidence")


def test_a_closed_only_export_is_seen_as_cut_off(tmp_path: Path) -> None:
    """Every ticket is closed although they take weeks and come to the last day."""

    def slow(i: int, row: Row, rng: np.random.Generator) -> Row:
        opened = START + timedelta(minutes=int(rng.integers(0, DAYS * 1440)))
        closed = opened + timedelta(days=float(rng.gamma(3.0, 7.0)))
        return {"opened_at": opened, "resolved_at": closed, "closed_at": closed}

    rows = [r for r in world(3000, 4, slow) if r["closed_at"] < AS_OF]
    result = ask(make(tmp_path, record=rows), "Z11", "MC-10", "I08")
    blocked(result, "MC-10", "Z11")


def test_shuffled_labels_name_no_team(tmp_path: Path) -> None:
    """Forty teams that differ by chance alone: nobody is named."""

    def chance(i: int, row: Row, rng: np.random.Generator) -> Row:
        return {"team": f"team{rng.integers(0, 40):02}", "category": f"cat{rng.integers(0, 30):02}",
                "reopen_count": int(rng.random() < 0.03), "requester": f"p{i}"}  # fmt: skip

    result = ask(make(tmp_path, record=world(2400, 6, chance)), "I02", "MC-10", "I08")
    assert result.check("I02")["detections"] == []
    assert result.check("I08")["detections"] == []
    by = result.measure("MC-10")["by"]
    assert [u for u in by if u["light"] == "red"] == []


def test_a_unit_of_seven_is_not_judged(tmp_path: Path) -> None:
    """Seven tickets of which four were reopened say nothing of their team."""

    def small(i: int, row: Row, rng: np.random.Generator) -> Row:
        tiny = i < 7
        return {"team": "tiny" if tiny else row["team"], "requester": f"p{i}",
                "reopen_count": int(i < 4) if tiny else int(rng.random() < 0.02)}  # fmt: skip

    result = ask(make(tmp_path, record=world(1200, 7, small)), "I02", "MC-10")
    named = {d["unit"]["id"] for d in result.check("I02")["detections"]}
    assert "tiny" not in named
    units = {u["unit"]["id"]: u["light"] for u in result.measure("MC-10")["by"]}
    assert units.get("tiny", "not_enough_evidence") == "not_enough_evidence"


def test_doubled_records_are_seen(tmp_path: Path) -> None:
    """The same tickets under two numbers, as two exports joined by hand leave them."""
    rows = world(500, 8, plain)
    twice = [r | {"id": "X" + r["id"]} for r in rows]
    result = ask(make(tmp_path, record=rows + twice), "Z08", "MC-10", "MC-14")
    blocked(result, "MC-10", "Z08")


def test_prices_that_change_in_the_middle_of_the_year_are_no_waste(tmp_path: Path) -> None:
    """Same quantities, a dearer second half: all of the variance is price, none is efficiency."""
    months = [date(2025 + (6 + m) // 12, (6 + m) % 12 + 1, 1) for m in range(12)]
    cost = [{"id": f"C{i}", "line": "cloud", "month": m, "quantity": 100.0,
             "amount": Decimal(1000 if i < 6 else 1300), "service": "s1"}
            for i, m in enumerate(months)]  # fmt: skip
    budget = [{"line": "cloud", "month": m, "amount": Decimal(1000), "driver": "units",
               "standard_price": Decimal(10), "standard_quantity": 100.0, "planned_units": 100.0,
               "service": "s1"} for m in months]  # fmt: skip
    usage = [{"service": "s1", "month": m, "units": 100.0} for m in months]
    pack = make(
        tmp_path, cost=cost, budget=budget, usage=usage, service=[{"id": "s1", "name": "s"}]
    )
    row = ask(pack, "MB-02").measure("MB-02")
    assert row["value"] is not None
    assert abs(row["value"] - 0.15) < 0.001
    told = row["definition"] + str(row)
    assert "efficiency" in told
    assert row["light"] in ("amber", "red")


def test_a_change_that_answers_trouble_is_not_blamed(tmp_path: Path) -> None:
    """Incidents rise before the change and fall after it: no verdict on the change."""
    rng = np.random.default_rng(9)
    rows: list[Row] = []
    changes, links = [], []
    for c in range(40):
        ci = f"ci{c % 20}"
        done = START + timedelta(days=90 + 6 * c, hours=12)
        if done > AS_OF - timedelta(days=6):
            break
        rows.append({"id": f"CH{c}", "kind": "change", "state": "closed", "opened_at":
                     done - timedelta(days=1), "closed_at": done, "team": "net",
                     "ci": ci})  # fmt: skip
        changes.append({"record": f"CH{c}", "type": "normal", "start": done - timedelta(hours=1),
                        "end": done, "outcome": "successful"})  # fmt: skip
        links.append({"change": f"CH{c}", "ci": ci})
        for k in range(int(rng.poisson(5))):
            at = done - timedelta(hours=float(rng.uniform(1, 70)))
            rows.append(incident(f"B{c}-{k}", at, ci))
        for k in range(int(rng.poisson(3))):
            at = done + timedelta(hours=float(rng.uniform(1, 70)))
            rows.append(incident(f"A{c}-{k}", at, ci))
    for i in range(1600):
        at = START + timedelta(minutes=int(rng.integers(0, (DAYS - 5) * 1440)))
        rows.append(incident(f"N{i}", at, f"ci{i % 20}"))
    items = [{"id": f"ci{i}", "name": f"ci{i}"} for i in range(20)]
    pack = make(tmp_path, record=rows, change=changes, change_ci=links, ci=items)
    row = ask(pack, "MR-02", "H04").measure("MR-02")
    assert row["light"] not in ("red", "green"), row
    assert ask(pack, "H04").check("H04")["result"] != "exceptions"


def incident(id: str, at: datetime, ci: str) -> Row:
    return {"id": id, "kind": "incident", "state": "closed", "priority": 3, "team": "net",
            "category": "app", "ci": ci, "opened_at": at,
            "resolved_at": at + timedelta(hours=4),
            "closed_at": at + timedelta(hours=30)}  # fmt: skip


def test_a_simpson_pair_gives_no_claim(tmp_path: Path) -> None:
    """A safeguard used on hard cases looks harmful; inside each stratum it helps."""
    rng = np.random.default_rng(10)
    rows, uses = [], []
    for i in range(3000):
        hard = bool(rng.random() < 0.5)
        used = bool(rng.random() < (0.85 if hard else 0.15))
        fails = bool(
            rng.random() < ((0.30 if used else 0.42) if hard else (0.02 if used else 0.04))
        )
        at = START + timedelta(hours=int(rng.integers(0, 8000)))
        rows.append({"id": f"CH{i}", "kind": "change", "state": "closed", "opened_at": at,
                     "closed_at": at + timedelta(hours=5), "priority": 2 if hard else 4,
                     "category": "hard" if hard else "easy", "fails": fails})  # fmt: skip
        uses.append({"control": "K1", "record": f"CH{i}", "at": at, "done": used})
    changes = [{"record": r["id"], "type": "normal", "risk_class": "high" if r["priority"] == 2
                else "low", "start": r["opened_at"], "end": r["closed_at"],
                "outcome": "failed" if r["fails"] else "successful"} for r in rows]  # fmt: skip
    control = [{"id": "K1", "title": "four eyes", "required_for": "change",
                "last_test": date(2026, 5, 1), "test_result": "passed"}]  # fmt: skip
    pack = make(tmp_path, record=rows, change=changes, control=control, control_use=uses)
    row = ask(pack, "MR-08").measure("MR-08")
    assert row["light"] != "red", row
    told = f"{row['needs']} {row['definition']} {row}"
    assert "harm" not in told.lower()


def test_regression_to_the_mean_is_no_effect(tmp_path: Path) -> None:
    """The worst team of a lucky draw falls back by itself: the frozen test does not say effective.

    The baseline was frozen at the team's raw 20 %; all teams were at 8 % all the time.
    """

    def same(i: int, row: Row, rng: np.random.Generator) -> Row:
        return {"reopen_count": int(rng.random() < 0.08), "requester": f"p{i}"}

    rows = world(1500, 11, same)
    finding = [{"id": "F1", "check": "I02", "scope": "team:team3", "opened_at":
                datetime(2025, 12, 1, tzinfo=AS_OF.tzinfo)}]  # fmt: skip
    frozen = [{"finding": "F1", "measure": "I02", "baseline": 0.20, "expected": 0.10, "n_min": 30,
               "frozen_at": datetime(2025, 12, 20, tzinfo=AS_OF.tzinfo),
               "ready_on": date(2026, 6, 1)}]  # fmt: skip
    pack = make(tmp_path, record=rows, finding=finding, verification=frozen)
    told = ask(pack, "I02").data["verifications"]
    assert [v["result"] for v in told] != ["effective"], told


def one_team(tmp_path: Path, before: float, after: float) -> list[str]:
    """What the frozen test says where one team's share of reopened tickets goes so; others 1 %."""
    froze = datetime(2025, 12, 20, tzinfo=AS_OF.tzinfo)

    def one(i: int, row: Row, rng: np.random.Generator) -> Row:
        bad = 0.01
        if row["team"] == "team3":
            bad = before if row["opened_at"] < froze else after
        return {"reopen_count": int(rng.random() < bad), "requester": f"p{i}"}

    found = {"id": "F1", "check": "I02", "scope": "team:team3", "opened_at": froze}
    frozen = {"finding": "F1", "measure": "I02", "baseline": 0.20, "expected": 0.10, "n_min": 30,
              "frozen_at": froze, "ready_on": date(2026, 6, 1)}  # fmt: skip
    pack = make(tmp_path, record=world(3000, 12, one), finding=[found], verification=[frozen])
    return [v["result"] for v in ask(pack, "I02").data["verifications"]]


def test_a_team_is_not_verified_by_the_others(tmp_path: Path) -> None:
    """One team stays bad, the rest is good: the whole may not stand in for the team."""
    assert one_team(tmp_path, 0.20, 0.20) != ["effective"]


def test_a_real_effect_on_one_team_is_seen(tmp_path: Path) -> None:
    assert one_team(tmp_path, 0.20, 0.02) == ["effective"]


def the_whole(tmp_path: Path, before: float, after: float) -> list[str]:
    """What the frozen test says where the whole desk's share of reopened tickets goes so; the
    worst month before the freeze, 12 %, was taken as baseline."""
    froze = datetime(2025, 12, 20, tzinfo=AS_OF.tzinfo)

    def one(i: int, row: Row, rng: np.random.Generator) -> Row:
        days = (froze - row["opened_at"]).days
        bad = after if days < 0 else 0.12 if days < 30 else before
        return {"reopen_count": int(rng.random() < bad), "requester": f"p{i}"}

    found = {"id": "F1", "check": "I02", "scope": "organisation", "opened_at": froze}
    frozen = {"finding": "F1", "measure": "I02", "baseline": 0.12, "expected": 0.06, "n_min": 30,
              "frozen_at": froze, "ready_on": date(2026, 6, 1)}  # fmt: skip
    pack = make(tmp_path, record=world(3000, 14, one), finding=[found], verification=[frozen])
    return [v["result"] for v in ask(pack, "I02").data["verifications"]]


def test_the_worst_month_of_the_whole_is_no_baseline(tmp_path: Path) -> None:
    """Regression to the mean without peers: the own year before stands in for them (7.4)."""
    assert the_whole(tmp_path, 0.03, 0.03) != ["effective"]


def test_a_real_effect_on_the_whole_is_seen(tmp_path: Path) -> None:
    assert the_whole(tmp_path, 0.12, 0.03) == ["effective"]


def test_a_world_without_any_fault_is_left_alone(tmp_path: Path) -> None:
    """The traps' own plain world: none of the gates above trips on it."""
    rows = world(1500, 13, lambda i, row, rng: {"requester": f"p{i}"})
    gates = ("Z02", "Z03", "Z04", "Z08")
    result = ask(make(tmp_path, record=rows), *gates)
    assert {result.check(g)["result"] for g in gates} <= {
        "clean", "not_enough_evidence", "not_applicable"}  # fmt: skip
