"""MC-12: Expectation gap."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from trueup.audit.context import Context, Period
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import month_day
from trueup.audit.stats.resample import bca
from trueup.audit.voice import invitations

CUSTOMERS_LEAST = 8
ANSWERS_LEAST = 20
# Answers are whole points: even equal ones are no surer than their rounding (1/√12).
ROUNDED = 0.2887
Span = tuple[np.datetime64, np.datetime64]


def judge(ctx: Context) -> Answer | Silent:
    """How much better (or worse) the provider thinks a customer is than its answers say."""
    gaps = gap_rows(ctx)
    if not gaps:
        return Silent("not_enough_evidence", "no guess was made before the first answer")
    values = np.array([g["gap"] for g in gaps])
    ring = bca(values, _average, ctx.rng())
    by = tuple(
        (Unit("customer", g["customer"]), Estimate(g["gap"], g["low"], g["high"], g["n"]))
        for g in gaps
    )
    return Answer(
        Estimate(ring.value, ring.low, ring.high, len(gaps), method="compared"), by,
        n_min=CUSTOMERS_LEAST, unit_n_min=ANSWERS_LEAST, parts={"time ratio": time_ratio(ctx)},
    )  # fmt: skip


def _average(rows: np.ndarray[Any, Any]) -> float:
    return float(rows.mean())


def gap_rows(ctx: Context) -> list[dict[str, Any]]:
    """Per customer: mean guess minus mean answer over the periods guessed, with its interval."""
    t = invitations(ctx)
    told = t.filter(t["csat"].notnull()).select("customer", "csat", "asked", "answered_at")
    scored = ctx.arrays(told.order_by("asked", "customer"))
    guess = ctx.table("provider_guess")
    rows = ctx.rows(guess.order_by("customer", "period"))
    ends = _ends(ctx, sorted({r["period"] for r in rows}))
    out = []
    for name in sorted({r["customer"] for r in rows}):
        mine = [r for r in rows if r["customer"] == name]
        gap = _of_customer(name, mine, scored, ends)
        if gap is not None:
            out.append(gap)
    return out


def _of_customer(
    name: str, guesses: list[dict[str, Any]], scored: dict[str, Any], ends: dict[date, Span]
) -> dict[str, Any] | None:
    own = scored["customer"] == name
    differences, n, spread = [], 0, []
    for row in guesses:
        start, end = ends[row["period"]]
        inside = own & (scored["asked"] >= start) & (scored["asked"] < end)
        if not inside.any():
            continue
        made = row["made_at"]
        first = scored["answered_at"][inside].min()
        if made is not None and np.datetime64(made.replace(tzinfo=None)) >= first:
            continue
        answers = scored["csat"][inside].astype(float)
        differences.append(float(row["csat"]) - float(answers.mean()))
        n += len(answers)
        spread.append(float(answers.std(ddof=1)) if len(answers) > 1 else 1.0)
    if not differences:
        return None
    gap = float(np.mean(differences))
    half = 1.6449 * max(float(np.mean(spread)), ROUNDED) / float(np.sqrt(n))
    return {"customer": name, "gap": gap, "low": gap - half, "high": gap + half, "n": n}


def _ends(ctx: Context, periods: list[date]) -> dict[date, Span]:
    """From when to when a guess of each period speaks, in the pack's zone.

    A period lasts until the next one that anybody guessed, the last as many months as the one
    before; a single one until the judged period ends.
    """
    index = [(day.year - 1970) * 12 + day.month - 1 for day in periods]
    found: dict[date, Span] = {}
    for i, day in enumerate(periods):
        if i + 1 < len(periods):
            after = periods[i + 1]
        elif i:
            after = month_day(index[i] + max(1, index[i] - index[i - 1]))
        else:
            after = max(ctx.period.last, day) + timedelta(days=1)
        whole = Period.of(day, after - timedelta(days=1), ctx.zone)
        found[day] = (np.datetime64(whole.start, "us"), np.datetime64(whole.end, "us"))
    return found


def time_ratio(ctx: Context) -> float | None:
    """Median of ln(actual hours / expected hours), as a ratio; None where nobody was asked."""
    ratio = ratios(ctx)["ratio"]
    return float(np.exp(np.median(np.log(ratio)))) if len(ratio) >= ANSWERS_LEAST else None


def ratios(ctx: Context) -> dict[str, Any]:
    """Hours taken over hours expected: arrays id (of the survey), customer and ratio."""
    t = invitations(ctx)
    told = t.filter((t["expected_h"] > 0) & (t["resolved_at"] > t["opened_at"]))
    spent = (told["resolved_at"].epoch_seconds() - told["opened_at"].epoch_seconds()) / 3600.0
    got = ctx.arrays(told.select("id", "customer", ratio=spent / told["expected_h"]).order_by("id"))
    return {**got, "ratio": got["ratio"].astype(float)}


MEASURE = Measure(
    id="MC-12",
    indicator="communication",
    key=False,
    title="Expectation gap",
    formula=(
        "provider_guess.csat - mean survey.csat of the customer and period, "
        "provider_guess.made_at before the first answer; time gap = median ln(actual hours / "
        "survey.expected_h)"
    ),
    tables=("provider_guess", "survey"),
    unit="points",
    direction="band",
    grain=("customer", "organisation"),
    n_min="8 customers",
    method="Wilcoxon, bootstrap",
    target=0.3,
    limit=0.7,
    caveats="",
    tier=2,
    judge=judge,
    needs=("survey.csat",),
)
