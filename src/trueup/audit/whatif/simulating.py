"""A team simulated: calibrated on its past, tried on the part held out, then asked what if."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy import stats

from trueup.audit.business import Array
from trueup.audit.evidence.packs import Pack
from trueup.audit.parameters import defaults
from trueup.audit.result import number
from trueup.audit.whatif.axis import DAY
from trueup.audit.whatif.draft import Draft
from trueup.audit.whatif.hours import calendars_of, resolved
from trueup.audit.whatif.replicate import (
    NAMES,
    Clock,
    Measured,
    actual,
    fitted,
    replicate,
    seeds,
)
from trueup.audit.whatif.team_history import Promise, TeamHistory, read
from trueup.audit.whatif.team_model import HoursFrom, Model, Setting, Source, calibrated, hours_of
from trueup.core.calendars import Calendar
from trueup.core.refusals import Refused
from trueup.core.words import N_

FORMAT = "trueup-simulation/1"
RUNS = 40
WEEKS = 13
HOLD_OUT = 0.25
MOST_ERROR = 0.25
BAND = (5.0, 95.0)
JUDGED = ("median", "p90", "share", "backlog")
LEAST_RUNS, MOST_RUNS = 10, 500
Outcome = Literal["good_enough", "not_good_enough"]


@dataclass(frozen=True, slots=True)
class Range:
    """The mean of the replications and the band that holds nine in ten; None where endless."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of the back-test: foretold with its band, what really happened, the error.

    `held` is None where the past has no such number (no targets, or most records still open on
    both sides).
    """

    name: str
    foretold: Range
    actual: float | None
    error: float | None
    held: bool | None


@dataclass(frozen=True, slots=True)
class BackTest:
    """The held-out stretch (days since the first of the past) and how the model did there."""

    first_day: str
    last_day: str
    rows: tuple[Tried, ...]
    arrivals: Tried
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """One number as it is and as it would be; `difference` is paired, on the same arrivals."""

    name: str
    base: Range
    other: Range
    difference: Range


@dataclass(frozen=True, slots=True)
class Simulation:
    """Everything about one simulation; `answers` is empty where the back-test failed."""

    team: str
    records: int
    left: dict[str, int]
    work_from: Source
    hours_from: HoursFrom
    week_hours: float
    crew: tuple[int, ...]
    work_minutes: float
    unexplained: float | None
    back_test: BackTest
    setting: Setting
    runs: int
    weeks: int
    answers: tuple[Answer, ...]

    def to_json(self) -> dict[str, Any]:
        """The simulation as JSON."""
        test = self.back_test
        return {
            "format": FORMAT,
            "team": self.team,
            "records": self.records,
            "left_out": self.left,
            "model": {
                "work": self.work_from,
                "hours": self.hours_from,
                "week_hours": number(self.week_hours),
                "technicians_by_weekday": list(self.crew),
                "work_minutes": number(self.work_minutes),
                "unexplained": number(self.unexplained),
            },
            "back_test": {
                "from": test.first_day,
                "to": test.last_day,
                "rows": [_tried(row) for row in (*test.rows, test.arrivals)],
                "outcome": test.outcome,
            },
            "setting": _setting(self.setting),
            "replications": self.runs,
            "weeks": self.weeks,
            "answers": [
                {
                    "name": a.name,
                    "base": _range(a.base),
                    "other": _range(a.other),
                    "difference": _range(a.difference),
                }
                for a in self.answers
            ],
        }

    def to_bytes(self) -> bytes:
        """The exact bytes of simulation.json: same evidence, setting and seed, same bytes."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
        return (text + "\n").encode()

    def write(self, out: Path) -> None:
        """Write simulation.json into a folder."""
        out.mkdir(parents=True, exist_ok=True)
        (out / "simulation.json").write_bytes(self.to_bytes())


def _range(one: Range) -> dict[str, float | None]:
    return {"value": number(one.value), "low": number(one.low), "high": number(one.high)}


def _tried(one: Tried) -> dict[str, Any]:
    return {
        "name": one.name, "foretold": _range(one.foretold), "actual": number(one.actual),
        "error": number(one.error), "held": one.held,
    }  # fmt: skip


