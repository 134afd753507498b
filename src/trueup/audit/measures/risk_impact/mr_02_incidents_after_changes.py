"""MR-02: Incidents after changes."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-02",
    indicator="risk_impact",
    key=True,
    title="Incidents after changes",
    formula=(
        "per change c on its CIs (change_ci) and their dependants up to 2 hops (relation, from "
        "child to parent): O = incidents (record.kind = incident, record.ci in the set) with "
        "record.opened_at in (change.end, change.end + 72 h]; E = mean count of the same set in"
        " windows of equal length at the same weekday and hour in the 8 weeks before, windows "
        "touching another change of the set left out (>= 4 windows, else the change is not "
        "used); IRR = sum O / sum E; excess = sum O - sum E; AF = 1 - 1/IRR"
    ),
    tables=("change", "change_ci", "record", "relation"),
    unit="ratio",
    direction="down",
    grain=("category", "team", "ci", "organisation"),
    n_min="20 changes and sum E >= 5",
    method=(
        "exact Poisson (divide by phi where phi > 1) and permutation (shift changes by whole "
        "weeks, 1,000 x); the control window 72 h before must be about 1"
    ),
    target=1.2,
    limit=1.5,
    caveats=(
        "reverse cause (changed because it burned), planned incidents, monitoring noise; "
        "record.caused_by_change is compared, not trusted"
    ),
    tier=3,
    judge=judge,
)
