"""From measures to the four indicators: light, score with interval, what holds it down (3.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trueup.audit.decide import COVERED, Z90, Bounds
from trueup.audit.declare import INDICATORS, Direction, Estimate, Light
from trueup.audit.judging import Judged
from trueup.audit.numbers import plain

JUDGED = ("green", "amber", "red")
FLOOR = 0.05
DRAWS = 2000
CAPS = {"red": 39.0, "amber": 74.0}
WHOLE, ENOUGH = 0.99, 0.60


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the four, as the result contract shows it; scores 0 to 100, None where grey."""

    id: str
    light: Light
    reason: str
    score: float | None
    score_low: float | None
    score_high: float | None
    confidence: str
    binding_measure: str | None
    coverage: float
    trend: str = "unknown"


def indicators(
    judged: Sequence[Judged], seed: int, trends: Mapping[str, str] | None = None
) -> list[Indicator]:
    """The four indicators in the order of the contract; `trends` are their words by id."""
    found = [
        _indicator(name, [j for j in judged if j.measure.indicator == name], seed)
        for name in INDICATORS
    ]
    return [replace(i, trend=(trends or {}).get(i.id, "unknown")) for i in found]


def _indicator(name: str, judged: list[Judged], seed: int) -> Indicator:
    keys = [j for j in judged if j.measure.key]
    applicable = [j for j in keys if j.light != "not_applicable"]
    answered = [j for j in applicable if j.light in JUDGED]
    coverage = len(answered) / len(applicable) if applicable else 0.0
    light = _light(judged, applicable, coverage)
    reason = _reason(light, judged, applicable, answered)
    scored = [j for j in judged if j.light in JUDGED]
    if light not in JUDGED or not scored:
        return Indicator(name, light, reason, None, None, None, "low", None, coverage)
    score, low, high = _score(name, scored, light, seed)
    return Indicator(
        name,
        light,
        reason,
        score,
        low,
        high,
        _confidence(scored, coverage),
        _binding(scored, light),
        coverage,
    )


def _light(judged: list[Judged], applicable: list[Judged], coverage: float) -> Light:
    """Rules 1 to 3: bad news is shown even when coverage is thin; good news is not."""
    supporting = [j for j in judged if not j.measure.key]
    if any(j.light == "red" for j in applicable):
        return "red"
    amber = any(j.light == "amber" for j in applicable)
    red_beside = any(j.light == "red" for j in supporting)
    if amber or red_beside or sum(j.light == "amber" for j in supporting) >= 3:
        return "amber"
    if not applicable:
        return "not_applicable"
    if coverage >= ENOUGH:
        return "green"
    silent = [j for j in applicable if j.light not in JUDGED]
    blocked = sum(j.light == "data_not_trustworthy" for j in silent)
    return "data_not_trustworthy" if 2 * blocked > len(silent) else "not_enough_evidence"


def _reason(
    light: Light, judged: list[Judged], applicable: list[Judged], answered: list[Judged]
) -> str:
    bad = {"red": ("red",), "amber": ("red", "amber")}.get(light, ())
    worst = [j for j in judged if j.light in bad]
    worst.sort(key=lambda j: (j.light != "red", not j.measure.key, j.measure.id))
    if worst:
        told = "; ".join(_against(j) for j in worst[:2])
        more = f"; {len(worst) - 2} more" if len(worst) > 2 else ""
        return f"{'Beyond the limit' if light == 'red' else 'Not on target'}: {told}{more}."
    count = f"{len(answered)} of {len(applicable)} key measures could be judged"
    if light == "green":
        return f"{count}, and all are on target."
    if light == "data_not_trustworthy":
        gates = sorted({gate for j in applicable for gate in j.blocked_by})
        return f"{count}; data gates hold the others back: {', '.join(gates)}."
    if light == "not_applicable":
        return "No key measure applies here."
    missing = {gap for j in applicable for gap in j.missing}
    gaps = sorted(gap for gap in missing if gap.split(".")[0] not in missing - {gap})
    return f"{count}" + (f"; not recorded: {', '.join(gaps)}." if gaps else ".")


def _against(judged: Judged) -> str:
    """A measure with its value beside the bound it missed."""
    measure, estimate = judged.measure, judged.estimate
    bound = judged.bounds.limit if judged.light == "red" else judged.bounds.target
    if estimate is None or estimate.value is None:
        return f"{measure.title} ({measure.id})"
    value = plain(estimate.value, measure.unit)
    beside = "" if bound is None else f", {plain(bound, measure.unit)} "
    word = "is the limit" if judged.light == "red" else "is the target"
    return f"{measure.title} {value}{beside}{word if beside else ''} ({measure.id})"


