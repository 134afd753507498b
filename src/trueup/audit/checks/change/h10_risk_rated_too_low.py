"""H10: Risk rated too low."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.branches import branched
from trueup.audit.changes import with_failure
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import ShareQuestion, listed_rows
from trueup.audit.stats.shares import newcombe

Array = np.ndarray[Any, Any]
FLOOR = 30


def ask(ctx: Context) -> Probe | Silent:
    """Low-risk changes that fail more often than medium ones, or that reach many people."""
    parts = {"fails more often": _order(ctx)}
    if ctx.has("outage.record", "outage.users_affected", "record.caused_by_change"):
        parts["reaches many"] = _far(ctx)
    return branched(parts)


def _order(ctx: Context) -> Probe | Silent:
    t = with_failure(ctx)
    t = t.filter(t["risk_class"].isin(["low", "medium"]))
    got = ctx.arrays(t.select("id", "team", "category", "risk_class", "bad").order_by("id"))
    low, bad = got["risk_class"] == "low", got["bad"].astype(bool)
    if min(low.sum(), (~low).sum()) == 0:
        return Silent("not_enough_evidence", "there are no low and medium changes to compare")
    every = np.ones(len(low), dtype=bool)
    whole = _case(ORGANISATION, got, every, low, bad)
    cases = []
    for kind in ("category", "team"):
        for name in sorted({str(v) for v in got[kind] if v is not None}):
            mine = got[kind] == name
            if min((mine & low).sum(), (mine & ~low).sum()) >= FLOOR:
                cases.append(_case(Unit(kind, name), got, mine, low, bad))
    return Probe(int(low.sum()), int(low.sum()), whole, tuple(cases), FLOOR)


def _case(unit: Unit, got: dict[str, Array], mine: Array, low: Array, bad: Array) -> Case:
    k1, n1 = int((mine & low & bad).sum()), int((mine & low).sum())
    k2, n2 = int((mine & ~low & bad).sum()), int((mine & ~low).sum())
    ring = newcombe(k1, n1, k2, n2)
    return Case(
        unit,
        Estimate(ring.value, ring.low, ring.high, min(n1, n2), method="compared"),
        k1,
        n1,
        limit=0.0,
        bad=lambda: listed_rows(got["id"][mine & low & bad], "rated low, and failed", "change"),
        good=lambda: listed_rows(got["id"][mine & low & ~bad][:20], "", "change"),
        words={"medium": f"{k2} of {n2}"},
    )


def _far(ctx: Context) -> Probe | Silent:
    t, record, outage = with_failure(ctx), ctx.table("record"), ctx.table("outage")
    named = outage.join(record, outage["record"] == record["id"]).select(
        hit=record["caused_by_change"], people=outage["users_affected"]
    )
    worst = named.group_by("hit").agg(people=named["people"].max())
    t = t.filter(t["risk_class"] == "low").left_join(worst, t["id"] == worst["hit"])
    rows = t.select(
        "id", "team", "category", at=t["end"],
        bad=(t["people"] > ctx.number("reach_low")).fill_null(False),
    )  # fmt: skip
    limit = ctx.number("reach_limit")
    return ShareQuestion(ctx, rows, limit, kinds=("category", "team"), table="change").probe()


CHECK = Check(
    id="H10",
    area="Change",
    title="Risk rated too low",
    question='Are "low risk" changes low?',
    tables=("record", "change"),
    rule=(
        "Failure rate (MR-01) of change.risk_class = low minus that of medium: Newcombe "
        "interval wholly above 0 (watch if only the point is); or, if outage is recorded, share"
        " of low-risk changes whose caused outage (outage.record with record.caused_by_change) "
        "reaches outage.users_affected > reach_low > reach_limit. [unit: category, team]"
    ),
    parameters={
        "reach_low": 25,
        "reach_limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.5.1",
        "ISO 20000-1 6.1",
        "COBIT APO12",
        "COBIT BAI06",
        "ITIL Risk management",
        "ITIL Change enablement",
        "FitSM PR12.3",
    ),
    causes=("class chosen to avoid approval",),
    do_first="computed proposal of the risk class",
    effective_when="order low < medium < high restored",
    tier=3,
    ask=ask,
    caps=(),
    limit="reach_low",
    indicators=("risk_impact",),
    needs=("change.risk_class", "change.outcome", "change.end"),
    uses=("record.caused_by_change", "outage.users_affected", "record.team", "record.category"),
    headline="{bad} of {all} changes rated low failed or reached many people.",
    should_be="Changes rated low fail less often than those rated medium.",
    matters="What is rated low gets little care, and then surprises everybody.",
    measure="MR-01",
    owner_role="change manager",
)
