"""Z04: Mass closing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.heaps import closings, heaps, heavy_days, inside


def ask(ctx: Context) -> Probe | Silent:
    """Days and sliding windows with far more closings than usual."""
    got = ctx.arrays(closings(ctx).order_by("at", "id"))
    n = len(got["id"])
    if n < 30:
        return Silent("not_enough_evidence", f"{n} closings; 30 are needed")
    days = _heavy_days(ctx, got["day"])
    windows = _windows(ctx, got)
    count = int(inside(got, days, windows).sum())
    units = tuple(_period_case(ctx, got, unit, mask) for unit, mask in _units(got, days, windows))
    whole = Case(
        ORGANISATION,
        Estimate(count / n, count / n, count / n, n, exact=True),
        count,
        n,
        tripped=bool(count),
        words={"day": str(days[0]) if days else ""},
    )
    return Probe(n, n, whole, units, floor=1)


def _heavy_days(ctx: Context, day: np.ndarray[Any, Any]) -> list[np.datetime64]:
    return heavy_days(day, ctx.number("day_factor"), ctx.number("day_share"), ctx.number("burst_n"))


def _windows(ctx: Context, got: dict[str, Any]) -> list[tuple[np.datetime64, np.datetime64]]:
    return heaps(got, ctx.number("window_min"), ctx.number("burst_n"), ctx.number("p_max"))


def _units(
    got: dict[str, Any], days: list[Any], windows: list[tuple[Any, Any]]
) -> list[tuple[Unit, np.ndarray[Any, Any]]]:
    """One unit per day with a heap: the whole day where it is heavy, else its windows."""
    day = got["day"].astype("datetime64[D]")
    in_heaps = inside(got, [], windows)
    named = sorted({*days, *np.unique(day[in_heaps])})
    return [(Unit("period", f"{d}/{d}"), (day == d) & (in_heaps | (d in days))) for d in named]


def _period_case(ctx: Context, got: dict[str, Any], unit: Unit, mask: np.ndarray[Any, Any]) -> Case:
    n, size = int(mask.sum()), len(mask)
    ids = got["id"][mask]

    def listed() -> pa.Table:
        why = [f"closed in a heap of {n} on {unit.id.split('/')[0]}"] * n
        return pa.table({"table": ["record"] * n, "id": pa.array(ids, pa.string()), "why": why})

    def others() -> pa.Table:
        rest = np.sort(got["id"][~mask].astype(str))[:20]
        return pa.table({"table": ["record"] * len(rest), "id": pa.array(rest, pa.string())})

    share = n / size
    return Case(
        unit, Estimate(share, share, share, size, exact=True), n, size,
        tripped=True, bad=listed, good=others, words={"day": unit.id.split("/")[0]},
    )  # fmt: skip


CHECK = Check(
    id="Z04",
    area="Records and audit log",
    title="Mass closing",
    question="Were tickets closed in heaps?",
    tables=("record",),
    rule=(
        "Closings = event rows with event.entity = record and event.activity = closed (if "
        "recorded, with event.actor), else record.closed_at with one unknown actor. Burst: >= "
        "burst_n closings by one actor in a sliding window_min with p < p_max against the "
        "Poisson rate of that actor's hour of the week; or a calendar day with closings > "
        "day_factor x the median of days with closings and > day_share of the closings of the "
        "period. [unit: period]"
    ),
    parameters={
        "burst_n": 20,
        "window_min": 10,
        "p_max": 0.000001,
        "day_factor": 8,
        "day_share": 0.03,
    },
    gate=True,
    blocks=("MB-11", "MB-15", "MC-02", "MC-03", "MC-10", "MC-11"),
    severity="observation",
    refs=("ISO 20000-1 8.6.1", "COBIT DSS02", "ITIL Incident management", "FitSM PR9.5"),
    causes=("clean-up", "automatic close started late", "deadline of a target"),
    do_first="list them; look at a sample of 30; leave them out of time measures",
    effective_when="no burst in 8 weeks; sample error <= 5 %",
    tier=0,
    ask=ask,
    caps=("I02", "I08", "S01"),
    headline="{bad} of {all} tickets were closed in one heap on {day}.",
    should_be="A ticket is closed when it is done, not in a heap.",
    matters="Times and satisfaction counted from closing say little about the help given.",
    owner_role="service desk lead",
    indicators=("communication",),
    limit="day_share",
)
