"""One world, one audit, and what of the truth the result tells."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.worlds.clean import make
from bench.worlds.planting import PLANTS, TRAPS, Truth, load
from bench.worlds.world import World
from trueup.audit.catalogue import all_checks
from trueup.audit.run import Options, run

Result = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What one process does: a clean world, a planted one or a trap."""

    kind: str
    name: str
    size: str
    seed: int
    alone: bool = False


@dataclass
class Outcome:
    """What came out; only plain values, so that it travels between processes."""

    task: Task
    red: list[str] = field(default_factory=list)
    amber: list[str] = field(default_factory=list)
    unit_red: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    exceptions: dict[str, list[str]] = field(default_factory=dict)
    watch: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    lights: list[str] = field(default_factory=list)
    truth: Truth | None = None
    found: bool = False
    said: str = ""
    interval: tuple[float | None, float | None, float | None] = (None, None, None)
    covered: bool | None = None
    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def build(task: Task) -> tuple[World, Truth | None]:
    """The world of a task, and the truth that was put into it."""
    world = make(task.seed)
    number = sum(ord(c) * 31**i for i, c in enumerate(f"{task.name} {task.size}")) % 2**31
    rng = np.random.default_rng([task.seed, number])
    if task.kind == "planted":
        return world, PLANTS[task.name].make(world, task.size, rng)
    if task.kind == "trap":
        TRAPS[task.name].make(world, rng)
    return world, None


def audited(task: Task, world: World) -> Result:
    """The result of the audit of a world; its pack lives in a temporary folder."""
    only: frozenset[str] = frozenset()
    if task.alone:
        load()
        gates = {id for id, check in all_checks().items() if check.gate}
        asked = {PLANTS[task.name].check} if task.kind == "planted" else set()
        only = frozenset(gates | asked)
    with tempfile.TemporaryDirectory(prefix="trueup-world-") as folder:
        pack = world.write(Path(folder) / "pack")
        return run(pack, Options(only=only, threads=1)).data


def work(task: Task) -> Outcome:
    """Make the world, audit it, compare."""
    load()
    world, truth = build(task)
    result = audited(task, world)
    out = described(task, result)
    out.truth = truth
    if truth is not None:
        compare(out, truth, result)
    if task.kind == "trap":
        expected(out, result)
    return out


def described(task: Task, result: Result) -> Outcome:
    """Lights and results of an audit in short."""
    measures, checks = result["measures"], result["checks"]

    def lit(light: str) -> list[str]:
        return [m["id"] for m in measures if m["light"] == light]

    return Outcome(
        task,
        red=lit("red"),
        amber=lit("amber"),
        unjudged=[*lit("not_enough_evidence"), *lit("data_not_trustworthy")],
        unit_red=[
            f"{m['id']} {u['unit']['kind']} {u['unit']['id']}"
            for m in measures
            for u in m["by"]
            if u["light"] == "red"
        ],
        exceptions={
            c["id"]: [f"{d['unit']['kind']} {d['unit']['id']}" for d in c["detections"]]
            for c in checks
            if c["result"] == "exceptions"
        },
        watch=[c["id"] for c in checks if c["result"] == "watch"],
        failed=[text for text in result["honesty"]["limits"] if text.startswith("Failed")],
        lights=[i["light"] for i in result["indicators"]],
    )


def compare(out: Outcome, truth: Truth, result: Result) -> None:
    """Whether the check tripped at the right unit, and whether its interval holds the size."""
    row = next(c for c in result["checks"] if c["id"] == truth.check)
    units = {truth.unit, *truth.also}
    out.said = row["result"]
    for d in row["detections"]:
        here = (d["unit"]["kind"], d["unit"]["id"])
        out.told.append(f"{here[0]} {here[1]} [{d['branch']}] {d['value']} {d['headline']}")
        right_branch = truth.branch is None or d["branch"] in (None, truth.branch)
        right = right_branch and any(same(here, unit) for unit in units)
        if row["result"] != "exceptions" or not right:
            continue
        out.found = True
        if same(here, truth.unit) and out.interval == (None, None, None):
            measure(out, truth, d)
    if not row["detections"]:
        out.told.append(f"{row['value']} ({row['low']}, {row['high']}) {row['needs'] or ''}")


def same(told: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """Whether a unit is the one wanted; a period is right where it holds the day (or "*")."""
    if told == wanted or told[0] != "period" or wanted[0] != "period":
        return told == wanted
    start, _, end = told[1].partition("/")
    return wanted[1] == "*" or start[:10] <= wanted[1] <= (end or start)[:10]


def measure(out: Outcome, truth: Truth, d: Result) -> None:
    """The estimate at the unit beside the truth; no interval, no verdict on coverage."""
    out.interval = (d["value"], d["low"], d["high"])
    if truth.value is None or d["low"] is None or d["high"] is None:
        return
    slack = 1e-4 * max(abs(truth.value), 1e-9)
    out.covered = d["low"] - slack <= truth.value <= d["high"] + slack


def expected(out: Outcome, result: Result) -> None:
    """What did not end as the trap wants it."""
    said = {m["id"]: m["light"] for m in result["measures"]}
    said |= {c["id"]: c["result"] for c in result["checks"]}
    for id, right in TRAPS[out.task.name].expects.items():
        out.told.append(f"{id}: {said[id]}")
        if said[id] not in right:
            out.wrong.append(f"{id} is {said[id]}, not {' or '.join(right)}")
