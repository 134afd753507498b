"""Q02: Approval that never says no."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.business import hours_between_business
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Estimate, Probe, Silent, Unit
from trueup.audit.shares import listed_rows
from trueup.audit.stats.shares import wilson

Array = np.ndarray[Any, Any]


def ask(ctx: Context) -> Probe | Silent:
    """Approval steps of requests that hardly ever say no and make people wait."""
    got = ctx.arrays(_rows(ctx).order_by("id"))
    n = len(got["id"])
    least = int(ctx.number("min_n"))
    if n < least:
        return Silent("not_enough_evidence", f"{n} decisions on requests; {least} are needed")
    wait = hours_between_business(ctx, got["asked"], got["at"])
    pairs = zip(got["category"], got["step"], strict=True)
    step = np.array([f"{c or ''}|{s or ''}" for c, s in pairs])
    steps, sizes = np.unique(step, return_counts=True)
    cases = [_case(ctx, got, wait, step == s, str(s)) for s in steps[sizes >= least]]
    if not cases:
        cases = [_case(ctx, got, wait, np.ones(n, dtype=bool), "|")]
    idle = [c for c in cases if c.tripped]
    total = sum(c.exceptions for c in idle)
    whole = Case(
        ORGANISATION, Estimate(total / n, total / n, total / n, n, exact=True), total, n,
        tripped=bool(idle), bad=idle[0].bad if idle else None,
        words=idle[0].words if idle else {"days": "0"},
    )  # fmt: skip
    return Probe(n, n, whole, tuple(cases), floor=1)


def _rows(ctx: Context) -> Any:
    approval, record = ctx.table("approval"), ctx.table("record")
    mine = approval.filter(
        approval["decision"].isin(["approved", "rejected"]) & ctx.within(approval["at"])
        & approval["requested_at"].notnull()
    )  # fmt: skip
    requests = record.filter(record["kind"] == "request").select(rid="id", category="category")
    joined = mine.join(requests, mine["entity_id"] == requests["rid"])
    return joined.select("id", "category", "step", "decision", "at", asked="requested_at")


def _case(ctx: Context, got: dict[str, Any], wait: Array, mine: Array, name: str) -> Case:
    n = int(mine.sum())
    no = int((got["decision"][mine] == "rejected").sum())
    ring = wilson(no, n)
    hours = float(np.median(wait[mine]))
    never = no / n < ctx.number("limit") and ring.high < ctx.number("upper")
    idle = never and hours > ctx.number("wait_h")
    category, _, step = name.partition("|")
    ids = got["id"][mine]
    lost = float(wait[mine].sum()) * 365.25 / ctx.period.days
    return Case(
        Unit("category", category or "*"),
        Estimate(ring.value, ring.low, ring.high, n, exact=True), n if idle else 0, n,
        tripped=bool(idle), branch=step,
        bad=lambda: listed_rows(ids, "waited for an approval that never says no", "approval"),
        effect=Effect(hours=(0.5 * lost, lost, lost)) if idle else Effect(),
        words={"days": f"{hours / 10:.1f}"},
        headline=f"{no} of {n:,} approvals said no; half took over {hours:.0f} working hours.",
    )  # fmt: skip


CHECK = Check(
    id="Q02",
    area="Request",
    title="Approval that never says no",
    question="Does the approval add anything?",
    tables=("record", "approval"),
    rule=(
        "Per approval.step on record.kind = request: >= min_n decisions, share of "
        "approval.decision = rejected < limit with upper bound < upper, and median of "
        "approval.at - approval.requested_at > wait_h (business). With 0 rejections the upper "
        "bound is below 3 % from 88 decisions on. [unit: category]"
    ),
    parameters={
        "min_n": 50,
        "limit": 0.01,
        "upper": 0.03,
        "wait_h": 8,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.6.2",
        "COBIT DSS02",
        "COBIT APO01",
        "ITIL Service request management",
        "FitSM PR9.2",
    ),
    causes=("habit",),
    do_first="approve in advance below a value, sample afterwards",
    effective_when="lead time -30 % and no rise in misuse",
    tier=3,
    ask=ask,
    caps=(),
    indicators=("communication",),
    needs=("approval.requested_at", "approval.at"),
    headline="{bad} of {all} approvals waited for a step that never says no.",
    should_be="An approval decides something.",
    matters="People wait for a yes that always comes.",
    limit="none",
    measure="Q02",
    owner_role="request process owner",
)
