"""MG-13: Value at risk from under-investment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, EvidenceGrade, Measure, Silent, Unit
from trueup.audit.money import price
from trueup.audit.stats.losses import (
    Frequency,
    Severity,
    compound,
    frequency_prior,
    gamma_poisson,
    own_severity,
    pert,
)
from trueup.audit.usage import LEAST, walls

DRAWS, OUTER, INNER = 10_000, 200, 500
OWN, BLEND = 10, 10.0
DAYS = 365.25
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a service may lose in a year, what the fix costs, and what speaks for it."""

    service: str
    p50: float
    p90: float
    low: float
    high: float
    fix: float | None
    fix_id: str
    events: int
    ranged: bool
    drivers: tuple[str, ...]
    risks: tuple[str, ...]

    @property
    def ratio(self) -> Estimate:
        """The median loss over the cost of the fix."""
        fix = max(self.fix or 0.0, 1.0)
        grade: EvidenceGrade = "B" if self.events >= OWN else "C"
        return Estimate(
            self.p50 / fix, self.low / fix, self.high / fix,
            max(self.events, OWN if self.ranged else 0), grade=grade, method="modelled",
        )  # fmt: skip


def judge(ctx: Context) -> Answer | Silent:
    """The yearly loss of a service over the cost of its cheapest fix; the worst service leads."""
    found = exposures(ctx)
    if not found:
        return Silent("not_enough_evidence", "no risk has a range or ten losses of its own")
    priced = [e for e in found if e.fix is not None]
    parts: dict[str, float | str | None] = {
        "P50": sum(e.p50 for e in found), "P90": sum(e.p90 for e in found),
    }  # fmt: skip
    if not priced:
        gaps = ctx.missing("investment.benefit_kind")
        reason = "no fix with a cost is recorded; the loss is shown without a light"
        return Answer(Silent("not_enough_evidence", reason, gaps), parts=parts)
    by = tuple((Unit("service", e.service), e.ratio) for e in priced)
    worst = max(priced, key=lambda e: (e.ratio.value or 0.0, e.service))
    return Answer(
        worst.ratio, by, n_min=OWN, unit_n_min=OWN,
        parts={**parts, "worst": worst.service, "its drivers": ", ".join(worst.drivers)},
    )  # fmt: skip


def exposures(ctx: Context) -> list[Exposure]:
    """The loss of every service with a risk of stated range, or with ten losses of its own."""
    found: list[Exposure] = ctx.value("service_exposures", _exposures)
    return found


def _exposures(ctx: Context) -> list[Exposure]:
    risks: dict[str, list[dict[str, Any]]] = defaultdict(list)
    risk = ctx.table("risk")
    open_ = risk.filter(risk["service"].notnull() & (risk["state"] != "closed"))
    for row in ctx.rows(open_.order_by("id")):
        risks[row["service"]].append(row)
    losses, years = _losses(ctx)
    outages = _outages(ctx)
    fixes, drivers = _fixes(ctx), _drivers(ctx)
    out = []
    for service in sorted({*risks, *outages}):
        e = _exposure(ctx, service, risks[service], losses, outages.get(service, []), years)
        if e is not None:
            fix = fixes.get(service)
            out.append(Exposure(service, *e[:4], fix[0] if fix else None, fix[1] if fix else "",
                                e[4], e[5], tuple(drivers.get(service, ())),
                                tuple(r["id"] for r in risks[service])))  # fmt: skip
    return out


