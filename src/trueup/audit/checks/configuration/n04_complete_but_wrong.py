"""N04: Complete but wrong."""

from __future__ import annotations

from dataclasses import replace

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Case, Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Sampled values that are what was found on the spot, per class.

    The size is that of the rule and its limit, "share of ci_sample rows with recorded =
    observed": 0.95 is the least that is fine. Exceptions are the rows that differ.
    """
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
    most = 1.0 - ctx.number("limit")
    found = ShareQuestion(
        ctx, rows, most, kinds=("category",), table="ci_sample", floor=floor
    ).probe()  # fmt: skip
    if isinstance(found, Silent):
        return found
    units = tuple(_right(case, most) for case in found.units)
    return replace(found, whole=_right(found.whole, most), units=units)


def _right(case: Case, most: float) -> Case:
    """The same case told by the share that is right; the verdict on the wrong share stays."""
    wrong = case.estimate
    assert wrong.value is not None
    assert wrong.low is not None
    assert wrong.high is not None
    right = replace(wrong, value=1.0 - wrong.value, low=1.0 - wrong.high, high=1.0 - wrong.low)
    unsure = wrong.value > most or (wrong.high > most and case.exceptions > 0)
    bound = 0.0 if unsure else float("inf")
    return replace(case, estimate=right, limit=bound, tripped=wrong.low > most)


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
