"""One rule over the evidence: how often it applied, how often it was broken, and by which cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.business import hours_between_business
from trueup.audit.changes import held
from trueup.audit.conformance.cases import Scope, scope_of
from trueup.audit.conformance.expressions import names
from trueup.audit.conformance.facts import FACTS
from trueup.audit.conformance.moments import moments, unrecorded
from trueup.audit.conformance.rules import Operand, Rule, Span, Step
from trueup.audit.conformance.shapes import ALWAYS, TEXTS, instant
from trueup.audit.conformance.special import WINDOWS, level_order, same_unit_return
from trueup.audit.conformance.steps import STEPS, with_span
from trueup.audit.context import Context
from trueup.audit.working_days import local_days, working_days_between

Array = np.ndarray[Any, Any]
CASE = Operand.of("case")
ALL = STEPS | WINDOWS
TIMED = ("followed", "ahead")
TEAMS = {"same-unit return": same_unit_return, "level order": level_order}
TEAM_NEEDS = {"same-unit return": ("event.team",), "level order": ("event.level",)}
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Applied:
    """Every decided activation of a rule, in the order of case and reference.

    `rows` has case, ref, other and at; `broken` is True or False; `waited` is in the unit of the
    rule's span (minutes or working days), `clock` in hours; both nan where nothing was waited for.
    """

    rows: pa.Table
    broken: Array
    size: Array
    waited: Array
    clock: Array
    missing: tuple[str, ...] = ()
    undecided: int = 0

    @property
    def violating(self) -> pa.Table:
        """The broken activations."""
        return self.rows.filter(pa.array(self.broken))


def apply(ctx: Context, rule: Rule) -> Applied:
    """Apply a rule; `missing` names what the source would have to record."""
    lacking = lacks(ctx, rule)
    if lacking:
        return _nothing(lacking)
    scope = scope_of(ctx, rule)
    lacking = _missing(scope, rule)
    if lacking:
        return _nothing(lacking)
    if rule.type in TEAMS:
        expr = TEAMS[rule.type](scope)
        tables = [_fetched(ctx, expr.filter(ctx.within(expr["at"])))]
        return _joined(ctx, rule, tables)
    acts = ctx.backend.keep(_activations(ctx, scope, rule))
    tables = []
    for step in rule.steps:
        own = with_span(scope, acts, step.args["within"]) if step.kind == "followed" else acts
        tables.append(_fetched(ctx, ALL[step.kind](scope, own, step)))
    return _joined(ctx, rule, tables)


def _nothing(missing: tuple[str, ...] = ()) -> Applied:
    empty = pa.table({name: pa.array([], pa.string()) for name in ("case", "ref", "other")})
    rows = empty.append_column("at", pa.array([], pa.timestamp("us")))
    none = np.zeros(0)
    return Applied(rows, none.astype(bool), none, none, none, missing)


def lacks(ctx: Context, rule: Rule) -> tuple[str, ...]:
    """What of the rule's own list of needs is not recorded; * at the end asks for the column only.

    A column in which every value may be missing (never revoked) counts as recorded where it is.
    """
    absent = [
        name.rstrip("*") for name in rule.needs
        if not (held(ctx, name[:-1]) if name.endswith("*") else ctx.has(name))
    ]  # fmt: skip
    return tuple(absent) + ctx.missing(*TEAM_NEEDS.get(rule.type, ()))


def _missing(scope: Scope, rule: Rule) -> tuple[str, ...]:
    """The first kind of thing that is not recorded: condition, activation, what is asked for."""
    ctx = scope.ctx
    found: list[str] = []
    if rule.where is not None:
        found += _of_condition(scope, rule.where)
    if rule.type in TEAMS:
        return tuple(found)
    found += _of_operand(scope, rule.on or CASE, wanted=False)
    for step in rule.steps:
        found += _of_step(scope, step)
    return tuple(dict.fromkeys(found)) if found else ctx.missing(scope.table)


def _of_condition(scope: Scope, tree: Any, wanted: bool = False, moment: bool = False) -> list[str]:
    missing: list[str] = []
    for name in dict.fromkeys(names(tree)):
        if moment and (name in TEXTS or name in ("level", "recorded", "at", "value")):
            continue
        if name in FACTS:
            missing += scope.ctx.missing(*FACTS[name].needs)
        elif (column := scope.home("priority" if name == "first_priority" else name)) is not None:
            there = held(scope.ctx, column) if wanted else scope.ctx.has(column)
            missing += [] if there else [column]
    return missing


def _of_operand(scope: Scope, operand: Operand, wanted: bool) -> list[str]:
    missing = list(unrecorded(scope, operand, wanted))
    for chain in operand.chains:
        for atom in chain:
            if atom.where is not None:
                missing += _of_condition(scope, atom.where, moment=True)
    return missing


def _of_step(scope: Scope, step: Step) -> list[str]:
    missing: list[str] = []
    counted = step.args.get("count")
    for key, value in step.args.items():
        if key == "unless" or (key == "a" and counted):
            continue
        if isinstance(value, Operand):
            missing += _of_operand(scope, value, wanted=True)
        elif key == "each":
            for one in value:
                missing += _of_operand(scope, one, wanted=True)
        elif key == "require":
            missing += _of_condition(scope, value, wanted=True, moment=True)
        elif key in ("from", "to"):
            missing += scope.ctx.missing(scope.home(value) or value)
    if counted and unrecorded(scope, step.args["a"]):
        missing += scope.ctx.missing(scope.home(counted) or counted)
    return missing


def _activations(ctx: Context, scope: Scope, rule: Rule) -> Any:
    """The moments that activate a rule, in the period and not after the audit's instant."""
    t = moments(scope, rule.on or CASE)
    timeless = t["at"] <= instant(ALWAYS)
    return t.filter(timeless | (ctx.within(t["at"]) & (t["until"] <= ctx.now))).distinct()


