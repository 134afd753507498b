"""F04: Cost without home."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F04",
    area="Finance",
    title="Cost without home",
    question="What can nobody explain?",
    tables=("cost",),
    rule=(
        "MB-06: share of cost.amount with neither a service (cost.service, else through cost.ci"
        " or cost.agreement) nor cost.owner > limit (red at red_limit). The share without a "
        "service is shown beside it. [unit: organisation, line]"
    ),
    parameters={
        "limit": 0.10,
        "red_limit": 0.25,
    },
    gate=True,
    blocks=("MG-05", "MG-06", "MG-07", "MG-12", "MB-15"),
    severity="minor",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "ITIL Service financial management"),
    causes=("no tags",),
    do_first="tag the top 10 postings",
    effective_when="<= 10 %",
    tier=4,
    ask=ask,
    caps=("F08", "G02", "T02"),
    limit="limit",
    indicators=("budget_adherence",),
)
