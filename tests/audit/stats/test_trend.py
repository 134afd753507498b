"""Slopes, breaks, regression and forecasts against scipy, ruptures and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import ruptures
import statsmodels.api as sm
from scipy import stats as sps

from trueup.audit.stats.effects import did
from trueup.audit.stats.forecast import forecast
from trueup.audit.stats.regression import newey_west, with_intercept
from trueup.audit.stats.trend import (
    change_interval,
    change_point,
    change_points,
    slope_of,
    theil_sen,
)


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_slope_equals_scipy():
    x, y = np.arange(30.0), rng().normal(0, 1, 30).cumsum()
    assert slope_of(x, y) == pytest.approx(sps.theilslopes(y, x).slope)
    assert slope_of(np.ones(5), np.arange(5.0)) != slope_of(np.ones(5), np.arange(5.0))


def test_theil_sen_holds_the_truth_and_ignores_row_order():
    x = np.arange(60.0)
    y = 2 * x + rng().normal(0, 4, 60)
    got = theil_sen(x, y, rng())
    assert got.low < 2 < got.high
    assert got.high - got.low < 0.2
    mixed = rng(9).permutation(60)
    assert theil_sen(x[mixed], y[mixed], rng()) == got


def test_theil_sen_of_a_constant_and_of_two_points():
    assert theil_sen(np.arange(9.0), np.full(9, 4.0), rng()) == theil_sen(
        np.arange(9.0), np.full(9, 7.0), rng()
    )
    assert theil_sen(np.arange(2.0), np.arange(2.0), rng()).high == float("inf")


def test_change_point_equals_ruptures_on_ranks():
    y = np.r_[rng().normal(0, 1, 25), rng(4).normal(2.5, 1, 15)]
    got = change_point(y, rng())
    signal = sps.rankdata(y)[:, None]
    oracle = ruptures.Binseg(model="l2", min_size=4, jump=1).fit(signal).predict(n_bkps=1)[0]
    assert got is not None
    assert got.index == oracle
    assert got.p == pytest.approx(0.001)


def test_change_point_false_alarms_are_rare():
    p = [change_point(rng(s).normal(0, 1, 26), rng(s), permutations=199).p for s in range(60)]
    assert sum(v < 0.05 for v in p) <= 8


def test_change_point_of_short_and_constant_series():
    assert change_point(np.arange(7.0), rng()) is None
    assert change_point(np.full(20, 3.0), rng()).p == 1.0
    assert change_point(np.r_[np.nan, np.arange(20.0)], rng()) is None


def test_several_changes_and_where_they_may_lie():
    y = np.r_[rng().normal(0, 1, 30), rng(4).normal(4, 1, 30), rng(5).normal(-3, 1, 30)]
    found = [c.index for c in change_points(y, rng())]
    assert len(found) == 2
    assert abs(found[0] - 30) <= 1
    assert abs(found[1] - 60) <= 1
    low, high = change_interval(y[:60], found[0], rng())
    assert low <= 30 <= high
    assert high - low <= 6
    assert change_points(np.full(30, 1.0), rng()) == []


def test_newey_west_equals_statsmodels():
    x = with_intercept(rng().normal(0, 1, 48))
    y = x @ [1.0, 0.5] + rng(5).normal(0, 1, 48).cumsum() * 0.2
    got = newey_west(y, x, lag=3)
    options = {"maxlags": 3, "use_correction": False}
    oracle = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    assert got is not None
    np.testing.assert_allclose(got.coef, oracle.params)
    np.testing.assert_allclose(got.se, oracle.bse)
    np.testing.assert_allclose(got.p, oracle.pvalues)
    np.testing.assert_allclose(np.c_[got.low, got.high], oracle.conf_int(0.10))


def test_newey_west_refuses_what_cannot_be_fitted():
    assert newey_west(np.ones(2), np.ones((2, 2))) is None
    assert newey_west(np.arange(9.0), np.ones((9, 2))) is None


def test_did_takes_off_what_moved_both():
    t = np.arange(24)
    season = np.sin(t)
    control = 10 + season + rng().normal(0, 0.1, 24)
    treated = 15 + season + rng(4).normal(0, 0.1, 24) + 3 * (t >= 12)
    got = did(treated, control, 12)
    assert got.low < 3 < got.high
    assert got.effect == pytest.approx(
        (treated[12:].mean() - treated[:12].mean()) - (control[12:].mean() - control[:12].mean())
    )
    assert got.sound
    assert not did(treated + 0.5 * t, control, 12).sound
    assert not did(treated[8:], control[8:], 4).sound
    assert not did(treated, control, 0).sound


def test_forecast_follows_season_and_trend():
    t = np.arange(36)
    y = 100 + t + 20 * np.sin(t / 12 * 2 * np.pi)
    got = forecast(y, rng(), horizon=12, paths=500)
    ahead = np.arange(36, 48)
    np.testing.assert_allclose(got.middle, 100 + ahead + 20 * np.sin(ahead / 12 * 2 * np.pi))
    assert got.first_above(1e9) is None
    assert got.first_above(139.0) == 1 + int(np.argmax(got.middle > 139.0))


def test_forecast_spread_grows_and_covers():
    hits = 0
    for seed in range(40):
        y = 50 + np.arange(60) * 0.5 + rng(seed).normal(0, 2, 60)
        got = forecast(y[:40], rng(seed), horizon=20, paths=400)
        hits += int(((got.low <= y[40:]) & (y[40:] <= got.high)).sum())
        assert (got.low <= got.middle).all()
    assert 0.80 <= hits / 800 <= 0.999


def test_forecast_of_a_short_series():
    y = 10 + 2 * np.arange(8.0)
    got = forecast(y, rng(), horizon=3, paths=100)
    np.testing.assert_allclose(got.middle, [26, 28, 30])
    with pytest.raises(ValueError, match="four"):
        forecast(np.arange(3.0), rng())
