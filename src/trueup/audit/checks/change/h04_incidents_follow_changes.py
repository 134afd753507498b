"""H04: Incidents follow changes."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H04",
    area="Change",
    title="Incidents follow changes",
    question="Which changes are followed by incidents?",
    tables=("record", "change", "change_ci", "relation"),
    rule=(
        "MR-02 per group (change.risk_class, record.team, CI, weekday, change.test_evidence): "
        "lower bound of IRR > limit, control window 72 h before with an interval that contains "
        "1 or lies below the IRR interval, permutation p < 0.05, BH over groups. [unit: team, "
        "ci, category]"
    ),
    parameters={
        "limit": 1.5,
        "hours": 72,
        "hops": 2,
        "weeks": 8,
        "permutations": 1000,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.5.1",
        "COBIT BAI06",
        "COBIT APO12",
        "ITIL Change enablement",
        "FitSM PR12.5",
    ),
    causes=("no test", "bad window", "hidden dependency"),
    do_first="stop condition for that group; require test evidence",
    effective_when=(
        "after >= 20 further changes with expected >= 5: upper bound below the old lower bound;"
        " closed when IRR <= 1.2 and its upper bound < 1.5"
    ),
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