def _setting(one: Setting) -> dict[str, Any]:
    return {
        "technicians": one.technicians, "absolute": one.absolute, "arrivals": one.arrivals,
        "handling": one.handling, "rule": one.rule, "ageing_minutes": one.ageing,
        "other_hours": one.hours is not None,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How to simulate: the base's own hours, crew, promises, rule; runs, weeks, part held out."""

    hours: Calendar | None = None
    crew: int | None = None
    promises: dict[int, Promise] | None = None
    runs: int = RUNS
    weeks: int = WEEKS
    hold_out: float = HOLD_OUT
    seed: int = 1
    base: Setting = field(default_factory=Setting)

    def __post_init__(self) -> None:
        if not LEAST_RUNS <= self.runs <= MOST_RUNS:
            raise Refused(N_("A simulation takes 10 to 500 replications."))
        if not 1 <= self.weeks <= 104 or not 0.1 <= self.hold_out <= 0.5:
            raise Refused(N_("Weeks are 1 to 104; the part held out is 0.1 to 0.5."))


def simulate(
    pack: Pack, team: str, setting: Setting | None = None, plan: Plan | None = None
) -> Simulation:
    """Simulate a team of a pack.

    First the model is calibrated on the early part of the team's past and tried on the rest.
    Only where that holds is the whole past used and the setting answered. Refused for a team
    that is not there or has too little work.
    """
    setting, plan = setting or Setting(), plan or Plan()
    history = read(pack, team, plan.promises)
    rows = calendars_of(Draft(pack).rows("calendar"))
    hours = str(defaults()["business_hours"])
    named = resolved(None, rows, history.zone, hours)
    clock = Clock.of(history, rows, hours)
    chosen = hours_of(history, named, plan.hours)
    split = history.start + (history.end - history.start) * (1 - plan.hold_out)
    split = split // DAY * DAY
    early = calibrated(history, chosen, history.start, split, plan.crew)
    early = fitted(early, history, clock, history.start, split, plan.seed)
    test = _back_test(early, history, clock, plan, split)
    model = early
    answers: tuple[Answer, ...] = ()
    if test.outcome == "good_enough":
        model = calibrated(history, chosen, history.start, history.end, plan.crew)
        model = fitted(model, history, clock, history.start, history.end, plan.seed)
        answers = _answers(model, history, clock, setting, plan)
    total = sum(e - s for day in model.hours.spans for s, e in day) / 60
    return Simulation(
        team, history.n, history.left, model.work_from, model.hours_from, total,
        tuple(int(c) for c in model.crew), float(model.work.mean()),
        model.unexplained if model.work_from == "recorded" else None,
        test, setting, plan.runs, plan.weeks, answers,
    )  # fmt: skip


def _back_test(
    model: Model, history: TeamHistory, clock: Clock, plan: Plan, split: float
) -> BackTest:
    days = int((history.end - split) // DAY)
    last = split + days * DAY
    real = actual(history, clock, model.hours, split, last)
    runs = [replicate(model, history, clock, plan.base, split, days, s)
            for s in seeds(plan.seed, history.team, "back-test", plan.runs)]  # fmt: skip
    rows = tuple(_try(name, runs, real) for name in JUDGED)
    held = [row.held for row in rows if row.held is not None]
    good = all(held) and any(row.name in ("median", "p90") and row.held for row in rows)
    return BackTest(
        _day(history, split), _day(history, last - DAY), rows, _try("arrivals", runs, real),
        "good_enough" if good else "not_good_enough",
    )  # fmt: skip


def _day(history: TeamHistory, minute: float) -> str:
    return str(history.first + np.timedelta64(int(minute // DAY), "D"))


def _try(name: str, runs: list[Measured], real: Measured) -> Tried:
    """Whether what happened lies in the band of the replications and near enough to their mean."""
    values = np.array([getattr(run, name) for run in runs])
    truth = float(getattr(real, name))
    foretold = ranged(values)
    if np.isnan(truth) or (np.isinf(truth) and foretold.value is None):
        return Tried(name, foretold, None, None, None)
    if np.isinf(truth) or foretold.value is None:
        return Tried(name, foretold, None if np.isinf(truth) else truth, None, False)
    low, high = np.percentile(values, BAND, method="nearest")
    error = abs(foretold.value - truth) / truth if truth else float(foretold.value != truth)
    held = bool(low <= truth <= high and error <= MOST_ERROR)
    return Tried(name, foretold, truth, error, held)


def ranged(values: Array) -> Range:
    """Mean and band of replications; None where half of them are endless or unknown."""
    known = values[np.isfinite(values)]
    if len(known) * 2 <= len(values):
        return Range(None, None, None)
    low, high = np.percentile(np.where(np.isnan(values), np.inf, values), BAND, method="nearest")
    return Range(float(known.mean()), float(low), float(high) if np.isfinite(high) else None)


def _answers(
    model: Model, history: TeamHistory, clock: Clock, setting: Setting, plan: Plan
) -> tuple[Answer, ...]:
    """Base and setting on common random numbers."""
    start, days = history.end // DAY * DAY, plan.weeks * 7
    each = seeds(plan.seed, history.team, "answer", plan.runs)
    base = [replicate(model, history, clock, plan.base, start, days, s) for s in each]
    other = [replicate(model, history, clock, setting, start, days, s) for s in each]
    return tuple(_answer(name, base, other) for name in (*NAMES, "arrivals"))


def _answer(name: str, base: list[Measured], other: list[Measured]) -> Answer:
    one, two = (np.array([getattr(run, name) for run in runs]) for runs in (base, other))
    return Answer(name, ranged(one), ranged(two), paired(two - one))


def paired(differences: Array) -> Range:
    """The mean of paired differences with its 90 % interval (Student)."""
    known = differences[np.isfinite(differences)]
    if len(known) < LEAST_RUNS:
        return Range(None, None, None)
    half = float(stats.t.ppf(0.95, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
    middle = float(known.mean())
    return Range(middle, middle - half, middle + half)