def usefulness(
    value: float | np.ndarray[Any, Any], target: float, limit: float, direction: Direction
) -> np.ndarray[Any, Any]:
    """u: 1 at the target or better, 0.5 at the limit, linear, at least 0.05."""
    x = np.asarray(np.abs(value) if direction == "band" else value, dtype=float)
    sign = -1.0 if direction == "up" else 1.0
    gap = sign * (x - target)
    if target == limit:
        return np.where(gap <= 0, 1.0, FLOOR)
    return np.clip(1.0 - 0.5 * gap / abs(limit - target), FLOOR, 1.0)


def drawn_u(judged: Judged, draws: np.random.Generator | None) -> np.ndarray[Any, Any]:
    """u of one measure at its value, or at DRAWS values spread over its interval.

    A measure judged by trend, and the special rows of 3.3 (MR-07, MR-10, MR-13), whose light is
    not the place of the value between target and limit, count by their light: green 1, amber 0.5,
    red the floor.
    """
    bounds, estimate = judged.bounds, judged.estimate
    fixed = {"green": 1.0, "amber": 0.5, "red": FLOOR}[judged.light]
    if judged.answer is not None and judged.answer.light is not None:
        return np.array([fixed])
    if estimate is None or estimate.value is None or bounds.limit is None or bounds.target is None:
        return np.array([fixed])
    value: Any = estimate.value
    if draws is not None and estimate.low is not None and estimate.high is not None:
        z = draws.standard_normal(DRAWS)
        down, up = value - estimate.low, estimate.high - value
        value = value + np.where(z < 0, down, up) * z / Z90
    return usefulness(value, bounds.target, bounds.limit, judged.measure.direction)


def combined(us: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """S = 100 * (mean of u^-2)^-1/2: one bad measure cannot be bought off by nine good ones."""
    total = sum(np.asarray(u, dtype=float) ** -2.0 for u in us)
    return np.asarray(100.0 * (total / len(us)) ** -0.5)


def _score(name: str, scored: list[Judged], light: Light, seed: int) -> tuple[float, float, float]:
    cap = CAPS.get(light, 100.0)
    point = float(combined([drawn_u(j, None) for j in scored]).max())
    drawn = []
    for judged in scored:
        text = f"{seed}{name}{judged.measure.id}".encode()
        sub = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
        drawn.append(np.broadcast_to(drawn_u(judged, np.random.default_rng(sub)), (DRAWS,)))
    low, high = np.quantile(combined(drawn), [0.05, 0.95])
    ends = sorted(min(cap, float(x)) for x in (point, low, high))
    return min(cap, point), ends[0], ends[2]


def _binding(scored: list[Judged], light: Light) -> str | None:
    """The measure that would lift the score most if it reached its target.

    Where all points are on target and an interval holds the light down, it is the measure with
    the worst light, a key one first; None where nothing holds the indicator down.
    """
    us = [drawn_u(j, None) for j in scored]
    gains = []
    for index, judged in enumerate(scored):
        lifted = [np.array([1.0]) if i == index else u for i, u in enumerate(us)]
        gain = float(combined(lifted).max() - combined(us).max())
        gains.append((-round(gain, 9), judged.measure.id))
    best = min(gains)
    if best[0] < 0:
        return best[1]
    worst = [j for j in scored if j.light != "green"] if light != "green" else []
    order = [(j.light != "red", not j.measure.key, j.measure.id) for j in worst]
    return min(order)[2] if order else None


def _confidence(scored: list[Judged], coverage: float) -> str:
    """The worst of data grade, coverage, precision and method, over the key measures."""
    keys = [j for j in scored if j.measure.key] or scored
    thin = 0 if coverage >= WHOLE else 1 if coverage >= ENOUGH else 2
    return ("high", "medium", "low")[max([thin, *(_doubt(j) for j in keys)])]


def _doubt(judged: Judged) -> int:
    """How far a measure is from "we counted every record": 0 high, 1 medium, 2 low.

    Data: A and B are whole populations, C is an estimate or thin coverage, D an opinion. Records:
    99 % usable is all of them, 80 % most. Method: counted, compared, modelled. Precision: the
    interval up to the distance between target and limit, up to twice that, wider.
    """
    estimate, bounds = judged.estimate, judged.bounds
    if estimate is None:
        return 2
    grade = {"A": 0, "B": 0, "C": 1, "D": 2}[estimate.grade]
    method = {"counted": 0, "compared": 1, "modelled": 2}[estimate.method]
    used = 0 if estimate.coverage >= WHOLE else 1 if estimate.coverage >= COVERED else 2
    return max(grade, method, used, _width(estimate, bounds))


def _width(estimate: Estimate, bounds: Bounds) -> int:
    low, high, target, limit = estimate.low, estimate.high, bounds.target, bounds.limit
    if low is None or high is None or target is None or limit is None or target == limit:
        return 0
    width, room = high - low, abs(target - limit)
    return 0 if width <= room else 1 if width <= 2 * room else 2


__all__ = ["Indicator", "indicators", "usefulness"]
