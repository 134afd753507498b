"""S03: Reviews not held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import every_at_a_unit, question, today

LEAST = 10
ONE = {"agreement": "The review of agreement {unit} was due on {due} and was not held."}


def ask(ctx: Context) -> Probe | Silent:
    """Agreements whose review is overdue; one with a large customer trips alone.

    Few organisations have 30 reviews due a year, so the share is told from ten on, as for the
    reviews of risks (X01); below ten its interval says little.
    """
    agreement = ctx.table("agreement")
    day = ctx.now.date()
    running = agreement.filter(
        agreement["review_due"].notnull() & (agreement["end"].isnull() | (agreement["end"] >= day))
    )
    got = ctx.arrays(running.select("id", "customer", "review_due", "reviewed_on").order_by("id"))
    due = got["review_due"].astype("datetime64[D]")
    ripe = due <= today(ctx) - int(ctx.number("grace_days"))
    got = {name: values[ripe] for name, values in got.items()}
    if not len(got["id"]):
        return Silent("not_applicable", "no review was due")
    held = got["reviewed_on"].astype("datetime64[D]")
    late = np.isnat(held) | (held < due[ripe])
    got["agreement"] = got["id"]
    top = _largest(ctx)
    critical = np.array([c in top for c in got["customer"]], dtype=bool)
    days = {str(k): str(d) for k, d in zip(got["id"], due[ripe], strict=True)}
    return _named(question(
        ctx, got, late, why="its review is overdue", table="agreement",
        kinds=("agreement", "customer"), limit=ctx.number("limit"), critical=critical, floor=LEAST,
        one=ONE, words=lambda unit: {"due": days.get(unit.id, "")},
    ).probe(), ctx.number("limit"))  # fmt: skip


def _named(probe: Probe | Silent, limit: float) -> Probe | Silent:
    """Where too many of all are overdue, each of them is named; one alone is no share."""
    if isinstance(probe, Silent):
        return probe
    e = probe.whole.estimate
    if e.exact:
        return every_at_a_unit(probe)
    if e.n < probe.floor or e.low is None or e.low <= limit:
        return probe
    units = tuple(
        replace(c, estimate=replace(c.estimate, p=None, exact=True), branch="share")
        if c.unit.kind == "agreement" and c.exceptions else c
        for c in probe.units
    )  # fmt: skip
    return replace(probe, units=units)


def _largest(ctx: Context) -> set[str]:
    """The customers with the most revenue of the period, by records where none is recorded."""
    if ctx.has("revenue.customer", "revenue.amount"):
        revenue = ctx.table("revenue")
        mine = revenue.filter(
            revenue["customer"].notnull() & ctx.within(revenue["month"].cast("timestamp"))
        )
        size = mine.group_by("customer").agg(size=mine["amount"].sum().cast("float64"))
    else:
        record = ctx.table("record")
        mine = record.filter(record["customer"].notnull() & ctx.within(record["opened_at"]))
        size = mine.group_by("customer").agg(size=mine.count().cast("float64"))
    rows = ctx.rows(size.order_by(size["size"].desc(), "customer").limit(int(ctx.number("top"))))
    return {row["customer"] for row in rows}


CHECK = Check(
    id="S03",
    area="Service level",
    title="Reviews not held",
    question="Are agreements reviewed as planned?",
    tables=("agreement",),
    rule=(
        "agreement.review_due older than grace_days on manifest.as_of with "
        "agreement.reviewed_on null or < agreement.review_due: share of due ones > limit; any "
        "on the top customers by revenue (records where revenue is not recorded). [unit: "
        "agreement, customer]"
    ),
    parameters={
        "grace_days": 30,
        "limit": 0.10,
        "top": 10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.2",
        "ISO 20000-1 8.3.3",
        "COBIT APO08",
        "COBIT APO09",
        "ITIL Relationship management",
        "ITIL Service level management",
        "FitSM PR2.2",
        "FitSM PR7.4",
    ),
    causes=("nobody owns it",),
    do_first="schedule three with a one-page pack",
    effective_when="100 % of the top 10",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("agreement.review_due",),
    uses=("agreement.reviewed_on", "revenue.amount", "agreement.customer"),
    headline="{bad} of {all} agreements were not reviewed when it was due.",
    should_be="Both sides look at the promise on the agreed day.",
    matters="Small disappointments grow until the contract ends.",
    owner_role="service level manager",
    mandatory=True,
)
