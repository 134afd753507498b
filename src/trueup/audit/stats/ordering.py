"""What to do first: the best plan within the hours, and how sure its order is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

from trueup.audit.stats.shares import CONFIDENCE

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an action in the order (1 = first) with its likely ends."""

    place: int
    low: int
    high: int


def knapsack(
    value: Sequence[float],
    hours: Sequence[float],
    available: float,
    needs: Sequence[tuple[int, int]] = (),
    one_of: Sequence[Sequence[int]] = (),
) -> tuple[int, ...]:
    """The actions with the greatest summed value within `available` hours (Dantzig 1957).

    `needs` holds pairs (action, the one it depends on); of each group in `one_of` at least one
    is taken (an indicator that is red). Solved exactly as a 0-1 programme. A group that cannot
    be met within the hours is dropped, last first. Returns indices in ascending order.
    """
    n = len(value)
    if n == 0:
        return ()
    groups = [list(g) for g in one_of if len(g)]
    while True:
        taken = _solve(np.asarray(value, float), np.asarray(hours, float), available, needs, groups)
        if taken is not None or not groups:
            return taken or ()
        groups.pop()


def _solve(
    value: Array,
    hours: Array,
    available: float,
    needs: Sequence[tuple[int, int]],
    groups: Sequence[Sequence[int]],
) -> tuple[int, ...] | None:
    n = len(value)
    rows, low, high = [hours], [-np.inf], [available]
    for action, base in needs:
        row = np.zeros(n)
        row[action], row[base] = 1, -1
        rows, low, high = [*rows, row], [*low, -np.inf], [*high, 0.0]
    for group in groups:
        row = np.zeros(n)
        row[list(group)] = 1
        rows, low, high = [*rows, row], [*low, 1.0], [*high, np.inf]
    solved = optimize.milp(
        -value,
        integrality=np.ones(n),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(np.array(rows), low, high),
        options={"mip_rel_gap": 0.0},
    )
    return tuple(int(i) for i in np.flatnonzero(solved.x > 0.5)) if solved.success else None


def places(net: Array, confidence: float = CONFIDENCE) -> list[Place]:
    """Places by expected net from draws (draws × actions), with the interval of their rank."""
    net = np.asarray(net, float)
    if net.size == 0:
        return []
    order = (-net.mean(0)).argsort(kind="stable")
    place = np.empty(net.shape[1], int)
    place[order] = np.arange(1, net.shape[1] + 1)
    ranks = (-net).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 1
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(ranks, tails, axis=0, method="inverted_cdf").astype(int)
    return [
        Place(int(p), min(int(a), int(p)), max(int(b), int(p)))
        for p, a, b in zip(place, low, high, strict=True)
    ]


def evpi(net: Array) -> float:
    """What perfect knowledge is worth: E[max(net, 0)] − max(E[net], 0) (Raiffa 1961)."""
    x = np.asarray(net, float)
    return float(np.maximum(x, 0).mean() - max(float(x.mean()), 0.0)) if len(x) else 0.0


def front(axes: Array) -> tuple[int, ...]:
    """The rows no other row beats on every axis (larger is better): the Pareto front."""
    a = np.asarray(axes, float)
    if a.size == 0:
        return ()
    at_least = (a[:, None, :] >= a[None, :, :]).all(2)
    better = at_least & (a[:, None, :] > a[None, :, :]).any(2)
    return tuple(int(i) for i in np.flatnonzero(~better.any(0)))
