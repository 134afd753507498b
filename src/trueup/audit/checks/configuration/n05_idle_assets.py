"""N05: Idle assets."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact, listed
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Probe, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_09_idle_or_missing_assets import Estate, estate
from trueup.audit.money import materiality

Array = np.ndarray[Any, Any]


def ask(ctx: Context) -> Probe | Silent:
    """Money for assets that nobody touches, of all asset money.

    A unit speaks from a tenth of the materiality on: one idle screen of five is no finding.
    """
    got = estate(ctx)
    if float(got.month.sum()) <= 0:
        return Silent("not_enough_evidence", "no monthly cost is recorded", ("asset.cost_month",))
    every = np.ones(len(got.id), dtype=bool)
    cases = [
        _case(ctx, Unit(kind, name), got, getattr(got, kind) == name)
        for kind in ("category", "team")
        for name in sorted({str(v) for v in getattr(got, kind) if v})
    ]
    n = len(got.id)
    return Probe(n, n, _case(ctx, ORGANISATION, got, every), tuple(cases), 1)


def _case(ctx: Context, unit: Unit, got: Estate, mine: Array) -> Case:
    money, idle = float(got.month[mine].sum()), float(got.idle[mine].sum())
    share = idle / money if money > 0 else 0.0
    year = 12 * idle
    bad = mine & (got.why != "")
    costly = share > ctx.number("target") and year > materiality(ctx)
    large = unit == ORGANISATION or year > materiality(ctx) / 10
    return Case(
        unit, exact(share, int(mine.sum())), int(bad.sum()), int(mine.sum()),
        tripped=idle > 0 and ((share > ctx.number("limit") and large) or costly),
        bad=lambda: listed(
            ("asset", str(i), str(w)) for i, w in zip(got.id[bad], got.why[bad], strict=True)
        ),
        effect=Effect(money=(year, year, year)),
        words={"money": f"{year:,.0f}"},
    )  # fmt: skip


CHECK = Check(
    id="N05",
    area="Configuration and assets",
    title="Idle assets",
    question="What do we pay for that nobody touches?",
    tables=("asset",),
    rule=(
        "Value of MB-09 > limit of the monthly asset cost; or > target and its yearly value > "
        "materiality. [unit: category, team]"
    ),
    parameters={
        "target": 0.03,
        "limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.2.5", "ISO 20000-1 8.4.1", "COBIT BAI09", "ITIL IT asset management"),
    causes=("leavers", "refresh"),
    do_first="collect, redeploy",
    effective_when="value -50 %",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("asset.cost_month",),
    uses=("asset.last_used", "asset.state_since", "asset.assigned_to", "person.left_on"),
    headline="{bad} of {all} assets cost money and nobody uses them.",
    should_be="What we pay for is used, or goes back.",
    matters="Money leaves every month and buys nothing.",
    measure="MB-09",
    owner_role="asset manager",
)
