"""Many acts by one actor in a short time: a scan against that actor's usual hour of the week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

Array = np.ndarray[Any, Any]
HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst: its actor, its ends, how many acts, and the p-value against the usual rate."""

    actor: str
    start: np.datetime64
    end: np.datetime64
    count: int
    p: float


def bursts(
    at: Array, actor: Array, window_min: float = 10.0, least: int = 20, p_max: float = 1e-6
) -> list[Burst]:
    """Windows with at least `least` acts of one actor and p < `p_max` (method 3.1; Naus 1965).

    The expectation is the actor's mean count in that hour of the week, without the week of the
    window itself and without weeks in which nothing happened then.
    Overlapping windows are joined. Bursts come by actor, then time.
    """
    names, code = _coded(actor)
    order = np.lexsort((at, code))
    at, code = at[order], code[order]
    window = np.timedelta64(int(window_min * 60), "s")
    # a window is full when the act `least` − 1 places on is the same actor's and still inside
    step = least - 1
    last = len(at) - step
    if last <= 0:
        return []
    full = (code[step:] == code[:last]) & (at[step:] - at[:last] <= window)
    edges = np.searchsorted(code, np.arange(len(names) + 1))
    found: list[Burst] = []
    for who in np.unique(code[:last][full]):
        lo, hi = int(edges[who]), int(edges[who + 1])
        hot = np.flatnonzero(full[lo : min(hi, last)])
        found += _of_actor(names[who], at[lo:hi], hot, window_min, p_max)
    return found


def _coded(actor: Array) -> tuple[list[str], Array]:
    """Sorted names and the number of each row's name; a table beats sorting a million texts."""
    texts = [str(a) for a in actor.tolist()]
    names = sorted(set(texts))
    place = {name: i for i, name in enumerate(names)}
    return names, np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))


def _of_actor(name: str, at: Array, hot: Array, window_min: float, p_max: float) -> list[Burst]:
    window = np.timedelta64(int(window_min * 60), "s")
    stop = np.searchsorted(at, at[hot] + window, "right")
    p = stats.poisson.sf(stop - hot - 1, _usual(at, hot))
    sure = p < p_max
    hot, stop, p = hot[sure], stop[sure], p[sure]
    if not len(hot):
        return []
    # a window that starts after the end of the one before begins a new burst
    new = np.flatnonzero(np.r_[True, at[hot[1:]] > at[stop[:-1] - 1]])
    ends = stop[np.r_[new[1:] - 1, len(hot) - 1]]
    least_p = np.minimum.reduceat(p, new)
    return [
        Burst(name, at[a], at[b - 1], int(b - a), float(v))
        for a, b, v in zip(hot[new], ends, least_p, strict=True)
    ]


def _usual(at: Array, hot: Array) -> Array:
    """Usual acts in each hot act's hour of the week, its own week left out.

    The mean over the other weeks in which anything happened in that hour: a nightly job that does
    its work within minutes is usual, and quiet months do not make a busy hour look like a burst.
    """
    hours = at.astype("datetime64[h]").astype(np.int64)
    keys, inside = np.unique(hours, return_counts=True)
    slot = keys % HOURS_OF_WEEK
    total = np.bincount(slot, inside, minlength=HOURS_OF_WEEK)
    active = np.bincount(slot, minlength=HOURS_OF_WEEK)
    mine = np.searchsorted(keys, hours[hot])
    others = total[slot[mine]] - inside[mine]
    weeks = np.maximum(active[slot[mine]] - 1, 1)
    return np.asarray(np.maximum(others / weeks, 0.1))
