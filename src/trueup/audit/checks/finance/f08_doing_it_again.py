"""F08: Doing it again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.counting import listed
from trueup.audit.declare import (
    ORGANISATION,
    Case,
    Check,
    Effect,
    Estimate,
    Probe,
    Rows,
    Silent,
    Unit,
)
from trueup.audit.measures.budget_adherence.mb_11_rework_cost import (
    COVERED,
    Rework,
    estimate,
    rework,
)
from trueup.audit.measures.budget_adherence.mb_12_failed_change_cost import (
    Failures,
    failures,
)
from trueup.audit.measures.budget_adherence.mb_12_failed_change_cost import estimate as failed
from trueup.audit.money import materiality, per_year

LEAST = 50
LEAST_FAILED = 10
ONE = "{unit}: {share} of the work is done again, {money} a year."
BOTH = "{unit}: work done again and failed changes cost {money} a year, {share} of its labour."
Money = tuple[float, float, float]


def ask(ctx: Context) -> Probe | Silent:
    """Work done again and failed changes, of labour and in money a year.

    The rule adds MB-11 and MB-12 in each of its units, "team, category": a failed change stands
    at the team and the category of its record. Each part has its own least number of cases, 50
    records worked on again and 10 failed changes; a part with fewer is left out.
    """
    if not ctx.has("event.activity"):
        return Silent("not_enough_evidence", "no solution is recorded as an event", ("event",))
    found = rework(ctx)
    if not len(found.id):
        return Silent("not_enough_evidence", "no work is logged in the period")
    if found.coverage < COVERED:
        return Silent("not_enough_evidence", f"work is logged on only {found.coverage:.0%}")
    bad = _failures(ctx)
    if len(found.id) < LEAST and bad is None:
        return Silent("not_enough_evidence", f"{len(found.id)} tested; {LEAST} are needed")
    units = []
    for kind in ("team", "category"):
        names = getattr(found, kind)
        for name in sorted({str(v) for v in names if v}):
            mine = found.where(names == name)
            broken = None if bad is None else bad.where(getattr(bad, kind) == name)
            if mine.reworked >= LEAST or _enough(broken):
                units.append(_case(ctx, Unit(kind, name), mine, broken))
    n = len(found.id) + (0 if bad is None else len(bad.id))
    return Probe(n, n, _case(ctx, ORGANISATION, found, bad), tuple(units), floor=LEAST_FAILED)


def _failures(ctx: Context) -> Failures | None:
    """The failed changes with their money; None where they are not recorded, priced or enough."""
    if not ctx.has("change.outcome", "change.end"):
        return None
    found = failures(ctx)
    return found if found.priced and _enough(found) else None


def _enough(broken: Failures | None) -> bool:
    return broken is not None and len(broken.id) >= LEAST_FAILED


def _cost(ctx: Context, broken: Failures, unit: Unit) -> Money:
    """Low, likely and high of failed changes a year."""
    e = failed(ctx, broken, "*" if unit == ORGANISATION else f"{unit.kind}|{unit.id}")
    return float(e.low or 0), float(e.value or 0), float(e.high or 0)


def _case(ctx: Context, unit: Unit, r: Rework, broken: Failures | None) -> Case:
    e = estimate(ctx, r, f"{unit.kind}|{unit.id}")
    yearly = float(r.labour.sum()) / 60 * per_year(ctx)
    low, value, high = (float(v or 0.0) for v in (e.low, e.value, e.high))
    counted = broken is not None and _enough(broken) and r.rated and yearly > 0
    if broken is not None and counted:
        if r.reworked < LEAST:
            low = value = high = 0.0
        low, value, high = (
            a + b / yearly
            for a, b in zip((low, value, high), _cost(ctx, broken, unit), strict=True)
        )
    ids = broken.id if broken is not None and counted else np.array([], dtype=object)
    money = (low * yearly, value * yearly, high * yearly) if r.rated else None
    hours = None if r.rated else (low * yearly, value * yearly, high * yearly)
    large = money is not None and money[0] > materiality(ctx)
    tripped = (low > ctx.number("limit") or large) and (r.reworked >= LEAST or counted)
    size = Estimate(
        value, low, high, r.reworked + len(ids), robustness=1.0 if large else e.robustness,
        method="compared",
    )  # fmt: skip
    text = f"{money[1]:,.0f} {ctx.currency}" if money else f"{value * yearly:,.0f} hours"
    return Case(
        unit, size, r.reworked + len(ids), len(r.id) + len(ids),
        limit=_limit(ctx, value, tripped),
        tripped=tripped, branch="share" if low > ctx.number("limit") else "money" if large else "",
        bad=_listed(r, ids),
        effect=Effect(money=money, hours=hours) if tripped else Effect(),
        words={"share": f"{value:.0%}", "money": text},
        caveats=("some hand-overs are right",),
        headline="" if unit == ORGANISATION else BOTH if len(ids) else ONE,
    )  # fmt: skip


def _limit(ctx: Context, value: float, tripped: bool) -> float:
    """The limit to show: the share that trips; none where only more would."""
    limit = ctx.number("limit")
    if tripped:
        return min(limit, value)
    return limit if value > limit else float("inf")


def _listed(r: Rework, changes: np.ndarray[Any, Any]) -> Rows:
    """The records that were worked on again, and the changes that failed where they count."""

    def make() -> pa.Table:
        mine = r.where(r.again > 0)
        share = mine.again / mine.labour
        rows = [
            ("record", str(i), f"{s:.0%} of its work was done again")
            for i, s in zip(mine.id, share, strict=True)
        ]
        rows += [("change", str(i), "failed or backed out") for i in changes]
        return listed(rows)

    return make


CHECK = Check(
    id="F08",
    area="Finance",
    title="Doing it again",
    question="What does rework cost?",
    tables=("worklog", "record"),
    rule=(
        "MB-11 + MB-12 > limit of the labour cost, or its yearly value > materiality. [unit: "
        "team, category]"
    ),
    parameters={
        "limit": 0.15,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.1",
        "ISO 20000-1 10.2",
        "COBIT APO06",
        "COBIT DSS02",
        "ITIL Continual improvement",
        "FitSM PR14.1",
    ),
    causes=("ping-pong (I01)", "solved twice (I02)", "failed changes (H04)"),
    do_first="fix the largest cause",
    effective_when="cost -30 %",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
    needs=("worklog.started_at",),
    uses=("event.activity", "worklog.rate", "record.team", "record.category", "change.outcome"),
    headline="Work done again and failed changes cost {money} a year, {share} of the labour.",
    should_be="A thing is solved once, by as few hands as it needs.",
    matters="The hours are paid twice and the customer waits twice.",
    measure="MB-11",
    owner_role="service desk lead",
)
