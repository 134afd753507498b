"""Every shipped rule finds the case that breaks it and leaves the one that keeps it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.golden.packs import make
from trueup.audit.conformance.examples import tables
from trueup.audit.conformance.judging import apply
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import Rule, shipped

RULES = [pytest.param(rule, id=rule.id) for rule in shipped()]


@pytest.mark.parametrize("rule", RULES)
def test_the_case_that_breaks_is_found(rule: Rule, tmp_path: Path) -> None:
    found = apply(context_of(make(tmp_path, **tables(rule, rule.breaks))), rule)
    assert not found.missing
    assert found.broken.sum() == 1
    assert found.violating["case"].to_pylist()[0]


@pytest.mark.parametrize("rule", RULES)
def test_the_case_that_keeps_is_left_alone(rule: Rule, tmp_path: Path) -> None:
    found = apply(context_of(make(tmp_path, **tables(rule, rule.keeps))), rule)
    assert not found.missing
    assert found.broken.sum() == 0
    assert len(found.broken) >= 1, "never activated would be grey"
