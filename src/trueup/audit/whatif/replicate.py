"""Replications of a model: what each would have measured, and the model's fit to its past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trueup.audit.business import Array
from trueup.audit.stats.seeds import subseed
from trueup.audit.whatif.axis import DAY, Axis, weekday
from trueup.audit.whatif.hours import resolved as calendar_named
from trueup.audit.whatif.queue import serve
from trueup.audit.whatif.team_history import Promise, TeamHistory
from trueup.audit.whatif.team_model import Model, Setting, draw, jobs_of, roster, scaled
from trueup.core.calendars import Calendar

WARM = 28
EARLIER = 364
STEPS = 6
FIT_RUNS = 4
FIT_DAYS = 182
LOADS = (0.3, 0.5, 0.65, 0.75, 0.85, 0.92, 0.97)
SPREADS = (0.5, 1.0, 1.5, 2.5)
CLOSE = 1.02
Told = Callable[[Model], tuple[float, float]]
NAMES = ("median", "p90", "share", "backlog", "utilisation")


@dataclass(frozen=True, slots=True)
class Measured:
    """One stretch, measured: hours to resolve (median, P90; inf: more are open), share in target,
    mean backlog at noon, utilisation (nan where not simulated), how many arrived."""

    median: float
    p90: float
    share: float
    backlog: float
    utilisation: float
    arrivals: float


@dataclass(frozen=True, slots=True)
class Clock:
    """How promises are counted: the promise of each past record and the calendars they name."""

    promised: list[Promise | None]
    calendars: dict[str | None, Calendar]

    @classmethod
    def of(cls, history: TeamHistory, rows: dict[str, Calendar], business_hours: str) -> Clock:
        """The calendars by the audit's own rule."""
        named = {p.calendar for p in history.promised if p is not None}
        return cls(history.promised, {
            name: calendar_named(name, rows, history.zone, business_hours) for name in named
        })  # fmt: skip

    def kept(self, record: Array, opened: Array, done: Array, aside: Array, first: np.datetime64,
             days: int) -> Array:  # fmt: skip
        """1 for kept, 0 for broken, nan without a promise; `aside` are minutes it was paused."""
        out = np.full(len(record), np.nan)
        for name, calendar in self.calendars.items():
            mine = np.array([
                i for i, r in enumerate(record)
                if (p := self.promised[r]) is not None and p.calendar == name
            ], dtype=int)  # fmt: skip
            if not len(mine):
                continue
            axis = Axis.of(calendar, first, days)
            ended = np.where(np.isfinite(done[mine]), done[mine], days * DAY)
            spent = axis.to_open(ended) - axis.to_open(opened[mine])
            told = [self.promised[r] for r in record[mine]]
            minutes = np.array([p.minutes for p in told if p])
            pauses = np.array([p.pauses for p in told if p])
            spent = np.maximum(spent - np.where(pauses, aside[mine], 0.0), 0.0)
            out[mine] = (spent <= minutes) & np.isfinite(done[mine])
        return out


