"""MR-07: Loss exposure per year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, EvidenceGrade, Light, Measure, Silent, Unit
from trueup.audit.exposure import Exposure, exposures, open_risks
from trueup.audit.stats.losses import summarise

Array = np.ndarray[Any, Any]
COVERED = 0.80


def judge(ctx: Context) -> Answer | Silent:
    """Simulated yearly losses of all open risks against what we are ready to bear."""
    found, register = exposures(ctx), open_risks(ctx)
    if not register:
        return Silent("not_applicable", "no risk is open")
    if not found:
        return Silent(
            "not_enough_evidence", "no risk states how often and how much",
            ("risk.per_year_mode", "risk.loss_mode"),
        )  # fmt: skip
    whole = _estimate(found, len(found) / len(register))
    appetite = _appetite(ctx, found)
    if appetite is None:
        return Silent(
            "not_enough_evidence", "what we are ready to bear is not recorded", ("risk.appetite",)
        )
    loss = summarise(_sum(found))
    services = sorted({e.service for e in found if e.service is not None})
    by = [
        (Unit("service", s), _estimate([e for e in found if e.service == s], 1.0)) for s in services
    ]
    bounds, lights = {}, {}
    for unit, estimate in by:
        own = [e.appetite for e in found if e.service == unit.id and e.appetite is not None]
        if own:
            ready = float(sum(own))
            bounds[unit], lights[unit] = (ready, ready), _light(estimate, ready)
    answer = Answer(
        whole, tuple(by), n_min=1, unit_n_min=1, light=_light(whole, appetite), target=appetite,
        limit=appetite, unit_bounds=bounds, unit_lights=lights,
        parts={"P90": loss.p90, "mean of the worst 5 %": loss.tvar95, "appetite": appetite},
    )  # fmt: skip
    return answer if whole.coverage >= COVERED else replace(answer, light=None)


def _light(estimate: Estimate, appetite: float) -> Light:
    """Green where P90 is within the appetite, red where P50 is beyond it (3.3)."""
    if (estimate.high or 0.0) <= appetite:
        return "green"
    return "red" if (estimate.value or 0.0) > appetite else "amber"


def _sum(found: list[Exposure]) -> Array:
    return np.asarray(np.sum([e.draws for e in found], axis=0))


def _estimate(found: list[Exposure], coverage: float) -> Estimate:
    loss = summarise(_sum(found))
    grade: EvidenceGrade = "B" if all(e.own for e in found) else "C"
    return Estimate(
        loss.p50, loss.p10, loss.p90, len(found), coverage=coverage, grade=grade, method="modelled"
    )


def _appetite(ctx: Context, found: list[Exposure]) -> float | None:
    """What the whole may lose: the pack's own word, else the sum over its risks."""
    told = ctx.pack.manifest.appetite
    if told is not None:
        return float(told)
    own = [e.appetite for e in found if e.appetite is not None]
    return float(sum(own)) if own else None


MEASURE = Measure(
    id="MR-07",
    indicator="risk_impact",
    key=True,
    title="Loss exposure per year",
    formula=(
        "per risk and in total: sum over k = 1..N of X_k; N ~ gamma-Poisson from own counts of "
        "risk_event (prior from risk.per_year_low/mode/high), X = bootstrap of own "
        "risk_event.loss with a lognormal or Pareto tail above P95, else PERT(risk.loss_low, "
        "loss_mode, loss_high); exceedance curve, P50, P90, TVaR95"
    ),
    tables=("risk",),
    unit="money/year",
    direction="down",
    grain=("service", "organisation"),
    n_min="10 events for data-driven; else ranges (grade C)",
    method="Monte Carlo 10,000; back-test: last 3 years inside P5-P95",
    target="P90 <= appetite",
    limit="P50 > appetite",
    caveats=(
        "tails rest on assumption: show the share that comes from the tail; appetite = "
        "risk.appetite, in total their sum"
    ),
    tier=6,
    judge=judge,
    uses=("risk.appetite", "risk_event.loss", "risk.per_year_mode", "risk.loss_mode"),
)
