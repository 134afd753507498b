"""P02: Old problems."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trueup.audit.branches import branched
from trueup.audit.context import Context, hours_since
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.listing import question
from trueup.audit.shares import listed_rows
from trueup.audit.stats.survival import kaplan_meier

Array = np.ndarray[Any, Any]
FLOOR = 20
FEW = 5


def ask(ctx: Context) -> Probe | Silent:
    """Problems that grow old, and open ones in which nothing happens."""
    got = _problems(ctx)
    if not len(got["id"]):
        return Silent("not_applicable", "no problem is recorded")
    return branched({"age": _ages(ctx, got), "silent": _silent(ctx, got)})


def _problems(ctx: Context) -> dict[str, Array]:
    record, event = ctx.table("record"), ctx.table("event")
    mine = record.filter((record["kind"] == "problem") & (record["state"] != "cancelled"))
    own = event.filter((event["entity"] == "record") & (event["at_occurred"] <= ctx.now))
    last = own.group_by(eid=own["entity_id"]).agg(last=own["at_occurred"].max())
    t = mine.left_join(last, mine["id"] == last["eid"])
    ended = t["resolved_at"].coalesce(t["closed_at"])
    t = t.select("id", "service", "state", "opened_at", "last", ended=ended)
    t = t.filter(t["ended"].isnull() | (t["ended"] >= ctx.instant(ctx.period.start)))
    return ctx.arrays(t.filter(t["opened_at"] <= ctx.now).order_by("id"))


def _still_open(got: dict[str, Array]) -> Array:
    return np.isnat(got["ended"]) & np.isin(got["state"], ("open", "waiting"))


def _ages(ctx: Context, got: dict[str, Array]) -> Probe | Silent:
    """The whole against the limit, then the services.

    Where the whole is beyond the limit and no service has the 20 problems a median takes, the
    services whose own interval lies beyond it are named from five problems on.
    """
    whole = _age_case(ctx, ORGANISATION, got)
    names = sorted({str(v) for v in got["service"] if v is not None})
    parts = {}
    for name in names:
        mine = got["service"] == name
        if mine.sum() >= FEW:
            part = {key: values[mine] for key, values in got.items()}
            parts[name] = _age_case(ctx, Unit("service", name), part)
    cases = [case for case in parts.values() if case.tested >= FLOOR]
    if not cases and whole.tested >= FLOOR and _beyond(whole):
        cases = [
            replace(case, estimate=replace(case.estimate, p=None, exact=True), tripped=True)
            for case in parts.values() if _beyond(case)
        ]  # fmt: skip
    return Probe(len(got["id"]), len(got["id"]), whole, tuple(cases), FLOOR)


def _beyond(case: Case) -> bool:
    return (case.estimate.low or 0.0) > (case.limit or 0.0)


def _age_case(ctx: Context, unit: Unit, got: dict[str, Array]) -> Case:
    done = ~np.isnat(got["ended"])
    age = hours_since(got["opened_at"], ctx.as_of) / 24
    span = (got["ended"] - got["opened_at"]).astype("timedelta64[s]").astype(float) / 86_400
    days = np.where(done, span, age)
    median = kaplan_meier(np.maximum(days, 0.0), done).quantile(0.5)
    last = float(days.max())
    value, low, high = (min(v, last) for v in (median.value, median.low, median.high))
    limit = ctx.number("age_days")
    old = days > limit
    return Case(
        unit,
        Estimate(value, low, high, len(days), p=0.0 if low > limit else 1.0),
        int(old.sum()),
        len(days),
        limit=limit,
        bad=lambda: listed_rows(got["id"][old], f"older than {limit:.0f} days"),
        good=lambda: listed_rows(got["id"][~old][:20], ""),
    )


def _silent(ctx: Context, got: dict[str, Array]) -> Probe | Silent:
    waiting = _still_open(got)
    kept = {name: values[waiting] for name, values in got.items()}
    if not len(kept["id"]):
        return Silent("not_applicable", "no problem is open")
    last = np.where(np.isnat(kept["last"]), kept["opened_at"], kept["last"])
    quiet = hours_since(last, ctx.as_of) / 24 > ctx.number("silent_days")
    kept["record"] = kept["id"]
    return question(
        ctx, kept, quiet, why="open, and nothing was written for 60 days or more",
        table="record", kinds=("service", "record"), exact=True,
    ).probe()  # fmt: skip


CHECK = Check(
    id="P02",
    area="Problem",
    title="Old problems",
    question="Do problems move?",
    tables=("record", "problem", "event"),
    rule=(
        "record.kind = problem: Kaplan-Meier median age > age_days; or open ones without an "
        "event for silent_days. Ranked by age x monthly cost (MR-16). [unit: service, record]"
    ),
    parameters={
        "age_days": 180,
        "silent_days": 60,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.3", "COBIT DSS03", "ITIL Problem management", "FitSM PR10.2"),
    causes=("no time budget",),
    do_first="decide: fix, accept, or close with a reason",
    effective_when="median down and debt (MR-16) down",
    tier=3,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    needs=("record.opened_at", "event.at_occurred"),
    uses=("record.resolved_at", "record.service"),
    headline="{bad} of {all} problems are old or lie still.",
    should_be="A problem moves, or somebody decides to live with it.",
    matters="Every month of waiting brings the same incidents again.",
    measure="MR-16",
    owner_role="problem process owner",
    limit="age_days",
)
