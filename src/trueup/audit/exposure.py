"""Loss exposure of every open risk by simulation (MR-07, X03), in money a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import EvidenceGrade
from trueup.audit.stats.losses import (
    Frequency,
    Severity,
    compound,
    frequency_prior,
    gamma_poisson,
    own_severity,
    pert,
)

Array = np.ndarray[Any, Any]
OWN_EVENTS = 10
YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Exposure:
    """One risk: its yearly losses as draws, what it rests on, and what we are ready to bear."""

    id: str
    service: str | None
    draws: Array
    appetite: float | None
    own: bool
    state: str
    accepted_until: Any

    @property
    def grade(self) -> EvidenceGrade:
        """B where own losses carry it, C where stated ranges do."""
        return "B" if self.own else "C"


def exposures(ctx: Context) -> list[Exposure]:
    """Every open risk that can be simulated, by id; once per run."""
    found: list[Exposure] = ctx.value("exposures", _simulate)
    return found


def open_risks(ctx: Context) -> list[dict[str, Any]]:
    """The risks that are not closed, by id."""
    risk = ctx.table("risk")
    mine = risk.filter(risk["state"] != "closed")
    money = ("loss_low", "loss_mode", "loss_high", "appetite")
    columns = {name: mine[name].cast("float64") for name in money}
    kept = ("id", "service", "state", "accepted_until", "per_year_low", "per_year_mode",
            "per_year_high")  # fmt: skip
    return ctx.rows(mine.select(*kept, **columns).order_by("id"))


def _simulate(ctx: Context) -> list[Exposure]:
    losses, years = _losses(ctx)
    asking, ctx.asking = ctx.asking, "exposures"
    try:
        found = [
            _one(ctx, row, losses.get(row["id"], np.zeros(0)), years) for row in open_risks(ctx)
        ]
    finally:
        ctx.asking = asking
    return [each for each in found if each is not None]


def _losses(ctx: Context) -> tuple[dict[str, Array], float]:
    """Own losses per risk, and the years over which losses are recorded."""
    if not ctx.has("risk_event"):
        return {}, 0.0
    event = ctx.table("risk_event")
    past = event.filter(event["at"] <= ctx.now)
    got = ctx.arrays(
        past.select("risk", "at", loss=past["loss"].cast("float64")).order_by("risk", "at", "loss")
    )
    if not len(got["at"]):
        return {}, 0.0
    first = min(got["at"].min(), np.datetime64(ctx.period.start, "us"))
    days = (np.datetime64(ctx.as_of, "us") - first).astype("timedelta64[s]").astype(float) / 86_400
    names = sorted({str(r) for r in got["risk"] if r is not None})
    return {name: got["loss"][got["risk"] == name] for name in names}, days / YEAR_DAYS


def _one(ctx: Context, row: dict[str, Any], losses: Array, years: float) -> Exposure | None:
    frequency = _frequency(row, len(losses), years)
    severity, own = _severity(row, losses)
    if frequency is None or severity is None:
        return None
    draws = compound(frequency, severity, ctx.rng(row["id"]))
    return Exposure(
        row["id"], row["service"], draws, row["appetite"], own, row["state"], row["accepted_until"]
    )


def _ranged(row: dict[str, Any], name: str) -> tuple[float, float, float] | None:
    """A stated range, its missing parts filled from the others; None without any."""
    given = [row[f"{name}_{part}"] for part in ("low", "mode", "high")]
    known = sorted(float(v) for v in given if v is not None)
    if not known:
        return None
    low = float(given[0]) if given[0] is not None else known[0]
    high = float(given[2]) if given[2] is not None else known[-1]
    low, high = min(low, high), max(low, high)
    mode = float(given[1]) if given[1] is not None else (low + high) / 2
    return low, min(max(mode, low), high), high


def _frequency(row: dict[str, Any], events: int, years: float) -> Frequency | None:
    stated = _ranged(row, "per_year")
    if stated is None:
        return gamma_poisson(events, years) if events and years > 0 else None
    prior = frequency_prior(*stated)
    return Frequency(prior.a + events, prior.b + years) if years > 0 else prior


def _severity(row: dict[str, Any], losses: Array) -> tuple[Severity | None, bool]:
    if (losses > 0).sum() >= OWN_EVENTS:
        return own_severity(losses), True
    stated = _ranged(row, "loss")
    if stated is None:
        return None, False
    return pert(*stated).draw, False
