"""MB-07: Evidenced avoidable spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent
from trueup.audit.measures.budget_adherence.mb_08_unused_licences import seats
from trueup.audit.measures.budget_adherence.mb_09_idle_or_missing_assets import estate
from trueup.audit.measures.budget_adherence.mb_10_overlap_and_zombies import twins, zombies
from trueup.audit.measures.budget_adherence.mb_11_rework_cost import COVERED, rework
from trueup.audit.measures.budget_adherence.mb_11_rework_cost import estimate as again
from trueup.audit.measures.budget_adherence.mb_12_failed_change_cost import estimate as failed
from trueup.audit.measures.budget_adherence.mb_12_failed_change_cost import failures
from trueup.audit.measures.budget_adherence.mb_13_overtime import weeks
from trueup.audit.measures.budget_adherence.mb_14_contract_leakage import leaks
from trueup.audit.money import ci_homes, homed_cost, per_year, this_year, yearly_cost

EVALUABLE = 0.60
DRAWS = 10_000
REWORKED, FAILED = 50, 10
Money = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """Avoidable money a year of one kind: low, likely and high, each euro counted here only."""

    name: str
    money: Money


def judge(ctx: Context) -> Answer | Silent:
    """What a person could stop: contracts, licences, assets, services, labour, each euro once."""
    total = yearly_cost(ctx)
    if total <= 0:
        return Silent("not_enough_evidence", "no cost is booked in the last twelve months")
    seen = evaluable(ctx)
    if seen < EVALUABLE:
        reason = f"only {seen:.0%} of the cost can be looked into; {EVALUABLE:.0%} are needed"
        return Silent("not_enough_evidence", reason, _gaps(ctx))
    parts = avoidable(ctx)
    rng = ctx.rng()
    drawn = np.zeros(DRAWS)
    for part in parts:
        low, likely, high = part.money
        drawn += rng.triangular(low, likely, high, DRAWS) if high > low else likely
    likely = sum(part.money[1] for part in parts)
    low, high = (float(q) for q in np.quantile(drawn, [0.05, 0.95]))
    estimate = Estimate(
        likely / total, min(low, likely) / total, max(high, likely) / total, len(parts),
        exact=True, method="modelled",
    )  # fmt: skip
    beside: dict[str, float | str | None] = {part.name: part.money[1] for part in parts}
    return Answer(estimate, n_min=0, parts={**beside, "money a year": likely, "evaluable": seen})


def avoidable(ctx: Context) -> list[Part]:
    """The parts that can be told, in the order of precedence."""
    found = leaks(ctx) if ctx.has("agreement") else []
    contract = sum(leak.amount for leak in found)
    leaking = {leak.agreement for leak in found if leak.agreement}
    services = _services(ctx)
    parts = [Part("contract", (contract, contract, contract))] if ctx.has("agreement") else []
    counted = _by_service(services["agreement"], {leak.agreement: leak.amount for leak in found})
    if ctx.has("licence.used_90d", "licence.usage_seen"):
        money, own = _licences(ctx, leaking, services["agreement"])
        parts.append(Part("licence", money))
        _add(counted, own)
    if ctx.has("asset"):
        money, own = _assets(ctx, services["ci"])
        parts.append(Part("asset", money))
        _add(counted, own)
    if ctx.has("service.state", "usage"):
        parts.append(Part("service", _idle_services(ctx, counted)))
    return parts + _labour(ctx)


def _services(ctx: Context) -> dict[str, dict[str, str]]:
    """The service of each agreement and of each item."""
    a = ctx.table("agreement")
    held = ctx.rows(a.filter(a["service"].notnull()).select("id", "service").order_by("id"))
    homes = ctx.rows(ci_homes(ctx).order_by("cid"))
    return {
        "agreement": {row["id"]: row["service"] for row in held},
        "ci": {row["cid"]: row["via_ci"] for row in homes},
    }


def _by_service(home: dict[str, str], money: dict[str, float]) -> dict[str, float]:
    out: dict[str, float] = {}
    _add(out, {home[name]: amount for name, amount in sorted(money.items()) if name in home})
    return out


def _add(to: dict[str, float], more: dict[str, float]) -> None:
    for name, amount in more.items():
        to[name] = to.get(name, 0.0) + amount


def _licences(
    ctx: Context, leaking: set[str], home: dict[str, str]
) -> tuple[Money, dict[str, float]]:
    """Empty seats of products whose contract is not counted already."""
    t = ctx.table("licence")
    rows = ctx.rows(t.select("product", "agreement").distinct().order_by("product", "agreement"))
    under = {row["product"]: row["agreement"] for row in rows}
    mine = [s for s in seats(ctx) if under.get(s.product) not in leaking]
    low = sum(s.surely * s.price for s in mine)
    likely = sum(s.unused * s.price for s in mine)
    own: dict[str, float] = {}
    for s in mine:
        service = home.get(under.get(s.product) or "")
        if service:
            _add(own, {service: s.unused * s.price})
    return (low, likely, likely), own


def _assets(ctx: Context, home: dict[str, str]) -> tuple[Money, dict[str, float]]:
    got = estate(ctx)
    money = 12 * float(got.idle.sum())
    own: dict[str, float] = {}
    for ci, month in zip(got.ci, got.idle, strict=True):
        if month > 0 and ci in home:
            _add(own, {home[ci]: 12 * float(month)})
    return (money, money, money), own


def _idle_services(ctx: Context, counted: dict[str, float]) -> Money:
    """Services nobody uses less what is counted above; nothing to all of the cheaper twin."""
    dead = [z for z in zombies(ctx) if z.dead]
    low = sum(max(0.0, min(z.yearly, z.pace) - counted.get(z.service, 0.0)) for z in dead)
    likely = sum(max(0.0, z.yearly - counted.get(z.service, 0.0)) for z in dead)
    gone = {z.service for z in dead}
    alike = [t for t in twins(ctx) or [] if t.same and not gone & {t.one, t.other}]
    overlap = sum(t.cheaper for t in alike)
    return low, likely + overlap, likely + overlap


def _labour(ctx: Context) -> list[Part]:
    """Rework, failed changes and overtime that is no rework, where money is known."""
    out = []
    if ctx.has("worklog", "event.activity", "record"):
        r = rework(ctx)
        if r.rated and r.coverage >= COVERED and r.reworked >= REWORKED:
            e = again(ctx, r, "*")
            yearly = float(r.labour.sum()) / 60 * per_year(ctx)
            out.append(Part("rework", _money(e, yearly)))
    if ctx.has("change.outcome", "change.end", "record", "worklog"):
        f = failures(ctx)
        if len(f.id) >= FAILED and f.priced:
            out.append(Part("failed changes", _money(failed(ctx, f, "*"), 1.0)))
    if ctx.has("worklog.overtime", "worklog.person"):
        found = weeks(ctx)
        if found and found[0].money:
            part = _not_rework(ctx)
            money = found[0].money * part
            out.append(Part("overtime", (0.0, money, money)))
    return out


def _money(e: Estimate, factor: float) -> Money:
    low, value, high = (float(v or 0.0) * factor for v in (e.low, e.value, e.high))
    return low, value, high


def _not_rework(ctx: Context) -> float:
    """The share of the overtime that is not counted as work done again."""
    if not ctx.has("event.activity", "record"):
        return 1.0
    r = rework(ctx)
    log = ctx.table("worklog")
    rated = log.filter(ctx.within(log["started_at"]) & log["overtime"].fill_null(False))
    whole = float(ctx.one(rated.agg(m=rated["minutes"].sum()))["m"] or 0)
    rate = float(r.labour.sum()) / max(_minutes(ctx), 1e-9)
    return min(1.0, float(r.overtime.sum()) / max(whole * rate, 1e-9)) if whole else 1.0


def _minutes(ctx: Context) -> float:
    log = ctx.table("worklog")
    mine = log.filter(ctx.within(log["started_at"]) & (log["minutes"] > 0))
    return float(ctx.one(mine.agg(m=mine["minutes"].sum()))["m"] or 0)


def evaluable(ctx: Context) -> float:
    """The share of the cost that some part looks into: by contract, pool or used service."""
    cost = homed_cost(ctx)
    mine = cost.filter(this_year(ctx, cost["month"]))
    seen: Any = ibis.literal(False)
    if ctx.has("agreement", "purchase"):
        seen = seen | mine["agreement"].notnull() | mine["supplier"].notnull()
    if ctx.has("licence.used_90d", "licence.usage_seen"):
        seen = seen | (mine["pool"] == "software")
    if ctx.has("asset"):
        seen = seen | (mine["pool"] == "hardware")
    if ctx.has("worklog"):
        seen = seen | (mine["pool"] == "labour")
    if ctx.has("usage", "service"):
        used = ctx.table("usage").select(u="service").distinct()
        seen = seen | mine["home"].isin(used["u"])
    seen = seen.fill_null(False)
    row = ctx.one(mine.agg(all=mine["amount"].sum(), seen=mine["amount"].sum(where=seen)))
    return float(row["seen"] or 0) / float(row["all"]) if row["all"] else 0.0


def _gaps(ctx: Context) -> tuple[str, ...]:
    return ctx.missing("agreement", "licence", "asset", "usage", "worklog")


MEASURE = Measure(
    id="MB-07",
    indicator="budget_adherence",
    key=True,
    title="Evidenced avoidable spend",
    formula=(
        "sum of the money of MB-08..MB-14 after de-duplication / sum of cost.amount of 12 "
        "months; each euro once, precedence contract > licence > asset > service > labour"
    ),
    tables=("cost",),
    unit="share",
    direction="down",
    grain=("organisation",),
    n_min="parts evaluable for >= 60 % of cost",
    method="sum of draws of the parts",
    target=0.03,
    limit=0.08,
    caveats="only what a person could stop; sunk cost is not avoidable",
    tier=4,
    judge=judge,
    built_on=("MB-11", "MB-12"),
    uses=(
        "cost.pool",
        "cost.agreement",
        "agreement.auto_renew",
        "purchase.agreement",
        "licence.used_90d",
        "asset.cost_month",
        "usage.units",
        "worklog.minutes",
    ),
)
