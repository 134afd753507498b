"""I02: Solved twice."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.relations import called_again, reopened_flag, resolved_in_period
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Reopened within two weeks, or the same person with the same trouble within a week."""
    record = resolved_in_period(ctx)
    record = record.filter(record["kind"] == "incident")
    again = reopened_flag(ctx, record, int(ctx.number("reopen_days")))
    reopened = ShareQuestion(
        ctx, _rows(again, again["reopened"], "reopened after it was resolved"),
        ctx.number("reopen_limit"), kinds=("team", "category"),
    ).probe()  # fmt: skip
    if isinstance(reopened, Silent) or not ctx.has("record.requester", "record.category"):
        return reopened
    called = called_again(ctx, record, int(ctx.number("again_days")))
    repeated = ShareQuestion(
        ctx, _rows(called, called["again"], "the same person had the same trouble again"),
        ctx.number("again_limit"), kinds=("team", "category"),
    ).probe()  # fmt: skip
    assert isinstance(repeated, Probe)
    return worse_of(reopened, repeated, ctx)


def _rows(table: Any, bad: Any, why: str) -> Any:
    return table.select(
        id=table["id"], at=table["resolved_at"], bad=bad, why=ibis.literal(why),
        team=table["team"], category=table["category"],
    )  # fmt: skip


def worse_of(first: Probe, second: Probe, ctx: Context) -> Probe:
    """Both branches side by side; the whole is the branch further beyond its limit."""
    a, b = first.whole, second.whole
    over_a = (a.estimate.low or 0.0) / (a.limit or 1.0)
    over_b = (b.estimate.low or 0.0) / (b.limit or 1.0)
    whole = a if over_a >= over_b else b
    units: dict[Any, Any] = {}
    for case in (*first.units, *second.units):
        kept = units.get(case.unit)
        over = (case.estimate.low or 0.0) / (case.limit or 1.0)
        if kept is None or over > (kept.estimate.low or 0.0) / (kept.limit or 1.0):
            units[case.unit] = case
    return Probe(first.population, first.tested, whole, tuple(units.values()), first.floor)


CHECK = Check(
    id="I02",
    area="Incident",
    title="Solved twice",
    question='Is "resolved" real?',
    tables=("record",),
    rule=(
        "Reopened within 14 days (event.activity = reopened after resolved, else "
        "record.reopen_count > 0) / resolved > reopen_limit; or the same record.requester + "
        "record.category opened again within 7 days after record.resolved_at > again_limit. "
        "[unit: team, category]"
    ),
    parameters={
        "reopen_limit": 0.05,
        "again_limit": 0.08,
        "reopen_days": 14,
        "again_days": 7,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.1", "COBIT DSS02", "ITIL Incident management", "FitSM PR9.5"),
    causes=("pressure to close", "no confirmation", "symptom fixed"),
    do_first="ask the requester before close in the top category",
    effective_when="<= limits and chasers (MC-08) not up",
    tier=0,
    ask=ask,
    caps=(),
    indicators=("communication",),
    headline="{bad} of {all} solved tickets were opened again or reported again.",
    should_be="Resolved means that the person can work again.",
    matters="People lose time twice, and the work is done twice.",
    measure="MC-10",
    limit="reopen_limit",
    owner_role="incident process owner",
)
