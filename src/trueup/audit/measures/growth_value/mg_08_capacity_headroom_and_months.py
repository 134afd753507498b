"""MG-08: Capacity headroom and months to exhaustion."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent
from trueup.audit.usage import HORIZON, LEAST, Wall, rooms, walls


def judge(ctx: Context) -> Answer | Silent:
    """Months to exhaustion over the lead time of the service or item that is full first."""
    found = rooms(ctx)
    if not found:
        return Silent("not_applicable", "no capacity but stand-by is recorded")
    judged = walls(ctx)
    short = [room for room in found if room.months < LEAST]
    by = [(wall.room.unit, estimate(wall)) for wall in judged]
    by += [(room.unit, Estimate(None, None, None, room.months)) for room in short]
    by.sort(key=lambda row: (row[0].kind, row[0].id))
    if not judged:
        n = max(room.months for room in short)
        return Answer(Estimate(None, None, None, n), tuple(by), n_min=LEAST, unit_n_min=LEAST)
    first = min(judged, key=lambda w: (w.value / w.room.lead, w.room.unit.kind, w.room.unit.id))
    rooms_left = [1 - w.room.load[-1] / w.room.size for w in judged]
    return Answer(
        estimate(first), tuple(by), n_min=LEAST, unit_n_min=LEAST,
        parts={"first": f"{first.room.unit.kind} {first.room.unit.id}",
               "months": None if first.open else first.value,
               "least headroom": float(np.min(rooms_left)), "horizon": float(HORIZON)},
    )  # fmt: skip


def estimate(wall: Wall) -> Estimate:
    """Months over lead time; the ends are at half and at twice the chance of the value."""
    lead = wall.room.lead
    return Estimate(
        wall.value / lead, wall.low / lead, wall.high / lead, wall.room.months, method="modelled"
    )


MEASURE = Measure(
    id="MG-08",
    indicator="growth_value",
    key=True,
    title="Capacity headroom and months to exhaustion",
    formula=(
        "headroom = 1 - capacity.p95_units / capacity.max_units; TTE = first future month with "
        "P(p95 > capacity.target_utilisation x capacity.max_units) >= 0.20, horizon 36 months; "
        "value = TTE / lead time, lead time = service.lead_time_months (parameter "
        "default_lead_months=3); capacity.standby = true left out"
    ),
    tables=("capacity", "service"),
    unit="lead times",
    direction="up",
    grain=("service", "ci"),
    n_min="12 months of capacity.p95_units",
    method="seasonal naive + trend, residual bootstrap, 10,000 paths",
    target=2,
    limit=1,
    caveats=("human capacity counts too (hours); autoscaling: use a money limit instead of units"),
    tier=5,
    judge=judge,
    needs=("capacity.target_utilisation",),
    uses=(
        "capacity.standby",
        "capacity.lead_time_months",
        "service.lead_time_months",
        "capacity.ci",
        "capacity.team",
    ),
)
