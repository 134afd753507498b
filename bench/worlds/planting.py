"""Defects and traps that are put into a clean world, each with what must be found.

How to plant (in `plants/<area>.py`; every module there is imported by itself):

    @plant("I01", sizes=("medium", "large"))
    def ping_pong(world: World, size: str, rng: np.random.Generator) -> Truth:
        rows = world.where("record", kind="incident", team="Network") & world.inside(
            "record.opened_at")
        hit = world.pick(rows, {"medium": 0.15, "large": 0.35}[size])   # mask, random part
        ids = world.col("record.id")[hit]
        world.append("event", seq=..., entity="record", entity_id=ids, ...) # scalars are broadcast
        world.set("record", hit, "reassignment_count", 3)
        return Truth("I01", unit=("team", "Network"), value=hit.sum() / rows.sum())

1. The defect is planted in the judged period (`world.since` .. `world.as_of`; `world.inside(
   "table.column")` is the mask; months: `world.shape.months[-12:]`).
2. `unit` is what the audit must name, as the result contract writes it: ("service", "S01"),
   ("team", "Network"), ("organisation", "*"), ("pair", "a|b") sorted, ("line", "S01 labour").
   Where two units are equally right (a contract and its customer) give the others in `also`.
   A period is ("period", "2026-03-24"): right where the period told holds that day; "*" is any.
3. `branch` only if the check has several rules and the detection must be of one of them.
4. `value` is the true size at that unit in the unit of the check, counted from the planted tables
   after planting (so chance in the clean part is included); None where there is no size.
   It is the truth behind the data, or the exact count where the check counts exactly.
5. Stay consistent: events agree with the record's columns, `target_result` with the times,
   invoices with use. `world.clock` knows working time, `world.notes` what the generators made
   (staff, users, used, size, ci_of, change, ...). Events need no numbers: the log is sealed
   later; what must be broken after sealing goes into `world.after_seal.append(function)`.
6. Sizes: "large" is what nobody should miss, "medium" what a good auditor mostly finds, both
   by the limits of the check in audit-checks.csv, not by what the code happens to find.
7. Try it: `./trueup bench worlds --planted I01 --show` (add `--alone` to ask only this check and
   the gates, which is quicker but has smaller families).

A trap is a world in which a naive reading errs: `@trap("name", {"C02": ("exceptions",), "MC-02":
("data_not_trustworthy",)})` on a function (world, rng) -> None; each id must end in one of the
results (checks) or lights (measures) given.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from bench.worlds import plants
from bench.worlds.world import World

Unit = tuple[str, str]


@dataclass(frozen=True)
class Truth:
    """What was planted: check, the unit to be named (or one of `also`), branch, true size."""

    check: str
    unit: Unit
    branch: str | None = None
    value: float | None = None
    also: tuple[Unit, ...] = ()


Planter = Callable[[World, str, np.random.Generator], Truth]
Setter = Callable[[World, np.random.Generator], None]


@dataclass(frozen=True)
class Plant:
    """One planted defect: its key (check, or check and a word), its sizes and its function."""

    key: str
    check: str
    sizes: tuple[str, ...]
    make: Planter


@dataclass(frozen=True)
class Trap:
    """One trap and the results or lights that are right for each id."""

    name: str
    expects: Mapping[str, tuple[str, ...]]
    make: Setter


PLANTS: dict[str, Plant] = {}
TRAPS: dict[str, Trap] = {}


def plant(
    check: str, sizes: tuple[str, ...] = ("medium", "large"), variant: str = ""
) -> Callable[[Planter], Planter]:
    """Register a defect of a check; a second one of the same check needs a `variant`."""

    def register(make: Planter) -> Planter:
        key = f"{check}/{variant}" if variant else check
        assert key not in PLANTS, key
        PLANTS[key] = Plant(key, check, sizes, make)
        return make

    return register


def trap(name: str, expects: Mapping[str, tuple[str, ...]]) -> Callable[[Setter], Setter]:
    """Register a trap."""

    def register(make: Setter) -> Setter:
        assert name not in TRAPS, name
        TRAPS[name] = Trap(name, expects, make)
        return make

    return register


@cache
def load() -> None:
    """Import every module of `plants` once, so that all are registered."""
    for module in pkgutil.iter_modules(plants.__path__):
        importlib.import_module(f"{plants.__name__}.{module.name}")
