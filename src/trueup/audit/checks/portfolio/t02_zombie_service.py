"""T02: Zombie service."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_10_overlap_and_zombies import Zombie, zombies


def ask(ctx: Context) -> Probe | Silent:
    """Live services that cost money and that hardly anybody used in the last months."""
    found = zombies(ctx)
    items = [_item(z) for z in found]
    return counted(
        items, empty="no live service with recorded use and cost",
        one="{unit} costs {money} a year; {why}.",
        caveats=("archives and rarely needed services look the same",), low_is_bad=True,
    )  # fmt: skip


def _item(z: Zombie) -> Item:
    why, money = "", None
    if z.dead:
        why = f"its use fell to {z.recent:,.0f} units a month from {z.peak:,.0f} at its peak"
        if z.peak == 0:
            why = "nobody has used it for over a year"
        money = (min(z.yearly, z.pace), z.yearly, max(z.yearly, z.pace))
    share = z.recent / z.peak if z.peak else 0.0
    unit = Unit("service", z.service)
    return Item("service", z.service, (unit,), why, money, size=(share, share, share))


CHECK = Check(
    id="T02",
    area="Portfolio and catalogue",
    title="Zombie service",
    question="Do we pay for what nobody uses?",
    tables=("service", "usage", "cost"),
    rule=(
        "service.state = live and service.annual_job not true: usage.units in each of the last "
        "3 months < share x the peak month of the last 13, while the yearly cost.amount > 0 and"
        " saving > materiality / 10. [unit: service]"
    ),
    parameters={
        "share": 0.01,
        "months": 3,
        "look_back": 13,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.2.2",
        "ISO 20000-1 8.4.1",
        "COBIT APO05",
        "COBIT APO06",
        "ITIL Portfolio management",
        "FitSM PR1.3",
    ),
    causes=("nobody retires services",),
    do_first="ask the owner: retire it, or keep it with a reason",
    effective_when="cost gone",
    tier=5,
    ask=ask,
    caps=(),
    limit="share",
    indicators=("growth_value",),
    needs=("service.state",),
    uses=("service.annual_job", "cost.service", "cost.ci", "cost.agreement"),
    headline="{bad} of {all} live services are paid for and hardly used: {money} a year.",
    should_be="A service that nobody uses is retired, or kept with a reason.",
    matters="Its whole cost buys nothing.",
    measure="MB-10",
    owner_role="service portfolio manager",
)
