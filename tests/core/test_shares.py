"""Shares with their ranges: Wilson's published example, the ends, and what a light says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.audit.stats import shares as oracle
from trueup.core.shares import Share


@given(st.integers(1, 500), st.data())
def test_the_range_is_that_of_the_audit(n, data):
    k = data.draw(st.integers(0, n))
    mine, theirs = Share(k, n), oracle.wilson(k, n)
    assert mine.low == pytest.approx(theirs.low, abs=1e-9)
    assert mine.high == pytest.approx(theirs.high, abs=1e-9)


@pytest.mark.parametrize(
    ("k", "n", "light"),
    [
        (0, 0, "not_enough_evidence"),
        (9, 9, "not_enough_evidence"),
        (30, 30, "green"),
        (10, 10, "amber"),
        (85, 100, "amber"),
        (50, 100, "red"),
        (2, 10, "red"),
        (8, 10, "amber"),
    ],
)
def test_a_light_needs_enough_and_says_what_is_sure(k, n, light):
    assert Share(k, n).light == light


def test_shares_add_up():
    assert Share(1, 2) + Share(3, 4) == Share(4, 6)
