"""MR-13: Calibration of judgements."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.changes import completed, failed
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Light, Measure, Silent
from trueup.audit.listing import truth
from trueup.audit.stats.calibration import Calibration, calibration, coverage
from trueup.audit.stats.shares import Interval

Array = np.ndarray[Any, Any]
LEAST = 30
RANGES = 10
NARROW, WIDE = 0.70, 0.90


def judge(ctx: Context) -> Answer | Silent:
    """Do locked predictions beat the base rate, and do actual values fall in stated ranges?

    Changes are those of the period; decisions are few, so the whole track record counts.
    """
    p, y = predictions(ctx)
    found = calibration(p, y, ctx.rng())
    if not found.enough:
        return Silent(
            "not_enough_evidence",
            f"{found.n} locked predictions; {LEAST} with five events and five non-events needed",
            n=found.n,
            n_min=LEAST,
        )
    inside, ranges = _ranges(ctx)
    estimate = Estimate(
        found.skill.value, found.skill.low, found.skill.high, found.n, method="compared"
    )
    told = inside if ranges >= RANGES else None
    return Answer(
        estimate, n_min=LEAST, light=_light(found, told), target=0.0, limit=0.0,
        parts={"inside stated ranges": inside.value if ranges else None, "Brier": found.brier},
    )  # fmt: skip


def _light(found: Calibration, inside: Interval | None) -> Light:
    if found.skill.high < 0 or (inside is not None and inside.high < 0.5):
        return "red"
    good = inside is None or NARROW <= inside.value <= WIDE
    return "green" if found.skill.value > 0 and good else "amber"


def predictions(ctx: Context) -> tuple[Array, Array]:
    """What was said with a probability before the event, and whether it happened."""
    rows = predicted(ctx)
    return rows["p"], rows["y"]


def predicted(ctx: Context) -> dict[str, Array]:
    """The same with where it stands: arrays table, id, p and y."""
    parts = {"decision": _decided(ctx)}
    if ctx.has("change.predicted_failure", "change.prediction_locked_at", "change.outcome"):
        t = completed(ctx)
        locked = t.filter(
            t["predicted_failure"].notnull() & (t["prediction_locked_at"] <= t["start"])
        )
        got = ctx.arrays(
            locked.select("id", p=locked["predicted_failure"], y=failed(locked)).order_by("id")
        )
        parts["change"] = got
    return {
        "table": np.repeat(list(parts), [len(got["id"]) for got in parts.values()]),
        "id": np.concatenate([got["id"].astype(str) for got in parts.values()]),
        "p": np.concatenate([got["p"].astype(float) for got in parts.values()]),
        "y": np.concatenate([got["y"].astype(float) for got in parts.values()]),
    }


def _decided(ctx: Context) -> dict[str, Array]:
    decision = ctx.table("decision")
    locked = decision.filter(
        decision["predicted_p"].notnull()
        & decision["happened"].notnull()
        & decision["locked_at"].notnull()
        & (decision["review_on"].isnull() | (decision["locked_at"].date() <= decision["review_on"]))
    )
    got = ctx.arrays(
        locked.select("id", p=locked["predicted_p"], y=locked["happened"]).order_by("id")
    )
    return {**got, "y": truth(got["y"])}


def _ranges(ctx: Context) -> tuple[Interval, int]:
    decision = ctx.table("decision")
    known = decision.filter(
        decision["actual"].notnull()
        & decision["predicted_low"].notnull()
        & decision["predicted_high"].notnull()
        & decision["locked_at"].notnull()
    )
    columns = ("id", "actual", "predicted_low", "predicted_high")
    got = ctx.arrays(known.select(*columns).order_by("id"))
    return coverage(got["actual"], got["predicted_low"], got["predicted_high"]), len(got["id"])


MEASURE = Measure(
    id="MR-13",
    indicator="risk_impact",
    key=False,
    title="Calibration of judgements",
    formula=(
        "Brier = mean (p - y)^2 over decision.predicted_p with decision.happened and "
        "change.predicted_failure with failed; skill = 1 - Brier/Brier(base rate); reliability "
        "bins; share of actuals inside stated 80 % ranges "
        "(decision.predicted_low..predicted_high)"
    ),
    tables=("decision",),
    unit="score",
    direction="up",
    grain=("organisation", "category"),
    n_min="30 with >= 5 events and >= 5 non-events",
    method="bootstrap, Spiegelhalter z; Wilson for the coverage",
    target="skill > 0; coverage 0.70-0.90",
    limit="skill < 0 with its interval; coverage < 0.50",
    caveats=(
        "only predictions locked before the event (decision.locked_at, "
        "change.prediction_locked_at <= change.start)"
    ),
    tier=6,
    judge=judge,
    uses=(
        "decision.predicted_p",
        "decision.happened",
        "decision.locked_at",
        "decision.actual",
        "change.predicted_failure",
        "change.prediction_locked_at",
    ),
)
