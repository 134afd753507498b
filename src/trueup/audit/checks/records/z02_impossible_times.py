"""Z02: Impossible times."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion

BY_PHONE = ("phone", "walk_in", "chat", "monitoring")


def ask(ctx: Context) -> Probe | Silent:
    """Records whose own instants contradict each other, or lie after the audit's as-of."""
    record = ctx.table("record")
    rows = record.filter(ctx.within(record["opened_at"]))
    order = _orders(ctx, rows)
    bad = ibis.or_(*(condition.fill_null(False) for condition, _ in order))
    why = ibis.cases(
        *((condition.fill_null(False), ibis.literal(text)) for condition, text in order), else_=""
    )
    later = _events_before_writing(ctx)
    population = rows.select(
        id=rows["id"],
        at=rows["opened_at"],
        bad=bad,
        why=why,
        team=rows["team"],
        critical=(rows["priority"] == 1).fill_null(False),
    )
    if later is not None:
        population = (
            population.left_join(later, population["id"] == later["record"])
            .mutate(
                bad=lambda t: t["bad"] | t["record"].notnull(),
                why=lambda t: ibis.ifelse(t["bad"], t["why"], "written before it happened"),
            )
            .drop("record")
        )
    return ShareQuestion(
        ctx, population, ctx.number("limit"), kinds=("team",), any_critical=True
    ).probe()


def _orders(ctx: Context, rows: Any) -> list[tuple[Any, str]]:
    opened, resolved, closed = rows["opened_at"], rows["resolved_at"], rows["closed_at"]
    first = rows["first_response_at"]
    out = [
        (resolved < opened, "resolved before it was opened"),
        (closed < resolved, "closed before it was resolved"),
        (first < opened, "answered before it was opened"),
    ]
    out += [(at > ctx.now, "lies in the future") for at in (opened, resolved, closed, first)]
    if ctx.has("record.channel"):
        by_hand = rows["channel"].notnull() & ~rows["channel"].isin(BY_PHONE)
        out.append(((resolved == opened) & by_hand, "resolved at the moment it was opened"))
    return out


def _events_before_writing(ctx: Context) -> Any:
    """Records with an event said to happen after it was written down; None if not recorded."""
    if not ctx.has("event.at_recorded"):
        return None
    event = ctx.table("event")
    wrong = event.filter(
        (event["entity"] == "record") & (event["at_occurred"] > event["at_recorded"])
    )
    return wrong.select(record=wrong["entity_id"]).distinct()


CHECK = Check(
    id="Z02",
    area="Records and audit log",
    title="Impossible times",
    question="Do the times make sense?",
    tables=("record",),
    rule=(
        "Rows with record.resolved_at < record.opened_at, or record.closed_at < "
        "record.resolved_at, or record.first_response_at < record.opened_at, or any of these > "
        "manifest.as_of, or record.resolved_at = record.opened_at where record.channel is "
        "recorded and not in (phone, walk_in, chat, monitoring). If recorded: event.at_occurred"
        " > event.at_recorded, change.end < change.start, outage.end < outage.start. Share of "
        "records > limit, or any on record.priority = 1. [unit: organisation, team]"
    ),
    parameters={
        "limit": 0.005,
        "p1_limit": 0,
    },
    gate=True,
    blocks=("MB-11", "MR-02", "MR-05", "MC-06", "MC-07", "MC-10", "MC-11"),
    severity="minor",
    refs=("ISO 20000-1 7.5", "COBIT DSS06", "FitSM GR2.3"),
    causes=("time zones", "manual entry", "migration"),
    do_first="correct the clock source; lock the fields",
    effective_when="0 new cases",
    tier=0,
    ask=ask,
    caps=("I02", "I06", "I08", "Q01", "S01", "V03", "Y03"),
    limit="limit",
    headline="{bad} of {all} records have times that cannot be true.",
    should_be="Opened, answered, resolved, closed: in this order, never in the future.",
    matters="Every duration built on these times is wrong.",
    owner_role="administrator of the tool",
    indicators=("communication",),
)
