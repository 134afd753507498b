"""The simulated queue against what theory says of it; tolerance from the replications."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trueup.audit.whatif.queue import Jobs, Served, serve

RUNS = 20
JOBS = 12_000


def erlang_c_wait(arrivals: float, service: float, servers: int) -> float:
    """Mean wait in an M/M/c queue (Erlang 1917)."""
    load = arrivals / service
    last = load**servers / math.factorial(servers) / (1 - load / servers)
    empty = sum(load**k / math.factorial(k) for k in range(servers))
    return last / (empty + last) / (servers * service - arrivals)


def jobs(seed: int, rate: float, mean: float, shares: tuple[float, ...] = (1.0,)) -> Jobs:
    rng = np.random.default_rng(seed)
    at = np.cumsum(rng.exponential(1 / rate, JOBS))
    priority = rng.choice(len(shares), JOBS, p=shares) + 1.0
    return Jobs(at, priority, rng.exponential(mean, JOBS), np.zeros(JOBS))


def settled(served: Served) -> slice:
    return slice(len(served.done) // 6, len(served.done) * 5 // 6)


def near(runs: list[float], truth: float) -> None:
    """Within four standard errors of the replications' mean, which must themselves be small."""
    error = float(np.std(runs, ddof=1) / np.sqrt(len(runs)))
    assert abs(float(np.mean(runs)) - truth) < 4 * error
    assert error < 0.06 * truth


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 0.8), (8, 0.85)])
def test_the_mean_wait_is_that_of_erlang(servers: int, load: float) -> None:
    mean = 10.0
    rate = load * servers / mean
    waits = []
    for seed in range(RUNS):
        one = jobs(seed, rate, mean)
        served = serve(one, [(0.0, servers)], one.at[-1], "fifo")
        waits.append(float(served.queued[settled(served)].mean()))
    near(waits, erlang_c_wait(rate, 1 / mean, servers))


def test_priorities_wait_as_cobham_says() -> None:
    """Non-preemptive M/M/1 with two classes (Cobham 1954)."""
    mean, rate, shares = 1.0, 0.8, (0.4, 0.6)
    first, both = rate * shares[0] * mean, rate * mean
    rest = rate * mean**2
    truth = {1: rest / (1 - first), 2: rest / (1 - first) / (1 - both)}
    waits: dict[int, list[float]] = {1: [], 2: []}
    for seed in range(RUNS):
        one = jobs(seed, rate, mean, shares)
        served = serve(one, [(0.0, 1)], one.at[-1])
        inside = settled(served)
        for p in waits:
            mine = one.priority[inside] == p
            waits[p].append(float(served.queued[inside][mine].mean()))
    for p, runs in waits.items():
        near(runs, truth[p])


def test_littles_law_holds() -> None:
    """Jobs in the system are arrivals times the time each stays (Little 1961)."""
    off = []
    for seed in range(RUNS):
        one = jobs(seed, 0.24, 10.0)
        served = serve(one, [(0.0, 3)], one.at[-1] + 1e5)
        stay = served.done - one.at
        moments = np.linspace(one.at[JOBS // 6], one.at[JOBS * 5 // 6], 4000)
        came = np.searchsorted(one.at, moments, "right")
        left = np.searchsorted(np.sort(served.done), moments, "right")
        inside = settled(served)
        span = one.at[inside][-1] - one.at[inside][0]
        rate = len(stay[inside]) / span
        off.append(float((came - left).mean() / (rate * stay[inside].mean()) - 1))
    error = float(np.std(off, ddof=1) / np.sqrt(RUNS))
    assert abs(float(np.mean(off))) < 4 * error + 0.002
    assert max(abs(o) for o in off) < 0.05


def test_work_laid_aside_frees_the_technician() -> None:
    at = np.array([0.0, 1.0])
    one = Jobs(at, np.ones(2), np.array([10.0, 4.0]), np.array([100.0, 0.0]))
    served = serve(one, [(0.0, 1)], 1000.0)
    assert served.done.tolist() == [5.0 + 100.0 + 5.0, 9.0]
    assert served.busy(0, 1000) == 14.0


def test_ageing_lets_an_old_job_go_first() -> None:
    """While one job is worked on, a low one waits from 1 and a high one from 8."""
    one = Jobs(np.array([0.0, 1.0, 8.0]), np.array([1.0, 2.0, 1.0]), np.full(3, 10.0), np.zeros(3))
    strict = serve(one, [(0.0, 1)], 100.0, "priority")
    aged = serve(one, [(0.0, 1)], 100.0, "ageing", ageing=5.0)
    assert strict.done.tolist() == [10.0, 30.0, 20.0]
    assert aged.done.tolist() == [10.0, 20.0, 30.0]


def test_a_shift_that_ends_finishes_what_it_began() -> None:
    one = Jobs(np.array([0.0, 0.0]), np.ones(2), np.full(2, 10.0), np.zeros(2))
    served = serve(one, [(0.0, 1), (5.0, 0), (50.0, 1)], 100.0)
    assert served.done.tolist() == [10.0, 60.0]
