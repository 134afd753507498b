"""What is used, what it can carry, and when it will be full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Unit
from trueup.audit.money import YEAR, Array, Panel, index_of, last_month, panel
from trueup.audit.stats.forecast import Forecast, forecast

HORIZON = 36
CHANCE = 0.20
LEAST = 12


def usage_panel(ctx: Context, months: int, keys: tuple[str, ...] = ("service",)) -> Panel:
    """Units, active and entitled users by cell over the last closed months."""
    name = f"usage_panel:{months}:{','.join(keys)}"
    found: Panel = ctx.value(name, lambda ctx: _usage_panel(ctx, months, keys))
    return found


def _usage_panel(ctx: Context, months: int, keys: tuple[str, ...]) -> Panel:
    usage = ctx.table("usage")
    summed = usage.group_by(*keys, "month").agg(
        units=usage["units"].sum(), active=usage["active_users"].sum(),
        entitled=usage["entitled_users"].sum(),
    )  # fmt: skip
    got = ctx.arrays(summed.order_by(*keys, "month"))
    last = last_month(ctx)
    return panel(got, keys, ("units", "active", "entitled"), last - months + 1, last)


def growth_of(series: Array) -> float:
    """The last twelve months over the twelve before, less 1; nan where there is no before."""
    now, before = float(series[..., -YEAR:].sum()), float(series[..., -2 * YEAR : -YEAR].sum())
    return now / before - 1 if before > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Room:
    """The capacity of one service, item or team: its load by month and what it can carry.

    `load` ends with the last month recorded, `gap` months before the last closed one.
    """

    unit: Unit
    service: str
    load: Array
    limit: float
    size: float
    lead: float
    floor: float
    gap: int
    peak: float

    @property
    def months(self) -> int:
        """How many months of load are recorded."""
        return len(self.load)


def rooms(ctx: Context) -> list[Room]:
    """Every service, item and team with recorded capacity that is not kept as a stand-by."""
    found: list[Room] = ctx.value("rooms", _rooms)
    return found


def _rooms(ctx: Context) -> list[Room]:
    table = ctx.table("capacity")
    mine = table.filter(~table["standby"].fill_null(False) & (table["max_units"] > 0))
    summed = mine.group_by("service", "ci", "team", "month").agg(
        load=mine["p95_units"].sum(), size=mine["max_units"].sum(),
        target=mine["target_utilisation"].mean(), floor=mine["contractual_minimum"].sum(),
        lead=mine["lead_time_months"].max(),
    )  # fmt: skip
    got = ctx.arrays(summed.order_by("service", "ci", "team", "month"))
    got = {name: values[index_of(got["month"]) <= last_month(ctx)] for name, values in got.items()}
    homes = _ci_services(ctx)
    leads = _leads(ctx)
    names = [
        _unit_of(s, c, t) for s, c, t in zip(got["service"], got["ci"], got["team"], strict=True)
    ]
    out = []
    for unit in sorted(set(names), key=lambda u: (u.kind, u.id)):
        at = np.array([i for i, name in enumerate(names) if name == unit])
        out.append(_room(ctx, unit, {n: v[at] for n, v in got.items()}, homes, leads))
    return out


def _unit_of(service: Any, ci: Any, team: Any) -> Unit:
    if ci:
        return Unit("ci", str(ci))
    return Unit("service", str(service)) if service else Unit("team", str(team or ""))


def _room(
    ctx: Context,
    unit: Unit,
    got: dict[str, Array],
    homes: dict[str, str],
    leads: dict[str, float],
) -> Room:
    order = np.argsort(index_of(got["month"]), kind="stable")
    got = {name: values[order] for name, values in got.items()}
    service = str(got["service"][-1] or (homes.get(unit.id, "") if unit.kind == "ci" else ""))
    target = float(got["target"][-1])
    size = float(got["size"][-1])
    own = got["lead"][~np.isnan(got["lead"].astype(float))]
    default = float(ctx.params["default_lead_months"])
    lead = float(own[-1]) if len(own) else leads.get(service, default)
    floor = float(np.nan_to_num(got["floor"][-1]))
    load = got["load"].astype(float)
    gap = last_month(ctx) - int(index_of(got["month"])[-1])
    limit = size * (1.0 if np.isnan(target) else target)
    peak = float(load[-(YEAR + 1) :].max())
    return Room(unit, service, load, limit, size, max(lead, 0.1), floor, gap, peak)


def _leads(ctx: Context) -> dict[str, float]:
    service = ctx.table("service")
    known = service.filter(service["lead_time_months"].notnull())
    rows = ctx.rows(known.select("id", "lead_time_months").order_by("id"))
    return {row["id"]: float(row["lead_time_months"]) for row in rows}


def _ci_services(ctx: Context) -> dict[str, str]:
    from_money = ctx.table("capacity").filter(lambda t: t["ci"].notnull() & t["service"].notnull())
    rows = ctx.rows(from_money.select("ci", "service").distinct().order_by("ci", "service"))
    return {row["ci"]: row["service"] for row in rows}


@dataclass(frozen=True, slots=True)
class Wall:
    """Months until a room is full: `value` at a chance of 20 %, `low` at half and `high` at
    twice that chance; 36 where the horizon is not enough (`open`)."""

    room: Room
    value: float
    low: float
    high: float
    open: bool


def walls(ctx: Context) -> list[Wall]:
    """The wall of every room with enough months, in the order of the rooms."""
    found: list[Wall] = ctx.value(
        "walls", lambda ctx: [_wall(ctx, room) for room in rooms(ctx) if room.months >= LEAST]
    )
    return found


def _wall(ctx: Context, room: Room) -> Wall:
    ahead: Forecast = forecast(room.load, ctx.rng(f"{room.unit.kind}|{room.unit.id}"), HORIZON)

    def first(chance: float) -> float:
        month = ahead.first_above(room.limit, chance)
        return float(HORIZON if month is None else max(month - room.gap, 0))

    value = first(CHANCE)
    open_ = ahead.first_above(room.limit, CHANCE) is None
    return Wall(room, value, first(CHANCE / 2), first(2 * CHANCE), open_)
