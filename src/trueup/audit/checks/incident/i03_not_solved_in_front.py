"""I03: Not solved in front."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.front_line import entries, standardised
from trueup.audit.shares import listed_rows
from trueup.audit.stats.shares import z_of


def ask(ctx: Context) -> Probe | Silent:
    """Share solved in front per entry team, standardised to the category mix, against the best."""
    got = ctx.arrays(entries(ctx).order_by("id"))
    teams, sizes = np.unique(np.array([str(t) for t in got["team"]]), return_counts=True)
    teams = teams[sizes >= 50]
    n = len(got["id"])
    if len(teams) < 2:
        return Silent("not_enough_evidence", "fewer than two entry teams with 50 incidents")
    standard = {str(t): standardised(got, str(t)) for t in teams}
    best = max(standard, key=lambda t: (standard[t][0] - standard[t][1], t))
    units = [_case(ctx, got, t, best, standard) for t in standard if t != best]
    behind = got["deep"].astype(bool)
    share = float(behind.mean())
    whole = Case(
        ORGANISATION, Estimate(share, share, share, n, exact=True), int(behind.sum()), n,
        tripped=False, words={"best": best},
    )  # fmt: skip
    return Probe(n, n, whole, tuple(units), floor=50)


def _case(
    ctx: Context,
    got: dict[str, Any],
    team: str,
    best: str,
    standard: dict[str, tuple[float, float]],
) -> Case:
    (top, top_se), (own, own_se) = standard[best], standard[team]
    gap = top - own
    se = float(np.hypot(top_se, own_se))
    half = z_of() * se
    mine = np.array([str(t) for t in got["team"]]) == team
    deep = mine & got["deep"].astype(bool)
    return Case(
        Unit("team", team),
        Estimate(gap, gap - half, gap + half, int(mine.sum()), method="compared"),
        int(deep.sum()),
        int(mine.sum()),
        limit=ctx.number("gap"),
        bad=lambda: listed_rows(got["id"][deep], "was handed to a higher support line"),
        good=lambda: listed_rows(got["id"][mine & ~deep][:20], ""),
        headline=f"Team {team} solves {own:.0%} of its incidents itself; team {best} {top:.0%}.",
    )


CHECK = Check(
    id="I03",
    area="Incident",
    title="Not solved in front",
    question="Is the first line allowed and able to solve?",
    tables=("record", "event"),
    rule=(
        "Per entry team (first event.team): share of incidents whose event.level never exceeds "
        "1, standardised to the category mix, below the best comparable team by >= gap "
        "(interval of the difference below -gap after BH). [unit: team]"
    ),
    parameters={
        "gap": 0.15,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.6.1", "COBIT DSS02", "ITIL Service desk", "FitSM PR9.3"),
    causes=("access rights", "knowledge", "hidden queues"),
    do_first="give rights and articles for the three commonest categories",
    effective_when="share +10 points and satisfaction not down",
    tier=1,
    ask=ask,
    caps=(),
    indicators=("communication",),
    needs=("event.level", "event.team"),
    headline="{bad} of {all} incidents went beyond the first line.",
    should_be="The first line may and can solve what comparable teams solve.",
    matters="Each hand-over costs the person hours of waiting.",
    limit="gap",
    measure="I03",
)
