"""Shares, rates and limits against scipy, statsmodels, the method's own table, and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as sps
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from trueup.audit.stats.inference import bh
from trueup.audit.stats.intervals import clopper_pearson, poisson_exact, rate_ratio
from trueup.audit.stats.limits import beyond_quantile_p, binomial_limit, dispersed, poisson_limit
from trueup.audit.stats.samples import half_width, n_for_difference, n_for_share, n_near_edge, nps
from trueup.audit.stats.shares import newcombe, wilson, z_of

shares = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(shares)
def test_wilson_equals_statsmodels(case):
    k, n = case
    got = wilson(k, n)
    low, high = proportion_confint(k, n, alpha=0.10, method="wilson")
    assert got.low == pytest.approx(max(low, 0), abs=1e-12)
    assert got.high == pytest.approx(min(high, 1), abs=1e-12)
    assert 0 <= got.low <= got.value <= got.high <= 1


def test_wilson_of_nothing_knows_nothing():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert z_of() == pytest.approx(1.6449, abs=5e-5)


def test_wilson_covers_about_nine_in_ten():
    # exact coverage by summing over all outcomes, no simulation needed
    for n, p in ((30, 0.5), (30, 0.1), (150, 0.02)):
        held = sum(
            sps.binom.pmf(k, n, p)
            for k in range(n + 1)
            if wilson(k, n).low <= p <= wilson(k, n).high
        )
        assert 0.84 <= held <= 0.96


@given(shares, shares)
def test_newcombe_equals_statsmodels(a, b):
    got = newcombe(*a, *b)
    low, high = confint_proportions_2indep(*a, *b, method="newcomb", compare="diff", alpha=0.10)
    assert (got.low, got.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert -1 - 1e-12 <= got.low <= got.value <= got.high <= 1 + 1e-12
    turned = newcombe(*b, *a)
    assert (turned.low, turned.high) == (pytest.approx(-got.high), pytest.approx(-got.low))


def test_newcombe_published_example():
    # Newcombe 1998, table II (a): 56/70 less 48/80 at 95 %
    got = newcombe(56, 70, 48, 80, confidence=0.95)
    assert (got.low, got.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


@given(st.integers(0, 200), st.floats(0.1, 50))
def test_poisson_interval_turns_its_test_around(k, exposure):
    got = poisson_exact(k, exposure)
    assert sps.poisson.cdf(k, got.high * exposure) == pytest.approx(0.05, abs=1e-9)
    if k:
        assert sps.poisson.sf(k - 1, got.low * exposure) == pytest.approx(0.05, abs=1e-9)
    else:
        assert got.low == 0.0


def test_poisson_of_the_method_example():
    # N-3: 31 incidents where 9.8 are normal: 3.2 times, likely 2.3 to 4.3
    got = poisson_exact(31, 9.8)
    assert [round(v, 1) for v in (got.value, got.low, got.high)] == [3.2, 2.3, 4.3]


@given(shares)
def test_clopper_pearson_equals_scipy(case):
    k, n = case
    got, oracle = clopper_pearson(k, n), sps.binomtest(k, n).proportion_ci(0.90, method="exact")
    assert (got.low, got.high) == (pytest.approx(oracle.low), pytest.approx(oracle.high))


def test_rate_ratio_is_the_conditional_binomial():
    got = rate_ratio(20, 10.0, 8, 12.0)
    ring = sps.binomtest(20, 28).proportion_ci(0.90, method="exact")
    assert got.value == pytest.approx(3.0)
    assert got.low == pytest.approx(ring.low / (1 - ring.low) * 1.2)
    assert got.high == pytest.approx(ring.high / (1 - ring.high) * 1.2)
    oracle = sps.binomtest(20, 28, 10 / 22, alternative="greater").pvalue
    assert got.p == pytest.approx(oracle)


def test_rate_ratio_at_its_edges():
    assert rate_ratio(0, 1, 0, 1).p == 1.0
    assert rate_ratio(5, 1, 0, 1).high == math.inf
    assert rate_ratio(0, 1, 5, 1).low == 0.0


@given(shares, st.floats(0.01, 0.99))
def test_binomial_limit_equals_scipy(case, limit):
    k, n = case
    for worse, name in (("above", "greater"), ("below", "less")):
        oracle = sps.binomtest(k, n, limit, alternative=name).pvalue
        assert binomial_limit(k, n, limit, worse) == pytest.approx(oracle, abs=1e-12)


@pytest.mark.parametrize("law", [sps.lognorm(1), sps.expon(), sps.pareto(2)])
def test_a_value_at_the_quantile_is_rarely_called_beyond_it(law):
    rng = np.random.default_rng(2)
    draws = law.rvs((400, 200), random_state=rng)
    at = np.array([beyond_quantile_p(x, law.ppf(0.99), 0.99) for x in draws])
    assert (at <= 0.05).mean() <= 0.05
    far = np.array([beyond_quantile_p(x, 8 * law.ppf(0.99), 0.99) for x in draws])
    assert (far <= 0.05).mean() >= 0.9


def test_a_value_beyond_the_quantile_by_order_statistics():
    x = np.linspace(1, 2, 1000)
    oracle = 2 * sps.binom.cdf(1, 1000, 0.01)
    assert beyond_quantile_p(x, 1.9995, 0.99) == pytest.approx(oracle)
    assert beyond_quantile_p(x, 1.5, 0.99) == 1.0
    assert beyond_quantile_p(np.zeros(300), 1.0, 0.99) == pytest.approx(0.99**300)
    assert beyond_quantile_p(np.zeros(0), 1.0, 0.99) == 1.0


def test_limits_of_nothing_and_of_all():
    assert binomial_limit(0, 0, 0.1) == 1.0
    assert binomial_limit(0, 10, 0.1) == 1.0
    assert binomial_limit(10, 10, 0.5) == pytest.approx(0.5**10)
    assert poisson_limit(0, 0, 1.0) == 1.0
    assert poisson_limit(0, 3.0, 1.0, "below") == pytest.approx(math.exp(-3))


@given(st.floats(1e-9, 0.5), st.floats(1, 20))
def test_overdispersion_never_makes_surer(p, phi):
    assert dispersed(p, phi) >= p - 1e-15
    assert dispersed(p, 1.0) == p


@given(st.lists(st.floats(0, 1), max_size=30))
def test_bh_equals_scipy(p_values):
    oracle = sps.false_discovery_control(p_values) <= 0.10 + 1e-12 if p_values else []
    close = [
        abs(v - 0.10) < 1e-9 for v in (sps.false_discovery_control(p_values) if p_values else [])
    ]
    for got, want, near in zip(bh(p_values), oracle, close, strict=True):
        assert got == want or near


def test_sample_sizes_of_the_method():
    assert [n_for_share(p) for p in (0.5, 0.8, 0.9)] == [68, 44, 25]
    pairs = [(0.2, 0.3), (0.3, 0.4), (0.4, 0.5), (0.12, 0.22), (0.10, 0.15)]
    got = [n_for_difference(*pair) for pair in pairs]
    assert np.abs(np.array(got) - [229, 278, 303, 171, 538]).max() <= 1
    assert n_near_edge(0.02) == 150
    assert half_width(0.5, 68) <= 0.10 < half_width(0.5, 67)
    with pytest.raises(ValueError, match="equal"):
        n_for_difference(0.3, 0.3)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_nps_equals_the_spread_of_its_answers(up, mid, down):
    got = nps(up, mid, down)
    n = up + mid + down
    if n == 0:
        assert (got.low, got.high) == (-1.0, 1.0)
        return
    answers = np.repeat([1, 0, -1], [up, mid, down])
    half = z_of() * answers.std() / math.sqrt(n)
    assert got.value == pytest.approx(answers.mean())
    assert got.high == pytest.approx(min(1, answers.mean() + half), abs=1e-7)
