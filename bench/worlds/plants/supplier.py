"""Defects of suppliers: renewed by itself, not claimed, unmanaged, too dear."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, Array
from bench.worlds.planting import Truth, plant
from bench.worlds.world import World


@plant("U01", variant="open")
def renews_soon(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Contracts renew by themselves within two months, and nobody has decided."""
    names = ["B-05", "B-03", "B-07"][: {"medium": 1, "large": 3}[size]]
    noticed(world, names, np.array([44, 12, 59][: len(names)]))
    return Truth("U01", ("agreement", "B-05"), "open")


@plant("U01", variant="lost")
def renewed(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The day to give notice has passed without a decision."""
    names = ["B-07", "B-03", "B-05"][: {"medium": 1, "large": 3}[size]]
    noticed(world, names, np.array([-20, -75, -140][: len(names)]))
    return Truth("U01", ("agreement", "B-07"), "lost")


def noticed(world: World, names: list[str], days: Array) -> None:
    """Self-renewing contracts whose notice day lies some days from today."""
    rows, day = world.index("agreement"), world.as_of.astype("M8[D]")
    agreement = world.tables["agreement"]
    for name, back in zip(names, days, strict=True):
        agreement["auto_renew"][rows[name]] = True
        agreement["notice_by"][rows[name]] = day + int(back)
        agreement["end"][rows[name]] = day + int(back) + (90 if back > 0 else 455)
        agreement["renewal_decided_on"][rows[name]] = np.datetime64("NaT")


@plant("U02", variant="never")
def never_claimed(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A supplier breaks its promise, and nobody asks for what we are owed."""
    at = broken(world, {"medium": 1, "large": 6}[size], rng)
    more(world, at, np.full(len(at), np.datetime64("NaT", "us")))
    return Truth("U02", ("supplier", "V01"), value=len(at) / (len(at) + 1))


@plant("U02", variant="late")
def claimed_late(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A supplier's breaches are claimed long after the time for it."""
    at = broken(world, {"medium": 1, "large": 6}[size], rng)
    more(world, at, at + 33 * DAY)
    return Truth("U02", ("supplier", "V01"), value=len(at) / (len(at) + 1))


def broken(world: World, n: int, rng: np.random.Generator) -> Array:
    """Instants of breaches, all of them older than the time to claim."""
    return np.asarray(world.as_of - np.sort(rng.integers(50, 340, n)) * DAY - 3 * HOUR)


def more(world: World, at: Array, claimed: Array) -> None:
    """Breaches of the hosting supplier's promise."""
    world.append("underpinning", id=["N-01"] * len(at), priority=2.0, supplier="V01",
                 service="S01", metric="resolve", value=5.0, unit="hours", breached_at=at,
                 claimed_at=claimed)  # fmt: skip


@plant("U03")
def unmanaged(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Critical suppliers whose contract ended, without a contact, or never evaluated."""
    day = world.as_of.astype("M8[D]")
    lacks = (("V02", "evaluated_on", day - 400), ("V01", "contract_until", day - 30),
             ("V03", "contact", None), ("V06", "evaluated_on", np.datetime64("NaT")))  # fmt: skip
    for supplier, column, value in lacks[: {"medium": 1, "large": 4}[size]]:
        world.set("supplier", world.where("supplier", id=supplier), column, value)
    return Truth("U03", ("supplier", "V02"))


def dearer(world: World, agreement: str, rise: float) -> float:
    """All purchases of the period under a contract at a higher price; the true rise."""
    purchase = world.tables["purchase"]
    mine = purchase["agreement"] == agreement
    before = purchase["unit_price"][mine & ~world.inside("purchase.at")].mean()
    now = np.flatnonzero(mine & world.inside("purchase.at"))
    price = round(before * (1 + rise), 2)
    purchase["unit_price"][now] = price
    purchase["amount"][now] = np.round(price * purchase["quantity"][now], 2)
    large = now[purchase["amount"][now] >= purchase["approval_limit"][now]]
    known = world.where("approval", entity="purchase")
    world.drop("approval", known & np.isin(world.col("approval.entity_id"), purchase["id"][large]))
    at = purchase["at"][large]
    world.append("approval", id=[f"AB{i:05d}" for i in large], entity="purchase",
                 entity_id=purchase["id"][large], step="purchase", level="head",
                 approver="head-01", decision="approved", requested_at=at - 2 * DAY, at=at - DAY,
                 recorded_at=at - DAY + HOUR, amount=purchase["amount"][large])  # fmt: skip
    return float(price / before - 1)


@plant("U04", variant="price")
def above_the_clause(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A supplier's unit price rises more than the contract allows."""
    rise = dearer(world, "B-03", {"medium": 0.06, "large": 0.25}[size])
    return Truth("U04", ("agreement", "B-03"), value=rise, also=(("supplier", "V03"),))


@plant("U04", variant="amount")
def above_by_amount(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same, where only amount and quantity are recorded."""
    rise = dearer(world, "B-06", {"medium": 0.08, "large": 0.3}[size])
    world.set("purchase", world.where("purchase", agreement="B-06"), "unit_price", np.nan)
    return Truth("U04", ("agreement", "B-06"), value=rise, also=(("supplier", "V06"),))
