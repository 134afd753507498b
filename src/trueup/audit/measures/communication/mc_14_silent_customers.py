"""MC-14: Silent customers."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
from scipy import stats as sps

from trueup.audit.context import Context, hours_since
from trueup.audit.counting import later
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.stats.inference import bh

LARGEST = 10
QUARTERS_LEAST = 4
CONTACT_DAYS = 90


def judge(ctx: Context) -> Answer | Silent:
    """How many of the largest customers have gone quiet, and nobody has called them."""
    quiet = quiet_customers(ctx)
    if quiet is None:
        return Silent("not_enough_evidence", f"fewer than {QUARTERS_LEAST} quarters are recorded")
    ordered = sorted(quiet, key=lambda c: (-c["size"], c["customer"]))
    large = {c["customer"] for c in ordered[:LARGEST]}
    hits = [c for c in quiet if c["silent"] and not c["contacted"] and c["customer"] in large]
    n = len(hits)
    by = tuple(
        (Unit("customer", c["customer"]), _flag(bool(c["silent"] and not c["contacted"]), c["n"]))
        for c in quiet
        if c["customer"] in large
    )
    stake = sum(c["revenue"] for c in hits)
    return Answer(
        Estimate(float(n), float(n), float(n), len(quiet), exact=True, method="modelled"), by,
        n_min=1, unit_n_min=1, parts={"revenue at stake a year": stake or None},
        numerator=later([("customer", c["customer"], "") for c in hits]),
    )  # fmt: skip


def _flag(hit: bool, n: int) -> Estimate:
    value = float(hit)
    return Estimate(value, value, value, n, exact=True)


def quiet_customers(ctx: Context) -> list[dict[str, Any]] | None:
    """Each customer with its size, whether it fell silent, and whether somebody spoke to it."""
    found: list[dict[str, Any]] | None = ctx.value("quiet_customers", _quiet)
    return found


def _quiet(ctx: Context) -> list[dict[str, Any]] | None:
    record = ctx.table("record")
    mine = record.filter(record["customer"].notnull() & (record["opened_at"] < ctx.now))
    got = ctx.arrays(mine.select("customer", at="opened_at").order_by("at", "customer"))
    if not len(got["at"]):
        return None
    age = hours_since(got["at"], min(ctx.as_of, ctx.period.end)) / 24.0
    quarter = np.floor(age / 91.3125).astype(int)
    depth = int(quarter.max()) + 1
    if float(age.max()) < QUARTERS_LEAST * 91.3125 - 10:
        return None
    names = sorted({str(c) for c in got["customer"]})
    rows = []
    for name in names:
        own = quarter[(got["customer"] == name) & (quarter >= 0)]
        rows.append((name, np.bincount(own, minlength=depth)[:depth]))
    ps = [_p_silent(counts) for _, counts in rows]
    kept = bh(ps)
    revenue, usage = _revenue(ctx), _usage_fell(ctx)
    answered, spoken = _answered(ctx), _spoken(ctx)
    out = []
    for (name, counts), low in zip(rows, kept, strict=True):
        less = usage.get(name, False) if usage is not None else False
        silent = bool(low) and (less or name not in answered)
        size = revenue.get(name, 0.0) if revenue else float(counts.sum())
        out.append(
            {
                "customer": name,
                "silent": silent,
                "contacted": name in spoken,
                "size": size,
                "revenue": revenue.get(name, 0.0),
                "n": int(counts.sum()),
            }
        )
    return out


def _p_silent(counts: np.ndarray[Any, Any]) -> float:
    """How likely so few contacts in the last two quarters are, by the customer's own history.

    Negative binomial with mean and variance of the earlier quarters (Poisson where the variance
    is not larger); both quarters must lie below its 5th percentile, else 1.
    """
    recent, history = counts[:2], counts[2:]
    if len(history) < 2 or history.mean() == 0:
        return 1.0
    mean = float(history.mean())
    own = float(history.var(ddof=1)) if len(history) > 2 else mean
    var = max(own, mean * (1 + 1 / len(history)))
    size, p = mean**2 / (var - mean), mean / var
    each = [float(sps.nbinom.cdf(c, size, p)) for c in recent]
    return float(np.prod(each)) if max(each) < 0.05 else 1.0


def _revenue(ctx: Context) -> dict[str, float]:
    if not ctx.has("revenue.customer"):
        return {}
    revenue = ctx.table("revenue")
    month = revenue["month"]
    inside = revenue.filter((month >= ctx.period.first) & (month <= ctx.period.last))
    sums = inside.group_by("customer").agg(total=inside["amount"].sum())
    rows = ctx.rows(sums.order_by("customer"))
    return {r["customer"]: float(r["total"]) for r in rows if r["customer"]}


def _usage_fell(ctx: Context) -> dict[str, bool] | None:
    """Whether the units used in the last six months fell by 15 % against the six before."""
    if not ctx.has("usage.customer"):
        return None
    usage = ctx.table("usage")
    middle = np.datetime64(ctx.period.last, "M") - np.timedelta64(5, "M")
    cut = middle.astype("datetime64[D]").astype(object)
    month = usage["month"]
    inside = usage.filter((month >= ctx.period.first) & (month <= ctx.period.last))
    rows = ctx.rows(
        inside.group_by("customer").agg(
            late=inside["units"].sum(where=inside["month"] >= cut),
            early=inside["units"].sum(where=inside["month"] < cut),
        ).order_by("customer")
    )  # fmt: skip
    return {
        r["customer"]: bool(r["early"] and (r["late"] or 0.0) <= 0.85 * r["early"])
        for r in rows
        if r["customer"]
    }


def _answered(ctx: Context) -> set[str]:
    """Customers who answered a survey in the last six months."""
    survey = ctx.table("survey")
    near = survey.filter(survey["answered_at"] >= ctx.now - ibis.interval(days=183))
    rows = ctx.rows(near.select("customer").distinct().order_by("customer"))
    return {r["customer"] for r in rows if r["customer"]}


def _spoken(ctx: Context) -> set[str]:
    """Customers with a review held or an outbound word in the last 90 days."""
    out: set[str] = set()
    if ctx.has("service_review.held_on"):
        review = ctx.table("service_review")
        since = (np.datetime64(ctx.today, "D") - CONTACT_DAYS).astype(object)
        held = review.filter(review["held_on"] >= since)
        names = held.select("customer").distinct().order_by("customer")
        out |= {r["customer"] for r in ctx.rows(names)}
    if ctx.has("message.direction"):
        message, record = ctx.table("message"), ctx.table("record")
        sent = message.filter(
            (message["direction"] == "out") & ~message["automatic"].fill_null(False)
            & (message["at"] >= ctx.now - ibis.interval(days=CONTACT_DAYS))
        )  # fmt: skip
        homes = record.select(rid="id", customer="customer")
        joined = sent.join(homes, sent["record"] == homes["rid"])
        rows = ctx.rows(joined.select("customer").distinct().order_by("customer"))
        out |= {r["customer"] for r in rows}
    return {c for c in out if c}


MEASURE = Measure(
    id="MC-14",
    indicator="communication",
    key=True,
    title="Silent customers",
    formula=(
        "contacts per quarter (record) observed against expected (negative binomial on "
        "usage.units, active users, season; own history where usage is not recorded); silent = "
        "below the 5th percentile for 2 quarters AND (usage.units -15 % OR no answered survey "
        "for 6 months); value = uncontacted ones among the 10 largest customers; revenue at "
        "stake beside it"
    ),
    tables=("record", "survey"),
    unit="count",
    direction="down",
    grain=("customer",),
    n_min="4 quarters",
    method="predictive distribution, BH",
    target=0,
    limit=0,
    caveats="quiet may be happy: the action is a call, not a verdict",
    tier=2,
    judge=judge,
    needs=("record.customer",),
)
