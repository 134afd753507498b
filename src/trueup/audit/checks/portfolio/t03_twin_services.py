"""T03: Twin services."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, pair
from trueup.audit.measures.budget_adherence.mb_10_overlap_and_zombies import Twins, twins


def ask(ctx: Context) -> Probe | Silent:
    """Pairs of live services with the same function whose users largely are the same."""
    found = twins(ctx)
    if found is None:
        return Silent("not_enough_evidence", "no two services of one function have enough users")
    items = [_item(t, ctx.currency) for t in found]
    return counted(
        items, empty="no two live services have the same function", grade="C",
        one="{unit}: {why}.", caveats=("a person must confirm that both do the same",),
    )  # fmt: skip


def _item(t: Twins, currency: str) -> Item:
    why, money = "", None
    if t.same:
        why = f"{t.jaccard:.0%} of their users are the same; one costs {t.cheaper:,.0f} {currency}"
        money = (0.5 * t.cheaper, t.cheaper, t.cheaper)
    also = (("service", t.other, why),) if why else ()
    size = (t.jaccard, t.jaccard, t.jaccard)
    return Item("service", t.one, (pair(t.one, t.other),), why, money, also=also, size=size)


CHECK = Check(
    id="T03",
    area="Portfolio and catalogue",
    title="Twin services",
    question="Do two services do the same?",
    tables=("service", "usage", "cost", "record"),
    rule=(
        "Two live services with equal service.function_tag whose sets of record.requester over "
        "12 months (>= 20 persons each; person_usage where recorded goes before it, "
        "usage.customer serves where both are fewer) have Jaccard index >= jaccard, each with "
        "yearly cost.amount > materiality / 10. Evidence grade C until a person confirms the "
        "same function. [unit: pair]"
    ),
    parameters={
        "jaccard": 0.3,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.2.2", "COBIT APO05", "ITIL Portfolio management", "FitSM PR1.2"),
    causes=("departments buy alone",),
    do_first="compare cost and satisfaction; plan a merge",
    effective_when="overlap < 0.1 or a recorded reason",
    tier=5,
    ask=ask,
    caps=(),
    limit="jaccard",
    indicators=("growth_value",),
    needs=("service.function_tag", "service.state"),
    uses=("record.requester", "person_usage.person", "usage.customer", "cost.service"),
    headline="{bad} of {all} pairs of services with one function serve largely the same people.",
    should_be="One function is served by one service, or the second has a reason.",
    matters="Two are paid, learned and looked after where one would do.",
    measure="MB-10",
    owner_role="service portfolio manager",
    effort="3 days",
)
