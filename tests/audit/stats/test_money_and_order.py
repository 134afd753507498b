"""Resampling, losses, calibration, concentration and order against oracles and brute force."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as sps

from trueup.audit.stats.association import permutation_p, spearman
from trueup.audit.stats.calibration import calibration, coverage
from trueup.audit.stats.concentration import gini, hhi, lorenz, pareto, top_share
from trueup.audit.stats.losses import (
    compound,
    frequency_prior,
    gamma_poisson,
    own_severity,
    pert,
    summarise,
)
from trueup.audit.stats.ordering import evpi, front, knapsack, places
from trueup.audit.stats.resample import (
    bca,
    bca_sums,
    block_bootstrap,
    quantile_interval,
    ratio_of_sums,
)
from trueup.audit.stats.robustness import spec_vector
from trueup.audit.stats.rounding import sig6
from trueup.audit.stats.seeds import generator, subseed


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_bca_equals_scipy():
    x = rng().lognormal(0, 1, 60)
    got = bca(x, lambda v: float(v.mean()), rng(), draws=4000)
    oracle = sps.bootstrap(
        (x,), np.mean, confidence_level=0.90, n_resamples=4000, method="BCa", rng=rng(8)
    ).confidence_interval
    assert got.low == pytest.approx(oracle.low, rel=0.03)
    assert got.high == pytest.approx(oracle.high, rel=0.03)


def test_bca_of_clusters_is_wider_than_of_rows_and_free_of_order():
    cluster = np.repeat(np.arange(25), 20)
    x = rng().normal(0, 1, 25)[cluster] + rng(4).normal(0, 0.2, 500)

    def mean(v: np.ndarray) -> float:
        return float(v.mean())

    rows = bca(x, mean, rng(), draws=400)
    whole = bca(x, mean, rng(), cluster, draws=400)
    assert whole.high - whole.low > 2.5 * (rows.high - rows.low)
    mixed = rng(9).permutation(500)
    assert bca(x[mixed], mean, rng(), cluster[mixed], draws=400).low == pytest.approx(whole.low)


def test_bca_sums_agree_with_bca_and_cover():
    hits = 0
    for seed in range(150):
        days = rng(seed).gamma(2, 5, 40)
        cost = days * rng(seed + 500).lognormal(0, 0.5, 40)
        got = bca_sums(np.c_[cost, days], ratio_of_sums, rng(seed), draws=600)
        hits += got.low <= np.exp(0.125) <= got.high
    assert 0.80 <= hits / 150 <= 0.96
    plain = bca(np.c_[cost, days], lambda v: float(v[:, 0].sum() / v[:, 1].sum()), rng())
    fast = bca_sums(np.c_[cost, days], ratio_of_sums, rng())
    assert fast.low == pytest.approx(plain.low, rel=0.03)


@pytest.mark.parametrize("x", [[], [4.0], [4.0] * 9])
def test_bca_at_its_edges(x):
    for got in (
        bca(np.array(x), lambda v: float(v.mean()), rng()),
        bca_sums(np.array(x), _first, rng()),
    ):
        assert not got.low > got.high


def _first(totals: np.ndarray) -> np.ndarray:
    return totals[..., 0]


def test_block_bootstrap_keeps_autocorrelation():
    y = np.convolve(rng().normal(0, 1, 130), np.ones(10) / 10, "valid")

    def mean(v: np.ndarray) -> np.ndarray:
        return v.mean(axis=1)

    single, block = (block_bootstrap(y, mean, rng(), block=b) for b in (1, 10))
    assert block.high - block.low > 1.8 * (single.high - single.low)
    assert single.value == pytest.approx(y.mean())


def test_quantile_interval_is_the_exact_binomial():
    x = np.arange(1.0, 101)
    got = quantile_interval(x, 0.5)
    oracle = sps.quantile_test(x, p=0.5).confidence_interval(0.90)
    assert (got.low, got.high) == (oracle.low, oracle.high)
    assert quantile_interval(np.arange(3.0), 0.9).high == float("inf")
    hits = sum(
        (q := quantile_interval(rng(s).exponential(1, 50), 0.9)).low <= np.log(10) <= q.high
        for s in range(300)
    )
    assert hits / 300 >= 0.86


@given(st.floats(0, 1), st.floats(0.1, 1e6), st.floats(-1e6, 1e6))
def test_pert_is_stretched_until_its_ends_match(place, width, low):
    mode = low + place * width
    high = max(low + width, mode)
    got = pert(low, mode, high)
    tolerance = 1e-6 * width
    assert got.quantile(0.1) == pytest.approx(low, abs=tolerance)
    assert got.quantile(0.9) == pytest.approx(high, abs=tolerance)
    assert got.a <= got.m <= got.b
    assert got.m == mode


def test_pert_draws_and_points():
    plain = pert(10, 20, 60, inside=1)
    assert plain.draw(40_000, rng()).mean() == pytest.approx((10 + 80 + 60) / 6, rel=0.01)
    assert set(pert(5, 5, 5).draw(9, rng())) == {5}
    with pytest.raises(ValueError, match="range"):
        pert(3, 2, 4)


def test_gamma_poisson_is_conjugate():
    got = gamma_poisson(7, 2.0, 1.0, 1.0)
    assert (got.a, got.b, got.mean) == (8.0, 3.0, pytest.approx(8 / 3))
    counts = got.draw(60_000, rng())
    oracle = sps.nbinom(8, 3 / 4)
    assert counts.mean() == pytest.approx(oracle.mean(), rel=0.02)
    assert counts.var() == pytest.approx(oracle.var(), rel=0.04)
    with pytest.raises(ValueError, match="prior"):
        gamma_poisson(0, 0)
    prior = frequency_prior(0.5, 1, 3)
    shape = pert(0.5, 1, 3)
    drawn = shape.draw(50_000, rng())
    assert prior.mean == pytest.approx(drawn.mean(), rel=0.02)
    assert prior.a / prior.b**2 == pytest.approx(drawn.var(), rel=0.04)


def test_compound_has_the_known_mean_and_variance():
    frequency = gamma_poisson(12, 4.0, 0.0, 0.0)

    def severity(size: int, r: np.random.Generator) -> np.ndarray:
        return r.exponential(100, size)

    draws = compound(frequency, severity, rng(), 60_000)
    oracle = frequency.draw(60_000, rng(1))
    assert draws.mean() == pytest.approx(3 * 100, rel=0.02)
    variance = oracle.mean() * 100**2 + oracle.var() * 100**2
    assert draws.var() == pytest.approx(variance, rel=0.06)
    loss = summarise(draws)
    assert loss.p10 <= loss.p50 <= loss.p90 <= loss.tvar95
    amounts, chances = zip(*loss.exceedance, strict=True)
    assert list(amounts) == sorted(amounts)
    assert (draws > amounts[5]).mean() == pytest.approx(chances[5], abs=0.01)


def test_own_severity_keeps_the_body_and_grows_a_tail():
    losses = (1 - rng().random(400)) ** (-1 / 2.5) * 1000
    draws = own_severity(losses)(40_000, rng(2))
    assert np.median(draws) == pytest.approx(np.median(losses), rel=0.05)
    assert draws.max() > losses.max()
    assert own_severity(np.array([50.0]))(5, rng()).tolist() == [50.0] * 5
    assert own_severity(losses[:20])(1000, rng()).max() < 1e9
    with pytest.raises(ValueError, match="losses"):
        own_severity(np.zeros(3))


def test_calibration_by_hand():
    p, y = np.array([0.9, 0.2, 0.7, 0.1]), np.array([1, 0, 0, 0])
    got = calibration(p, y, rng())
    assert got.brier == pytest.approx((0.01 + 0.04 + 0.49 + 0.01) / 4)
    assert got.base == pytest.approx(0.25 * 0.75)
    assert got.skill.value == pytest.approx(1 - got.brier / got.base)
    assert not got.enough
    assert sum(b.n for b in got.bins) == 4


def test_calibration_tells_the_honest_from_the_cocksure():
    p = rng().uniform(0.05, 0.95, 600)
    y = rng(4).random(600) < p
    good, bad = calibration(p, y, rng()), calibration((p > 0.5) * 0.98 + 0.01, y, rng())
    assert good.skill.low > 0
    assert good.p > 0.01
    assert bad.p < 1e-6
    assert bad.skill.value < good.skill.value
    mixed = rng(7).permutation(600)
    assert calibration(p[mixed], y[mixed], rng()) == good
    assert calibration(p[:0], y[:0], rng()).n == 0
    assert calibration(p, np.ones(600), rng()).skill.low == float("-inf")


def test_coverage_counts_the_ends():
    assert coverage([1, 2, 3, 4], [1, 1, 1, 1], [3, 3, 3, 3]).value == 0.75


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_gini_equals_its_definition(values):
    x = np.array(values)
    if x.sum() <= 0:
        assert np.isnan(gini(x))
        return
    brute = np.abs(x[:, None] - x[None, :]).sum() / (2 * len(x) * x.sum())
    assert gini(x) == pytest.approx(brute, abs=1e-9)
    curve = lorenz(x)
    area = ((curve.whole[1:] + curve.whole[:-1]) / 2 / len(x)).sum()
    assert gini(x) == pytest.approx(1 - 2 * area, abs=1e-9)
    assert (np.diff(curve.whole) >= 0).all()


def test_pareto_and_top():
    x = np.array([50, 30, 10, 5, 5], float)
    assert pareto(x) == 2
    assert pareto(np.zeros(3)) == 0
    got = top_share(x, 1, rng())
    assert got.value == 0.5
    assert got.low <= 0.5 <= got.high
    assert hhi(x) == pytest.approx(0.25 + 0.09 + 0.01 + 0.0025 * 2)


def test_spearman_equals_scipy():
    x = rng().normal(0, 1, 80)
    y = x + rng(4).normal(0, 1, 80)
    got, oracle = spearman(x, y), sps.spearmanr(x, y)
    assert (got.value, got.p) == (pytest.approx(oracle.statistic), pytest.approx(oracle.pvalue))
    assert got.low < got.value < got.high
    assert spearman(np.ones(9), np.arange(9.0)).p == 1.0
    assert spearman(np.arange(9.0), np.arange(9.0)).value == pytest.approx(1.0)


def test_permutation_equals_all_shuffles():
    v, mask = np.array([5.0, 1, 2, 9, 3, 4]), np.array([1, 0, 0, 1, 0, 0], bool)
    exact = np.mean([sum(c) >= 14 for c in itertools.combinations(v, 2)])
    assert permutation_p(mask, v, rng(), 2000) == pytest.approx(exact, abs=0.02)
    assert permutation_p(np.zeros(6, bool), v, rng()) == 1.0
    assert permutation_p(mask, np.r_[v[:5], np.nan], rng()) == 1.0
    assert spearman(np.r_[v[:5], np.nan], v).p == 1.0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-5, 20), st.integers(1, 9)), min_size=1, max_size=7),
    st.integers(0, 25),
    st.data(),
)
def test_knapsack_equals_trying_everything(items, hours, data):
    value, cost = [v for v, _ in items], [h for _, h in items]
    n = len(items)
    index = st.integers(0, n - 1)
    needs = data.draw(st.lists(st.tuples(index, index), max_size=3))
    best = 0
    for bits in itertools.product([0, 1], repeat=n):
        fits = sum(b * h for b, h in zip(bits, cost, strict=True)) <= hours
        if fits and all(bits[a] <= bits[b] for a, b in needs):
            best = max(best, sum(b * v for b, v in zip(bits, value, strict=True)))
    got = knapsack(value, cost, hours, needs)
    assert sum(value[i] for i in got) == best
    assert sum(cost[i] for i in got) <= hours
    assert all(b in got for a, b in needs if a in got)


def test_knapsack_takes_one_for_a_red_indicator():
    assert knapsack([10, 9, 1], [4, 4, 4], 8) == (0, 1)
    assert knapsack([10, 9, 1], [4, 4, 4], 8, one_of=[[2]]) == (0, 2)
    assert knapsack([10, 9, 1], [4, 4, 40], 8, one_of=[[2]]) == (0, 1)
    assert knapsack([], [], 8) == ()


def test_places_and_what_knowing_is_worth():
    net = np.c_[rng().normal(10, 1, 900), rng(4).normal(9.5, 1, 900), rng(5).normal(0, 1, 900)]
    got = places(net)
    assert [p.place for p in got] == [1, 2, 3]
    assert (got[0].low, got[0].high) == (1, 2)
    assert (got[2].low, got[2].high) == (3, 3)
    assert places(np.zeros((0, 0))) == []
    draws = rng().normal(0, 1, 100_000)
    assert evpi(draws) == pytest.approx(1 / np.sqrt(2 * np.pi), abs=0.01)
    assert evpi(np.array([5.0, 6])) == 0.0
    assert front(np.array([[1, 5], [5, 1], [1, 1], [5, 1]])) == (0, 1, 3)


def test_spec_vector_counts_who_agrees():
    votes = {"base": "red", "close": "red", "month": "amber", "largest": "red", "day": "red"}
    got = spec_vector(votes, "base")
    assert (got.share, got.differ, got.holds) == (pytest.approx(0.8), ("month",), True)
    assert not spec_vector({"base": "red", "a": "green", "b": None}, "base").holds
    assert not spec_vector({"a": "green"}, "base").holds


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_sig6_keeps_six_digits(x):
    got = sig6(x)
    if not np.isfinite(x):
        assert got is None
        return
    assert got == float(f"{x:.6g}")
    assert sig6(got) == got


def test_sig6_of_none_and_of_minus_nothing():
    assert sig6(None) is None
    assert str(sig6(-0.0)) == "0.0"


def test_seeds_depend_on_all_three_parts():
    seeds = {subseed(*key) for key in itertools.product((1, 2), ("MB-01", "Z04"), ("a", "b"))}
    assert len(seeds) == 8
    assert subseed(1, "MB-01") == int.from_bytes(hashlib.sha256(b"1MB-01*").digest()[:8], "big")
    assert generator(1, "Z04").random() == generator(1, "Z04").random()
