"""How sure a finding is: its own reason, its grade, and what could be wrong (6.1, part 5)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from trueup.audit.catalogue import all_checks
from trueup.audit.declare import Case, Estimate, Unit
from trueup.audit.detecting import Detection
from trueup.audit.findings.certainty import GROUNDS, PLAIN, UNSEEN, sure
from trueup.audit.findings.grouping import Group
from trueup.audit.languages.tongue import tongue

COUNT = Estimate(0.2, 0.2, 0.2, 340, exact=True)
SHARE = Estimate(0.2, 0.16, 0.25, 340)
SUPPLIER = Unit("supplier", "S1")


def group(estimate: Estimate, confidence: str = "high", grade: Any = "minor", *,
          grounds: tuple[str, ...] = (), gates: tuple[str, ...] = (), check: str = "F07",
          caveats: tuple[str, ...] = ()) -> Group:  # fmt: skip
    one = all_checks()[check]
    bad, tested = (1, 1) if estimate.n == 1 else (68, 340)
    case = Case(SUPPLIER, estimate, bad, tested, caveats=caveats)
    return Group((one,), (Detection("k", one, case, grade, "B", confidence, gates, grounds),))


CASES = [
    (group(Estimate(1, 1, 1, 1, exact=True)), "High: the only case was counted. Graded minor:"),
    (group(COUNT), "High: all 340 cases were counted. Graded minor: a rule that must hold is"),
    (group(SHARE), "High: all 340 cases were counted, and all of the likely range, 16.0% to 25.0%"),
    (group(replace(SHARE, method="compared"), "medium"), "Medium: a comparison of 340 recorded"),
    (group(replace(SHARE, robustness=0.9), "medium"), "Medium: 90% of the ways to count"),
    (group(replace(SHARE, coverage=0.6), "low"), "Low: only 60% of the records could be used."),
    (group(replace(SHARE, method="modelled"), "low"), "Low: worked out by a model from 340"),
    (group(replace(SHARE, grade="C"), "low"), "Low: an estimate from 340 cases; part of"),
    (group(COUNT, grade="major", grounds=("systemic", "costly")),
     "Graded major: at least one case in ten breaks the rule; even the least likely effect"),
    (group(COUNT, grade="major", grounds=("again:2026-03-01",)),
     "Graded major: it was closed as solved on 2026-03-01 and came back."),
    (group(COUNT, grade="minor", grounds=("systemic", "supervised")),
     "Graded minor: nobody independent of the work audits it, so minor is the highest."),
    (group(COUNT, grade="observation", grounds=("units",), gates=("Z03", "Z05")),
     "Held at observation by Z03, Z05."),
    (group(COUNT, caveats=("part payments can look the same",)),
     "What could make us wrong: part payments can look the same; what another ledger holds"),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "words"), CASES)
def test_the_reason_is_that_of_the_finding(finding: Group, words: str) -> None:
    assert words in sure(finding)


@pytest.mark.parametrize(("finding", "words"), CASES)
def test_the_language_is_plain(finding: Group, words: str) -> None:
    """6.2: no "significant", no p-values, no cause is claimed; every sentence ends."""
    text = sure(finding)
    assert not re.search(r"significan|p-value|\bp [<=]|because of|caused by", text)
    assert text.startswith(("High: ", "Medium: ", "Low: "))
    assert text.count("Graded ") == 1
    assert text.endswith(".")


@pytest.mark.parametrize(("finding", "words"), CASES)
def test_it_is_said_in_german_too(finding: Group, words: str) -> None:
    german = tongue("de").find(sure(finding))
    assert german is not None
    assert german.startswith(("Hoch: ", "Mittel: ", "Niedrig: "))
    assert "Eingestuft als " in german


def test_every_word_it_may_say_has_its_german() -> None:
    de = tongue("de")
    words = [*GROUNDS.values(), *PLAIN.values(), *UNSEEN.values()]
    assert [word for word in words if de.find(word) is None] == []


def test_every_area_says_what_it_cannot_see() -> None:
    assert {check.area for check in all_checks().values()} == set(UNSEEN)
