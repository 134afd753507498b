"""V03: Two availabilities."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import ORGANISATION, Case, Check, Probe, Silent, Unit

URGENT = 2
CHANCE = 0.01
BUSY = 3.0
LEAST_HOURS = 1.0
GOOD_SHOWN = 20
Array = np.ndarray[Any, Any]
Spans = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Felt:
    """One service: hours reported as outage, hours users felt, and what makes the difference."""

    service: str
    reported: float
    felt: float
    dangling: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    good: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """Reported of felt hours; 1 where nothing was felt."""
        return min(1.0, self.reported / self.felt) if self.felt > 0 else 1.0


def ask(ctx: Context) -> Probe | Silent:
    """Per service: do the reported outages cover what users felt, and do outages have a record?"""
    outages = _outages(ctx)
    incidents = _incidents(ctx)
    services = sorted(set(outages["service"]) | set(incidents["service"]))
    tells = ctx.has("outage.reported")
    found = [_felt(ctx, name, outages, incidents, tells) for name in services]
    found = [f for f in found if f.felt > 0 or f.good]
    if not found:
        return Silent("not_applicable", "no outage was felt in the period")
    units = [_case(ctx, f, tells) for f in found]
    bad = [case for case in units if case.tripped]
    n = len(units)
    rows = [row for f in found for row in f.rows]
    whole = Case(
        ORGANISATION, exact(len(bad) / n, n), len(bad), n,
        tripped=len(bad) == n and n > 1, bad=later(sorted(set(rows))),
    )  # fmt: skip
    return Probe(n, n, whole, tuple(units), floor=1)


def _outages(ctx: Context) -> dict[str, Array]:
    """Unplanned outages of the period in hours since its start."""
    o = ctx.table("outage")
    end = o["end"].coalesce(ctx.now)
    mine = o.filter(
        ~o["planned"].fill_null(False) & (o["start"] < ctx.instant(ctx.period.end))
        & (end > ctx.instant(ctx.period.start))
    )  # fmt: skip
    got = ctx.arrays(
        mine.select("id", "service", "start", "record", reported=mine["reported"].fill_null(False),
                    end=mine["end"].coalesce(ctx.now)).order_by("id")
    )  # fmt: skip
    return _clipped(ctx, got, "start", "end")


def _incidents(ctx: Context) -> dict[str, Array]:
    """Urgent incidents and major records of services, open in the period."""
    r = ctx.table("record")
    end = r["resolved_at"].coalesce(r["closed_at"]).coalesce(ctx.now)
    urgent = (r["kind"] == "incident") & (r["priority"] <= URGENT) & r["requester"].notnull()
    mine = r.filter(
        r["service"].notnull() & (urgent | r["major"].fill_null(False)).fill_null(False)
        & (r["opened_at"] < ctx.instant(ctx.period.end)) & (end > ctx.instant(ctx.period.start))
        & (r["state"] != "cancelled")
    )  # fmt: skip
    got = ctx.arrays(
        mine.select("id", "service", "opened_at", requester=mine["requester"].fill_null(""),
                    major=mine["major"].fill_null(False),
                    end=mine["resolved_at"].coalesce(mine["closed_at"]).coalesce(ctx.now))
        .order_by("id")
    )  # fmt: skip
    return _clipped(ctx, got, "opened_at", "end")


def _clipped(ctx: Context, got: dict[str, Array], start: str, end: str) -> dict[str, Array]:
    zero = np.datetime64(ctx.period.start)
    most = (min(ctx.period.end, ctx.as_of) - ctx.period.start).total_seconds() / 3600.0
    for name in (start, end):
        hours = (got[name] - zero) / np.timedelta64(1, "s") / 3600.0
        got[name] = np.clip(hours, 0.0, most)
    return got


def _felt(
    ctx: Context, service: str, outages: dict[str, Array], incidents: dict[str, Array], tells: bool
) -> Felt:
    o = {k: v[outages["service"] == service] for k, v in outages.items()}
    r = {k: v[incidents["service"] == service] for k, v in incidents.items()}
    said = o["reported"].astype(bool)
    told = _union(list(zip(o["start"][said], o["end"][said], strict=True)))
    crowd = _crowds(ctx, r)
    majors = r["major"].astype(bool)
    big = list(zip(r["opened_at"][majors], r["end"][majors], strict=True))
    felt = _union([*zip(o["start"], o["end"], strict=True), *big, *crowd])
    rows = [("outage", str(i), "not in the reported availability") for i in o["id"][~said]]
    rows = rows if tells else []
    for i in range(len(r["id"])):
        span = (float(r["opened_at"][i]), float(r["end"][i]))
        inside = bool(majors[i]) or _meets(span, crowd)
        if tells and inside and not _meets(span, told):
            rows.append(("record", str(r["id"][i]), "users were stopped, no outage is reported"))
    dangling: tuple[str, ...] = ()
    if ctx.has("outage.record"):
        dangling = tuple(str(i) for i in o["id"][[v is None for v in o["record"]]])
    return Felt(
        service, _hours(told), _hours(felt), dangling, tuple(rows),
        tuple(str(i) for i in o["id"][said]),
    )  # fmt: skip


def _crowds(ctx: Context, r: dict[str, Array]) -> Spans:
    """Spans in which several persons had an urgent incident open, beyond what chance brings.

    Chance: each new incident meets a Poisson number of open ones, three times the mean because
    work has its hours; the fewest at once whose spans are too many for that count.
    """
    least = int(ctx.number("felt_n"))
    by: dict[str, Spans] = defaultdict(list)
    for who, a, b in zip(r["requester"], r["opened_at"], r["end"], strict=True):
        if who:
            by[str(who)].append((float(a), float(b)))
    single = [span for spans in by.values() for span in _union(spans)]
    if len(single) < least:
        return []
    episodes = _episodes(single, least)
    whole = (min(ctx.period.end, ctx.as_of) - ctx.period.start).total_seconds() / 3600.0
    open_at_once = BUSY * sum(b - a for a, b in single) / whole
    for depth in range(least, max((d for _, d in episodes), default=0) + 1):
        deep = [span for span, d in episodes if d >= depth]
        usual = len(single) * float(stats.poisson.sf(depth - 2, open_at_once))
        if float(stats.poisson.sf(len(deep) - 1, usual)) < CHANCE:
            return deep
    return []


def _episodes(single: Spans, least: int) -> list[tuple[tuple[float, float], int]]:
    """Spans in which at least so many persons wait at once, with the most of them."""
    edges = sorted([(a, 1) for a, _ in single] + [(b, -1) for _, b in single])
    out: list[tuple[tuple[float, float], int]] = []
    depth, most, since = 0, 0, 0.0
    for at, step in edges:
        depth += step
        if step > 0 and depth >= least:
            since = at if depth == least else since
            most = max(most, depth) if depth > least else depth
        elif step < 0 and depth == least - 1:
            out.append(((since, at), most))
    return out


def _union(spans: Any) -> Spans:
    out: Spans = []
    for a, b in sorted((float(x), float(y)) for x, y in spans):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        elif b > a:
            out.append((a, b))
    return out


def _hours(spans: Spans) -> float:
    return sum(b - a for a, b in spans)


def _meets(span: tuple[float, float], spans: Spans) -> bool:
    return any(a < span[1] and b > span[0] for a, b in spans)


def _case(ctx: Context, f: Felt, tells: bool) -> Case:
    low = tells and f.felt >= LEAST_HOURS and f.ratio < ctx.number("limit")
    loose = len(f.dangling) > ctx.number("dangling")
    rows = list(f.rows) if low else []
    rows += [("outage", i, "an outage without a record") for i in f.dangling] if loose else []
    branch = ["reported below felt"] * low + ["no record"] * loose
    hidden = f.felt - f.reported
    text = (
        "{unit}: {reported} h of outage reported, users felt {felt} h." if low
        else "{unit}: {loose} of its outages without a record."
    )  # fmt: skip
    return Case(
        Unit("service", f.service),
        exact(float(len(f.dangling)) if loose and not low else f.ratio, len(rows) + len(f.good)),
        len({row[1] for row in rows}), len({row[1] for row in rows}) + len(f.good),
        limit=ctx.number("dangling") if loose and not low else None,
        tripped=low or loose, branch=", ".join(branch), bad=later(sorted(set(rows))),
        good=later([("outage", i, "") for i in f.good][:GOOD_SHOWN]),
        words={"reported": f"{f.reported:.1f}", "felt": f"{f.felt:.1f}",
               "loose": str(len(f.dangling)), "hidden": f"{hidden:.1f}"},
        headline=text,
    )  # fmt: skip


CHECK = Check(
    id="V03",
    area="Capacity, availability, continuity",
    title="Two availabilities",
    question="Does our figure match what users felt?",
    tables=("outage", "record"),
    rule=(
        "Per service: hours of outage rows with outage.reported = true / hours of the union of "
        "unplanned outage rows and of spans in which >= felt_n incidents of priority <= 2 from "
        "different record.requester, or one record.major, are open < limit; or unplanned outage"
        " rows with outage.record null > dangling. [unit: service]"
    ),
    parameters={
        "limit": 0.50,
        "felt_n": 3,
        "dangling": 0,
    },
    gate=True,
    blocks=("MG-13", "MB-12"),
    severity="minor",
    refs=(
        "ISO 20000-1 8.7.1",
        "COBIT BAI04",
        "COBIT APO09",
        "ITIL Availability management",
        "FitSM PR4.4",
    ),
    causes=("measures the server, not the service",),
    do_first="probe at the end user",
    effective_when="difference < 20 %",
    tier=1,
    ask=ask,
    caps=("G04",),
    limit="limit",
    indicators=("risk_impact",),
    needs=("outage.service",),
    uses=(
        "outage.reported",
        "outage.record",
        "outage.planned",
        "record.major",
        "record.priority",
        "record.requester",
        "record.service",
    ),
    headline="For {bad} of {all} services the reported outages miss what users felt.",
    should_be="The reported availability counts every hour in which users could not work.",
    matters="The figure looks good while the customer has another one.",
    owner_role="availability manager",
)
