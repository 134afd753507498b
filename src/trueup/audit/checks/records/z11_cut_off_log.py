"""Z11: Cut-off log."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit


def ask(ctx: Context) -> Probe | Silent:
    """Dropped open cases, cases from before the log, and an edge where arrivals vanish.

    The value and the records are those of the edge where there is one, else of the cases from
    before the log.
    """
    record = ctx.table("record")
    inside = record.filter(ctx.within(record["opened_at"]))
    got = ctx.arrays(
        inside.select(
            "id", at=inside["opened_at"], end=inside["closed_at"].coalesce(inside["resolved_at"])
        ).order_by("id")
    )
    n = len(got["id"])
    if n < 30:
        return Silent("not_enough_evidence", f"{n} records; 30 are needed")
    days = (got["end"] - got["at"]) / np.timedelta64(1, "D")
    branches = []
    expected = _expected_open(ctx, got, days)
    if expected >= ctx.number("expected_open") and not _any_open(ctx):
        branches.append(f"no open record, though about {expected:.0f} are to be expected")
    early, of = _before_log(ctx)
    before = early.num_rows > ctx.number("limit") * of
    if before:
        branches.append(f"{early.num_rows} records began before the log")
    edge = empty_edge(ctx, got, days)
    if edge is not None:
        branches.append(f"arrivals vanish from {edge}")
    mask = got["at"] >= np.datetime64(edge) if edge is not None else np.zeros(n, dtype=bool)
    last = np.datetime64(ctx.period.last)
    unit = Unit("period", f"{edge if edge is not None else ctx.period.first}/{last}")
    alone = before and edge is None
    bad, tested = (early.num_rows, of) if alone else (int(mask.sum()), n)
    case = Case(
        unit,
        Estimate(bad / tested, bad / tested, bad / tested, tested, exact=True),
        bad,
        tested,
        tripped=bool(branches),
        branch="; ".join(branches),
        bad=lambda: early if alone else _listed(got, mask),
        words={"edge": branches[0] if branches else ""},
    )
    whole = Case(ORGANISATION, case.estimate, bad, tested, tripped=bool(branches),
                 branch=case.branch, bad=case.bad, words=case.words)  # fmt: skip
    return Probe(n, n, whole, (case,), floor=1)


def _any_open(ctx: Context) -> bool:
    """Whether any row of record is open at as_of, one opened after the period too (rule a)."""
    record = ctx.table("record")
    still = record.filter(record["state"].isin(["open", "waiting"]))
    return bool(ctx.one(still.agg(n=still.count()))["n"])


def _expected_open(ctx: Context, got: dict[str, Any], days: np.ndarray[Any, Any]) -> float:
    """Arrivals per day times the mean days to close: as many are open at any moment.

    Where no row was opened after the period, only the days to close beyond its end count: who
    exports closed months a week later has had a week to solve their last tickets.
    """
    closed = days[~np.isnan(days)]
    if not len(closed):
        return 0.0
    end = np.datetime64(min(ctx.as_of, ctx.period.end))
    span = max(1.0, float((end - got["at"].min()) / np.timedelta64(1, "D")))
    record = ctx.table("record")
    later = record.filter(record["opened_at"] >= ctx.instant(ctx.period.end))
    gap = float((np.datetime64(ctx.as_of) - end) / np.timedelta64(1, "D"))
    if ctx.one(later.agg(n=later.count()))["n"]:
        gap = 0.0
    return len(days) / span * float(np.maximum(closed - gap, 0.0).mean())


def _before_log(ctx: Context) -> tuple[pa.Table, int]:
    """The records that began more than a day before the first event, and of how many.

    "Cases that began before the log": all that were still at work in the period count, also
    those opened before it.
    """
    none = pa.table({name: pa.array([], pa.string()) for name in ("table", "id", "why")})
    if not ctx.has("event.at_occurred"):
        return none, 0
    event, record = ctx.table("event"), ctx.table("record")
    first = ctx.one(event.agg(first=event["at_occurred"].min()))["first"]
    if first is None:
        return none, 0
    end = record["closed_at"].coalesce(record["resolved_at"])
    mine = record.filter(
        (record["opened_at"] <= ctx.now) & (end.isnull() | (end >= ctx.instant(ctx.period.start)))
    )
    n = int(ctx.one(mine.agg(n=mine.count()))["n"])
    edge = ctx.instant(first.replace(tzinfo=None)) - ibis.interval(days=1)
    early = mine.filter(mine["opened_at"] < edge).select(
        table=ibis.literal("record"), id="id", why=ibis.literal("began before the first event")
    )
    return ctx.fetch(early.order_by("id")), n


def empty_edge(
    ctx: Context, got: dict[str, Any], days: np.ndarray[Any, Any]
) -> np.datetime64 | None:
    """The Monday from which every whole week stays below edge_ratio of the median before it.

    At least as many weeks as nine of ten records take to close, and at least two.
    """
    closed = days[~np.isnan(days)]
    if not len(closed):
        return None
    k = max(2, int(np.ceil(np.quantile(closed, 0.9) / 7)))
    monday = (got["at"].astype("datetime64[D]") - np.timedelta64(3, "D")).astype("datetime64[W]")
    week = monday.astype("datetime64[D]") + np.timedelta64(4, "D")
    end = np.datetime64(min(ctx.as_of, ctx.period.end)).astype("datetime64[D]")
    weeks = np.arange(week.min(), end - np.timedelta64(6, "D"), np.timedelta64(7, "D"))
    counts = np.array([(week == w).sum() for w in weeks], dtype=float)
    for start in range(max(4, 1), len(weeks) - k + 1):
        if (counts[start:] < ctx.number("edge_ratio") * np.median(counts[:start])).all():
            return np.datetime64(weeks[start], "D")
    return None


def _listed(got: dict[str, Any], mask: np.ndarray[Any, Any]) -> pa.Table:
    ids = got["id"][mask]
    why = ["opened where the evidence runs out"] * len(ids)
    return pa.table({"table": ["record"] * len(ids), "id": pa.array(ids, pa.string()), "why": why})


CHECK = Check(
    id="Z11",
    area="Records and audit log",
    title="Cut-off log",
    question="Is the period complete, or cut at the edges?",
    tables=("record",),
    rule=(
        "(a) open cases dropped: no row in record.state (open, waiting) at manifest.as_of "
        "although arrivals per day x mean time to close predicts >= 20 (Poisson p < 0.001); (b)"
        " cases that began before the log: if event is recorded, share of records with "
        "record.opened_at earlier than the first event.at_occurred by > 1 day > limit; (c) "
        "empty edge: in the last k weeks (k = P90 of the time to close, rounded up) the weekly "
        "number of record.opened_at is below edge_ratio x the median of the weeks before. (a) "
        "or (b) or (c) trips; the engine trims (c) and says from which date. [unit: period]"
    ),
    parameters={
        "limit": 0.02,
        "expected_open": 20,
        "edge_ratio": 0.5,
    },
    gate=True,
    blocks=("MR-16", "MC-06", "MC-10", "MC-14"),
    severity="observation",
    refs=("ISO 20000-1 9.1", "COBIT MEA01", "ITIL Measurement and reporting", "FitSM GR6.1"),
    causes=("export of closed records only",),
    do_first="include open records, use Kaplan-Meier, trim the edges",
    effective_when="bias test passed",
    tier=0,
    ask=ask,
    caps=("I08", "P02", "Q01"),
    limit="limit",
    headline="The evidence is cut off: {edge}.",
    should_be="The export holds open records too and ends where recording ended.",
    matters="Volumes and durations near the edge look better or worse than they are.",
    owner_role="administrator of the tool",
    indicators=("communication",),
)
