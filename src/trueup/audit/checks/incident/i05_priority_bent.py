"""I05: Priority bent."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.promise_line import lowered, lowered_near
from trueup.audit.shares import listed_rows, share_p
from trueup.audit.stats.shares import wilson

NEAR = "{bad} of {all} incidents were lowered shortly before the promise, {times} times the rate."


def ask(ctx: Context) -> Probe | Silent:
    """Downgrades near the promised time, and downgrades without a change of impact.

    The value is that of the part that trips: the ratio of the hazards, or the share without a
    change of impact.
    """
    got = ctx.arrays(lowered(ctx).order_by("id"))
    n = len(got["id"])
    if n < 30:
        return Silent("not_enough_evidence", f"{n} incidents with a promise; 30 are needed")
    whole = _case(ctx, ORGANISATION, got, np.ones(n, dtype=bool))
    teams, sizes = np.unique(np.array([t or "" for t in got["team"]]), return_counts=True)
    units = tuple(
        _case(ctx, Unit("team", str(t)), got, got["team"] == t)
        for t, size in zip(teams, sizes, strict=True)
        if t and size >= 30
    )
    return Probe(n, n, whole, units)


def _case(ctx: Context, unit: Unit, got: dict[str, Any], mine: np.ndarray[Any, Any]) -> Case:
    used = got["used"][mine]
    n, tail = int(mine.sum()), ctx.number("tail")
    start = 1.0 - tail
    down = ~np.isnan(used) & (used >= 0)
    late, early, hazard = lowered_near(used, got["life"][mine], tail)
    bare = got["bare"][mine].astype(bool)
    ring = wilson(int(bare.sum()), n)
    bent = late + early >= 10 and hazard.low > 1.0 and hazard.value >= ctx.number("ratio")
    many = ring.low > ctx.number("limit")
    hit = (down & (used >= start)) if bent else bare
    ids = got["id"][mine][hit]
    size = hazard if bent else ring
    return Case(
        unit,
        Estimate(size.value, size.low, size.high, n,
                 p=min(1.0, 2 * min(hazard.p if late + early >= 10 else 1.0,
                                    share_p(int(bare.sum()), n, ctx.number("limit"))))),
        int(hit.sum()), n, limit=ctx.number("ratio" if bent else "limit"),
        tripped=bool(bent or many),
        words={"times": f"{hazard.value:.1f}"},
        headline=NEAR if bent else "",
        branch="near the promise" if bent else "without a change of impact" if many else "",
        bad=lambda: listed_rows(ids, "priority lowered near the promise or without a reason"),
    )  # fmt: skip


CHECK = Check(
    id="I05",
    area="Incident",
    title="Priority bent",
    question="Is the priority changed to save the target?",
    tables=("record", "event", "target_result"),
    rule=(
        "Downgrades = event.activity = priority_changed with event.new > event.old. Trips if "
        "the hazard of a downgrade in the last tail of the target time (target_result.due_at - "
        "record.opened_at) is >= ratio x the earlier hazard (exact Poisson); or downgrades "
        "without a change of event.field = impact in the same hour > limit of the incidents. "
        "[unit: team]"
    ),
    parameters={
        "tail": 0.20,
        "ratio": 2,
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.1", "COBIT DSS02", "ITIL Incident management", "FitSM PR9.1"),
    causes=("pressure", "wrong first triage"),
    do_first="a downgrade needs a second person",
    effective_when="hazard ratio <= 1.2",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("target_result.due_at", "event.old", "event.new"),
    headline="In {bad} of {all} incidents the priority was lowered late or without a reason.",
    should_be="Priority follows impact and urgency, not the time that is left.",
    matters="The promise is kept on paper, and the urgent wait longer.",
)
