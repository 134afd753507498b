"""Z02: Impossible times."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent
from trueup.audit.shares import ShareQuestion, share_p
from trueup.audit.stats.shares import wilson

BY_PHONE = ("phone", "walk_in", "chat", "monitoring")
LEAST_BAD = 2


def ask(ctx: Context) -> Probe | Silent:
    """Records whose own instants contradict each other, or lie after the audit's as-of.

    A change or an outage that ends before it starts counts at its record ("change.end <
    change.start, outage.end < outage.start"). As these rows are few beside the records, each of
    the two tables is also held against the limit by itself, from two such rows on.
    """
    record = ctx.table("record")
    rows = record.filter(ctx.within(record["opened_at"]))
    order = _orders(ctx, rows)
    bad = ibis.or_(*(condition.fill_null(False) for condition, _ in order))
    why = ibis.cases(
        *((condition.fill_null(False), ibis.literal(text)) for condition, text in order), else_=""
    )
    backwards = [t for name in ("change", "outage") if (t := _ends_first(ctx, name)) is not None]
    marks = [_events_before_writing(ctx)] + [_at_records(t) for t in backwards]
    population = rows.select(
        id=rows["id"],
        at=rows["opened_at"],
        bad=bad,
        why=why,
        team=rows["team"],
        critical=(rows["priority"] == 1).fill_null(False),
    )
    for mark in marks:
        if mark is not None:
            population = _marked(population, mark)
    question = ShareQuestion(
        ctx, population, ctx.number("limit"), kinds=("team",), any_critical=True
    )
    return _with_tables(ctx, question.probe(), backwards)


def _marked(population: Any, mark: Any) -> Any:
    """The population with the records of `mark` (record, text) among the bad."""
    joined = population.left_join(mark, population["id"] == mark["record"])
    return joined.mutate(
        bad=lambda t: t["bad"] | t["record"].notnull(),
        why=lambda t: ibis.ifelse(t["bad"], t["why"], t["text"].fill_null("")),
    ).drop("record", "text")


def _with_tables(ctx: Context, probe: Probe | Silent, backwards: list[Any]) -> Probe | Silent:
    """The probe; where the records pass, the table with the largest share of backward rows."""
    cases = [c for rows in backwards if (c := _table_case(ctx, rows)) is not None]
    if isinstance(probe, Silent) or not cases:
        return probe
    ring = wilson(probe.whole.exceptions, probe.tested)
    if ring.low > ctx.number("limit") or probe.whole.estimate.exact:
        return probe
    return replace(probe, whole=max(cases, key=lambda c: c.estimate.low or 0.0))


def _table_case(ctx: Context, rows: Any) -> Case | None:
    """The rows of one table that end before they start, where they are beyond the limit."""
    name, limit = ctx.one(rows.agg(name=rows["table"].min()))["name"], ctx.number("limit")
    got = ctx.one(rows.agg(n=rows.count(), bad=rows["bad"].cast("int64").sum()))
    n, bad = int(got["n"]), int(got["bad"] or 0)
    if bad < LEAST_BAD or (ring := wilson(bad, n)).low <= limit:
        return None
    listed = [
        rows.filter(rows["bad"] == side).select("table", "id", why="text").order_by("id")
        for side in (True, False)
    ]
    return Case(
        ORGANISATION,
        Estimate(bad / n, ring.low, ring.high, n, p=share_p(bad, n, limit)),
        bad, n, limit=limit, tripped=True, branch=f"{name} ends before it starts",
        bad=lambda: ctx.backend.fetch(listed[0]),
        good=lambda: ctx.backend.fetch(listed[1].drop("why").limit(20)),
        headline=f"{{bad}} of {{all}} {name}s end before they start.",
    )  # fmt: skip


def _ends_first(ctx: Context, name: str) -> Any:
    """The finished rows of change or outage: table, id, record, bad, text; None if not recorded."""
    if not ctx.has(f"{name}.start", f"{name}.end"):
        return None
    rows = ctx.table(name)
    done = rows.filter(rows["start"].notnull() & rows["end"].notnull())
    done = done.filter(ctx.within(done["start"]) | ctx.within(done["end"]))
    return done.select(
        table=ibis.literal(name), id=done["record" if name == "change" else "id"],
        record=done["record"], bad=done["end"] < done["start"],
        text=ibis.literal(f"its {name} ends before it starts"),
    )  # fmt: skip


def _at_records(rows: Any) -> Any:
    """The records of the backward rows of one table, each once."""
    bad = rows.filter(rows["bad"] & rows["record"].notnull())
    return bad.group_by("record").agg(text=bad["text"].min())


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
    names = wrong.select(record=wrong["entity_id"]).distinct()
    return names.mutate(text=ibis.literal("written before it happened"))


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
