"""K02: Solved again from zero."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="K02",
    area="Knowledge",
    title="Solved again from zero",
    question="Which frequent solutions have no article?",
    tables=("record",),
    rule=(
        "Clusters (rule of P01) with >= min_n records resolved in 90 days and record.article "
        "filled on < link_rate of them. [unit: category, team]"
    ),
    parameters={
        "min_n": 10,
        "link_rate": 0.10,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 7.6", "COBIT BAI08", "ITIL Knowledge management", "FitSM PR9.2"),
    causes=("no time", "no habit"),
    do_first="write three articles",
    effective_when="time for the cluster -20 % (adjusted)",
    tier=0,
    ask=ask,
    caps=(),
    limit="min_n",
    indicators=("communication",),
)
