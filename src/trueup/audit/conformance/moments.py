"""Moments: what happened to a case and when, from events, time columns and neighbouring tables.

A moment has an earliest and a latest instant (`at`, `until`): the same for an event, the whole
local day for a date, everything for a value whose time nobody recorded. Two moments are in order
only where the one's latest lies before the other's earliest, or where both stand at one instant
and the log recorded which came first. Otherwise they are parallel, and parallel breaks nothing.
"""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.changes import held
from trueup.audit.conformance.cases import Scope, with_fact
from trueup.audit.conformance.expressions import compiled, words
from trueup.audit.conformance.facts import FACTS
from trueup.audit.conformance.linked import LINKED, Linked
from trueup.audit.conformance.rules import Atom, Operand
from trueup.audit.conformance.shapes import TEXTS, shaped
from trueup.audit.context import Context
from trueup.core import evidence

Known = dict[tuple[str, str, str, str], int]


def own_log(ctx: Context) -> bool:
    """Whether the events are a log of record: sealed or chained, so their order is recorded."""
    return ctx.pack.manifest.log_head is not None or ctx.has("event.hash")


def activities(ctx: Context) -> Known:
    """How many events there are by entity, kind of record, activity and the source's own word."""

    def count(ctx: Context) -> Known:
        if not ctx.has("event"):
            return {}
        event, record = ctx.table("event"), ctx.table("record")
        home = record.select(rid="id", kind="kind")
        t = event.left_join(home, (event["entity_id"] == home["rid"]))
        t = t.mutate(kind=t["kind"].fill_null(""), verb=t["source_activity"].fill_null(""))
        t = t.group_by("entity", "kind", "activity", "verb").agg(n=ibis._.count())
        rows = ctx.rows(t)
        return {(r["entity"], r["kind"], r["activity"], r["verb"]): r["n"] for r in rows}

    found: Known = ctx.value("conformance_activities", count)
    return found


def unrecorded(scope: Scope, operand: Operand, wanted: bool = False) -> tuple[str, ...]:
    """What the source would have to record for an operand; nothing where it does.

    `wanted` is the side a rule asks for: there a column that stands empty means "not done".
    """
    lacking: list[str] = []
    for chain in operand.chains:
        missing = [_missing(scope, atom, wanted) for atom in chain]
        if all(missing):
            lacking.append(missing[0][0])
    return tuple(lacking) if len(lacking) == len(operand.chains) else ()


def _missing(scope: Scope, atom: Atom, wanted: bool) -> tuple[str, ...]:
    ctx, name = scope.ctx, atom.name
    if name in LINKED:
        return _missing_linked(ctx, LINKED[name], wanted)
    if "." in name:
        there = held(ctx, name) if wanted else ctx.has(name)
        return () if there else (name,)
    if name in ("case", "*"):
        needed = scope.detail or scope.table
        return ctx.missing(needed if name == "case" else "event")
    return () if _happens(scope, name) or (wanted and own_log(ctx)) else (f"event.activity={name}",)


def _missing_linked(ctx: Context, linked: Linked, wanted: bool) -> tuple[str, ...]:
    missing = ctx.missing(*linked.needs)
    if linked.event and not missing and not (wanted and own_log(ctx)):
        there = any((e, a, v) == linked.event for e, _, a, v in activities(ctx))
        missing = () if there else ("event.activity=" + "/".join(linked.event[1:]),)
    return missing


def _happens(scope: Scope, name: str) -> bool:
    activity, _, verb = name.partition("/")
    return any(
        entity in scope.entities
        and word == activity
        and (not verb or verb == own)
        and (entity != "record" or scope.kinds == ("record",) or kind in scope.kinds)
        for entity, kind, word, own in activities(scope.ctx)
    )


def moments(scope: Scope, operand: Operand, wanted: bool = False) -> Any:
    """The moments of an operand that belong to the cases of the rule."""
    parts = [_atom(scope, _chosen(scope, chain, wanted)) for chain in operand.chains]
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _chosen(scope: Scope, chain: tuple[Atom, ...], wanted: bool) -> Atom:
    return next((atom for atom in chain if not _missing(scope, atom, wanted)), chain[0])


def _atom(scope: Scope, atom: Atom) -> Any:
    name = atom.name
    if name in LINKED:
        raw = LINKED[name].make(scope.ctx, scope.entities)
    elif name == "case":
        raw = _of_case(scope)
    elif "." in name:
        raw = _of_column(scope, name.partition(".")[2])
    else:
        raw = _of_events(scope, name)
    t = with_cases(scope, raw, atom)
    if atom.where is not None:
        t = t.filter(condition(scope, atom.where, t))
    return t.select(*raw.columns)


def _of_case(scope: Scope) -> Any:
    """One moment per case: its opening where it has one, else at no known time."""
    cases = scope.cases
    when = next((c for c in ("opened_at", "opened") if c in cases.columns), None)
    at = cases[when] if when else None
    return shaped(cases, case=cases["case_id"], table=scope.detail or scope.table, at=at)


def _of_column(scope: Scope, column: str) -> Any:
    """The moments a column tells: an instant, a whole local day, or a value without a time."""
    cases, table = scope.cases, scope.home(column) or ""
    known = cases.filter(cases[column].notnull())
    own, kind = known[column], known[column].type()
    args: dict[str, Any] = {}
    if kind.is_timestamp():
        args = {"at": own}
    elif kind.is_date():
        args = {"day": own}
    elif evidence.TABLES[table.partition(".")[0]].column(column).ref == "person":
        args = {"actor": own, "at": known["opened_at"] if "opened_at" in known.columns else None}
    return shaped(known, case=known["case_id"], table=table, value=own.cast("string"), **args)


def _of_events(scope: Scope, name: str) -> Any:
    event = scope.ctx.table("event")
    activity, _, verb = name.partition("/")
    t = event.filter(event["entity"].isin(list(scope.entities)))
    if name != "*":
        t = t.filter(t["activity"] == activity)
    if verb:
        t = t.filter(t["source_activity"] == verb)
    return event_moments(t, own_log(scope.ctx))


def event_moments(t: Any, ordered: bool) -> Any:
    """Rows of ``event`` as moments; without a recorded order their `seq` is not used."""
    texts = {n: t[n] for n in TEXTS if n in t.columns and n not in ("verb", "step", "joint")}
    return shaped(
        t, case=t["entity_id"], ref=ibis.literal("event:") + t["seq"].cast("string"),
        at=t["at_occurred"], seq=t["seq"] if ordered else None, recorded=t["at_recorded"],
        level=t["level"],
        verb=t["source_activity"], **texts,
    )  # fmt: skip


def with_cases(scope: Scope, raw: Any, atom: Atom | None = None, extra: Any = None) -> Any:
    """Moments joined with the cases of the rule; the case's columns carry the prefix ``c_``."""
    tree = atom.where if atom is not None else extra
    wanted = words(tree) if tree is not None else []
    cases = scope.cases
    for name in wanted:
        if name in FACTS and name not in cases.columns:
            cases = with_fact(scope.ctx, cases, name)
    own = {f"c_{n}": cases[n] for n in wanted if n in cases.columns}
    mine = cases.select(c_case=cases["case_id"], **own)
    return raw.join(mine, raw["case"] == mine["c_case"])


def condition(scope: Scope, tree: Any, t: Any) -> Any:
    """A condition over moments joined with their cases: the moment's column first."""
    columns = set(t.columns)

    def column(name: str) -> Any:
        if name == "now":
            return scope.ctx.now
        return t[name] if name in columns and name not in ("case",) else t[f"c_{name}"]

    return compiled(tree, column)