def _exposure(
    ctx: Context,
    service: str,
    risks: list[dict[str, Any]],
    losses: dict[str, list[float]],
    outages: list[float],
    years: float,
) -> tuple[float, float, float, float, int, bool] | None:
    """P50, P90, the ends of P50, own events, and whether a range is stated."""
    events = sum(len(losses.get(r["id"], [])) for r in risks) + len(outages)
    sources: list[tuple[Frequency, Severity]] = []
    ranged = False
    for row in risks:
        own = losses.get(row["id"], [])
        stated = row["loss_mode"] is not None and row["per_year_mode"] is not None
        ranged |= stated
        if stated or (events >= OWN and own):
            sources.append((_frequency(row, len(own), years, stated), _severity(row, own, stated)))
    if outages and events >= OWN:
        watched = max((ctx.as_of - ctx.period.start).total_seconds() / 86400 / DAYS, 0.5)
        sources.append((gamma_poisson(len(outages), watched), own_severity(np.array(outages))))
    if not sources:
        return None
    rng = ctx.rng(service)
    total = np.sum([compound(f, s, rng, DRAWS) for f, s in sources], axis=0)
    p50, p90 = (float(q) for q in np.quantile(total, [0.5, 0.9]))
    low, high = _ends(sources, rng)
    return p50, p90, min(low, p50), max(high, p50), events, ranged


def _ends(
    sources: list[tuple[Frequency, Severity]], rng: np.random.Generator
) -> tuple[float, float]:
    """The 90 % range of the median when the rates are as unsure as their beliefs."""
    medians = np.empty(OUTER)
    for i in range(OUTER):
        total = np.zeros(INNER)
        for frequency, severity in sources:
            rate = float(rng.gamma(frequency.a, 1 / frequency.b))
            n = rng.poisson(rate, INNER)
            drawn = severity(int(n.sum()), rng)
            total += np.bincount(np.repeat(np.arange(INNER), n), drawn, minlength=INNER)
        medians[i] = np.median(total)
    low, high = np.quantile(medians, [0.05, 0.95])
    return float(low), float(high)


def _frequency(row: dict[str, Any], own: int, years: float, stated: bool) -> Frequency:
    if not stated:
        return gamma_poisson(own, years)
    mode = float(row["per_year_mode"])
    low, high = (
        float(row[n]) if row[n] is not None else mode for n in ("per_year_low", "per_year_high")
    )
    low, mode, high = sorted((low, mode, high))
    prior = frequency_prior(low, mode, high)
    return Frequency(prior.a + own, prior.b + years) if own else prior


def _severity(row: dict[str, Any], own: list[float], stated: bool) -> Severity:
    """Own losses and the stated range, own ones with weight n / (n + 10)."""
    mine = own_severity(np.array(own)) if any(x > 0 for x in own) else None
    if not stated:
        assert mine is not None
        return mine
    mode = float(row["loss_mode"])
    low, high = (float(row[n]) if row[n] is not None else mode for n in ("loss_low", "loss_high"))
    shape = pert(*sorted((low, mode, high)))
    weight = len(own) / (len(own) + BLEND) if mine is not None else 0.0

    def draw(size: int, rng: np.random.Generator) -> Array:
        told = np.maximum(shape.draw(size, rng), 0.0)
        if mine is None:
            return told
        return np.where(rng.random(size) < weight, mine(size, rng), told)

    return draw


def _losses(ctx: Context) -> tuple[dict[str, list[float]], float]:
    """Own losses by risk, and the years they were watched for."""
    out: dict[str, list[float]] = defaultdict(list)
    first = ctx.period.start
    if ctx.has("risk_event"):
        t = ctx.table("risk_event")
        mine = t.filter(t["risk"].notnull() & (t["at"] <= ctx.now))
        for row in ctx.rows(mine.select("risk", "at", "loss").order_by("at", "risk", "loss")):
            out[row["risk"]].append(float(row["loss"]))
            first = min(first, row["at"].replace(tzinfo=None))
    return out, max((ctx.as_of - first).total_seconds() / 86400 / DAYS, 0.5)


def _outages(ctx: Context) -> dict[str, list[float]]:
    """Money of unplanned outages by service, those that are a risk event already left out."""
    if not ctx.has("outage", "price_list.approved_by"):
        return {}
    o, e = ctx.table("outage"), ctx.table("risk_event")
    named = e.filter(e["record"].notnull()).select(named="record").distinct()
    hours = (o["end"].coalesce(ctx.now).epoch_seconds() - o["start"].epoch_seconds()) / 3600.0
    o = o.mutate(money=hours * price(ctx, "downtime_hour", o["service"], o["start"].date()))
    mine = o.filter(
        ~o["planned"].fill_null(False) & (o["money"] > 0)
        & (o["start"] >= ctx.instant(ctx.period.start)) & (o["start"] <= ctx.now)
    )  # fmt: skip
    mine = mine.anti_join(named, mine["record"] == named["named"])
    out: dict[str, list[float]] = defaultdict(list)
    for row in ctx.rows(mine.select("id", "service", "money").order_by("id")):
        out[row["service"]].append(float(row["money"]))
    return dict(out)


