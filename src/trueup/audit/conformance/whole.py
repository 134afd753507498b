"""Everything conformance says about a pack: rules, fitness, flow, and the plan if one is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.conformance import flow
from trueup.audit.conformance.bpmn import read_bpmn
from trueup.audit.conformance.cases import ENDED, WORK
from trueup.audit.conformance.judging import Applied, apply
from trueup.audit.conformance.log import Label
from trueup.audit.conformance.net import Net, Replay, Replayed
from trueup.audit.conformance.rules import Rule, shipped
from trueup.audit.conformance.trends import Cost, Drift, cost_of, drift_of
from trueup.audit.context import Context
from trueup.audit.relations import opened_in_period
from trueup.audit.stats.inference import bh
from trueup.audit.stats.shares import Interval, wilson

P_MAX = 0.01
State = Literal["judged", "not_recorded", "never_applied"]
VERBS = {
    "triaged": "triage", "started": "start", "assigned": "assign", "resolved": "resolve",
    "confirmed": "confirm", "closed": "close", "reopened": "reopen", "resumed": "resume",
    "cancelled": "cancel", "approved": "approve",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule: how often it applied and was broken, how long its waits were, what breaks cost.

    `median_wait` is in `unit` (minutes, business minutes or working days), `median_clock_h` the
    same in clock hours; `drift` is set only where it holds after correction over all rules.
    """

    rule: Rule
    state: State
    missing: tuple[str, ...]
    applied: int
    broken: int
    undecided: int
    share: Interval
    cases: int
    broken_cases: int
    median_wait: float | None
    median_clock_h: float | None
    unit: str
    cost: Cost | None
    drift: Drift | None
    violations: pa.Table


@dataclass(frozen=True, slots=True)
class Fitness:
    """Of the cases of a kind to which a mandatory rule applied: how many broke none."""

    kind: str
    cases: int
    fitting: int
    share: Interval


