"""I06: Forgotten tickets."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context, hours_since
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.relations import record_events

RECORDS_SHOWN = 20
URGENT = "{bad} of {all} open tickets are urgent and silent for over a day."


def ask(ctx: Context) -> Probe | Silent:
    """Open records older than nearly all solved ones of their category, and silent."""
    got = ctx.arrays(_open(ctx).order_by("id"))
    n = len(got["id"])
    if n == 0:
        return Silent("not_applicable", "nothing is open at the end of the period")
    silent = _silent_days(ctx, got)
    usual = _usual(ctx)
    p95 = np.array([usual.get(c, usual.get(None, np.inf)) for c in got["category"]])
    age = hours_since(got["opened_at"], ctx.as_of)
    old = (age > p95) & (silent > ctx.number("silent_days"))
    urgent = (got["priority"] <= 2) & (silent > ctx.number("p12_silent_days"))
    stuck = old | urgent
    why = [
        f"open for {a / 24:.0f} days, silent for {s:.0f} working days"
        for a, s in zip(age, silent, strict=True)
    ]
    got["hurry"] = urgent & ~old
    whole = _case(ORGANISATION, got, stuck, np.ones(n, dtype=bool), why)
    teams = sorted({str(t) for t in got["team"][stuck] if t})
    units = [_case(Unit("team", t), got, stuck, got["team"] == t, why) for t in teams]
    if stuck.sum() <= RECORDS_SHOWN:
        ids = sorted(str(i) for i in got["id"][stuck])
        units += [_case(Unit("record", i), got, stuck, got["id"] == i, why) for i in ids]
    return Probe(n, n, whole, tuple(units), floor=1)


def _open(ctx: Context) -> Any:
    record = ctx.table("record")
    mine = record.filter(
        record["state"].isin(["open", "waiting"]) & (record["opened_at"] <= ctx.now)
    )
    events = record_events(ctx)
    last = events.group_by("record").agg(last_at=events["at_occurred"].max())
    joined = mine.left_join(last, mine["id"] == last["record"])
    return joined.select(
        "id", "team", "category", "opened_at",
        priority=joined["priority"].fill_null(9),
        last_at=ibis.greatest(joined["last_at"].coalesce(joined["opened_at"]), joined["opened_at"]),
    )  # fmt: skip


def _silent_days(ctx: Context, got: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Working days (Monday to Friday) since the last event."""
    start = got["last_at"].astype("datetime64[D]")
    end = np.datetime64(ctx.as_of).astype("datetime64[D]")
    return np.asarray(np.busday_count(start, end))


def _usual(ctx: Context) -> dict[str | None, float]:
    """The 95th percentile of the hours to resolve per category, and over all."""
    record = ctx.table("record")
    done = record.filter(record["resolved_at"] >= record["opened_at"])
    hours = (done["resolved_at"].epoch_seconds() - done["opened_at"].epoch_seconds()) / 3600.0
    timed = done.mutate(hours=hours)
    rows = ctx.rows(
        timed.group_by("category").agg(p95=timed["hours"].quantile(0.95), n=ibis._.count())
        .order_by("category")
    )  # fmt: skip
    whole = ctx.one(timed.agg(p95=timed["hours"].quantile(0.95)))["p95"]
    out: dict[str | None, float] = {r["category"]: r["p95"] for r in rows if r["n"] >= 20}
    out[None] = float(whole) if whole is not None else np.inf
    return out


def _case(
    unit: Unit,
    got: dict[str, Any],
    stuck: np.ndarray[Any, Any],
    mine: np.ndarray[Any, Any],
    why: list[str],
) -> Case:
    hit = np.flatnonzero(stuck & mine)
    n = int(mine.sum())

    def listed() -> pa.Table:
        ids = [str(got["id"][i]) for i in hit]
        return pa.table(
            {"table": ["record"] * len(ids), "id": pa.array(ids, pa.string()),
             "why": pa.array([why[i] for i in hit], pa.string())}
        )  # fmt: skip

    def fine() -> pa.Table:
        ids = sorted(str(i) for i in got["id"][mine & ~stuck])[:20]
        return pa.table({"table": ["record"] * len(ids), "id": pa.array(ids, pa.string())})

    share = len(hit) / n if n else 0.0
    hurry = len(hit) > 0 and bool(got["hurry"][hit].all())
    return Case(
        unit, Estimate(share, share, share, n, exact=True), len(hit), n, bad=listed, good=fine,
        branch="urgent and silent" if hurry else "",
        headline=URGENT if hurry else "",
    )  # fmt: skip


CHECK = Check(
    id="I06",
    area="Incident",
    title="Forgotten tickets",
    question="What is stuck?",
    tables=("record", "event"),
    rule=(
        "Records in state open or waiting whose age > P95 of the resolved ones of their "
        "category and without any event for silent_days working days; any with record.priority "
        "<= 2 silent for > 1 day. Exact count. [unit: team, record]"
    ),
    parameters={
        "silent_days": 10,
        "p12_silent_days": 1,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.1", "COBIT DSS02", "ITIL Incident management", "FitSM PR9.3"),
    causes=("no owner", "waiting for a supplier"),
    do_first="weekly look at ageing; an owner per ticket",
    effective_when="count -80 % and none older than the limit",
    tier=1,
    ask=ask,
    caps=(),
    indicators=("communication",),
    headline="{bad} of {all} open tickets are forgotten: old, and nothing has happened for weeks.",
    should_be="Every open ticket has an owner and a next step.",
    matters="The people behind them wait and stop asking.",
    owner_role="team lead",
    limit="silent_days",
)
