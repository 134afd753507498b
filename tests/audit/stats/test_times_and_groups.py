"""Survival, strata, self-controlled windows, small units and bursts, against oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as sps
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.stats.contingency_tables import StratifiedTable

from trueup.audit.stats.bursts import bursts
from trueup.audit.stats.deadline import deadline_density
from trueup.audit.stats.effects import Timeline, self_controlled, shifted_weeks_p, windows
from trueup.audit.stats.shrinkage import (
    beta_posterior,
    beta_prior,
    gamma_prior,
    shrink_rates,
    shrink_shares,
)
from trueup.audit.stats.strata import Tables, mantel_haenszel, stratified_difference, tabulate
from trueup.audit.stats.survival import kaplan_meier, logrank

cases = st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=60)


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(cases)
def test_kaplan_meier_equals_statsmodels(rows):
    t, done = np.array([r[0] for r in rows], float), np.array([r[1] for r in rows])
    got = kaplan_meier(t, done)
    if not done.any():
        assert len(got.times) == 0
        assert got.quantile(0.5).value == float("inf")
        return
    oracle = SurvfuncRight(t, done.astype(int))
    ours = [got.at(v).value for v in oracle.surv_times]
    np.testing.assert_allclose(ours, oracle.surv_prob, atol=1e-12)
    assert ((got.low <= got.share + 1e-12) & (got.share <= got.high + 1e-12)).all()
    mixed = rng().permutation(len(t))
    again = kaplan_meier(t[mixed], done[mixed])
    np.testing.assert_array_equal(again.share, got.share)


def test_kaplan_meier_published_curve():
    # Freireich 1963, 6-MP arm as in Cox and Oakes 1984: S(10) = 0.753, S(22) = 0.538, median 23
    t = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    done = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    got = kaplan_meier(np.array(t), np.array(done), confidence=0.95)
    assert got.at(10).value == pytest.approx(0.753, abs=5e-4)
    assert got.at(22).value == pytest.approx(0.538, abs=5e-4)
    assert (got.at(10).low, got.at(10).high) == (
        pytest.approx(0.503, abs=5e-4),
        pytest.approx(0.889, abs=5e-4),
    )
    median = got.quantile(0.5)
    assert (median.value, median.low, median.high) == (23, 13, float("inf"))


def test_kaplan_meier_median_is_covered():
    hits = 0
    for seed in range(300):
        life, seen = rng(seed).exponential(1, 60), rng(seed + 999).uniform(0, 3, 60)
        got = kaplan_meier(np.minimum(life, seen), life <= seen).quantile(0.5)
        hits += got.low <= np.log(2) <= got.high
    assert 0.85 <= hits / 300 <= 0.95


def test_kaplan_meier_of_nobody():
    got = kaplan_meier(np.array([]), np.array([], bool))
    assert got.n == 0
    assert (got.at(1).low, got.at(1).high) == (0.0, 1.0)


@pytest.mark.parametrize("groups", [2, 4])
def test_logrank_equals_statsmodels(groups):
    t, done = rng().integers(1, 30, 120).astype(float), rng(4).random(120) < 0.7
    group = rng(5).integers(0, groups, 120)
    got = logrank(t, done, group)
    chi2, p = survdiff(t, done.astype(int), group)
    assert (got.chi2, got.p) == (pytest.approx(chi2), pytest.approx(p))
    assert sum(got.excess) == pytest.approx(0, abs=1e-9)


def test_logrank_with_nothing_to_compare():
    assert logrank(np.array([1.0, 2]), np.array([True, True]), ["a", "a"]).p == 1.0
    assert logrank(np.array([1.0, 2]), np.array([False, False]), ["a", "b"]).p == 1.0


def test_mantel_haenszel_equals_statsmodels():
    a, n1 = np.array([8, 20, 5]), np.array([30, 40, 25])
    c, n0 = np.array([4, 12, 6]), np.array([35, 50, 20])
    got = mantel_haenszel(Tables(a, n1, c, n0))
    tables = [np.array([[w, x - w], [y, z - y]]) for w, x, y, z in zip(a, n1, c, n0, strict=True)]
    assert got.value == pytest.approx(StratifiedTable(tables).riskratio_pooled)
    assert got.low < got.value < got.high
    assert got.strata == 3
    assert not got.flips


def test_mantel_haenszel_of_one_stratum_is_the_plain_risk_ratio():
    got = mantel_haenszel(Tables(*(np.array([v]) for v in (15, 100, 30, 150))))
    half = 1.6448536 * np.sqrt(1 / 15 - 1 / 100 + 1 / 30 - 1 / 150)
    assert (got.value, got.raw) == (pytest.approx(0.75), pytest.approx(0.75))
    assert got.low == pytest.approx(0.75 * np.exp(-half))


def test_simpson_pair_flips():
    # Charig 1986: open surgery wins in both strata and loses in the sum
    got = mantel_haenszel(Tables(*map(np.array, ([81, 192], [87, 263], [234, 55], [270, 80]))))
    assert got.raw < 1 < got.value
    assert got.flips


def test_strata_without_two_sides_say_nothing():
    got = mantel_haenszel(Tables(*map(np.array, ([3, 0], [5, 0], [0, 4], [0, 9]))))
    assert got.strata == 0
    assert not got.flips
    assert stratified_difference([1, 2], [True, False], ["a", "b"]).strata == 0


def test_stratified_difference_by_hand_and_tabulate():
    stratum = np.repeat(["a", "b"], 6)
    exposed = np.tile([True, True, True, False, False, False], 2)
    y = np.array([3, 4, 5, 1, 2, 3, 30, 31, 32, 27, 29, 31], float)
    got = stratified_difference(y, exposed, stratum)
    assert got.value == pytest.approx(2.0)
    assert got.high - got.value == pytest.approx(1.6448536 * np.sqrt((2 / 3 + (1 / 3 + 4 / 3)) / 4))
    table = tabulate(y > 3, exposed, stratum)
    assert (table.a.tolist(), table.c.tolist()) == ([2, 3], [0, 3])


def test_windows_equal_counting_one_by_one():
    week = 168.0
    ends = np.sort(rng().uniform(2000, 6000, 40))
    starts = ends - rng(6).uniform(1, 6, 40)
    unit, ticket = rng(1).integers(0, 3, 40), rng(2).integers(0, 3, 900)
    at = rng(5).uniform(0, 6500, 900)
    got = windows(Timeline(unit, ends), Timeline(ticket, at), starts)
    for c in range(40):
        mine = at[ticket == unit[c]]
        free = []
        for w in range(1, 9):
            lo = ends[c] - w * week
            others = [o for o in range(40) if o != c and unit[o] == unit[c]]
            if not any(starts[o] <= lo + 72 and ends[o] > lo for o in others):
                free.append(int(((mine > lo) & (mine <= lo + 72)).sum()))
        assert got.after[c] == ((mine > ends[c]) & (mine <= ends[c] + 72)).sum()
        assert got.before[c] == ((mine > starts[c] - 72) & (mine <= starts[c])).sum()
        assert got.used[c] == (len(free) >= 4)
        assert got.expected[c] == pytest.approx(np.mean(free) if free else 0.0)


def test_self_controlled_of_the_method_example():
    # N-3: 31 against 9.8, 9 in the window before; 21 extra
    got = self_controlled(np.array([31]), np.array([9.8]), np.array([9]))
    assert [round(v, 1) for v in (got.irr, got.low, got.high)] == [3.2, 2.3, 4.3]
    assert got.excess == pytest.approx(21.2)
    assert got.attributable == pytest.approx(1 - 9.8 / 31)
    assert got.control.low < 1 < got.control.high
    assert self_controlled(np.array([0]), np.array([0.0]), np.array([0])).high == float("inf")


def test_self_controlled_widens_when_changes_differ():
    even = self_controlled(np.full(20, 3), np.full(20, 1.0), np.full(20, 1))
    rough = self_controlled(np.r_[[30, 30], np.zeros(18)], np.full(20, 1.0), np.full(20, 1))
    assert even.phi == 1.0
    assert rough.irr == even.irr
    assert rough.low < even.low


def test_shifted_weeks_sees_only_what_follows_changes():
    ends = np.arange(3000.0, 6000, 200)
    unit = np.zeros(len(ends), int)
    noise = rng().uniform(0, 9000, 400)
    after = np.concatenate([ends + h for h in (5, 20, 40, 60)])
    zero = np.zeros(len(noise), int)
    planted = Timeline(np.zeros(len(noise) + len(after), int), np.r_[noise, after])
    assert shifted_weeks_p(Timeline(unit, ends), planted, rng(), draws=200) < 0.02
    assert shifted_weeks_p(Timeline(unit, ends), Timeline(zero, noise), rng(), draws=200) > 0.02


def test_priors_find_the_truth():
    n = rng().integers(20, 200, 400)
    k = rng(1).binomial(n, rng(2).beta(6, 14, 400))
    alpha, beta = beta_prior(k, n)
    assert alpha / (alpha + beta) == pytest.approx(0.3, abs=0.02)
    assert alpha + beta == pytest.approx(20, rel=0.3)
    exposure = rng(3).uniform(1, 20, 400)
    a, b = gamma_prior(rng(4).poisson(rng(5).gamma(4, 0.5, 400) * exposure), exposure)
    assert a / b == pytest.approx(2.0, abs=0.2)
    assert a == pytest.approx(4, rel=0.35)


def test_shrinking_pulls_small_units_most_and_ranks_stay_unsure():
    k, n = np.array([9, 90, 20, 40, 45]), np.array([10, 200, 100, 200, 150])
    keys = ["a", "b", "c", "d", "e"]
    got = shrink_shares(k, n, keys, rng())
    centre = got.prior[0] / sum(got.prior)
    assert abs(got.value[0] - 0.9) > abs(got.value[1] - 0.45)
    assert ((got.value - centre) * (k / n - centre) >= -1e-12).all()
    assert ((got.rank_low <= got.rank) & (got.rank <= got.rank_high)).all()
    mixed = np.array([3, 1, 4, 0, 2])
    again = shrink_shares(k[mixed], n[mixed], [keys[i] for i in mixed], rng())
    for name in ("value", "low", "rank", "rank_low", "rank_high"):
        np.testing.assert_array_equal(getattr(again, name), getattr(got, name)[mixed])


@pytest.mark.parametrize(("k", "n"), [([], []), ([0, 0], [5, 9]), ([5, 9], [5, 9]), ([3], [9])])
def test_shrinking_at_the_edges(k, n):
    keys = [str(i) for i in range(len(k))]
    for tool in (shrink_shares, shrink_rates):
        got = tool(np.array(k), np.array(n), keys, rng(), draws=50)
        assert ((got.low <= got.value) & (got.value <= got.high)).all()


def test_beta_posterior_equals_scipy():
    got, oracle = beta_posterior(3, 10), sps.beta(4, 8)
    assert (got.value, got.low) == (pytest.approx(oracle.mean()), pytest.approx(oracle.ppf(0.05)))


@given(st.lists(st.floats(0.5, 1.5), max_size=80))
def test_deadline_density_is_a_coin(ratios):
    got = deadline_density(np.array(ratios))
    both = got.inside + got.outside
    if both:
        oracle = sps.binomtest(got.inside, both, 0.5, alternative="greater").pvalue
        assert got.p == pytest.approx(oracle, abs=1e-12)
    else:
        assert (got.p, got.trips()) == (1.0, False)


def test_deadline_density_at_its_ends():
    got = deadline_density(np.array([0.89, 0.9, 0.95, 0.999, 1.0, 1.05, 1.1, 1.2]))
    assert (got.inside, got.outside) == (3, 2)
    assert deadline_density(np.array([0.95] * 9)).trips()


def test_bursts_find_the_mass_closing_and_join_it():
    base = np.datetime64("2026-01-05T09:00:00", "s")
    steady = base + np.arange(0, 86_400 * 70, 7_200).astype("timedelta64[s]")
    mass = np.datetime64("2026-02-03T14:00:00", "s") + np.arange(0, 1_500, 10).astype("m8[s]")
    at = np.r_[steady, mass, steady]
    actor = np.array(["a"] * (len(steady) + len(mass)) + ["b"] * len(steady), dtype=object)
    got = bursts(at, actor)
    assert len(got) == 1
    assert (got[0].actor, got[0].start, got[0].end) == ("a", mass[0], mass[-1])
    assert 150 <= got[0].count <= 151
    mixed = rng().permutation(len(at))
    assert bursts(at[mixed], actor[mixed]) == got


def test_bursts_leave_the_usual_hour_alone():
    mondays = np.datetime64("2026-01-05T09:00:00", "s") + np.arange(20) * np.timedelta64(7, "D")
    at = (mondays[:, None] + np.arange(240) * np.timedelta64(15, "s")).ravel()
    assert bursts(at, np.array(["a"] * len(at), dtype=object)) == []
    assert bursts(at[:5], np.array(["a"] * 5, dtype=object)) == []
    assert bursts(at[:0], np.array([], dtype=object)) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4_000), st.sampled_from("ab")), max_size=80))
def test_bursts_equal_brute_force(rows):
    base = np.datetime64("2026-01-05T00:00:00", "s")
    at = np.array([base + np.timedelta64(s, "s") for s, _ in rows], dtype="datetime64[s]")
    actor = np.array([a for _, a in rows], dtype=object)
    got = bursts(at, actor, window_min=10, least=5, p_max=1.1)
    want = 0
    for name in "ab":
        own = sorted(s for s, a in rows if a == name)
        full = [(s, [t for t in own if s <= t <= s + 600]) for s in own]
        marked = {t for _, inside in full if len(inside) >= 5 for t in inside}
        want += len(marked)
    assert sum(b.count for b in got) == want
