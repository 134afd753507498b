"""How far each criterion is met (audit method, 2.3 and 2.6 part 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trueup.audit.catalogue import all_checks
from trueup.audit.declare import Case, Estimate, Unit
from trueup.audit.detecting import Checked, Detection
from trueup.audit.findings.criteria import criteria, degree

CHECK = all_checks()["F07"]


def ran(result: str, *grades: Any, severity: Any = "minor", refs: Any = ("ISO 1",)) -> Checked:
    check = replace(CHECK, severity=severity, refs=refs)
    case = Case(Unit("supplier", "S"), Estimate(1, 1, 1, 1), 1, 1)
    found = tuple(Detection(f"k{i}", check, case, g, "B", "high") for i, g in enumerate(grades))
    return Checked(check, result, None, detections=found)


CLEAN, WATCH = ran("clean"), ran("watch")
MINOR, MAJOR = ran("exceptions", "minor"), ran("exceptions", "major", severity="major")
HELD = ran("exceptions", "observation")
OBSERVED = ran("exceptions", "observation", severity="observation")
BETTER = ran("exceptions", "opportunity", severity="opportunity")
GREY = ran("not_enough_evidence")


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        ([CLEAN], "met"),
        ([CLEAN, GREY], "met"),
        ([CLEAN, BETTER, OBSERVED], "met"),
        ([BETTER], "met"),
        ([WATCH], "partly"),
        ([CLEAN, WATCH], "partly"),
        ([CLEAN, MINOR], "partly"),
        ([HELD], "partly"),
        ([MAJOR, WATCH], "partly"),
        ([MINOR, MAJOR], "not"),
        ([MINOR, GREY], "not"),
        ([GREY, ran("data_not_trustworthy"), ran("not_applicable")], "not_tested"),
    ],
)
def test_degree(checked: list[Checked], expected: str) -> None:
    assert degree(checked) == expected


def test_a_check_counts_for_each_of_its_criteria() -> None:
    rows = criteria([ran("clean", refs=("ISO 1", "FitSM 2")), ran("exceptions", "minor")])
    assert rows == [
        {"id": "FitSM 2", "degree": "met", "detections": []},
        {"id": "ISO 1", "degree": "partly", "detections": ["k0"]},
    ]