def _fixes(ctx: Context) -> dict[str, tuple[float, str]]:
    """The cheapest first year of an investment against risk that is not live or was cancelled."""
    if not ctx.has("investment.benefit_kind"):
        return {}
    i = ctx.table("investment")
    idle = i["go_live"].isnull() | (i["go_live"] > ctx.today) | i["cancelled"].fill_null(False)
    mine = i.filter((i["benefit_kind"] == "risk") & idle)
    out: dict[str, tuple[float, str]] = {}
    for row in ctx.rows(mine.order_by("service", "id")):
        money = float(row["capex"]) + 12 * float(row["opex_change_month"] or 0)
        if row["service"] not in out or money < out[row["service"]][0]:
            out[row["service"]] = (money, row["id"])
    return out


def _drivers(ctx: Context) -> dict[str, list[str]]:
    """What else speaks for a loss: a wall ahead, items past their life, no recovery shown."""
    out: dict[str, list[str]] = defaultdict(list)
    if ctx.has("capacity"):
        for wall in walls(ctx):
            if wall.value < 2 * wall.room.lead and wall.room.service and wall.room.months >= LEAST:
                out[wall.room.service].append("capacity")
    if ctx.has("ci.end_of_life", "relation", "service"):
        ci, link = ctx.table("ci"), ctx.table("relation")
        old = ci.filter(ci["end_of_life"] < ctx.today).select(cid="id")
        hit = link.join(old, link["child"] == old["cid"]).select("parent").distinct()
        for row in ctx.rows(hit.order_by("parent")):
            out[row["parent"]].append("items past their life")
    if ctx.has("recovery_test", "service.criticality"):
        service, test = ctx.table("service"), ctx.table("recovery_test")
        passed = test.filter(test["ok"]).select(sid="service").distinct()
        open_ = service.filter((service["state"] == "live") & (service["criticality"] <= 2))
        for row in ctx.rows(open_.anti_join(passed, open_["id"] == passed["sid"]).order_by("id")):
            out[row["id"]].append("recovery untested")
    return dict(out)


MEASURE = Measure(
    id="MG-13",
    indicator="growth_value",
    key=True,
    title="Value at risk from under-investment",
    formula=(
        "yearly loss = sum over drivers of sum of X_i, i = 1..N, N ~ gamma-Poisson, X from own "
        "losses; drivers: capacity breach (MG-08), ci.end_of_life passed, open problem debt "
        "(MR-16), recovery missing (MR-12), risk rows of the service; own events: "
        "risk_event.loss, outage hours x price_list downtime_hour; value = P50 / cost of the "
        "fix, cost of the fix = least of investment.capex + 12 x investment.opex_change_month "
        "over rows of the service with investment.benefit_kind = risk that are not live on "
        "manifest.as_of or were cancelled; P50 and P90 in money beside it"
    ),
    tables=("service", "risk"),
    unit="ratio",
    direction="down",
    grain=("service",),
    n_min="10 own loss events, or stated ranges (grade C)",
    method="gamma-Poisson posterior, blended severity, Monte Carlo 10,000",
    target=1,
    limit=2,
    caveats=("no fix cost recorded: money is shown without a light; expert ranges are grade C"),
    tier=6,
    judge=judge,
    needs=("risk.service",),
    uses=(
        "risk.per_year_mode",
        "risk.loss_mode",
        "risk_event.loss",
        "investment.benefit_kind",
        "outage.start",
        "price_list.approved_by",
        "ci.end_of_life",
        "recovery_test.ok",
    ),
)
