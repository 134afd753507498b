"""What an action is worth under uncertainty, and in which order to act (method, section 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.findings.grouping import Group

Array = np.ndarray[Any, Any]
DRAWS = 10_000
REAL = {"A": 0.95, "B": 0.85, "C": 0.60, "D": 0.40}
WORKS = (3.0, 2.0)
MONTHS_LEFT = 10 / 12
ORDER = ("must", "gate", "deadline", "value", "find_out")


@dataclass(frozen=True, slots=True)
class Worth:
    """One action's value: per year in money, None where no money is known."""

    part: str
    expected: float | None
    p10: float | None
    pays: float | None
    hours: float
    customers: int
    unlocks: tuple[int, int]
    draws: Array


def worth(ctx: Context, group: Group, unlocks: tuple[int, int]) -> Worth:
    """Draw the net benefit of acting on a finding: real × works × loss × time left."""
    text = f"{ctx.seed}plan{'|'.join(c.id for c in group.checks)}".encode()
    seed = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    real = rng.random(DRAWS) < REAL[group.lead.evidence_grade]
    works = rng.beta(*WORKS, DRAWS)
    money = money_of(group)
    hours = hours_of(group)
    customers = max((d.case.effect.customers or 0 for d in group.detections), default=0)
    draws = np.zeros(DRAWS)
    expected = p10 = pays = None
    if money is not None:
        loss = rng.triangular(*_spread(money), DRAWS)
        draws = real * works * loss * MONTHS_LEFT
        expected, p10 = float(draws.mean()), float(np.quantile(draws, 0.10))
        pays = float((draws > 0).mean())
        if expected > 0 and pays < 0.5:
            return Worth("find_out", expected, p10, pays, hours, customers, unlocks, draws)
    return Worth(_part(group), expected, p10, pays, hours, customers, unlocks, draws)


def _spread(money: tuple[float, float, float]) -> tuple[float, float, float]:
    low, likely, high = sorted(money)
    return (low, likely, high) if high > low else (low, likely, low + max(abs(low), 1.0) * 1e-9)


def _part(group: Group) -> str:
    if any(c.gate for c in group.checks):
        broken = any(c.trail for c in group.checks)
        return "must" if broken and group.grade == "major" else "gate"
    if group.grade == "major":
        return "must"
    if deadline_of(group) is not None:
        return "deadline"
    return "value"


def deadline_of(group: Group) -> str | None:
    """The earliest date that a case names (notice date, wall), ISO."""
    return min(
        (d.case.words["deadline"] for d in group.detections if d.case.words.get("deadline")),
        default=None,
    )


def money_of(group: Group) -> tuple[float, float, float] | None:
    """The yearly money of a finding, counted once: the largest sum over one check's units.

    Units of different kinds (a customer, its agreement) hold the same money, so each kind is a
    sum of its own.
    """
    sums: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for d in group.detections:
        if d.case.effect.money:
            sums.setdefault((d.check.id, d.case.unit.kind), []).append(d.case.effect.money)
    totals = [tuple(float(sum(m[i] for m in sums[key])) for i in range(3)) for key in sorted(sums)]
    if not totals:
        return None
    low, likely, high = max(totals, key=lambda total: total[1])
    return low, likely, high


def hours_of(group: Group) -> float:
    """The most likely hours a year of a finding, counted once."""
    sums = []
    for check in group.checks:
        mine = [d for d in group.detections if d.check.id == check.id]
        whole = [d for d in mine if d.case.unit.kind == "organisation"] or mine
        sums.append(sum((d.case.effect.hours or (0, 0, 0))[1] for d in whole))
    return float(max(sums, default=0.0))


@dataclass(frozen=True, slots=True)
class Place:
    """A finding's place in the order of work, with the range it could be in."""

    group: Group
    worth: Worth
    place: int
    low: int
    high: int


def places(found: Sequence[tuple[Group, Worth]], red: frozenset[str]) -> list[Place]:
    """The order of work: must, gate, deadline, value (one per red indicator first), find_out."""
    first = _for_red(found, red)

    def rank(item: tuple[Group, Worth]) -> tuple[Any, ...]:
        group, w = item
        return (
            ORDER.index(w.part),
            tuple(-n for n in w.unlocks),
            deadline_of(group) or "9",
            group.checks[0].id not in first,
            -(w.expected or 0.0),
            -w.hours,
            -sum(d.case.exceptions for d in group.detections),
            group.checks[0].id,
        )

    ordered = sorted(found, key=rank)
    out: list[Place] = []
    for part in ORDER:
        block = [item for item in ordered if item[1].part == part]
        start = len(out) + 1
        spans = _ranges([w.draws for _, w in block], start) if part == "value" else None
        for i, (group, w) in enumerate(block):
            low, high = spans[i] if spans else (start + i, start + i)
            out.append(Place(group, w, start + i, min(low, start + i), max(high, start + i)))
    return out


def _for_red(found: Sequence[tuple[Group, Worth]], red: frozenset[str]) -> set[str]:
    """For each red indicator the finding that does most for it."""
    out = set()
    for indicator in sorted(red):
        mine = [
            (-(w.expected or 0.0), -w.hours, g.checks[0].id)
            for g, w in found
            if any(indicator in c.indicators for c in g.checks)
        ]
        if mine:
            out.add(min(mine)[2])
    return out


def _ranges(draws: list[Array], start: int) -> list[tuple[int, int]]:
    """The 10 % and 90 % places of each over the draws; ties share the better place."""
    if not draws:
        return []
    matrix = np.stack(draws)
    above = (matrix[None, :, :] > matrix[:, None, :]).sum(axis=1)
    low, high = np.quantile(above, [0.1, 0.9], axis=1)
    return [(start + int(a), start + int(b)) for a, b in zip(low, high, strict=True)]
