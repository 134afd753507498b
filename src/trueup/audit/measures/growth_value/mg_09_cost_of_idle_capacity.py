"""MG-09: Cost of idle capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent
from trueup.audit.money import YEAR, Array, homed_cost, last_month, months_in, panel
from trueup.audit.stats.resample import block_bootstrap
from trueup.audit.usage import Room, rooms

LEAST = 6
POOLS = ("hardware", "cloud", "software", "facilities")


@dataclass(frozen=True, slots=True)
class Idle:
    """What a service or item costs by month, and which part its peak month leaves unused."""

    room: Room
    cost: Array
    share: float

    @property
    def money(self) -> float:
        """Idle money of twelve months."""
        return float(self.cost.sum()) * self.share

    @property
    def surely(self) -> float:
        """The same if the peak were a tenth higher."""
        busy = (1 - self.share) * 1.1
        return float(self.cost.sum()) * max(0.0, 1 - busy)


def judge(ctx: Context) -> Answer | Silent:
    """Cost of capacity that even the peak month does not use, of the cost of capacity."""
    found = idle(ctx)
    if not found:
        return Silent("not_enough_evidence", "no service or item with capacity has such cost")
    by = [(i.room.unit, _estimate(ctx, [i], f"{i.room.unit.kind}|{i.room.unit.id}")) for i in found]
    return Answer(
        _estimate(ctx, found, "*"), tuple(by), n_min=LEAST, unit_n_min=LEAST,
        parts={"money a year": sum(i.money for i in found)},
    )  # fmt: skip


def idle(ctx: Context) -> list[Idle]:
    """Every service and item with capacity and cost; each euro at its item before its service."""
    found: list[Idle] = ctx.value("idle", _idle)
    return found


def _idle(ctx: Context) -> list[Idle]:
    every = [room for room in rooms(ctx) if room.unit.kind in ("service", "ci")]
    items = sorted({room.unit.id for room in every if room.unit.kind == "ci"})
    cost, last = homed_cost(ctx), last_month(ctx)
    first = last - YEAR + 1
    mine = cost.filter(months_in(cost["month"], first, last))
    if ctx.has("cost.pool"):
        mine = mine.filter(mine["pool"].isin(POOLS))
    own = mine["ci"].isin(items).fill_null(False)
    at_item = panel(
        ctx.arrays(
            mine.filter(own).group_by("ci", "month").agg(amount=mine["amount"].sum())
            .order_by("ci", "month")
        ), ("ci",), ("amount",), first, last,
    )  # fmt: skip
    rest = mine.filter(~own & mine["home"].notnull())
    at_service = panel(
        ctx.arrays(
            rest.group_by("month", home=rest["home"]).agg(amount=rest["amount"].sum())
            .order_by("home", "month")
        ), ("home",), ("amount",), first, last,
    )  # fmt: skip
    money = {("ci", k[0]): v for k, v in zip(at_item.keys, at_item.values["amount"], strict=True)}
    money |= {
        ("service", k[0]): v
        for k, v in zip(at_service.keys, at_service.values["amount"], strict=True)
    }
    out = []
    for room in every:
        spent = money.get((room.unit.kind, room.unit.id))
        if spent is not None and float(spent.sum()) > 0:
            busy = max(room.peak, room.floor) / room.limit
            out.append(Idle(room, spent, max(0.0, 1 - busy)))
    return out


def _estimate(ctx: Context, found: list[Idle], name: str) -> Estimate:
    cost = np.sum([i.cost for i in found], axis=0)
    lost = np.sum([i.cost * i.share for i in found], axis=0)
    months = min(i.room.months for i in found)
    ring = block_bootstrap(
        np.stack([lost, cost], axis=1),
        lambda t: t[..., 0].sum(-1) / np.where(t[..., 1].sum(-1) > 0, t[..., 1].sum(-1), np.nan),
        ctx.rng(name),
    )
    return Estimate(ring.value, ring.low, ring.high, months, exact=True)


MEASURE = Measure(
    id="MG-09",
    indicator="growth_value",
    key=False,
    title="Cost of idle capacity",
    formula=(
        "sum of cost.amount of the CI or service x max(0, 1 - capacity.p95_units / "
        "(capacity.target_utilisation x capacity.max_units)) / sum of that cost; the peak month"
        " of the season decides p95; cost.pool in (hardware, cloud, software, facilities) where"
        " pools are recorded"
    ),
    tables=("capacity", "cost"),
    unit="share of capacity cost",
    direction="down",
    grain=("service", "ci"),
    n_min="6 months including the seasonal peak",
    method="count, bootstrap by month",
    target=0.10,
    limit=0.25,
    caveats="leave out standby, disaster recovery, contractual minimum",
    tier=5,
    judge=judge,
    needs=("capacity.target_utilisation",),
    uses=(
        "capacity.standby",
        "capacity.contractual_minimum",
        "cost.pool",
        "cost.ci",
        "cost.service",
    ),
)
