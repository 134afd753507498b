"""Means resampled by counts of distinct values follow the same law as row by row."""

from __future__ import annotations

import numpy as np
import pytest

from trueup.audit.stats.resample import bootstrap_means


def test_mean_and_spread_are_those_of_drawing_row_by_row() -> None:
    values = np.repeat([0.0, 5.0, 30.0, 240.0], [40, 30, 20, 10])
    drawn = bootstrap_means(values, np.random.default_rng(1), 20_000)
    rows = np.random.default_rng(2).choice(values, size=(20_000, len(values))).mean(axis=1)
    assert drawn.mean() == pytest.approx(values.mean(), rel=0.01)
    assert drawn.std() == pytest.approx(rows.std(), rel=0.03)
    for q in (0.05, 0.5, 0.95):
        assert np.quantile(drawn, q) == pytest.approx(np.quantile(rows, q), rel=0.02)


def test_one_value_has_no_spread() -> None:
    assert set(bootstrap_means(np.full(7, 3.0), np.random.default_rng(1), 50)) == {3.0}
