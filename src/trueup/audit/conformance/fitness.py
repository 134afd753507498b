"""Case fitness: the share of cases that broke no mandatory rule, whole and by model version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from trueup.audit.conformance.cases import WORK
from trueup.audit.conformance.judging import Applied
from trueup.audit.conformance.rules import Rule
from trueup.audit.conformance.versions import named, versions
from trueup.audit.context import Context
from trueup.audit.stats.shares import Interval, wilson


@dataclass(frozen=True, slots=True)
class Fitness:
    """Of the cases of a kind to which a mandatory rule applied: how many broke none.

    `version` is that of the process model the cases started with; "" where all are meant.
    """

    kind: str
    cases: int
    fitting: int
    share: Interval
    version: str = ""


def fitness_of(
    ctx: Context, rules: Sequence[Rule], applied: Sequence[Applied]
) -> tuple[Fitness, ...]:
    """By kind of record."""
    case = _verdicts(ctx, rules, applied)
    if case is None:
        return ()
    counted = case.group_by("what").agg(n=case.count(), bad=case["bad"].cast("int64").sum())
    rows = [(r["what"], int(r["n"]), int(r["bad"])) for r in ctx.rows(counted.order_by("what"))]
    return tuple(Fitness(what, n, n - bad, wilson(n - bad, n)) for what, n, bad in rows)


def fitness_by_version(
    ctx: Context, rules: Sequence[Rule], applied: Sequence[Applied]
) -> tuple[Fitness, ...]:
    """By kind and version, where the log names versions; cases without one are left out."""
    case = _verdicts(ctx, rules, applied) if named(ctx) else None
    if case is None:
        return ()
    told = versions(ctx)
    t = case.join(told, case["case"] == told["record"])
    counted = t.group_by("what", "version").agg(n=t.count(), bad=t["bad"].cast("int64").sum())
    rows = ctx.rows(counted.order_by("what", "version"))
    return tuple(
        Fitness(r["what"], int(r["n"]), int(r["n"] - r["bad"]),
                wilson(int(r["n"] - r["bad"]), int(r["n"])), r["version"])
        for r in rows
    )  # fmt: skip


def _verdicts(ctx: Context, rules: Sequence[Rule], applied: Sequence[Applied]) -> Any:
    """Each case to which a mandatory rule applied: case, what it is, whether it broke any."""
    parts = [
        pa.table({
            "case": one.rows["case"],
            "bad": pa.array(one.broken),
            "home": pa.array([_home(rule)] * len(one.broken), pa.string()),
        })
        for rule, one in zip(rules, applied, strict=True)
        if rule.level == "M" and len(one.broken)
    ]  # fmt: skip
    if not parts:
        return None
    every = ctx.backend.memory(pa.concat_tables(parts).combine_chunks())
    case = every.group_by("case", "home").agg(bad=every["bad"].any())
    record = ctx.table("record").select(rid="id", kind="kind")
    t = case.left_join(record, (case["case"] == record["rid"]) & (case["home"] == "record"))
    return t.mutate(what=t["kind"].coalesce(t["home"])).select("case", "what", "bad")


def _home(rule: Rule) -> str:
    kind = rule.kinds[0]
    return "record" if kind == "record" or kind in WORK else kind
