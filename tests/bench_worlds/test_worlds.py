"""The made-up worlds: same seed, same bytes; whole; consistent with themselves; truths found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bench.worlds.clean import make
from bench.worlds.planting import PLANTS, TRAPS, Truth, load
from bench.worlds.running import Outcome, Task, build, compare, same
from bench.worlds.world import World

from trueup.core import evidence


@pytest.fixture(scope="module")
def world() -> World:
    return make(3)


def test_same_bytes_again_with_every_table_as_the_schema_says(world: World, tmp_path: Path) -> None:
    pack = world.write(tmp_path / "pack")
    again = make(3).write(tmp_path / "again")
    assert again.manifest.sha256 == pack.manifest.sha256
    assert set(pack.tables) == set(evidence.TABLES)
    for name in pack.tables:
        assert pack.tables[name].rows > 0, name
        assert not pack.faults(name), name
    pack.verify()


def test_promises_agree_with_the_true_clock(world: World) -> None:
    results = world.tables["target_result"]
    final = world.where("target_result", metric=["resolve", "fulfil"])
    solved = world.lookup("record.resolved_at", results["record"][final])
    late = solved > results["due_at"][final] + np.timedelta64(2, "m")
    early = solved < results["due_at"][final] - np.timedelta64(2, "m")
    met = results["met"][final].astype(bool)
    assert not (late & met).any()
    assert not (early & ~met).any()
    assert 0.02 < 1 - met.mean() < 0.12


def test_events_agree_with_the_records(world: World) -> None:
    event, record = world.tables["event"], world.tables["record"]
    shut = world.where("event", activity="closed", entity="record")
    last = dict(zip(event["entity_id"][shut], event["at_occurred"][shut], strict=True))
    closed = world.where("record", kind=["incident", "request"], state="closed")
    assert all(
        i in last and abs(last[i] - at) < np.timedelta64(1, "h")
        for i, at in zip(record["id"][closed], record["closed_at"][closed], strict=True)
    )
    assert (event["at_recorded"] >= event["at_occurred"]).all()
    assert (event["at_recorded"] <= world.as_of).all()


def test_invoices_follow_use(world: World) -> None:
    revenue, usage = world.tables["revenue"], world.tables["usage"]
    assert world.n("revenue") == world.n("usage")
    assert revenue["amount"].min() > 0
    assert (usage["active_users"] <= usage["entitled_users"]).all()


def test_every_plant_and_trap_has_a_world() -> None:
    load()
    assert {p.check[0] for p in PLANTS.values()} >= {"Z", "I", "Q", "P"}
    assert all(p.sizes for p in PLANTS.values())
    for trap in TRAPS.values():
        assert trap.expects
    world, truth = build(Task("planted", "I02", "large", 3))
    assert truth is not None
    assert truth.value is not None
    assert 0.15 < truth.value < 0.35
    assert world.n("record") > 5000


def test_a_truth_is_found_only_at_its_unit() -> None:
    def found(unit: tuple[str, str], result: str, value: float) -> Outcome:
        out = Outcome(Task("planted", "I02", "large", 1))
        told = {"kind": unit[0], "id": unit[1]}
        row = {"id": "I02", "result": result, "detections": [
            {"unit": told, "branch": None, "value": value, "low": value - 0.02,
             "high": value + 0.02, "headline": ""}]}  # fmt: skip
        compare(out, Truth("I02", ("team", "A"), value=0.2), {"checks": [row]})
        return out

    assert found(("team", "A"), "exceptions", 0.21).covered is True
    assert found(("team", "A"), "exceptions", 0.3).covered is False
    assert not found(("team", "B"), "exceptions", 0.2).found
    assert not found(("team", "A"), "watch", 0.2).found
    assert same(("period", "2026-03-01/2026-03-31"), ("period", "2026-03-24"))
    assert not same(("period", "2026-03-01/2026-03-31"), ("period", "2026-04-24"))
