"""N04: Complete but wrong."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Sampled values that differ from what was found on the spot."""
    sample, ci = ctx.table("ci_sample"), ctx.table("ci")
    home = ci.select(cid="id", category="class")
    t = sample.filter((sample["at"] <= ctx.now.date()) & sample["observed"].notnull())
    t = t.left_join(home, t["ci"] == home["cid"])
    same = t["recorded"].strip() == t["observed"].strip()
    rows = t.select(
        "category", id=t["ci"] + "|" + t["field"] + "|" + t["at"].cast("string"),
        at=t["at"].cast("timestamp"), bad=~same.fill_null(False),
        why=t["field"] + ibis.literal(": recorded and found differ"),
    )  # fmt: skip
    floor = int(ctx.number("min_n"))
    return ShareQuestion(
        ctx, rows, 1.0 - ctx.number("limit"), kinds=("category",), table="ci_sample", floor=floor
    ).probe()  # fmt: skip


CHECK = Check(
    id="N04",
    area="Configuration and assets",
    title="Complete but wrong",
    question="Do values match reality?",
    tables=("ci", "ci_sample"),
    rule=(
        "Stratified sample (by ci.class): share of ci_sample rows with recorded = observed, "
        "Wilson upper bound < limit; n >= min_n. [unit: category]"
    ),
    parameters={
        "limit": 0.95,
        "min_n": 60,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.2.6",
        "COBIT BAI10",
        "ITIL Service configuration management",
        "FitSM PR11.5",
    ),
    causes=("manual edits",),
    do_first="repair the source",
    effective_when="lower bound >= 90 %",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("ci_sample.recorded", "ci_sample.observed"),
    uses=("ci.class",),
    headline="{bad} of {all} sampled values are not what was found on the spot.",
    should_be="At least 95 of 100 sampled values are true.",
    matters="A complete map that is wrong misleads more than an empty one.",
    owner_role="configuration manager",
)
