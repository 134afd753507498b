"""Z12: Meaning changed."""

from __future__ import annotations

import re
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.money import row_id
from trueup.audit.relations import opened_in_period
from trueup.audit.stats.trend import change_point

COLUMNS = ("category", "priority", "close_code", "source_state")
WEEKS_LEAST = 12
BEGINS = "{what} is used only from {day} on; {bad} of {all} records are touched."
HEADLINES = {
    "rule versions": "{bad} versions of the rule of a promise were in use, the last from {day} on.",
    "configuration": "Changes of the configuration in the period: {bad}, the first on {day}.",
    "mixed codes": "{what} stands bare in {bad} of {all} records and with its label in others.",
    "rejected rows": "{bad} values had the wrong type and could not be read.",
}
ENDS = "{what} is used no more from {day} on; {bad} of {all} records are touched."


def ask(ctx: Context) -> Probe | Silent:
    """Values that appear or vanish at a change point, rule versions, configuration, mixed codes."""
    record = opened_in_period(ctx)
    n = int(ctx.one(record.agg(n=ibis._.count()))["n"])
    if n < 30:
        return Silent("not_enough_evidence", f"{n} records; 30 are needed")
    found = [
        *_breaks(ctx, n),
        *_versions(ctx, n),
        *_configured(ctx, n),
        *_mixed(ctx, n),
        *_rejected(ctx, n),
    ]
    first = found[0] if found else None
    share = first.estimate.value if first else 0.0
    whole = Case(
        ORGANISATION, Estimate(share, share, share, n, exact=True),
        first.exceptions if first else 0, n, tripped=bool(found),
        branch=first.branch if first else "", bad=first.bad if first else None,
        words=first.words if first else {}, headline=first.headline if first else "",
    )  # fmt: skip
    return Probe(n, n, whole, tuple(c for c in found if c.unit != ORGANISATION), floor=1)


def _breaks(ctx: Context, n: int) -> list[Case]:
    """Values whose weekly share has a change point and that are new or gone after it."""
    cases: list[Case] = []
    for column in COLUMNS:
        if ctx.has(f"record.{column}"):
            cases += _breaks_of(ctx, column, n)
    best: dict[str, Case] = {}
    for case in cases:
        best.setdefault(case.unit.id, case)
    return list(best.values())


def _breaks_of(ctx: Context, column: str, n: int) -> list[Case]:
    record = opened_in_period(ctx)
    if column == "source_state":
        record = record.filter(record["state"] == "closed")
    week = ctx.local(record["opened_at"]).truncate("W")
    rows = record.mutate(week=week, value=record[column].cast("string"))
    got = ctx.arrays(
        rows.filter(rows["value"].notnull()).group_by("week", "value").agg(n=ibis._.count())
        .order_by("week", "value")
    )  # fmt: skip
    weeks, at = np.unique(got["week"].astype("datetime64[D]"), return_inverse=True)
    if len(weeks) < WEEKS_LEAST:
        return []
    total = np.bincount(at, got["n"])
    out = []
    for value in np.unique(got["value"].astype(str)):
        mask = got["value"] == value
        counts = np.bincount(at[mask], got["n"][mask], minlength=len(weeks))
        case = _break(ctx, column, str(value), weeks, counts, total, n)
        if case is not None:
            out.append(case)
    return out


def _break(
    ctx: Context,
    column: str,
    value: str,
    weeks: np.ndarray[Any, Any],
    counts: np.ndarray[Any, Any],
    total: np.ndarray[Any, Any],
    n: int,
) -> Case | None:
    share = counts / np.maximum(total, 1)
    least = ctx.number("new_share")
    if share.max() < least or (share >= least).all():
        return None
    point = change_point(share, ctx.rng(f"{column}|{value}"), segment=4)
    if point is None or point.p >= 0.01:
        return None
    k = point.index
    before = counts[:k].sum() / max(total[:k].sum(), 1)
    after = counts[k:].sum() / max(total[k:].sum(), 1)
    appeared, vanished = counts[:k].sum() == 0, counts[k:].sum() == 0
    if not (appeared or vanished) or max(before, after) < least:
        return None
    day = str(weeks[k].astype("datetime64[D]"))
    word = "appears" if appeared else "is gone"
    unit = Unit("period", f"{day}/{ctx.period.last}")

    def listed() -> pa.Table:
        record = opened_in_period(ctx)
        mine = record.filter(record[column].cast("string") == value)
        why = ibis.literal(f"{column} {value} {word} from {day} on")
        return ctx.backend.fetch(
            mine.select(table=ibis.literal("record"), id=mine["id"], why=why).order_by("id")
        )

    size = float(max(before, after))
    return Case(
        unit, Estimate(size, size, size, n, exact=True), int(counts.sum()), n, tripped=True,
        bad=listed, branch=f"{column} {value} {word}",
        words={"what": f"{column} “{value}”", "day": day}, headline=BEGINS if appeared else ENDS,
    )  # fmt: skip


def _plain(
    ctx: Context, n: int, count: int, branch: str, what: str, day: str, table: pa.Table
) -> Case:
    """What holds from a day on; its unit is the period from then to the end of the audited one."""
    return Case(
        Unit("period", f"{day}/{ctx.period.last}"),
        Estimate(count / n, count / n, count / n, n, exact=True), count, n,
        tripped=True, branch=branch, bad=lambda: table, words={"what": what, "day": day},
        headline=HEADLINES.get(branch, ""),
    )  # fmt: skip


