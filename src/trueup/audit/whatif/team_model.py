"""A model of a team from a stretch of its past: arrivals, work, waits, hours and technicians.

Arrivals: a rate for each hour of the week, times a Gamma factor for each day whose spread is
that of the daily counts (Poisson-Gamma, by moments). All else of a job is drawn together from
one past record, so that what belongs together stays together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

import numpy as np

from trueup.audit.business import Array
from trueup.audit.whatif.axis import DAY, Axis, always, from_slots, weekday
from trueup.audit.whatif.queue import Jobs, Rule
from trueup.audit.whatif.team_history import TeamHistory
from trueup.core.calendars import Calendar
from trueup.core.refusals import Refused
from trueup.core.words import N_

HOURS = 168
WEEK = 7 * DAY
RECORDED = 0.5
INSIDE = 0.85
WORTH = 0.2
SETTLE = 28 * DAY
MARGIN_MOST = 0.2
Source = Literal["recorded", "fitted"]
HoursFrom = Literal["given", "calendar", "estimated"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What may be asked to differ: technicians, arrivals, work, hours, order of work.

    `technicians` is added to every shift, or is their number where `absolute`; `arrivals` and
    `handling` are factors; `ageing` is in open minutes.
    """

    technicians: int = 0
    absolute: bool = False
    arrivals: float = 1.0
    handling: float = 1.0
    hours: Calendar | None = None
    rule: Rule = "priority"
    ageing: float = 480.0

    def crew(self, size: int) -> int:
        """How many are on a shift that has `size`."""
        return max(self.technicians if self.absolute else size + self.technicians, 0)


@dataclass(frozen=True, slots=True)
class Model:
    """A team, calibrated. Marks (one row a past record) are in the order of arrival.

    `rates` are arrivals an hour of the week, `spread` the shape of the day's Gamma factor (inf:
    Poisson), `crew` technicians by weekday. `aside` is what a job was laid aside in open minutes
    by record, `other` the rest of its time that is neither work nor a recorded wait; of that a
    share `unexplained` is kept, the other share is what the simulated queue makes. `doubt` is
    the standard error of the level of arrivals, as a share of it.
    """

    hours: Calendar
    hours_from: HoursFrom
    rates: Array
    spread: float
    crew: Array
    before: Array
    priority: Array
    work: Array
    aside: Array
    other: Array
    promise: Array
    work_from: Source
    doubt: float
    unexplained: float = 1.0


def hours_of(
    history: TeamHistory, calendar: Calendar | None, given: Calendar | None
) -> tuple[Calendar, HoursFrom]:
    """The team's hours: those given, the pack's where its people work in them, else estimated.

    Estimated: the hours of the week with at least a fifth of what its people usually did in one
    (the hour of the median act).
    """
    if given is not None:
        return given, "given"
    if not len(history.acts):
        return calendar or always(history.zone), "calendar"
    if calendar is not None:
        axis = Axis.of(calendar, history.first, history.days)
        opened = axis.to_open(history.acts + 1) - axis.to_open(history.acts)
        if float((opened > 0).mean()) >= INSIDE:
            return calendar, "calendar"
    counts = np.bincount(slot(history, history.acts), minlength=HOURS)
    usual = float(np.median(counts[slot(history, history.acts)]))
    chosen = counts >= WORTH * usual
    return from_slots(history.zone, chosen), "estimated"


