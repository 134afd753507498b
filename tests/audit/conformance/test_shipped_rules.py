"""Every shipped rule finds the case that breaks it and leaves the one that keeps it alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.audit.golden.packs import make
from trueup.audit.catalogue import all_checks
from trueup.audit.conformance.examples import tables
from trueup.audit.conformance.judging import apply
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import Rule, shipped

RULES = [pytest.param(rule, id=rule.id) for rule in shipped()]


@pytest.mark.parametrize("rule", RULES)
def test_the_case_that_breaks_is_found_and_the_other_left_alone(rule: Rule, tmp_path: Path) -> None:
    bad = apply(context_of(make(tmp_path / "bad", **tables(rule, rule.breaks))), rule)
    good = apply(context_of(make(tmp_path / "good", **tables(rule, rule.keeps))), rule)
    assert not bad.missing
    assert not good.missing
    assert bad.broken.sum() == 1
    assert good.broken.sum() == 0
    assert len(good.broken) >= 1, "never applied would be grey"


def test_there_is_one_rule_for_every_line_of_the_specification() -> None:
    by_area = Counter(rule.id[:3] for rule in shipped())
    assert by_area == {
        "GEN": 13, "INC": 9, "REQ": 6, "PRB": 6, "CHG": 16, "REL": 3, "KNO": 3, "SLA": 4,
        "CFG": 4, "SUP": 3, "CMP": 2, "SUR": 2, "RSK": 2, "IMP": 2, "AUD": 5,
    }  # fmt: skip


def test_every_check_that_a_rule_feeds_exists() -> None:
    assert {check for rule in shipped() for check in rule.feeds} <= set(all_checks())
