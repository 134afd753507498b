"""F09: Overtime signal."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import (
    ORGANISATION,
    Case,
    Check,
    Effect,
    Estimate,
    Probe,
    Rows,
    Silent,
)
from trueup.audit.measures.budget_adherence.mb_13_overtime import Weeks, weeks
from trueup.audit.money import row_id
from trueup.audit.stats.resample import bca_sums, ratio_of_sums

LEAST_PEOPLE = 5
SURE = 0.10
DRAWS = 99_999


def ask(ctx: Context) -> Probe | Silent:
    """Teams whose overtime rose beyond its usual range, or stays above the limit every week.

    "[unit: team]": the whole is named only where it trips and no team does.
    """
    found = weeks(ctx)
    last = int(ctx.number("weeks"))
    if not found or len(found[0].all) < last or found[0].people < LEAST_PEOPLE:
        return Silent("not_enough_evidence", f"{last} weeks of {LEAST_PEOPLE} people are needed")
    units = [_case(ctx, w, last) for w in found[1:]]
    own = _case(ctx, found[0], last)
    bad = sum(bool(case.tripped) for case in units)
    n = len(units) or 1
    whole = Case(
        ORGANISATION, own.estimate, bad, n, branch=own.branch,
        tripped=bool(own.tripped) and not _named(units),
        bad=own.bad, effect=own.effect, words=own.words,
    )  # fmt: skip
    signal = any(case.tripped for case in units)
    watch = f"overtime left its usual range, as one of {n} teams does by chance" if signal else ""
    return Probe(n, n, whole, tuple(units), floor=1, watch=watch)


def _named(units: list[Case]) -> bool:
    """Whether some team surely stands in the family of the teams."""
    ps = [case.estimate.p for case in units if case.tripped]
    return any(p is None or p < SURE / len(units) for p in ps)


def _case(ctx: Context, w: Weeks, last: int) -> Case:
    share = w.share[-last:]
    high = len(share) == last and bool((share > ctx.number("limit")).all())
    tripped = high or w.rising
    # rounded, since sums in another order of rows differ in their last digits and ties turn
    sums = np.stack([w.over[-last:], w.all[-last:]], axis=1).round(6)
    ring = bca_sums(sums, ratio_of_sums, ctx.rng(f"{w.unit.kind}|{w.unit.id}"))
    value, chance = ring.value, None if high else _chance(ctx, w, last)
    hours = float(w.over[-last:].sum()) / 60 * 365.25 / 7 / last
    money = None if w.money is None else (0.0, w.money, w.money)
    return Case(
        w.unit, Estimate(value, ring.low, ring.high, len(w.all), p=chance),
        int((share > ctx.number("limit")).sum()), len(share),
        tripped=tripped,
        branch="every week" if high else "rising" if w.rising else "",
        bad=_listed(ctx, w, last),
        effect=Effect(money=money, hours=(hours, hours, hours)) if tripped else Effect(),
        words={"share": f"{value:.0%}", "weeks": str(last), "hours": f"{hours:,.0f}"},
        caveats=("a hire may be dearer",),
        headline="{unit}: {share} of the hours of the last {weeks} weeks were overtime.",
    )  # fmt: skip


def _chance(ctx: Context, w: Weeks, last: int) -> float:
    """How often would weeks dealt out anew put as much overtime into the last ones?

    An XmR chart of each team signals by chance in some team and week; so a signal stands only
    if this p-value is kept in the family of the teams (3.5). 1 where there is no signal.
    """
    if not w.rising:
        return 1.0
    rng, share = ctx.rng(f"weeks|{w.unit.kind}|{w.unit.id}"), w.share
    own, hits = float(share[-last:].sum()) - 1e-12, 0
    for _ in range(9):
        places = rng.random((DRAWS // 9, len(share))).argpartition(last, axis=1)[:, :last]
        hits += int((share[places].sum(axis=1) >= own).sum())
    return (1 + hits) / (DRAWS + 1)


def _listed(ctx: Context, w: Weeks, last: int) -> Rows:
    """The overtime entries of the last weeks."""

    def make() -> pa.Table:
        t = ctx.table("worklog")
        since = w.first[-min(last, len(w.first))].astype("datetime64[us]").item()
        day = ctx.local(t["started_at"])
        mine = t.filter(
            t["overtime"].fill_null(False) & ctx.within(t["started_at"])
            & (day >= ibis.literal(since))
        )  # fmt: skip
        if w.unit.kind == "team":
            mine = mine.filter(mine["team"] == w.unit.id)
        rows = mine.select(
            table=ibis.literal("worklog"), id=row_id(mine, "worklog"),
            why=mine["minutes"].round(0).cast("int64").cast("string") + " minutes of overtime",
        )  # fmt: skip
        return ctx.backend.fetch(rows.order_by("id"))

    return make


CHECK = Check(
    id="F09",
    area="Finance",
    title="Overtime signal",
    question="Is overtime structural?",
    tables=("worklog",),
    rule=("MB-13: XmR signal upward, or share > limit in each of the last weeks. [unit: team]"),
    parameters={
        "limit": 0.10,
        "weeks": 8,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 7.1",
        "ISO 20000-1 8.4.3",
        "COBIT APO07",
        "ITIL Workforce and talent management",
        "FitSM PR5.3",
    ),
    causes=("staffing", "peaks"),
    do_first="shift peaks; compare with a hire",
    effective_when="within limits",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
    needs=("worklog.overtime", "worklog.person"),
    uses=("worklog.team", "worklog.rate"),
    headline="Over the last {weeks} weeks {share} of all hours were overtime.",
    should_be="Overtime is an exception, not part of the plan.",
    matters="It costs surcharges, health and in the end people.",
    measure="MB-13",
    owner_role="team lead",
)
