"""I04: Waiting for nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.promise_line import paused, paused_near, pauses
from trueup.audit.shares import ShareQuestion, listed_rows

PAUSES_LEAST = 20
NEAR = "{bad} of {all} pauses came shortly before the promise, {times} times the rate before."


def ask(ctx: Context) -> Probe | Silent:
    """Pauses for the customer without a word to the customer, or crowded before the promise."""
    asked = ShareQuestion(ctx, pauses(ctx), ctx.number("limit"), ("team",), "event").probe()
    if isinstance(asked, Silent) or not ctx.has("target_result.due_at"):
        return asked
    near = _near_promise(ctx)
    whole = near.get(ORGANISATION, asked.whole) if _fine(asked.whole) else asked.whole
    units = {case.unit: case for case in asked.units}
    for unit, case in near.items():
        if unit != ORGANISATION and (unit not in units or _fine(units[unit])):
            units[unit] = case
    return replace(asked, whole=whole, units=tuple(units.values()))


def _fine(case: Case) -> bool:
    """Whether the share of pauses without a question does not speak by itself."""
    return (case.estimate.low or 0.0) <= (case.limit or 0.0)


def _near_promise(ctx: Context) -> dict[Unit, Case]:
    """Where pauses come `ratio` times as often in the last part of the promised time."""
    got = ctx.arrays(paused(ctx).order_by("id"))
    team = np.array([t or "" for t in got["team"]], dtype=object)
    sides = {ORGANISATION: np.ones(len(team), dtype=bool)}
    sides |= {Unit("team", str(t)): team == t for t in np.unique(team.astype(str)) if t}
    made = {unit: _hurried(ctx, unit, got, mine) for unit, mine in sides.items()}
    return {unit: case for unit, case in made.items() if case is not None}


def _hurried(ctx: Context, unit: Unit, got: dict[str, Any], mine: Any) -> Case | None:
    used, cliff = got["used"][mine], ctx.number("cliff")
    hit = (used >= 1.0 - cliff) & (used <= 1.0)
    late, early, hazard = paused_near(used, got["life"][mine], cliff)
    bound = ctx.number("ratio")
    if late + early < PAUSES_LEAST or hazard.low <= 1.0 or hazard.value < bound:
        return None
    ids = got["id"][mine][hit]
    return Case(
        unit,
        Estimate(hazard.value, hazard.low, hazard.high, late + early, p=hazard.p),
        late, late + early, limit=bound, tripped=True, branch="near the promise",
        bad=lambda: listed_rows(ids, "paused shortly before the promised time"),
        words={"times": f"{hazard.value:.1f}"},
        headline=NEAR,
    )  # fmt: skip


CHECK = Check(
    id="I04",
    area="Incident",
    title="Waiting for nobody",
    question='Is "waiting for the user" used to stop the clock?',
    tables=("record", "event", "message"),
    rule=(
        "Pauses = event.activity = paused on a record with a requester (wait for supplier or "
        "approval left out where event.new or event.source_activity says so). Trips if the "
        "share without a message.direction = out and message.public = true within +- ask_min > "
        "limit; or the pause rate in the last cliff of the target time (target_result.due_at, "
        "if recorded) is >= ratio x the rate before. [unit: team]"
    ),
    parameters={
        "ask_min": 30,
        "limit": 0.10,
        "cliff": 0.15,
        "ratio": 2,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.3.3", "COBIT APO09", "ITIL Service level management", "FitSM PR2.3"),
    causes=("pressure of targets", "habit"),
    do_first="pause only by sending a question",
    effective_when="<= limit and total pause time falls",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("record.requester", "message.at", "message.direction"),
    uses=("target_result.due_at",),
    headline="In {bad} of {all} pauses for the user nobody had asked the user anything.",
    should_be="We wait for the user only when we have asked something.",
    matters="The clock stands still and the person does not know that it is their turn.",
    measure="I04",
)
