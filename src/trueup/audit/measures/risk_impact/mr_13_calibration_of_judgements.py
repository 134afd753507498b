"""MR-13: Calibration of judgements."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


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
)