def _fetched(ctx: Context, expr: Any) -> pa.Table:
    return ctx.fetch(expr.order_by("case", "ref"))


def _joined(ctx: Context, rule: Rule, tables: Sequence[pa.Table]) -> Applied:
    """The verdict of all steps on each activation: broken by one is broken."""
    verdicts, waits = [], []
    steps = rule.steps if rule.type not in TEAMS else (Step("", {}),)
    for step, table in zip(steps, tables, strict=True):
        verdict, waited, clock = _verdict(ctx, step, table)
        verdicts.append(verdict)
        waits.append((waited, clock))
    every = np.stack(verdicts)
    broken = (every == 1).any(axis=0)
    decided = broken | ~(every == UNKNOWN).any(axis=0)
    first = tables[0]
    keep = pa.array(decided)
    waited, clock = next((w for w in waits if np.isfinite(w[0]).any()), waits[0])
    size = first["size"].to_numpy(zero_copy_only=False).astype(float)
    return Applied(
        first.select(["case", "ref", "other", "at"]).filter(keep),
        broken[decided], size[decided], waited[decided], clock[decided],
        undecided=int((~decided).sum()),
    )  # fmt: skip


def _verdict(ctx: Context, step: Step, table: pa.Table) -> tuple[Array, Array, Array]:
    """1 broken, 0 kept, -1 undecided; what was waited in the span's unit and in clock hours."""
    told = pc.fill_null(table["broken"].cast(pa.int8()), UNKNOWN)
    verdict = told.to_numpy(zero_copy_only=False).astype(np.int8)
    none = np.full(len(verdict), np.nan)
    if step.kind not in TIMED:
        return verdict, none, none
    start, stop = (
        table[name].cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
        for name in ("start", "stop")
    )
    if step.kind == "ahead":
        span = step.args["ahead"]
        ready = elapsed(ctx, span, start, stop)
        return np.where(ready >= span.amount, 0, 1).astype(np.int8), none, none
    return _in_time(ctx, step, table, verdict, start, stop)


def _in_time(
    ctx: Context, step: Step, table: pa.Table, verdict: Array, start: Array, stop: Array
) -> tuple[Array, Array, Array]:
    which = table["size"].to_numpy(zero_copy_only=False)
    until = np.where(np.isnat(stop), np.datetime64(ctx.as_of, "us"), stop)
    waited = np.full(len(verdict), np.nan)
    late = np.zeros(len(verdict), bool)
    for index, (_, span) in enumerate(step.args["within"]):
        mine = (which == index) & ~np.isnat(start)
        waited[mine] = elapsed(ctx, span, start[mine], until[mine])
        late[mine] = waited[mine] > span.amount
    came = ~np.isnat(stop)
    timeless = np.isnat(start)
    open_ = np.where(late, 1, UNKNOWN)
    found = np.where(came, late.astype(np.int8), open_)
    found = np.where(timeless, np.where(came, 0, UNKNOWN), found)
    verdict = np.where(verdict == UNKNOWN, found, verdict).astype(np.int8)
    seen = came & ~timeless
    clock = np.where(seen, (until - start) / np.timedelta64(1, "h"), np.nan)
    return verdict, np.where(seen, waited, np.nan), clock


def elapsed(ctx: Context, span: Span, start: Array, stop: Array) -> Array:
    """The time between pairs of instants in the unit of a span: minutes, or working days."""
    if span.clock == "days":
        return working_days_between(ctx, local_days(ctx, start), local_days(ctx, stop)).astype(
            float
        )
    if span.clock == "business":
        return hours_between_business(ctx, start, stop) * 60.0
    return np.asarray((stop - start) / np.timedelta64(1, "m"), float)
