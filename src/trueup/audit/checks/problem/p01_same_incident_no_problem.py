"""P01: Same incident, no problem."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="P01",
    area="Problem",
    title="Same incident, no problem",
    question="Which repeats have no cause analysis?",
    tables=("record",),
    rule=(
        "Cluster = same record.ci + record.category (records without CI form no such cluster; "
        "while N01 is red the result is not_enough_evidence unless titles serve), or titles "
        "with similarity >= sim. Trips where a cluster has >= n30 incidents in any 30 days, or "
        ">= n90 with record.priority <= 2 in any 90 days, and none of them has record.problem. "
        "Ranked by handling hours and lost hours. [unit: category, ci]"
    ),
    parameters={
        "n30": 5,
        "n90": 3,
        "sim": 0.8,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.3", "COBIT DSS03", "ITIL Problem management", "FitSM PR10.1"),
    causes=("nobody looks at repeats",),
    do_first="open a problem for the costliest cluster",
    effective_when="rate ratio of the cluster < 0.5",
    tier=0,
    ask=ask,
    caps=(),
    limit="n30",
    indicators=("risk_impact",),
)