def _versions(ctx: Context, n: int) -> list[Case]:
    if not ctx.has("target_result.rule_version"):
        return []
    result = ctx.table("target_result")
    inside = result.filter(ctx.within(result["computed_at"].coalesce(result["due_at"])))
    rows = ctx.rows(
        inside.filter(inside["rule_version"].notnull()).group_by("rule_version")
        .agg(n=ibis._.count(), first=ibis._.computed_at.min()).order_by("rule_version")
    )  # fmt: skip
    if len(rows) < 2:
        return []
    day = max((str(r["first"])[:10] for r in rows if r["first"]), default=str(ctx.period.first))
    later = rows[-1]["rule_version"]
    mine = inside.filter(inside["rule_version"] == later)
    listed = ctx.fetch(
        mine.select(
            table=ibis.literal("target_result"), id=row_id(mine, "target_result"),
            why=ibis.literal(f"computed by rule version {later}"),
        ).order_by("id")
    )  # fmt: skip
    return [_plain(ctx, n, len(rows), "rule versions", "the rule of a promise", day, listed)]


def _configured(ctx: Context, n: int) -> list[Case]:
    if not ctx.has("event"):
        return []
    event = ctx.table("event")
    mine = event.filter((event["entity"] == "configuration") & ctx.within(event["at_occurred"]))
    rows = ctx.rows(mine.select("seq", "entity_id", at="at_occurred").order_by("seq").limit(10_000))
    if not rows:
        return []
    listed = pa.table(
        {
            "table": ["event"] * len(rows),
            "id": [str(r["seq"]) for r in rows],
            "why": [f"the configuration {r['entity_id']} was changed" for r in rows],
        }
    )
    day = str(rows[0]["at"])[:10]
    return [_plain(ctx, n, len(rows), "configuration", "a rule", day, listed)]


def _mixed(ctx: Context, n: int) -> list[Case]:
    """A column that holds both a bare code and the same code with its label ("3", "3 - Low")."""
    for column in ("category", "close_code", "source_state"):
        if not ctx.has(f"record.{column}"):
            continue
        record = opened_in_period(ctx)
        rows = ctx.rows(
            record.filter(record[column].notnull()).group_by(value=record[column])
            .agg(n=ibis._.count()).order_by("value").limit(5000)
        )  # fmt: skip
        values = {str(r["value"]).strip(): int(r["n"]) for r in rows}
        for long in values:
            code = _code(long)
            if code in values:
                mine = record.filter(record[column] == code)
                listed = ctx.fetch(
                    mine.select(
                        table=ibis.literal("record"), id=mine["id"],
                        why=ibis.literal(f"{column} holds {code} here and “{long}” elsewhere"),
                    ).order_by("id")
                )  # fmt: skip
                day = str(ctx.period.first)
                return [
                    _plain(ctx, n, values[code], "mixed codes", f"{column} {code}", day, listed)
                ]
    return []


def _code(text: str) -> str:
    """The code a labelled value begins with: "3 - Low", and of numbers "3: Low" or "3 Low" too."""
    if " - " in text:
        return text.split(" - ", 1)[0].strip()
    number = re.match(r"(\d+)\s*[-–:.)(]?\s*[^\W\d]", text)
    return number.group(1) if number else ""


def _rejected(ctx: Context, n: int) -> list[Case]:
    rejected = int(ctx.pack.intake.get("rejected_wrong_type", 0) or 0)
    read = int(ctx.pack.intake.get("rows_read", 0) or 0)
    if not read or rejected / read <= ctx.number("reject_share"):
        return []
    empty = pa.table({"table": pa.array([], pa.string()), "id": pa.array([], pa.string()),
                      "why": pa.array([], pa.string())})  # fmt: skip
    day = str(ctx.period.first)
    return [_plain(ctx, n, rejected, "rejected rows", "the type of a column", day, empty)]


CHECK = Check(
    id="Z12",
    area="Records and audit log",
    title="Meaning changed",
    question="Did a field or a rule change inside the period?",
    tables=("record",),
    rule=(
        "Change point (toolkit) in the monthly share of a value of record.category, "
        "record.priority, record.close_code or, of closed records only, record.source_state at "
        "p < 0.01 together with a new or vanished value of >= new_share; or more than one "
        "target_result.rule_version in the period (if recorded); or an event with event.entity "
        "= configuration; or one column holding both a bare code and the same code with its "
        "label; or rejected rows of wrong type > reject_share. Blocks values over the whole "
        "period; values per regime are still printed. [unit: period]"
    ),
    parameters={
        "new_share": 0.05,
        "reject_share": 0.005,
    },
    gate=True,
    blocks=("MR-01", "MR-05", "MC-06", "MC-07", "MC-11"),
    severity="observation",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI10", "COBIT MEA01", "FitSM PR12.1"),
    causes=("reconfiguration", "import"),
    do_first="split the period at the change; map the values",
    effective_when="statements made per regime",
    tier=0,
    ask=ask,
    caps=("H03", "I05", "S01", "S04"),
    indicators=(),
    headline="From {day} on {what} means something else; {bad} of {all} records are touched.",
    should_be="A field or rule keeps its meaning within the period, or the period is split.",
    matters="A figure over the whole period mixes two meanings.",
    owner_role="administrator of the tool",
    limit="new_share",
)