def measured(
    arrived: Array, opened: Array, done: Array, kept: Array, window: tuple[float, float]
) -> Measured:
    """Measure a stretch: what arrived in it, and the backlog at each noon of it.

    What is not done at the end of the stretch counts as open, on both sides of a comparison.
    """
    first, last = window
    done = np.where(done <= last, done, np.inf)
    inside = (arrived >= first) & (arrived < last)
    hours = (done - opened)[inside] / 60
    noons = np.arange(first // DAY * DAY + DAY / 2, last, DAY)
    came = np.searchsorted(np.sort(arrived), noons, "right")
    left = np.searchsorted(np.sort(done), noons, "right")
    told = kept[inside]
    told = np.where(np.isfinite(done[inside]), told, np.where(np.isnan(told), np.nan, 0.0))
    return Measured(
        _at(hours, 0.5), _at(hours, 0.9),
        float(np.nanmean(told)) if np.isfinite(told).any() else float("nan"),
        float((came - left).mean()), float("nan"), float(inside.sum()),
    )  # fmt: skip


def _at(hours: Array, q: float) -> float:
    """A quantile where some are endless: the smallest value that so many do not exceed."""
    if not len(hours):
        return float("nan")
    return float(np.sort(hours)[min(int(np.ceil(q * len(hours))), len(hours)) - 1])


def actual(history: TeamHistory, clock: Clock, hours: Calendar, first: float,
           last: float) -> Measured:  # fmt: skip
    """What really happened in a stretch, measured as a replication is."""
    axis = Axis.of(hours, history.first, history.days)
    aside = np.zeros(history.n)
    if len(history.waits):
        spans = axis.to_open(history.waits[:, 2]) - axis.to_open(history.waits[:, 1])
        np.add.at(aside, history.waits[:, 0].astype(int), spans)
    done = np.where(np.isfinite(history.resolved), history.resolved, np.inf)
    kept = clock.kept(np.arange(history.n), history.opened, np.where(done <= last, done, np.inf),
                      aside, history.first, history.days)  # fmt: skip
    return measured(history.arrived, history.opened, done, kept, (first, last))


def replicate(
    model: Model,
    history: TeamHistory,
    clock: Clock,
    setting: Setting,
    start: float,
    days: int,
    seed: list[int],
) -> Measured:
    """One replication of some days from `start` on, after a warm-up of four weeks."""
    calendar = setting.hours or model.hours
    first = history.first + np.timedelta64(int(start // DAY) - WARM, "D")
    begin, whole = int(weekday(np.array([first]))[0]), days + WARM
    axis = Axis.of(calendar, first, whole)
    sequence = draw(model, begin, whole, setting.arrivals, seed)
    pace = _pace(model.hours, calendar)
    jobs = jobs_of(model, sequence, axis, setting, pace)
    crew = roster(model, calendar, setting, axis, begin, whole)
    served = serve(jobs, crew, axis.total + 1e-6, setting.rule, setting.ageing)
    window = (WARM * DAY, whole * DAY)
    opened = sequence.at - model.before[sequence.mark]
    done = axis.to_wall(served.done)
    paused = model.aside[sequence.mark] * pace
    shift = EARLIER * DAY
    kept = clock.kept(
        model.promise[sequence.mark], opened + shift, done + shift, paused,
        first - np.timedelta64(EARLIER, "D"), whole + EARLIER,
    )  # fmt: skip
    found = measured(sequence.at, opened, done, kept, window)
    from_, to = (float(v) for v in axis.to_open(np.array(window)))
    there = _staffed(crew, from_, to)
    used = served.busy(from_, to) / there if there else float("nan")
    return Measured(found.median, found.p90, found.share, found.backlog, used, found.arrivals)


def _pace(old: Calendar, new: Calendar) -> float:
    """Open minutes a week of the new hours for each of the old."""
    total = [sum(e - s for day in c.spans for s, e in day) for c in (old, new)]
    return total[1] / total[0] if total[0] else 1.0


def _staffed(crew: list[tuple[float, int]], first: float, last: float) -> float:
    """Technician minutes that were there from one open minute to another."""
    edges = [*(at for at, _ in crew), float("inf")]
    return sum(size * max(0.0, min(edges[i + 1], last) - max(edges[i], first))
               for i, (_, size) in enumerate(crew))  # fmt: skip


def seeds(seed: int, team: str, what: str, runs: int) -> list[list[int]]:
    """The seeds of replications: the same for every setting that is compared."""
    return [[subseed(seed, f"simulate|{team}|{what}", str(k))] for k in range(runs)]


def fitted(model: Model, history: TeamHistory, clock: Clock, first: float, last: float,
           seed: int) -> Model:  # fmt: skip
    """Fit what is not recorded so that the simulated times match those of the past stretch.

    With recorded work: the share of the time left over that no queue explains, by the median.
    Without: load and spread of the work, by median and P90 (pure queue; the nearest of a grid).
    """
    days = int(min(last - first, FIT_DAYS * DAY) // DAY)
    begin = last - days * DAY
    real = actual(history, clock, model.hours, begin, last)
    runs = seeds(seed, history.team, "fit", FIT_RUNS)

    def told(one: Model) -> tuple[float, float]:
        each = [replicate(one, history, clock, Setting(), begin, days, s) for s in runs]
        return (float(np.median([m.median for m in each])), float(np.median([m.p90 for m in each])))

    if model.work_from == "recorded":
        return _by_rest(model, real, told)
    return _by_load(model, real, told)


def _by_rest(model: Model, real: Measured, told: Told) -> Model:
    if told(model)[0] <= real.median * CLOSE:
        return model
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        above = told(scaled(model, unexplained=middle))[0] > real.median
        low, high = (low, middle) if above else (middle, high)
    return scaled(model, unexplained=(low + high) / 2)


def _by_load(model: Model, real: Measured, told: Told) -> Model:
    weekly = float(model.rates.sum())
    there = sum(int(c) * sum(e - s for s, e in spans)
                for c, spans in zip(model.crew, model.hours.spans, strict=True))  # fmt: skip
    shape = model.work / model.work.mean()
    best, chosen = float("inf"), model
    for spread in SPREADS:
        sigma = np.sqrt(np.log(1 + spread**2))
        ranks = (np.arange(len(shape)) * 0.6180339887498949) % 1.0
        noise = np.exp(sigma * stats.norm.ppf(np.clip(ranks, 1e-4, 1 - 1e-4)) - sigma**2 / 2)
        for load in LOADS:
            one = scaled(model, work=shape * noise / (shape * noise).mean()
                         * load * there / max(weekly, 1e-9))  # fmt: skip
            loss = _loss(told(one), (real.median, real.p90))
            if loss < best:
                best, chosen = loss, one
    return chosen


def _loss(found: tuple[float, float], wanted: tuple[float, float]) -> float:
    pairs = [(f, w) for f, w in zip(found, wanted, strict=True) if np.isfinite(w) and w > 0]
    if not all(np.isfinite(f) and f > 0 for f, _ in pairs):
        return 1e6
    return float(sum(np.log(f / w) ** 2 for f, w in pairs))
