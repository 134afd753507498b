"""What a rule is about: the cases of a kind with their columns, and facts counted per case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trueup.audit.conformance.expressions import compiled, names
from trueup.audit.conformance.facts import FACTS
from trueup.audit.conformance.rules import Rule
from trueup.audit.context import Context
from trueup.core import evidence

DETAILS = {"change": "change", "problem": "problem", "release": "release"}
WORK = (
    "incident", "request", "problem", "change", "release", "task", "complaint",
    "security_incident", "other",
)  # fmt: skip
KEYS = {
    "service_review": ("customer", "agreement", "due"),
    "target_result": ("record", "metric", "target", "due_at"),
    "underpinning": ("id", "service", "supplier", "team", "metric", "priority", "breached_at"),
    "verification": ("finding", "measure", "ready_on", "decided_at"),
}
ENDED = ("closed", "cancelled")


@dataclass(frozen=True, slots=True)
class Scope:
    """The cases of one rule: `cases` (case_id and every column), and whose events are theirs."""

    ctx: Context
    kinds: tuple[str, ...]
    table: str
    detail: str
    cases: Any
    entities: tuple[str, ...]

    def home(self, column: str) -> str | None:
        """``table.column`` of a column of the cases; None where it is a fact or no column."""
        for table in (self.detail, self.table):
            if table and evidence.TABLES[table].has(column):
                return f"{table}.{column}"
        return None


def scope_of(ctx: Context, rule: Rule) -> Scope:
    """The cases of a rule, its condition applied."""
    scope = scope_for(ctx, rule.kinds)
    if rule.where is None:
        return scope
    base = scope.cases
    wanted = [name for name in dict.fromkeys(names(rule.where)) if name in FACTS]
    for name in wanted:
        base = with_fact(ctx, base, name)
    own = base.filter(compiled(rule.where, lambda n: ctx.now if n == "now" else base[n]))
    return Scope(ctx, rule.kinds, scope.table, scope.detail, own, scope.entities)


def scope_for(ctx: Context, kinds: tuple[str, ...]) -> Scope:
    """All cases of some kinds of record, or of one table."""
    kind = kinds[0]
    is_record = kind == "record" or kind in WORK
    table = "record" if is_record else kind
    detail = DETAILS.get(kind, "") if len(kinds) == 1 else ""
    base = _records(ctx, kinds, detail) if is_record else _rows(ctx, table)
    entities = ("record", detail) if detail else (table,)
    return Scope(ctx, kinds, table, detail, base, entities)


def _records(ctx: Context, kinds: tuple[str, ...], detail: str) -> Any:
    record = ctx.table("record")
    if kinds[0] != "record":
        record = record.filter(record["kind"].isin(list(kinds)))
    t = record.mutate(case_id=record["id"], first_priority=record["priority"])
    if detail:
        more = ctx.table(detail)
        fields = {name: more[name] for name in more.columns if name not in ("record", "reviewed_at",
                                                                            "reason")}  # fmt: skip
        if detail == "change":
            fields |= {"change_reviewed_at": more["reviewed_at"], "change_reason": more["reason"]}
            t = t.drop("reviewed_at")
        own = more.select(detail_id=more["record"], **fields)
        joined = t.join(own, t["id"] == own["detail_id"])
        t = joined.drop("detail_id")
        if detail == "change":
            t = t.rename(reviewed_at="change_reviewed_at")
    if kinds[0] == "incident" and ctx.has("event"):
        t = _first_priority(ctx, t)
    return t


def _first_priority(ctx: Context, t: Any) -> Any:
    """The priority known at the opening: the old value of the first change of priority."""
    event = ctx.table("event")
    moved = event.filter((event["entity"] == "record") & (event["activity"] == "priority_changed"))
    first = moved.group_by(mid="entity_id").agg(
        was=moved["old"].argmin(moved["seq"]).try_cast("int64")
    )
    t = t.left_join(first, t["id"] == first["mid"])
    return t.mutate(first_priority=t["was"].coalesce(t["priority"])).drop("mid", "was")


def _rows(ctx: Context, table: str) -> Any:
    """The rows of a table; the id of a row without one is its required columns joined by |.

    Tables whose required columns do not tell their rows apart have more of them (`KEYS`).
    """
    t = ctx.table(table)
    key = KEYS.get(table, evidence.TABLES[table].key)
    parts = [t[name].cast("string").fill_null("") for name in key]
    joined: Any = parts[0]
    for each in parts[1:]:
        joined = joined + "|" + each
    return t.mutate(case_id=joined)


def with_fact(ctx: Context, base: Any, name: str) -> Any:
    """The cases with a fact as a column of that name; 0 where nothing was counted."""
    made = FACTS[name].make(ctx).rename(fact_case="case", fact_value="value")
    t = base.left_join(made, base["case_id"] == made["fact_case"])
    return t.mutate(**{name: t["fact_value"].fill_null(0)}).drop("fact_case", "fact_value")
