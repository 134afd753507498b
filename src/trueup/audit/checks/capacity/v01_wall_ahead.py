"""V01: Wall ahead."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent
from trueup.audit.money import last_month, month_day
from trueup.audit.usage import LEAST, Wall, rooms, walls

KINDS = ("service", "ci")


def ask(ctx: Context) -> Probe | Silent:
    """Services and items that will be full before an order of capacity could arrive twice.

    The capacity of a team stands in MG-08; the rule names services and items.
    """
    every = [room for room in rooms(ctx) if room.unit.kind in KINDS]
    if not every:
        return Silent("not_applicable", "no capacity but stand-by is recorded")
    found = [wall for wall in walls(ctx) if wall.room.unit.kind in KINDS]
    if not found:
        most = max(room.months for room in every)
        return Silent("not_enough_evidence", f"{most} months of load; {LEAST} are needed")
    units = [_case(ctx, wall) for wall in found]
    bad = [case for case in units if case.tripped]
    n = len(units)
    whole = Case(
        ORGANISATION, exact(len(bad) / n, n), len(bad), n, tripped=bool(bad),
        words={"months": "", "date": "", "lead": ""},
    )  # fmt: skip
    near = sum(case.exceptions for case in units if not case.tripped)
    watch = "" if bad or not near else f"{near} may be full within the limit, not surely"
    return Probe(len(every), n, whole, tuple(units), floor=1, watch=watch)


def _case(ctx: Context, wall: Wall) -> Case:
    room = wall.room
    limit = ctx.number("factor") * room.lead
    near, tripped = wall.value < limit, wall.high < limit
    full = _day(ctx, wall.value)
    order = max(_day(ctx, wall.value - room.lead), ctx.today)
    why = f"load reaches {room.limit:,.0f} units {_when(wall.value)}"
    rows = [(room.unit.kind, room.unit.id, why)]
    words: dict[str, Any] = {
        "months": _when(wall.value),
        "date": full.isoformat(), "lead": f"{room.lead:g}", "deadline": order.isoformat(),
    }  # fmt: skip
    return Case(
        room.unit,
        Estimate(wall.value, wall.low, wall.high, room.months, method="modelled"),
        int(near), 1, limit=limit if near else float("inf"), tripped=tripped, bad=later(rows),
        words=words if tripped else {**words, "deadline": ""},
        caveats=("a forecast; autoscaling and orders under way are not in it",),
        headline="{unit} is full {months}; ordering takes {lead} months, decide by {deadline}.",
    )  # fmt: skip


def _when(months: float) -> str:
    if months < 1:
        return "at once"
    return f"in {months:.0f} month{'s' if months > 1 else ''}"


def _day(ctx: Context, months: float) -> date:
    """The first day of the month some months after the last closed one."""
    return month_day(last_month(ctx) + int(np.ceil(max(months, 0.0))))


CHECK = Check(
    id="V01",
    area="Capacity, availability, continuity",
    title="Wall ahead",
    question="When does capacity run out?",
    tables=("capacity", "service"),
    rule=(
        "MG-08: months to exhaustion < factor x service.lead_time_months (default_lead_months "
        "where null). [unit: service, ci]"
    ),
    parameters={
        "factor": 2,
        "default_lead_months": 3,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.4.3",
        "COBIT BAI04",
        "ITIL Capacity and performance management",
        "FitSM PR5.3",
        "FitSM PR5.4",
    ),
    causes=("growth unseen",),
    do_first="decide the order date",
    effective_when="months to exhaustion > limit",
    tier=5,
    ask=ask,
    caps=(),
    limit="factor",
    indicators=("risk_impact",),
    uses=(
        "capacity.target_utilisation",
        "capacity.standby",
        "capacity.lead_time_months",
        "service.lead_time_months",
    ),
    headline="{bad} of {all} services and items are full before capacity could be ordered twice.",
    should_be="Capacity lasts at least twice as long as it takes to order more.",
    matters="Beyond the wall every further customer makes it slower for all.",
    measure="MG-08",
    owner_role="capacity manager",
)