def slot(history: TeamHistory, minutes: Array) -> Array:
    """The hour of the week (0 is Monday 0:00) of local minutes."""
    day = np.floor(minutes / DAY).astype(np.int64)
    first = int(weekday(np.array([history.first]))[0])
    hour = np.clip((minutes - day * DAY) // 60, 0, 23).astype(np.int64)
    return np.asarray((first + day) % 7 * 24 + hour)


def calibrated(
    history: TeamHistory,
    hours: tuple[Calendar, HoursFrom],
    first: float,
    last: float,
    crew: int | None = None,
) -> Model:
    """The model of a stretch of the past; only what was known at its end is used.

    `crew` sets the technicians of every shift; else they are the people usually seen a weekday.
    """
    calendar, hours_from = hours
    axis = Axis.of(calendar, history.first, history.days)
    margin = min(SETTLE, (last - first) * MARGIN_MOST)
    inside = (history.arrived >= first) & (history.arrived < last)
    marks = np.flatnonzero(inside & (history.arrived < last - margin))
    end = np.where(history.resolved <= last, history.resolved, last)[marks]
    stay = axis.to_open(end) - axis.to_open(history.arrived[marks])
    aside = np.minimum(_aside(history, axis, last)[marks], stay)
    work, work_from = _work(history, marks, np.maximum(stay - aside, 0.0))
    rates, spread = _arrivals(history, history.arrived[inside], first, last)
    return Model(
        calendar, hours_from, rates, spread, _crew(history, calendar, first, last, crew),
        (history.arrived - history.opened)[marks], history.priority[marks].astype(float), work,
        aside, np.maximum(stay - aside - work, 0.0) if work_from == "recorded"
        else np.zeros(len(marks)),
        marks, work_from, _doubt(int(inside.sum()), spread, (last - first) / DAY),
    )  # fmt: skip


def _aside(history: TeamHistory, axis: Axis, last: float) -> Array:
    """Open minutes in which each record waited or was elsewhere, until an end."""
    total = np.zeros(history.n)
    if len(history.waits):
        begin, end = (np.minimum(history.waits[:, i], last) for i in (1, 2))
        spans = axis.to_open(end) - axis.to_open(begin)
        np.add.at(total, history.waits[:, 0].astype(int), spans)
    return total


def _work(history: TeamHistory, marks: Array, net: Array) -> tuple[Array, Source]:
    """Minutes of work by record; where most record none, a shape to be scaled by the fit.

    A record without minutes gets those of another of its priority, by turns.
    """
    work, priority = history.work[marks], history.priority[marks]
    known = np.isfinite(work) & (work > 0)
    if known.mean() < RECORDED:
        middle = np.median(net) or 1.0
        ratio = {p: float(np.median(net[priority == p]) / middle) or 1.0 for p in set(priority)}
        return np.array([max(ratio[p], 0.05) for p in priority]), "fitted"
    for p in np.unique(priority):
        mine, have = priority == p, known & (priority == p)
        pool = work[have] if have.any() else work[known]
        lacking = np.flatnonzero(mine & ~known)
        work[lacking] = pool[np.arange(len(lacking)) % len(pool)]
    return work, "recorded"


def _arrivals(
    history: TeamHistory, arrived: Array, first: float, last: float
) -> tuple[Array, float]:
    """Arrivals an hour of the week, and the shape of the daily factor by moments."""
    weeks = (last - first) / WEEK
    rates = np.bincount(slot(history, arrived), minlength=HOURS) / weeks
    days = np.arange(int(first // DAY), int(np.ceil(last / DAY)))
    counts = np.bincount((arrived // DAY).astype(int) - days[0], minlength=len(days))[: len(days)]
    name = (int(weekday(np.array([history.first]))[0]) + days) % 7
    expected = rates.reshape(7, 24).sum(1)[name]
    seen = expected > 0
    excess = ((counts - expected)[seen] ** 2 - expected[seen]).sum()
    over = excess / (expected[seen] ** 2).sum()
    return rates, float(1 / over) if over > 0 else float("inf")


def _doubt(arrivals: int, spread: float, days: float) -> float:
    """Standard error of the level of arrivals: Poisson, and the factor of each day."""
    return float(np.sqrt(1 / max(arrivals, 1) + 1 / (spread * days)))


def _crew(
    history: TeamHistory, calendar: Calendar, first: float, last: float, given: int | None
) -> Array:
    """Technicians by weekday: the median number of people seen on its days, at least one."""
    if given is not None:
        return np.full(7, given)
    days = range(int(first // DAY), int(last // DAY))
    counts = Counter(day for day, _ in history.seen)
    if not any(counts[day] for day in days):
        raise Refused(
            N_("Nobody is named on the work of this team; say how many there are with --crew N.")
        )
    start = int(weekday(np.array([history.first]))[0])
    return np.array([
        max(1, round(float(np.median([counts[d] for d in days if (start + d) % 7 == name] or [0]))))
        if calendar.spans[name] else 0
        for name in range(7)
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sequence:
    """Arrivals of one replication: wall minute and the past record each is drawn from."""

    at: Array
    mark: Array


def draw(model: Model, begin: int, days: int, factor: float, seed: list[int]) -> Sequence:
    """Arrivals of some days from weekday `begin` on; other factors thin or add to the same ones.

    The past is itself a sample: each replication has another level of arrivals within its doubt,
    and draws from the past records resampled in blocks of those that came together.
    """
    rng, extra, pick, past = (np.random.default_rng([*seed, k]) for k in (1, 2, 3, 4))
    level = max(1 + model.doubt * past.standard_normal(), 0.05)
    pool = _blocks(len(model.work), past)
    rates = np.tile(np.roll(model.rates, -24 * begin), days // 7 + 1)[: days * 24] * level
    daily = rng.gamma(model.spread, 1 / model.spread, days) if np.isfinite(model.spread) else (
        np.ones(days))  # fmt: skip
    expected = rates * np.repeat(daily, 24)
    at, mark = _poisson(expected, rng, pick, len(model.work))
    keep = extra.random(len(at)) < factor
    at, mark = at[keep], mark[keep]
    if factor > 1:
        more, drawn = _poisson(expected * (factor - 1), extra, extra, len(model.work))
        at, mark = np.concatenate([at, more]), np.concatenate([mark, drawn])
    order = np.argsort(at, kind="stable")
    return Sequence(at[order], pool[mark[order]])


def _blocks(n: int, rng: np.random.Generator) -> Array:
    """Places of n records resampled in blocks of consecutive ones, round the end."""
    size = max(1, int(np.sqrt(n)))
    begin = rng.integers(0, n, -(-n // size))
    return np.asarray((begin[:, None] + np.arange(size)).ravel()[:n] % n)


def _poisson(
    expected: Array, rng: np.random.Generator, pick: np.random.Generator, marks: int
) -> tuple[Array, Array]:
    counts = rng.poisson(expected)
    hour = np.repeat(np.arange(len(expected)), counts)
    at = hour * 60.0 + rng.random(len(hour)) * 60.0
    return at, pick.integers(0, marks, len(hour))


def jobs_of(model: Model, sequence: Sequence, axis: Axis, setting: Setting, pace: float) -> Jobs:
    """The jobs of a replication; `pace` turns laid-aside minutes of the old hours into the new."""
    mark = sequence.mark
    aside = model.aside[mark] + model.unexplained * model.other[mark]
    return Jobs(
        axis.to_open(sequence.at), model.priority[mark], model.work[mark] * setting.handling,
        aside * pace,
    )  # fmt: skip


def roster(model: Model, calendar: Calendar, setting: Setting, axis: Axis, begin: int,
           days: int) -> list[tuple[float, int]]:  # fmt: skip
    """From which open minute how many technicians are there; days with hours but none get most."""
    usual = max(int(model.crew.max()), 1)
    opens = axis.to_open(np.arange(days) * DAY)
    shifts: list[tuple[float, int]] = []
    for day in range(days):
        name = (begin + day) % 7
        if calendar.spans[name]:
            size = setting.crew(int(model.crew[name]) or usual)
            if not shifts or shifts[-1][1] != size:
                shifts.append((float(opens[day]), size))
    return shifts or [(0.0, setting.crew(usual))]


def scaled(model: Model, unexplained: float | None = None, work: Array | None = None) -> Model:
    """The model with another share of unexplained time, or other minutes of work."""
    return replace(
        model,
        unexplained=model.unexplained if unexplained is None else unexplained,
        work=model.work if work is None else work,
    )


def crew_of(text: str) -> tuple[int, bool]:
    """``+1`` or ``-2`` as a difference, ``5`` as a number: (technicians, absolute)."""
    try:
        number = Decimal(text.strip())
    except ArithmeticError:
        number = Decimal("0.5")
    if number != int(number) or not -1000 < number < 1000:
        raise Refused(N_("Technicians are a number (5) or a difference (+1, -2); not “%(given)s”."),
                      given=text)  # fmt: skip
    return int(number), text.strip()[:1] not in "+-"
