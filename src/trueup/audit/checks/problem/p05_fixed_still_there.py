"""P05: Fixed, still there."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context, hours_since
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import listed_rows
from trueup.audit.stats.intervals import rate_ratio

Array = np.ndarray[Any, Any]


def ask(ctx: Context) -> Probe | Silent:
    """Incidents of resolved problems in the days after the fix against the days before."""
    got = _counts(ctx)
    enough = got["before"] >= ctx.number("min_before")
    got = {name: values[enough] for name, values in got.items()}
    if not len(got["id"]):
        return Silent(
            "not_enough_evidence",
            "no resolved problem had enough incidents before and enough time after",
        )
    every = np.ones(len(got["id"]), dtype=bool)
    cases = [_case(ctx, Unit("record", str(i)), got, got["id"] == i) for i in got["id"]]
    for name in sorted({str(v) for v in got["service"] if v is not None}):
        mine = got["service"] == name
        if mine.sum() > 1:
            cases.append(_case(ctx, Unit("service", name), got, mine))
    n = len(got["id"])
    return Probe(n, n, _case(ctx, ORGANISATION, got, every), tuple(cases), 1)


def _counts(ctx: Context) -> dict[str, Array]:
    record = ctx.table("record")
    days = int(ctx.number("window_days"))
    fixed = record.filter((record["kind"] == "problem") & ctx.within(record["resolved_at"]))
    fixed = fixed.select("id", "service", fixed_at="resolved_at")
    hit = record.filter((record["kind"] == "incident") & record["problem"].notnull())
    hit = hit.select(problem="problem", at="opened_at")
    pair = fixed.join(hit, fixed["id"] == hit["problem"])
    span = (pair["at"].epoch_seconds() - pair["fixed_at"].epoch_seconds()) / 86_400.0
    near = pair.select("id", "service", "fixed_at", span=span)
    counted = near.group_by("id", "service", "fixed_at").agg(
        before=((near["span"] < 0) & (near["span"] >= -days)).sum(),
        after=((near["span"] >= 0) & (near["span"] < days)).sum(),
    )
    got = ctx.arrays(counted.order_by("id"))
    seen = hours_since(got["fixed_at"], ctx.as_of) / 24
    got["exposure"] = np.minimum(seen, days)
    ripe = got["exposure"] >= days
    return {name: values[ripe] for name, values in got.items()}


def _case(ctx: Context, unit: Unit, got: dict[str, Array], mine: Array) -> Case:
    before, after = int(got["before"][mine].sum()), int(got["after"][mine].sum())
    exposure = float(mine.sum()) * ctx.number("window_days")
    ratio = rate_ratio(after, exposure, before, exposure)
    limit = ctx.number("ratio")
    beyond = ratio.value > limit and ratio.low > ctx.number("ratio_low")
    return Case(
        unit,
        Estimate(ratio.value, ratio.low, ratio.high, before + after, method="compared"),
        after,
        before + after,
        limit=limit,
        tripped=beyond,
        bad=lambda: listed_rows(got["id"][mine], "its incidents did not go down after the fix"),
        words={"ratio": f"{ratio.value:.2f}", "before": str(before)},
    )


CHECK = Check(
    id="P05",
    area="Problem",
    title="Fixed, still there",
    question="Did the fix work?",
    tables=("record", "problem"),
    rule=(
        "Resolved problems with >= min_before incidents (record.problem, else the cluster of "
        "P01) in the window_days before record.resolved_at: rate ratio after / before, adjusted"
        " for usage.units if recorded. Trips if the point > ratio and the lower bound > "
        "ratio_low, per problem and pooled; watch if only the upper bound > ratio (not proven)."
        " [unit: record, service]"
    ),
    parameters={
        "window_days": 90,
        "min_before": 5,
        "ratio": 0.8,
        "ratio_low": 0.5,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.6.3",
        "ISO 20000-1 10.1",
        "COBIT DSS03",
        "ITIL Problem management",
        "FitSM PR10.2",
    ),
    causes=("wrong cause", "partial roll-out"),
    do_first="re-open with a second cause method",
    effective_when="ratio < 0.5",
    tier=3,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    needs=("record.resolved_at", "record.problem"),
    uses=("record.service",),
    headline="After the fix {bad} incidents came, before it {before}.",
    should_be="After a fix its incidents stop, or come much less often.",
    matters="The effort for the fix is spent, and the trouble stays.",
    owner_role="problem process owner",
    limit="ratio",
)
