"""S01: Deadline cliff."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.promise_line import beside, timed
from trueup.audit.shares import listed_rows
from trueup.audit.stats.shares import wilson


def ask(ctx: Context) -> Probe | Silent:
    """Far more tickets just before the promise than just after, and those reopened more often.

    The counts are judged by the test the rule names; the reopen rate, which names none, by its
    interval (3.0), so that two reopened tickets among twenty make no cliff.
    """
    got = ctx.arrays(timed(ctx).order_by("id"))
    n = len(got["id"])
    if n < 30:
        return Silent("not_enough_evidence", f"{n} timed promises; 30 are needed")
    whole = _case(ctx, ORGANISATION, got, np.ones(n, dtype=bool))
    teams = sorted({str(t) for t in got["team"] if t})
    units = tuple(_case(ctx, Unit("team", t), got, got["team"] == t) for t in teams)
    return Probe(n, n, whole, units, floor=20)


def _case(ctx: Context, unit: Unit, got: dict[str, Any], mine: np.ndarray[Any, Any]) -> Case:
    r, again = got["r"], got["reopened"].astype(bool)
    before, early = mine & (r >= 0.9) & (r < 1.0), mine & (r < 0.9)
    b, a, ratio, p = beside(r[mine])
    near = again[before].mean() if b else 0.0
    usual = again[early].mean() if early.any() else 0.0
    sure = wilson(int(again[before].sum()), b).low if b else 0.0
    bent = near > 0 and sure >= ctx.number("reopen_ratio") * usual
    cliff = (b / a if a else float(b)) > ctx.number("ratio") and p < 0.05
    high = ratio.high if np.isfinite(ratio.high) else None
    value = ratio.value if np.isfinite(ratio.value) else float(b)
    return Case(
        unit,
        Estimate(value, ratio.low, high, a + b, p=p, method="compared"),
        int((before & again).sum()) if bent else b,
        b,
        limit=ctx.number("ratio"),
        tripped=bool(cliff and bent and a + b >= 20),
        bad=lambda: listed_rows(got["id"][before], "ended in the last tenth before the promise"),
        good=lambda: listed_rows(got["id"][early][:20], ""),
        words={"before": f"{b:,}", "after": f"{a:,}"},
    )


CHECK = Check(
    id="S01",
    area="Service level",
    title="Deadline cliff",
    question="Are tickets pushed over the line in the last minutes?",
    tables=("record", "target_result", "target"),
    rule=(
        "r = target_result.elapsed_min / target.value in minutes: count in [0.9, 1.0) / count "
        "in [1.0, 1.1) > ratio (binomial test p < 0.05) and the reopen rate (I02) of r in [0.9,"
        " 1.0) >= reopen_ratio x that of the others met. [unit: team]"
    ),
    parameters={
        "ratio": 3,
        "reopen_ratio": 1.5,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.3.3", "COBIT APO09", "ITIL Service level management", "FitSM PR2.3"),
    causes=("the target steers, not the customer",),
    do_first="look at the reopened ones; add a second measure",
    effective_when="ratio < 2 and equal reopen rates",
    tier=0,
    ask=ask,
    caps=(),
    indicators=("communication",),
    needs=("target_result.elapsed_min", "target.value"),
    headline="{before} tickets ended just before the promise, {after} just after; many came back.",
    should_be="Work ends when the person is helped, wherever the promise stands.",
    matters="The target steers the work, and the person calls again.",
    limit="ratio",
)
