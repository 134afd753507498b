"""Charts and funnels: false alarms stay rare, real shifts are seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.audit.stats.charts import deseason, ewma, laney_p, laney_u, signals, xmr
from trueup.audit.stats.groups import funnel_rates, funnel_shares, overdispersion


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_xmr_by_hand():
    y = np.array([10.0, 12, 11, 13, 10, 12, 11, 12, 10, 13, 12, 11])
    chart = xmr(y)
    ranges = [2, 1, 2, 3, 2, 1, 1, 2, 3, 1, 1]
    assert chart.centre == pytest.approx(137 / 12)
    assert chart.high[0] == pytest.approx(137 / 12 + 2.66 * sum(ranges) / 11)
    assert chart.speaks
    assert chart.signals == ()


def test_xmr_sees_a_point_a_run_and_a_climb():
    calm = np.array([10.0, 11] * 6)
    out = xmr(np.append(calm, 30.0), baseline=12)
    assert [(s.index, s.rule, s.side) for s in out.signals] == [(12, "outside", 1)]
    run = xmr(np.append(calm, [10.6, 10.7] * 4), baseline=12)
    assert ("shift", 18) in {(s.rule, s.index) for s in run.signals}
    climb = xmr(np.append(calm, [9.0, 9.4, 9.9, 10.7, 11.2, 11.4]), baseline=12)
    assert ("trend", 17) in {(s.rule, s.index) for s in climb.signals}


@pytest.mark.parametrize("y", [[], [3.0], [5.0] * 20, [1.0, 9.0] * 5])
def test_xmr_stays_silent_where_nothing_can_be_said(y):
    assert xmr(np.array(y)).signals == ()


def test_xmr_on_logs_is_free_of_the_unit(rng):
    y = rng.lognormal(3, 0.4, 24)
    a, b = xmr(y, log=True), xmr(y * 100, log=True)
    assert b.high[0] == pytest.approx(a.high[0] * 100)
    assert a.low[0] > 0
    assert a.signals == b.signals


def test_laney_equals_the_p_chart_times_its_spread(rng):
    n = rng.integers(500, 900, 30)
    k = rng.binomial(n, 0.3)
    chart = laney_p(k, n)
    p = k.sum() / n.sum()
    z = (k / n - p) / np.sqrt(p * (1 - p) / n)
    assert chart.sigma_z == pytest.approx(np.abs(np.diff(z)).mean() / 1.128)
    assert chart.high[3] == pytest.approx(p + 3 * np.sqrt(p * (1 - p) / n[3]) * chart.sigma_z)


def test_laney_does_not_cry_wolf_where_the_plain_chart_does(rng):
    plain = prime = 0
    for _ in range(40):
        n = np.full(26, 2000)
        k = rng.binomial(n, rng.normal(0.3, 0.04, 26).clip(0.05, 0.95))
        chart = laney_p(k, n)
        plain += int((np.abs(chart.z) > 3).sum())
        prime += len(chart.outside)
    assert plain > 200
    assert prime <= 40


def test_laney_sees_what_leaves_its_regime():
    k = np.array([30, 33, 28, 31, 29, 32, 30, 31, 29, 90])
    assert laney_u(k, np.full(10, 100.0)).outside == (9,)


@pytest.mark.parametrize("share", [0, 1])
def test_laney_at_none_and_all(share):
    chart = laney_p(np.full(12, 50 * share), np.full(12, 50))
    assert chart.centre == share
    assert chart.outside == ()


def test_laney_skips_empty_periods():
    k, n = np.array([3, 0, 4, 5, 3, 4, 5, 3, 4, 5]), np.array([10, 0] + [10] * 8)
    short = laney_p(np.delete(k, 1), np.delete(n, 1))
    assert laney_p(k, n).sigma_z == pytest.approx(short.sigma_z)
    assert laney_p(np.zeros(3), np.zeros(3)).outside == ()


def test_ewma_recurrence_and_limits(rng):
    y = rng.normal(0, 1, 50)
    drift = ewma(y, mean=0.0, sigma=1.0)
    weights = 0.2 * 0.8 ** np.arange(50)[::-1]
    assert drift.smooth[-1] == pytest.approx(weights @ y)
    assert drift.high[0] == pytest.approx(2.7 * 0.2)
    assert drift.high[-1] == pytest.approx(2.7 * np.sqrt(0.2 / 1.8), rel=1e-3)
    assert ewma(y + np.linspace(0, 4, 50), 0.0, 1.0).outside
    assert ewma(np.full(9, 4.0)).outside == ()
    assert ewma(np.array([])).outside == ()


def test_deseason_takes_the_season_and_leaves_the_rest():
    t = np.arange(48)
    season = np.tile(np.sin(np.arange(12) / 12 * 2 * np.pi), 4)
    rest = deseason(5 + 0.5 * t + 10 * season)
    assert np.abs(rest - (5 + 0.5 * t)).max() < 1.5
    short = np.arange(20.0)
    assert deseason(short) is not None
    assert (deseason(short) == short).all()


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), max_size=40))
def test_signals_mirror(values):
    x = np.array(values)
    none = np.zeros(len(x), bool)
    up, down = signals(x, 0.0, none), signals(-x, 0.0, none)
    assert [(s.index, s.rule, -s.side) for s in up] == [(s.index, s.rule, s.side) for s in down]


def test_funnel_by_hand_and_overdispersion():
    z = np.arange(1.0, 11)
    assert overdispersion(z) == pytest.approx((z[1:9] ** 2).mean())
    assert overdispersion(np.full(10, 0.1)) == 1.0
    assert overdispersion(np.array([9.0, 9.0])) == 1.0
    k, n = np.array([5, 9, 30]), np.array([50, 80, 60])
    got = funnel_shares(k, n)
    p = 44 / 190
    assert got.z[2] == pytest.approx((0.5 - p) / np.sqrt(p * (1 - p) / 60))
    assert 2 in got.out


def test_funnel_finds_the_one_among_differing_units(rng):
    n = np.full(40, 400)
    k = rng.binomial(n, rng.normal(0.2, 0.04, 40).clip(0.05, 0.5))
    k[17] = 260
    found = funnel_shares(k, n)
    assert found.phi > 2
    # by chance BH at q = 0.10 may let one more through
    for out in (found.out, funnel_rates(k, n.astype(float)).out):
        assert 17 in out
        assert len(out) <= 2


def test_funnel_without_cases_or_spread():
    assert funnel_shares(np.zeros(3), np.zeros(3)).out == ()
    assert funnel_shares(np.array([]), np.array([])).out == ()
    assert funnel_shares(np.array([5, 5]), np.array([5, 5])).out == ()
