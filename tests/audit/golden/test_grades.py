"""Golden cases of the grading rule: grounds (a) to (e), what came back, and what caps (2.2-2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, START, ask, make
from trueup.audit.catalogue import all_checks
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Estimate, Unit
from trueup.audit.detecting import Checked, Detection, detection_key, raised_together
from trueup.audit.grading import Grading, grade_of_case, on_one_criterion
from trueup.audit.report.build import build

MINOR = all_checks()["F07"]
SUPPLIER = Unit("supplier", "S1")


def case(bad: int = 1, of: int = 100, **more: Any) -> Case:
    rate = bad / of
    return Case(SUPPLIER, Estimate(rate, rate, rate, of, exact=True), bad, of, **more)


def grade(one: Case, check: Check = MINOR, evidence: Any = "B", many: bool = False,
          **grading: Any) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    return grade_of_case(check, one, evidence, many, Grading(**grading))


def test_isolated_and_small_is_minor() -> None:
    assert grade(case(), materiality=1000, hours=40, customers=5) == ("minor", ())


@pytest.mark.parametrize(
    ("bad", "of", "expected"), [(10, 100, "major"), (9, 100, "minor"), (4, 20, "minor")]
)
def test_a_systemic_from_a_tenth_and_five(bad: int, of: int, expected: str) -> None:
    assert grade(case(bad, of))[0] == expected


def test_a_the_lower_bound_counts_not_the_point() -> None:
    wide = replace(case(12, 100), estimate=Estimate(0.12, 0.08, 0.18, 100))
    assert grade(wide)[0] == "minor"
    sure = replace(case(20, 100), estimate=Estimate(0.20, 0.14, 0.27, 100))
    assert grade(sure) == ("major", ("systemic",))


def test_a_two_units() -> None:
    assert grade(case(), many=True) == ("major", ("units",))


def test_b_a_critical_case() -> None:
    assert grade(case(mandatory=True)) == ("major", ("critical",))


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (Effect(money=(1000.0, 2000.0, 3000.0)), "major"),
        (Effect(money=(999.0, 2000.0, 3000.0)), "minor"),
        (Effect(hours=(40.0, 60.0, 90.0)), "major"),
        (Effect(hours=(39.0, 60.0, 90.0)), "minor"),
        (Effect(customers=5), "major"),
        (Effect(customers=4), "minor"),
    ],
)
def test_c_the_lower_bound_of_the_effect_is_material(effect: Effect, expected: str) -> None:
    got = grade(case(effect=effect), materiality=1000, hours=40, customers=5)
    assert got[0] == expected


def test_d_the_trail_itself() -> None:
    broken = replace(MINOR, trail=True)
    assert grade(case(), broken) == ("major", ("trail",))


@pytest.mark.parametrize("evidence", ["C", "D"])
def test_evidence_c_raises_nothing(evidence: str) -> None:
    assert grade(case(50, 100), evidence=evidence)[0] == "minor"  # capped to observation later


@pytest.mark.parametrize("severity", ["observation", "opportunity"])
def test_where_no_criterion_is_broken_nothing_makes_it_major(severity: Any) -> None:
    assert grade(case(50, 100, mandatory=True), replace(MINOR, severity=severity))[0] == severity


def test_came_back_is_one_step_higher() -> None:
    for scope in ("supplier:S1", "S1"):
        closed = {("F07", scope): "2026-03-01"}
        assert grade(case(), recurring=closed) == ("major", ("again:2026-03-01",))
        light = replace(MINOR, severity="opportunity")
        assert grade(case(), light, recurring=closed)[0] == "observation"
    for other in ("S2", "*", "customer:S1"):
        assert grade(case(), recurring={("F07", other): "2026-03-01"})[0] == "minor"
    whole = replace(case(), unit=ORGANISATION)
    assert grade(whole, recurring={("F07", "*"): "2026-03-01"})[0] == "major"
    assert grade(case(), recurring={("F06", "S1"): "2026-03-01"})[0] == "minor"


def test_where_nobody_is_independent_minor_is_the_highest() -> None:
    got = grade(case(50, 100, mandatory=True), independent=False)
    assert got == ("minor", ("systemic", "critical", "supervised"))
    heavy = replace(MINOR, severity="major")
    assert grade(case(), heavy, independent=False)[0] == "minor"


# -- (e) -------------------------------------------------------------------------------------
def _check(id: str, *refs: str) -> Check:
    return replace(MINOR, id=id, refs=refs)


def _tripped(check: Check, grade: Any = "minor") -> Checked:
    key = detection_key(check.id, SUPPLIER, "")
    found = Detection(key, check, replace(case()), grade, "B", "high")
    return Checked(check, "exceptions", None, detections=(found,))


def test_e_three_open_minors_on_one_criterion() -> None:
    checks = [_check(id, "ISO 20000-1 8.4.1", "COBIT APO10") for id in ("A1", "A2", "A3")]
    far = _check("A4", "ISO 20000-1 9.1", "COBIT APO10")
    three = raised_together([_tripped(c) for c in (*checks, far)], Grading())
    assert [c.detections[0].grade for c in three] == ["major", "major", "major", "minor"]
    assert three[0].detections[0].grounds == ("together",)
    two = raised_together([_tripped(c) for c in (*checks[:2], far)], Grading())
    assert {c.detections[0].grade for c in two} == {"minor"}
    lighter = [_tripped(checks[0]), _tripped(checks[1]), _tripped(checks[2], "observation")]
    assert raised_together(lighter, Grading()) == lighter


def test_e_minors_still_open_from_before_count_once_each() -> None:
    now = {id: _check(id, "FitSM PR8.4") for id in ("A1", "A2")}
    before = _check("A3", "FitSM PR8.4")
    known = {**now, "A3": before}
    assert on_one_criterion(now, frozenset({"A3"}), known) == {"A1", "A2"}
    assert on_one_criterion(now, frozenset({"A1", "A2"}), known) == frozenset()
    assert on_one_criterion(now, frozenset({"gone"}), known) == frozenset()


def test_e_cross_references_are_no_criteria() -> None:
    checks = {id: _check(id, "COBIT APO10", "ITIL Supplier management") for id in "ABC"}
    assert on_one_criterion(checks, frozenset(), checks) == frozenset()


# -- through a whole run ---------------------------------------------------------------------
def _twice(amount: int = 500) -> Iterator[dict[str, Any]]:
    for i in range(2):
        yield {"id": f"P{i}", "supplier": "S1", "amount": amount, "invoice_no": "R-77",
               "at": START + timedelta(days=100 + i)}  # fmt: skip
    for i in range(40):
        yield {"id": f"Q{i}", "supplier": f"T{i}", "amount": 100 + i, "invoice_no": f"K{i}5{i}",
               "at": START + timedelta(days=7 * i)}  # fmt: skip


def _closed(at: datetime, **more: Any) -> dict[str, Any]:
    return {"id": "F1", "check": "F07", "scope": "supplier:S1", "opened_at": START,
            "grade": "minor", "closed_at": at, "result": "effective"} | more  # fmt: skip


def _grade_of(folder: Path, **tables: Any) -> str:
    result = ask(make(folder, purchase=[*_twice()], **tables), "F07", F07__tolerance="0.01")
    (found,) = [d for d in result.check("F07")["detections"] if d["unit"]["id"] == "S1"]
    return str(found["grade"])


def test_a_problem_closed_as_solved_this_year_that_trips_again(tmp_path: Path) -> None:
    fresh = AS_OF - timedelta(days=200)
    assert _grade_of(tmp_path / "a") == "minor"
    assert _grade_of(tmp_path / "b", finding=[_closed(fresh)]) == "major"
    assert _grade_of(tmp_path / "c", finding=[_closed(AS_OF - timedelta(days=400))]) == "minor"
    assert _grade_of(tmp_path / "d", finding=[_closed(fresh, result="accepted")]) == "minor"
    assert _grade_of(tmp_path / "e", finding=[_closed(fresh, scope="supplier:T3")]) == "minor"


def test_the_small_shop_is_capped_and_says_so(tmp_path: Path) -> None:
    pack = make(tmp_path, purchase=[*_twice(50_000)])
    free = ask(pack, "F07")
    assert {d["grade"] for d in free.check("F07")["detections"]} == {"major"}
    own = ask(pack, "F07", independent_auditor="0")
    assert {d["grade"] for d in own.check("F07")["detections"]} == {"minor"}
    assert own.data["honesty"]["limits"][0].startswith("Supervised self-audit")
    assert own.data["parameters"]["changed_defaults"][0]["id"] == "independent_auditor"
    page_one = build(own).unjudged
    assert page_one.startswith("Supervised self-audit: nobody independent of the work audits it")
    assert page_one.endswith("key measures.")
    assert not build(free).unjudged.startswith("Supervised")


def test_m03_needs_what_it_compares(tmp_path: Path) -> None:
    rows = [{"id": "F1", "check": "I01", "opened_at": START + timedelta(days=20)}]
    row = ask(make(tmp_path / "a", finding=rows), "M03").check("M03")
    assert (row["result"], row["missing"]) == (
        "not_enough_evidence", ["finding.scope", "finding.closed_at", "finding.result"],
    )  # fmt: skip
    full = [rows[0] | {"scope": "s1", "closed_at": None, "result": None}]
    assert ask(make(tmp_path / "b", finding=full), "M03").check("M03")["result"] == "clean"
