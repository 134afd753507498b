"""X04: Safeguard only on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scipy import stats as sps

from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.control_effect import uses
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.money import months_before
from trueup.audit.stats.shares import wilson

LEAST = 10


def ask(ctx: Context) -> Probe | Silent:
    """Controls not used, not tested, failed, or without effect."""
    control, risk = ctx.table("control"), ctx.table("risk")
    home = risk.select(rid="id", service="service")
    t = control.left_join(home, control["risk"] == home["rid"])
    rows = ctx.rows(t.select("id", "service", "last_test", "test_result").order_by("id"))
    rates = _rates(ctx)
    items = []
    for row in rows:
        branch, why = _fault(ctx, row, rates)
        size = None
        if branch == "not used":
            ring = wilson(*rates[row["id"]])
            size = (ring.low, ring.value, ring.high)
        elif branch == "no effect":
            fair = uses(ctx).of(row["id"]).ratio()
            size = (1 - fair.high, 1 - fair.value, 1 - fair.low)
        unit = [Unit("control", row["id"])]
        unit += [Unit("service", row["service"])] if row["service"] else []
        items.append(Item("control", row["id"], tuple(unit), why, None, branch, size=size))
    return counted(
        items, empty="no control is recorded", low_is_bad=True, one="{unit}: a safeguard {why}."
    )


def _rates(ctx: Context) -> dict[str, tuple[int, int]]:
    use = ctx.table("control_use")
    mine = use.filter(ctx.within(use["at"]))
    counted_rows = mine.group_by("control").agg(k=mine["done"].cast("int64").sum(), n=mine.count())
    return {row["control"]: (int(row["k"]), int(row["n"])) for row in ctx.rows(counted_rows)}


def _fault(
    ctx: Context, row: Mapping[str, Any], rates: Mapping[str, tuple[int, int]]
) -> tuple[str, str]:
    """The branch that trips and its reason; empty where the control is sound."""
    k, n = rates.get(row["id"], (0, 0))
    if _seldom(k, n, ctx.number("use_limit")):
        return "not used", f"was done in {k} of {n} required uses"
    if row["test_result"] == "failed":
        return "failed its test", "failed its last test"
    if held(ctx, "control.last_test") and _stale(ctx, row["last_test"]):
        last = row["last_test"]
        return "not tested", f"was last tested on {last}" if last else "was never tested"
    if ctx.has("change.outcome", "change.end") and _idle(ctx, row["id"]):
        return "no effect", "changes nothing: failures are as common with it as without"
    return "", ""


def _seldom(k: int, n: int, limit: float) -> bool:
    """Whether a control is used too seldom: upper bound and exact binomial test (3.5).

    One of two uses left out proves nothing, though the interval alone would say so.
    """
    return n >= LEAST and wilson(k, n).high < limit and float(sps.binom.cdf(k, n, limit)) <= 0.05


def _stale(ctx: Context, last: date | None) -> bool:
    return last is None or last < months_before(ctx.today, int(ctx.number("months")))


def _idle(ctx: Context, control: str) -> bool:
    part = uses(ctx).of(control)
    if not part.enough:
        return False
    fair = part.ratio()
    return not fair.flips and fair.low <= 1.0 <= fair.high


CHECK = Check(
    id="X04",
    area="Risk and decisions",
    title="Safeguard only on paper",
    question="Do controls run and work?",
    tables=("control", "control_use"),
    rule=(
        "Per control: share of control_use.done = true < use_limit (upper bound); or "
        "control.last_test null or older than months; or control.test_result = failed; or MR-08"
        " with enough cases and an interval that includes 0. [unit: category, service]"
    ),
    parameters={
        "use_limit": 0.90,
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 6.1",
        "ISO 20000-1 8.7.3",
        "COBIT APO12",
        "COBIT MEA02",
        "ITIL Risk management",
        "FitSM PR6.3",
    ),
    causes=("effort", "wrong control"),
    do_first="fix or drop the control",
    effective_when="use >= 90 % and effect > 0",
    tier=6,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    uses=("control.last_test", "control.test_result", "change.outcome"),
    headline="{bad} of {all} safeguards are not used, not tested or do nothing.",
    should_be="A safeguard is used each time, tested every year, and works.",
    matters="We feel safe behind a door that stands open.",
    measure="MR-08",
    owner_role="risk owner",
    limit="none",
)
