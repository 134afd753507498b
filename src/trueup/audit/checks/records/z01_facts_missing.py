"""Z01: Facts missing."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import share_p
from trueup.audit.stats.shares import wilson

PLACEHOLDERS = ("", "?", "-", "n/a", "unknown")


def ask(ctx: Context) -> Probe | Silent:
    """Missing share of each recorded required column, per column and team."""
    names = [name.strip() for name in ctx.text("required_fields").split(",")]
    recorded = [name for name in names if ctx.has(name)]
    if not recorded:
        return Silent(
            "not_enough_evidence", "none of the required columns is recorded", tuple(names)
        )
    critical = {name.strip() for name in ctx.text("critical_fields").split(",")}
    limits = {n: ctx.number("critical_limit" if n in critical else "limit") for n in recorded}
    gaps = {name: _counts(ctx, name) for name in recorded}
    whole = _case(ctx, ORGANISATION, {n: _sum(rows) for n, rows in gaps.items()}, limits)
    if whole is None:
        return Silent("not_applicable", "no record was opened in the period")
    failing = whole.words.get("columns", "")
    blocks = tuple(id for id in CHECK.blocks if _uses(ctx, id, failing.split(", ")))
    tested = max(_sum(rows)[1] for rows in gaps.values())
    return Probe(tested, tested, whole, tuple(_teams(ctx, gaps, limits)), blocks=blocks)


def _uses(ctx: Context, id: str, columns: list[str]) -> bool:
    measure = ctx.asks[id]
    return any(column in (*measure.needs, *measure.uses) for column in columns)


def _population(ctx: Context, name: str) -> Any:
    """The rows in which a column must be filled, with ``bad`` and the team."""
    table, column = name.split(".")
    rows = ctx.table(table)
    if name == "record.resolved_at":
        rows = rows.filter(rows["state"].isin(["resolved", "closed"]))
    if name == "record.requester":
        rows = rows.filter(rows["channel"].fill_null("other") != "monitoring")
    if name == "change.outcome":
        rows = rows.filter(rows["end"].notnull())
    if table == "record":
        rows = rows.filter(ctx.within(rows["opened_at"]))
    value = rows[column]
    empty = value.isnull()
    if value.type().is_string():
        empty = empty | value.strip().lower().isin(PLACEHOLDERS)
    key = {"record": "id", "change": "record", "cost": "id"}[table]
    team = rows["team"] if table == "record" else ibis.null().cast("string")
    return rows.select(id=rows[key].cast("string"), bad=empty, team=team)


def _counts(ctx: Context, name: str) -> list[dict[str, Any]]:
    rows = _population(ctx, name)
    grouped = rows.group_by("team").agg(bad=rows["bad"].cast("int64").sum(), n=ibis._.count())
    return ctx.rows(grouped.order_by("team"))


def _sum(rows: list[dict[str, Any]]) -> tuple[int, int]:
    return sum(int(r["bad"] or 0) for r in rows), sum(int(r["n"]) for r in rows)


def _teams(
    ctx: Context, gaps: dict[str, list[dict[str, Any]]], limits: dict[str, float]
) -> list[Case]:
    teams = sorted({r["team"] for rows in gaps.values() for r in rows if r["team"]})
    cases = []
    for team in teams:
        mine = {
            name: _sum([r for r in rows if r["team"] == team])
            for name, rows in gaps.items()
            if name.startswith("record.") and name != "record.team"
        }
        case = _case(ctx, Unit("team", team), mine, limits)
        if case is not None:
            cases.append(case)
    return cases


def _case(
    ctx: Context, unit: Unit, shares: dict[str, tuple[int, int]], limits: dict[str, float]
) -> Case | None:
    """The unit's worst column against its limit; the p-value pays for the number of columns."""
    judged = {name: (bad, n) for name, (bad, n) in shares.items() if n >= 30}
    if not judged:
        return None
    ps = {n: min(1.0, len(judged) * share_p(b, c, limits[n])) for n, (b, c) in judged.items()}
    failing = [n for n, (b, c) in judged.items() if ps[n] <= 0.05 and wilson(b, c).low > limits[n]]
    worst = min(judged, key=lambda n: (ps[n], n))
    bad, n = judged[worst]
    ring = wilson(bad, n)
    shown = failing or [worst]
    return Case(
        unit,
        Estimate(bad / n, ring.low, ring.high, n, p=ps[worst]),
        sum(judged[name][0] for name in failing) if failing else bad,
        n,
        limit=limits[worst],
        bad=lambda: _listed(ctx, unit, shown),
        words={"columns": ", ".join(failing), "column": worst, "gap": f"{bad:,}"},
    )


def _listed(ctx: Context, unit: Unit, names: list[str]) -> pa.Table:
    parts = []
    for name in names:
        rows = _population(ctx, name)
        rows = rows.filter(rows["bad"])
        if unit.kind == "team":
            rows = rows.filter(rows["team"] == unit.id)
        table = name.split(".")[0]
        parts.append(
            rows.select(
                table=ibis.literal(table), id=rows["id"], why=ibis.literal(f"{name} is missing")
            )
        )
    return ctx.backend.fetch(ibis.union(*parts) if len(parts) > 1 else parts[0])


CHECK = Check(
    id="Z01",
    area="Records and audit log",
    title="Facts missing",
    question="Are the fields the audit needs filled?",
    tables=("record",),
    rule=(
        "For every column of required_fields that the pack records at all: share of rows whose "
        "value is null or a placeholder ('', '?', '-', 'n/a', 'unknown') > limit; for a column "
        "of critical_fields > critical_limit. record.resolved_at counts only where record.state"
        " in (resolved, closed); record.requester only where record.channel is not monitoring; "
        "change.outcome only where change.end is set. If recorded: change and cost columns in "
        "the same way. Shown per column and per record.team. A measure in blocks is blocked "
        "only where it uses the failing column; record.ci belongs to N01, cost.service and "
        "cost.owner to F04. [unit: organisation, team]"
    ),
    parameters={
        "limit": 0.10,
        "critical_limit": 0.02,
        "required_fields": (
            "record.service,record.team,record.category,record.priority,record.requester,record.resolved_at,change.risk_class,change.plan_start,change.plan_end,change.outcome,cost.line,cost.pool"
        ),
        "critical_fields": "record.priority,record.team,change.outcome",
    },
    gate=True,
    blocks=(
        "MB-02",
        "MB-11",
        "MB-15",
        "MR-01",
        "MR-02",
        "MR-04",
        "MR-05",
        "MR-06",
        "MR-09",
        "MR-16",
        "MC-02",
        "MC-06",
        "MC-07",
        "MC-09",
        "MC-10",
        "MC-11",
    ),
    severity="minor",
    refs=("ISO 20000-1 7.5", "COBIT MEA01", "ITIL Measurement and reporting", "FitSM GR2.3"),
    causes=("no mandatory field", "hurry", "bad form", "import"),
    do_first="make three fields required at resolve; offer pick lists",
    effective_when='missing share <= limit for 8 weeks and no rise of the value "other"',
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    headline="{gap} of {all} rows have no usable {column}.",
    should_be="The fields that measures need are filled.",
    matters="Without them the measures behind cannot be judged.",
    owner_role="service desk lead",
    indicators=("communication", "risk_impact", "budget_adherence"),
)
