"""An own rule asked of a pack: rows from the process apart, counted like every other share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.context import Context
from trueup.audit.declare import Ask, Probe, Silent
from trueup.audit.own import sandbox
from trueup.audit.own.rules import Rule
from trueup.audit.own.sandbox import Failed, Run, Value
from trueup.audit.shares import ShareQuestion

EMPTY = "nothing of this kind happened in the period"


def asks(rule: Rule, limit: float | None, least: int, words: Mapping[str, str]) -> Ask:
    """The function that asks a rule; `limit` None trips on any exception."""

    def ask(ctx: Context) -> Probe | Silent:
        ctx.queries.setdefault(ctx.asking, []).append(rule.sql)
        given = given_of(ctx)
        own = {n: ctx.params[f"{ctx.asking}.{n}"] for n in rule.parameters if n not in given}
        used = {n: v for n, v in given.items() if n in rule.parameters}
        found = sandbox.run([Run(ctx.pack, rule.sql, rule.tables, {**used, **own})])[0]
        rows = found if isinstance(found, Failed) else population(rule, found)
        if isinstance(rows, Failed):
            return Silent("not_enough_evidence", f"the own check gave no answer: {rows}")
        return _probe(ctx, rule, rows, limit, least, words)

    return ask


def given_of(ctx: Context) -> dict[str, Value]:
    """The parameters that every rule may use: the period's ends, the as-of instant, the zone."""
    return standard(ctx.period.start, ctx.period.end, ctx.as_of, ctx.zone) | {
        "first_day": ctx.period.first,
        "last_day": ctx.period.last,
    }


def standard(start: Any, end: Any, as_of: Any, zone: str) -> dict[str, Value]:
    """Instants naive in UTC: the period from `from` up to, not including, `to`."""
    return {
        "from": start,
        "to": end,
        "as_of": as_of,
        "zone": zone,
        "first_day": start.date(),
        "last_day": (end - timedelta(days=1)).date(),
    }


def population(rule: Rule, rows: pa.Table) -> pa.Table | Failed:
    """The rows in known types: id, bad (null: cannot be told), at, why, critical, table, kinds."""
    names = [name.lower() for name in rows.column_names]
    rows = rows.rename_columns(names)
    kinds: dict[str, pa.DataType] = {
        "id": pa.string(), "exception": pa.bool_(), "at": pa.timestamp("us"), "why": pa.string(),
        "critical": pa.bool_(), "table": pa.string(), **dict.fromkeys(rule.kinds, pa.string()),
    }  # fmt: skip
    columns = {}
    for name in names:
        try:
            columns["bad" if name == "exception" else name] = rows[name].cast(kinds[name])
        except (pa.ArrowException, KeyError):
            return Failed(f"its column {name} is {rows[name].type}, not {kinds[name]}")
    if columns["id"].null_count:
        return Failed("some of its rows have no id")
    ids = columns["id"]
    if "table" in columns:
        ids = pc.binary_join_element_wise(columns["table"], ids, "|")
    if pc.count_distinct(ids).as_py() != rows.num_rows:
        twice = pc.value_counts(ids)
        first = min(p["values"].as_py() for p in twice if p["counts"].as_py() > 1)
        return Failed(f"{first} comes more than once; a join gives several rows, group them")
    return pa.table(columns).sort_by("id")


def _probe(
    ctx: Context,
    rule: Rule,
    rows: pa.Table,
    limit: float | None,
    least: int,
    words: Mapping[str, str],
) -> Probe | Silent:
    known = rows.filter(pc.is_valid(rows["bad"]))
    if not rows.num_rows:
        return Silent("not_applicable", EMPTY)
    if not known.num_rows:
        return Silent("not_enough_evidence", "of no record it can be told whether it is one")
    if limit is not None:
        limit = ctx.number("limit")
    return ShareQuestion(
        ctx,
        ctx.backend.memory(known),
        limit or 0.0,
        kinds=rule.kinds,
        table=rule.table,
        exact=limit is None,
        any_critical="critical" in rows.column_names,
        coverage=known.num_rows / rows.num_rows,
        population=rows.num_rows,
        floor=least,
        words=lambda unit: dict(words),
    ).probe()
