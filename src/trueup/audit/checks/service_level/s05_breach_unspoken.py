"""S05: Breach unspoken."""

from __future__ import annotations

import ibis

from trueup.audit.branches import branched
from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.money import row_id
from trueup.audit.shares import ShareQuestion

KINDS = ("customer", "agreement")
UNTOLD = "{unit}: of {all} missed promises {bad} were not told within a day."
UNPAID = "{unit}: of {all} credits owed {bad} were not given."


def ask(ctx: Context) -> Probe | Silent:
    """Missed targets that nobody told the customer of, and credits that were not given."""
    told, owed = held(ctx, "target_result.notified_at"), ctx.has("target_result.credit_due")
    if not told and not owed:
        return Silent(
            "not_enough_evidence", "neither notices nor credits are recorded",
            ("target_result.notified_at", "target_result.credit_due"),
        )  # fmt: skip
    parts: dict[str, Probe | Silent] = {}
    if told:
        parts["not told"] = _untold(ctx)
    if owed:
        parts["credit open"] = _unpaid(ctx)
    return branched(parts)


def _results(ctx: Context) -> ibis.Table:
    result, record, target = ctx.table("target_result"), ctx.table("record"), ctx.table("target")
    home = record.select(rid="id", customer="customer")
    of = target.select(tid="id", agreement="agreement")
    t = result.left_join(home, result["record"] == home["rid"])
    t = t.left_join(of, t["target"] == of["tid"])
    at = t["due_at"].coalesce(t["computed_at"])
    return t.mutate(id=row_id(t, "target_result"), at=at)


def _untold(ctx: Context) -> Probe | Silent:
    t = _results(ctx)
    missed = t.filter(~t["met"] & ctx.within(t["at"]))
    grace = ibis.interval(hours=int(ctx.number("notify_h")))
    late = missed["notified_at"].isnull() | (missed["notified_at"] > missed["at"] + grace)
    ripe = missed["at"] + grace <= ctx.now
    rows = missed.filter(ripe).select(
        *KINDS, "id", "at", bad=late.fill_null(True),
        why=ibis.literal("missed, and the customer was not told in time"),
    )  # fmt: skip
    limit = ctx.number("limit")
    return ShareQuestion(
        ctx, rows, limit, kinds=KINDS, table="target_result", one=dict.fromkeys(KINDS, UNTOLD)
    ).probe()


def _unpaid(ctx: Context) -> Probe | Silent:
    t = _results(ctx)
    owed = t.filter((t["credit_due"] > 0) & ctx.within(t["at"]))
    ripe = owed.filter(owed["at"] + ibis.interval(days=int(ctx.number("credit_days"))) < ctx.now)
    short = ripe["credit_due"] > ripe["credit_given"].fill_null(
        ibis.literal(0).cast("decimal(18, 4)")
    )
    rows = ripe.select(
        *KINDS, "id", "at", bad=short, why=ibis.literal("the credit owed was not given"),
    )  # fmt: skip
    return ShareQuestion(
        ctx, rows, 0.0, kinds=KINDS, table="target_result", exact=True, floor=1,
        one=dict.fromkeys(KINDS, UNPAID),
    ).probe()  # fmt: skip


CHECK = Check(
    id="S05",
    area="Service level",
    title="Breach unspoken",
    question="Are customers told, and credited?",
    tables=("target_result",),
    rule=(
        "target_result.met = false with target_result.notified_at null or later than "
        "target_result.due_at + notify_h; or target_result.credit_due > "
        "coalesce(target_result.credit_given, 0) for > credit_days. Share > limit or any credit"
        " open. [unit: customer, agreement]"
    ),
    parameters={
        "notify_h": 24,
        "credit_days": 60,
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.3",
        "ISO 20000-1 9.4",
        "COBIT APO09",
        "ITIL Service level management",
        "FitSM PR2.3",
        "FitSM PR3.1",
    ),
    causes=("manual step",),
    do_first="automatic notice",
    effective_when="100 %",
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("target_result.met",),
    uses=("target_result.notified_at", "target_result.credit_due", "record.customer"),
    headline="{bad} of {all} missed promises were not told or not made good.",
    should_be="A missed promise is told within a day and its credit is given.",
    matters="The customer finds out alone, and trusts nothing else we say.",
    owner_role="service level manager",
    mandatory=True,
)