@dataclass(frozen=True, slots=True)
class Flow:
    """How the records of one kind went."""

    kind: str
    spread: flow.Spread
    follows: tuple[tuple[str, str, int], ...]
    rework: flow.Rework
    handovers: flow.Handovers
    where: tuple[flow.Where, ...]
    drift: Drift | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The ended records of some kinds, replayed on a drawn model; open ones are left out."""

    model: str
    kinds: tuple[str, ...]
    open_cases: int
    replayed: Replayed


@dataclass(frozen=True, slots=True)
class Conformance:
    """The whole answer; `trueup.audit.conformance.written` makes JSON and a table of it."""

    ctx: Context
    rules: tuple[RuleResult, ...]
    fitness: tuple[Fitness, ...]
    flows: tuple[Flow, ...]
    touch_share: float | None
    plan: Plan | None


def conformance_of(
    ctx: Context, model: Path | None = None, rules: Sequence[Rule] | None = None
) -> Conformance:
    """Apply the rules to a pack and describe its flow; with a BPMN file also replay it.

    The engine of `ctx` is closed then. Raises Refused where the model cannot be read.
    """
    try:
        return _conformance(ctx, model, rules)
    finally:
        ctx.backend.close()


def _conformance(ctx: Context, model: Path | None, rules: Sequence[Rule] | None) -> Conformance:
    net = read_bpmn(model) if model else None
    chosen = tuple(shipped() if rules is None else rules)
    applied = [apply(ctx, rule) for rule in chosen]
    drifts = _drifts(ctx, chosen, applied)
    results = tuple(
        _result(ctx, rule, one, drift)
        for rule, one, drift in zip(chosen, applied, drifts, strict=True)
    )
    return Conformance(
        ctx,
        results,
        _fitness(ctx, chosen, applied),
        _flows(ctx),
        flow.touch_share(ctx),
        _plan(ctx, net, model) if net and model else None,
    )


def _drifts(ctx: Context, rules: Sequence[Rule], applied: Sequence[Applied]) -> list[Drift | None]:
    """The drift of each rule with p < 0.01 that holds at q = 0.10 over all rules (3.1, 3.5)."""
    found: list[Drift | None] = []
    for rule, one in zip(rules, applied, strict=True):
        at = one.rows["at"].to_numpy(zero_copy_only=False).astype("datetime64[us]")
        found.append(drift_of(ctx, rule.id, at, one.broken))
    asked = [d for d in found if d is not None]
    held = {
        id(d) for d, ok in zip(asked, bh([d.p for d in asked]), strict=True) if ok and d.p < P_MAX
    }
    return [d if d is not None and id(d) in held else None for d in found]


def _result(ctx: Context, rule: Rule, one: Applied, drift: Drift | None) -> RuleResult:
    n, k = len(one.broken), int(one.broken.sum())
    state: State = "not_recorded" if one.missing else "judged" if n else "never_applied"
    about_records = rule.kinds[0] == "record" or rule.kinds[0] in WORK
    span = next((s.args["within"][0][1] for s in rule.steps if "within" in s.args), None)
    unit = {"days": "working_days", "business": "business_min", "clock": "min"}
    return RuleResult(
        rule=rule,
        state=state,
        missing=one.missing,
        applied=n,
        broken=k,
        undecided=one.undecided,
        share=wilson(k, n),
        cases=len(one.rows["case"].unique()),
        broken_cases=len(one.violating["case"].unique()),
        median_wait=_median(one.waited),
        median_clock_h=_median(one.clock),
        unit=unit[span.clock] if span else "",
        cost=cost_of(ctx, one) if about_records else None,
        drift=drift,
        violations=_listed(one),
    )


def _median(values: np.ndarray[Any, Any]) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def _listed(one: Applied) -> pa.Table:
    """The broken activations with their size, the earliest first."""
    table = one.violating.append_column("size", pa.array(one.size[one.broken], pa.float64()))
    return table.sort_by([("at", "ascending"), ("case", "ascending"), ("ref", "ascending")])


def _fitness(
    ctx: Context, rules: Sequence[Rule], applied: Sequence[Applied]
) -> tuple[Fitness, ...]:
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
        return ()
    every = ctx.backend.memory(pa.concat_tables(parts).combine_chunks())
    case = every.group_by("case", "home").agg(bad=every["bad"].any())
    record = ctx.table("record").select(rid="id", kind="kind")
    t = case.left_join(record, (case["case"] == record["rid"]) & (case["home"] == "record"))
    t = t.mutate(what=t["kind"].coalesce(t["home"]))
    counted = t.group_by("what").agg(n=t.count(), bad=t["bad"].cast("int64").sum())
    rows = [(r["what"], int(r["n"]), int(r["bad"])) for r in ctx.rows(counted.order_by("what"))]
    return tuple(Fitness(what, n, n - bad, wilson(n - bad, n)) for what, n, bad in rows)


def _home(rule: Rule) -> str:
    kind = rule.kinds[0]
    return "record" if kind == "record" or kind in WORK else kind


def _flows(ctx: Context) -> tuple[Flow, ...]:
    """How the records of each kind went, where there are events."""
    if not ctx.has("event", "record"):
        return ()
    kinds = ctx.rows(opened_in_period(ctx).select("kind").distinct().order_by("kind"))
    made = (_flow(ctx, row["kind"]) for row in kinds)
    return tuple(one for one in made if one.spread.cases)


def _flow(ctx: Context, kind: str) -> Flow:
    cases = flow.cases_of(ctx, [kind])
    events = flow.events_of(ctx, cases)
    variants = flow.ways(ctx, cases)
    return Flow(
        kind,
        flow.spread(variants),
        tuple(flow.follows(variants)),
        flow.rework(variants),
        flow.handovers(ctx, cases),
        flow.where_time_goes(ctx, events),
        _mix_drift(ctx, kind, events, variants),
    )


def _mix_drift(ctx: Context, kind: str, events: Any, variants: flow.Variants) -> Drift | None:
    """Since when the commonest way is taken more or less often (p < 0.01), by week of opening."""
    if not variants:
        return None
    order = [events["at_occurred"], events["seq"]]
    path = flow.own_word(events).group_concat(flow.MARK, order_by=order)
    case = events.group_by("record").agg(path=path, at=events["at_occurred"].min())
    top = ibis.literal(flow.MARK.join(variants[0][0]))
    got = ctx.fetch(case.select("record", "at", hit=case["path"] == top).order_by("record"))
    at = got["at"].to_numpy(zero_copy_only=False).astype("datetime64[us]")
    hit = got["hit"].to_numpy(zero_copy_only=False).astype(bool)
    found = drift_of(ctx, f"variants:{kind}", at, hit)
    return found if found is not None and found.p < P_MAX else None


def _plan(ctx: Context, net: Net, model: Path) -> Plan:
    """The log on the plan: the kind that the model is named after, else all records."""
    name = next((k for k in WORK if k in (model.stem, model.parent.name)), None)
    kinds = (name,) if name else ()
    label = Label(flow.OWN_WORD.columns, lambda events: _label(events, net.labels))
    variants = flow.ways(ctx, flow.cases_of(ctx, kinds, ended=True), label)
    every = opened_in_period(ctx)
    mine = every.filter(every["kind"].isin(list(kinds))) if kinds else every
    open_ = ctx.one(mine.filter(~mine["state"].isin(list(ENDED))).agg(n=ibis._.count()))["n"]
    return Plan(model.name, kinds, int(open_), Replay(net).log(variants))


def _label(events: Any, labels: frozenset[str]) -> Any:
    """The word of an event that the plan knows: the tool's, the vocabulary's, or its verb."""
    known = sorted(labels)
    verb = ibis.cases(*((events["activity"] == a, v) for a, v in VERBS.items()), else_=None)
    choices = [events["source_activity"], events["activity"], verb]
    branches = [(each.isin(known), each) for each in choices]
    return ibis.cases(*branches, else_=flow.own_word(events))
