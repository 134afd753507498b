"""Z03: SLA clock on the wrong event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent
from trueup.audit.promises import hours_promised, promised
from trueup.audit.shares import listed_rows
from trueup.audit.stats.shares import wilson

CUTS = np.linspace(0.002, 0.998, 400)


def ask(ctx: Context) -> Probe | Silent:
    """Which clock reproduces the reported flag, and who was solved in time yet booked missed?

    The value is the gap of the two agreements where that part trips or none does, else the size
    of the part that tripped: the share of the early solutions booked missed, or of the resolve
    and fulfil targets whose clock stops at closed. A wrong stop needs no flag to be seen.
    """
    stop = _stops_at_closed(ctx)
    rows = reported(ctx)
    if rows is None:
        return _silent(stop, "no met or missed flag", ("record.reported_sla_met",))
    got = ctx.arrays(rows.order_by("id"))
    if len(got["id"]) < ctx.number("min_n"):
        reason = f"{len(got['id'])} flags; {ctx.number('min_n'):.0f} are needed"
        return _silent(stop, reason)
    _promised_due(ctx, got)
    groups = _priorities(ctx, got)
    gaps = {p: agreement(got, mask) for p, mask in groups.items()}
    share, known = _solved_in_time_but_missed(got)
    worst = max(gaps, key=lambda p: (gaps[p][0] - gaps[p][1], -p), default=None)
    gap = gaps[worst][0] - gaps[worst][1] if worst is not None else 0.0
    follows = worst is not None and gap >= ctx.number("agreement_gap")
    missed = known >= ctx.number("min_n") and share >= ctx.number("missed_share")
    parts = (
        (follows, "agreement"), (missed, "solved in time, booked missed"),
        (bool(stop.wrong), "clock stops at closed"),
    )  # fmt: skip
    branch = "; ".join(name for tripped, name in parts if tripped)
    n = int(sum(mask.sum() for mask in groups.values())) or len(got["id"])
    suspects = _suspects(got, groups, gaps)
    ring = wilson(len(suspects), n)
    whole = Case(
        ORGANISATION,
        Estimate(gap, gap, gap, n, exact=True),
        len(suspects),
        n,
        limit=ctx.number("agreement_gap"),
        tripped=bool(branch),
        branch=branch,
        bad=lambda: suspects,
        good=lambda: _fitting(got, suspects),
        caveats=(
            f"{ring.low:.1%} to {ring.high:.1%} of the records: solved fast, closed late, missed",
        ),
        words={"late": f"{len(suspects):,}"},
    )
    if missed and not follows:
        whole = _missed_alone(ctx, whole, got, share, known)
    elif stop.wrong and not follows:
        return replace(_stop_alone(stop), population=len(got["id"]))
    return Probe(len(got["id"]), n, whole, floor=1)


def _missed_alone(ctx: Context, whole: Case, got: dict[str, Any], share: float, n: int) -> Case:
    """The case told by the early solutions that are booked as missed, closing left aside."""
    early = _suspects(got, {}, {})
    ring = wilson(early.num_rows, n)
    return replace(
        whole, estimate=Estimate(share, ring.low, ring.high, n, exact=True),
        exceptions=early.num_rows, tested=n, limit=ctx.number("missed_share"),
        bad=lambda: early, good=lambda: _fitting(got, early), caveats=(),
        headline="{bad} of {all} solutions that came in time are booked as missed.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stops:
    """The resolve and fulfil targets: how many there are, and which stop the clock at closed."""

    wrong: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


def _silent(stop: Stops, reason: str, missing: tuple[str, ...] = ()) -> Probe | Silent:
    return _stop_alone(stop) if stop.wrong else Silent("not_enough_evidence", reason, missing)


def _stop_alone(stop: Stops) -> Probe:
    """Targets whose clock stops at closed, told by themselves: a count, any trips."""
    bad, n = len(stop.wrong), len(stop.wrong) + len(stop.right)
    wrong = listed_rows(np.array(stop.wrong), "its clock stops at closed", "target")
    right = listed_rows(np.array(stop.right[:20]), "", "target").drop_columns(["why"])
    whole = Case(
        ORGANISATION, Estimate(bad / n, bad / n, bad / n, n, exact=True), bad, n, limit=0.0,
        tripped=True, branch="clock stops at closed", bad=lambda: wrong, good=lambda: right,
        headline="In {bad} of {all} promises the clock stops at closing, not at the solution.",
    )  # fmt: skip
    return Probe(n, n, whole, floor=1)


def reported(ctx: Context) -> Any:
    """Records with a flag: id, priority, hours to close and to resolve, due, flag; or None."""
    record, result = ctx.table("record"), ctx.table("target_result")
    if ctx.has("record.reported_sla_met"):
        rows = record.filter(record["reported_sla_met"].notnull())
        flagged = rows.mutate(flag=rows["reported_sla_met"], due=ibis.null().cast("timestamp(6)"))
        due = _due(ctx)
        if due is not None:
            flagged = flagged.drop("due").left_join(due, flagged["id"] == due["due_id"])
            flagged = flagged.drop("due_id")
    elif ctx.has("target_result.met"):
        met = result.filter(result["metric"].isin(["resolve", "fulfil"]))
        one = met.group_by(flag_id=met["record"]).agg(
            flag=met["met"].min(), due=met["due_at"].max()
        )
        flagged = record.join(one, record["id"] == one["flag_id"]).drop("flag_id")
    else:
        return None
    flagged = flagged.filter(ctx.within(flagged["opened_at"]))
    opened = flagged["opened_at"].epoch_seconds()
    return flagged.select(
        "kind", "service", "customer", "resolved_at",
        id=flagged["id"],
        at=flagged["opened_at"],
        priority=flagged["priority"].fill_null(0),
        to_close=(flagged["closed_at"].epoch_seconds() - opened) / 3600.0,
        to_resolve=(flagged["resolved_at"].epoch_seconds() - opened) / 3600.0,
        to_due=(flagged["due"].epoch_seconds() - opened) / 3600.0,
        flag=flagged["flag"],
    )  # fmt: skip


def _due(ctx: Context) -> Any:
    if not ctx.has("target_result.due_at"):
        return None
    result = ctx.table("target_result")
    mine = result.filter(result["metric"].isin(["resolve", "fulfil"]))
    return mine.group_by(due_id=mine["record"]).agg(due=mine["due_at"].max())


def _promised_due(ctx: Context, got: dict[str, Any]) -> None:
    """Where no due time is recorded: in time by target.value of the priority, in its calendar.

    The answer is written as a due time just after or just before the solution, as the clock of
    the promise may stand still at night.
    """
    if not np.isnan(got["to_due"]).all() or not ctx.has("target.value"):
        return
    for kind, metric in (("incident", "resolve"), ("request", "fulfil")):
        mine = np.flatnonzero((got["kind"] == kind) & ~np.isnan(got["to_resolve"]))
        part = {name: values[mine] for name, values in got.items()}
        promise = promised(ctx, metric, part, "")
        known = ~np.isnan(promise.hours)
        if not known.any():
            continue
        mine, part = mine[known], {name: values[known] for name, values in part.items()}
        spent = hours_promised(ctx, part["at"], part["resolved_at"], promise.calendar[known])
        in_time = spent <= promise.hours[known]
        got["to_due"][mine] = part["to_resolve"] + np.where(in_time, 1e-6, -1e-6)


def _priorities(ctx: Context, got: dict[str, Any]) -> dict[int, np.ndarray[Any, Any]]:
    """The priorities with enough records to be judged."""
    usable = ~np.isnan(got["to_close"]) & ~np.isnan(got["to_resolve"])
    out = {}
    for p in np.unique(got["priority"]):
        mask = (got["priority"] == p) & usable
        n = int(mask.sum())
        if n >= ctx.number("min_n") and n >= ctx.number("min_share") * len(got["id"]):
            out[int(p)] = mask
    return out


def agreement(got: dict[str, Any], mask: np.ndarray[Any, Any]) -> tuple[float, float, float, float]:
    """Best single-cut agreement by time to close and by time to resolve, and both cuts (hours)."""
    flag = got["flag"][mask].astype(bool)
    close, close_cut = best_cut(got["to_close"][mask], flag)
    resolve, resolve_cut = best_cut(got["to_resolve"][mask], flag)
    return close, resolve, close_cut, resolve_cut


def best_cut(x: np.ndarray[Any, Any], flag: np.ndarray[Any, Any]) -> tuple[float, float]:
    """max over 400 quantile cuts of the share of records where (x <= cut) equals the flag."""
    order = np.argsort(x, kind="stable")
    xs, met = x[order], flag[order].astype(float)
    cuts = np.quantile(xs, CUTS)
    below = np.searchsorted(xs, cuts, side="right")
    hits = np.concatenate(([0.0], np.cumsum(met)))
    misses = np.concatenate(([0.0], np.cumsum(1.0 - met)))
    share = (hits[below] + (misses[-1] - misses[below])) / len(xs)
    best = int(np.argmax(share))
    return float(share[best]), float(cuts[best])


def _solved_in_time_but_missed(got: dict[str, Any]) -> tuple[float, int]:
    """Share of the records solved before their due time that carry "missed"; how many there are."""
    with np.errstate(invalid="ignore"):
        in_time = got["to_resolve"] <= got["to_due"]
    n = int(in_time.sum())
    return (float((~got["flag"][in_time].astype(bool)).mean()) if n else 0.0), n


def _stops_at_closed(ctx: Context) -> Stops:
    if not ctx.has("target.clock_stop"):
        return Stops()
    target = ctx.table("target")
    mine = target.filter(target["metric"].isin(["resolve", "fulfil"]))
    rows = ctx.rows(mine.select("id", "clock_stop").order_by("id"))
    wrong = tuple(str(r["id"]) for r in rows if r["clock_stop"] == "closed")
    return Stops(wrong, tuple(str(r["id"]) for r in rows if r["clock_stop"] != "closed"))


def _suspects(
    got: dict[str, Any],
    groups: dict[int, np.ndarray[Any, Any]],
    gaps: dict[int, tuple[float, float, float, float]],
) -> pa.Table:
    """Records booked missed although solved as early as those booked met, closed late."""
    ids, why = [], []
    with np.errstate(invalid="ignore"):
        due = (got["to_resolve"] <= got["to_due"]) & ~got["flag"].astype(bool)
        for p, mask in groups.items():
            _, _, close_cut, resolve_cut = gaps[p]
            early = mask & (got["to_resolve"] <= resolve_cut) & (got["to_close"] > close_cut)
            due = due | (early & ~got["flag"].astype(bool))
    for i in np.flatnonzero(due):
        ids.append(str(got["id"][i]))
        why.append(
            f"solved after {got['to_resolve'][i]:.0f} h, closed after "
            f"{got['to_close'][i]:.0f} h, booked missed"
        )
    return pa.table({"table": ["record"] * len(ids), "id": pa.array(ids, pa.string()), "why": why})


def _fitting(got: dict[str, Any], suspects: pa.Table) -> pa.Table:
    known = set(suspects["id"].to_pylist())
    rest = sorted(str(i) for i in got["id"] if str(i) not in known)[:20]
    return pa.table({"table": ["record"] * len(rest), "id": pa.array(rest, pa.string())})


CHECK = Check(
    id="Z03",
    area="Records and audit log",
    title="SLA clock on the wrong event",
    question="Does the SLA number measure service or administration?",
    tables=("record",),
    rule=(
        "Reported flag F = record.reported_sla_met, else target_result.met with "
        "target_result.metric in (resolve, fulfil). Per record.priority with n >= min_n and >= "
        "min_share of the records: a(x) = max over cuts at the 400 quantiles 0.002..0.998 of "
        "the share of records where (x <= cut) = F. Trips if a(record.closed_at - "
        "record.opened_at) - a(record.resolved_at - record.opened_at) >= agreement_gap; or if, "
        "where a due time is known (target_result.due_at, else target.value per priority), >= "
        "missed_share of the records solved in time carry F = false; or target.clock_stop = "
        "closed on a resolve or fulfil target. Every statement on met or missed stays 'reported"
        " only' until repaired. [unit: organisation]"
    ),
    parameters={
        "agreement_gap": 0.03,
        "missed_share": 0.02,
        "min_n": 100,
        "min_share": 0.10,
    },
    gate=True,
    blocks=("MC-11", "MB-12"),
    severity="major",
    refs=(
        "ISO 20000-1 8.3.3",
        "ISO 20000-1 9.1",
        "COBIT APO09",
        "ITIL Service level management",
        "FitSM PR2.3",
    ),
    causes=("clock_stop set to close", "delay of the automatic close"),
    do_first=("set target.clock_stop to resolved; recompute the history and show it as restated"),
    effective_when="recomputed and reported share differ by < 0.5 points for 2 months",
    tier=0,
    ask=ask,
    caps=("C01", "I05", "Q01", "S01", "S04", "S05"),
    headline="The promise follows closing: {late} of {all} early solutions are booked as missed.",
    should_be="A promise is measured at the moment of help, not at the moment of closing.",
    matters="Met and missed say when tickets are closed; teams are judged by a timer.",
    owner_role="administrator of the tool",
    effort="half a day",
    limit="agreement_gap",
    needs=("record.closed_at", "record.resolved_at"),
    indicators=("growth_value", "budget_adherence", "risk_impact", "communication"),
)
