"""Everything conformance says about a pack: rules, fitness, flow, and the plan if one is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from trueup.audit.conformance import flow
from trueup.audit.conformance.bpmn import read_bpmn
from trueup.audit.conformance.cases import WORK
from trueup.audit.conformance.fitness import Fitness as Fitness
from trueup.audit.conformance.fitness import fitness_of
from trueup.audit.conformance.judging import Applied, apply
from trueup.audit.conformance.measured import Measures, measures_of
from trueup.audit.conformance.mix import Mixed, mix_of
from trueup.audit.conformance.plans import Plan as Plan
from trueup.audit.conformance.plans import plan_of
from trueup.audit.conformance.rules import Rule, shipped
from trueup.audit.conformance.trends import Cost, Drift, cost_of, drift_of
from trueup.audit.context import Context
from trueup.audit.relations import opened_in_period
from trueup.audit.stats.inference import bh
from trueup.audit.stats.shares import Interval, wilson

P_MAX = 0.01
State = Literal["judged", "not_recorded", "never_applied"]


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
class Flow:
    """How the records of one kind went."""

    kind: str
    spread: flow.Spread
    follows: tuple[tuple[str, str, int], ...]
    rework: flow.Rework
    handovers: flow.Handovers
    where: tuple[flow.Where, ...]
    drift: Drift | None
    mix: Mixed


@dataclass(frozen=True, slots=True)
class Conformance:
    """The whole answer; `trueup.audit.conformance.written` makes JSON of it, `shown` a table."""

    ctx: Context
    rules: tuple[RuleResult, ...]
    fitness: tuple[Fitness, ...]
    flows: tuple[Flow, ...]
    touch_share: float | None
    plans: tuple[Plan, ...]
    measures: Measures

    @property
    def plan(self) -> Plan | None:
        """The first plan; None without a drawing."""
        return self.plans[0] if self.plans else None


def conformance_of(
    ctx: Context,
    model: Path | Sequence[Path] | None = None,
    rules: Sequence[Rule] | None = None,
) -> Conformance:
    """Apply the rules to a pack and describe its flow; BPMN files are replayed and aligned too.

    The engine of `ctx` is closed then. Raises Refused where the model cannot be read.
    """
    try:
        models = [model] if isinstance(model, Path) else list(model or ())
        return _conformance(ctx, models, rules)
    finally:
        ctx.backend.close()


def _conformance(ctx: Context, models: Sequence[Path], rules: Sequence[Rule] | None) -> Conformance:
    nets = [read_bpmn(model) for model in models]
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
        fitness_of(ctx, chosen, applied),
        _flows(ctx),
        flow.touch_share(ctx),
        tuple(plan_of(ctx, net, model) for net, model in zip(nets, models, strict=True)),
        measures_of(ctx, chosen, applied, results),
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
    mix = mix_of(ctx, kind, events, variants)
    return Flow(
        kind,
        flow.spread(variants),
        tuple(flow.follows(variants)),
        flow.rework(variants),
        flow.handovers(ctx, cases),
        flow.where_time_goes(ctx, events),
        mix.top,
        mix,
    )
