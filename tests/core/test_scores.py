"""Priority is the decision table, row for row."""

from __future__ import annotations

import pytest

from trueup.core.scores import adjusted, priority

TABLE = ((1, 2, 3, 4), (2, 3, 4, 4), (3, 4, 4, 5), (4, 4, 5, 5))


def test_the_matrix():
    found = tuple(tuple(priority(i, u) for u in range(1, 5)) for i in range(1, 5))
    assert found == TABLE


def test_a_missing_input_is_provisional():
    assert priority(None, 1) == priority(4, None) == 3


@pytest.mark.parametrize(
    ("impact", "urgency", "matrix"),
    [(0, 1, "2026-1"), (-759, None, "2026-1"), (None, 5, "2026-1"), (1, 1, "1999-1")],
)
def test_other_inputs_are_refused(impact, urgency, matrix):
    with pytest.raises(ValueError, match=r"numbers|matrix"):
        priority(impact, urgency, matrix)


def test_adjustments_in_their_order():
    assert adjusted(4, major=True, data_loss=True, impact=4) == 1
    assert adjusted(3, data_loss=True, impact=3) == 2
    assert adjusted(3, criticality=1, impact=2) == 2
    assert adjusted(1, criticality=1, impact=1) == 1
    assert adjusted(3, criticality=1, impact=3) == 3
