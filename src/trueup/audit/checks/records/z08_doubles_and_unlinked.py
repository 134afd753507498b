"""Z08: Doubles and unlinked."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.after_changes import share_of_caused
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Answer, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.relations import opened_in_period
from trueup.audit.shares import share_p
from trueup.audit.stats.shares import wilson

PAIRS_AT_MOST = 2_000_000
NEIGHBOURS = 3
TEAM_LEAST = 30
COLUMN_LEAST = 30
LOST = "{bad} of {all} entries in {column} point to something that is not there."
REFERENCES = (
    ("record", "problem", "record", "problem"),
    ("record", "caused_by_change", "record", "change"),
    ("record", "parent", "record", None),
    ("record", "ci", "ci", None),
    ("record", "service", "service", None),
    ("survey", "record", "record", None),
    ("change_ci", "ci", "ci", None),
    ("event", "entity_id", "record", None),
)


def ask(ctx: Context) -> Probe | Silent:
    """Near-duplicates, references to nothing, and changes that no incident names."""
    n = int(ctx.one(opened_in_period(ctx).agg(n=ibis._.count()))["n"])
    if n == 0:
        return Silent("not_applicable", "no record was opened in the period")
    doubles, teams = _doubles(ctx, n)
    cases = [c for c in (doubles, _dangling(ctx), _unlinked(ctx)) if c is not None]
    if not cases:
        return Silent(
            "not_enough_evidence", "neither titles nor references are recorded",
            ctx.missing("record.title", "record.requester"),
        )  # fmt: skip
    worst = max(cases, key=lambda c: (bool(c.tripped), c.exceptions))
    some = any(c.branch.startswith("dangling") and c.exceptions for c in cases)
    return Probe(
        n, n, worst, teams if worst is doubles and worst.tripped else (),
        watch="some references point to nothing" if some else "",
    )  # fmt: skip


def _doubles(ctx: Context, n: int) -> tuple[Case | None, tuple[Case, ...]]:
    """Same requester, nearly the same words, within the hour: over all, and by team."""
    if not ctx.has("record.requester") or not (
        ctx.has("record.title") or ctx.has("record.description")
    ):
        return None, ()
    record = opened_in_period(ctx)
    got = [row for back in range(1, NEIGHBOURS + 1) for row in _neighbours(ctx, record, back)]
    twins: dict[str, tuple[str, str]] = {}
    for r in got:
        known = r["id"] in twins
        if not known and similarity(r["text"], r["before_text"]) >= ctx.number("sim"):
            twins[r["id"]] = (r["before"], r["team"] or "")
    limit = ctx.number("dup_limit")
    whole = _share(len(twins), n, limit, "doubles", _twin_rows(twins))
    sizes = ctx.rows(
        record.filter(record["team"].notnull()).group_by("team").agg(n=ibis._.count())
        .order_by("team")
    )  # fmt: skip
    teams = []
    for row in sizes:
        mine = {id: told for id, told in twins.items() if told[1] == row["team"]}
        if row["n"] >= TEAM_LEAST and mine:
            case = _share(len(mine), int(row["n"]), limit, "doubles", _twin_rows(mine))
            teams.append(replace(case, unit=Unit("team", row["team"])))
    return whole, tuple(teams)


def _neighbours(ctx: Context, record: Any, back: int) -> list[dict[str, Any]]:
    """Each record with the one of the same requester some places before it, within the hour."""
    window = ibis.window(group_by="requester", order_by=["opened_at", "id"])
    text = record["title"].fill_null("") + " " + record["description"].fill_null("")
    near = record.filter(record["requester"].notnull()).select(
        "id", "requester", "opened_at", "team", text=text,
        before=record["id"].lag(back).over(window), before_text=text.lag(back).over(window),
        before_at=record["opened_at"].lag(back).over(window),
    )  # fmt: skip
    gap = near["opened_at"].epoch_seconds() - near["before_at"].epoch_seconds()
    pairs = near.filter(gap <= ctx.number("window_min") * 60)
    told = pairs.select("id", "before", "text", "before_text", "team").order_by("id")
    return ctx.rows(told.limit(PAIRS_AT_MOST))


def _twin_rows(twins: dict[str, tuple[str, str]]) -> pa.Table:
    ids = sorted(twins)
    return pa.table(
        {
            "table": ["record"] * len(ids),
            "id": pa.array(ids, pa.string()),
            "why": pa.array([f"nearly the same as {twins[i][0]} within the hour" for i in ids],
                            pa.string()),
        }
    )  # fmt: skip


@lru_cache(maxsize=10_000)
def similarity(a: str, b: str) -> float:
    """Cosine of the character 3-gram counts of two texts, case folded; 0 for empty texts."""
    x, y = grams(a), grams(b)
    if not x or not y:
        return 0.0
    dot = sum(count * y.get(gram, 0) for gram, count in x.items())
    size = sum(c * c for c in x.values()) * sum(c * c for c in y.values())
    return float(dot / np.sqrt(size))


def grams(text: str) -> dict[str, int]:
    """The 3-grams of a text with their counts; white space is folded."""
    folded = " ".join(text.lower().split())
    out: dict[str, int] = {}
    for i in range(len(folded) - 2):
        out[folded[i : i + 3]] = out.get(folded[i : i + 3], 0) + 1
    return out


def _dangling(ctx: Context) -> Case | None:
    """References that point to no row, where the table they point into is recorded at all.

    "Share > dangling_limit" is asked of all references together, and of each column by itself
    from 30 on: one broken column would drown among the events and services.
    """
    found: dict[str, tuple[pa.Table, int]] = {}
    for table, column, target, kind in REFERENCES:
        if not ctx.has(f"{table}.{column}", target):
            continue
        known = ctx.table(target)
        if kind is not None:
            known = known.filter(known["kind"] == kind)
            if not ctx.one(known.agg(n=ibis._.count()))["n"]:
                continue
        rows = ctx.table(table)
        if table == "event":
            rows = rows.filter(rows["entity"] == "record")
        named = rows.filter(rows[column].notnull())
        lost = named.join(known.select(kid=known["id"]), [(named[column], "kid")], how="anti")
        n = int(ctx.one(named.agg(n=ibis._.count()))["n"])
        if n:
            found[f"{table}.{column}"] = (_lost(ctx, table, column, lost), n)
    if not found:
        return None
    limit = ctx.number("dangling_limit")
    every = pa.concat_tables([rows for rows, _ in found.values()])
    total = sum(n for _, n in found.values())
    pooled = _share(every.num_rows, total, limit, "dangling", every)
    alone = [
        replace(
            _share(rows.num_rows, n, limit, f"dangling {name}", rows),
            headline=LOST, words={"column": name},
        )
        for name, (rows, n) in found.items() if n >= COLUMN_LEAST
    ]  # fmt: skip
    worst = max(alone, key=lambda c: c.estimate.low or 0.0, default=pooled)
    return worst if worst.tripped and not pooled.tripped else pooled


def _lost(ctx: Context, table: str, column: str, lost: Any) -> pa.Table:
    """The evidence rows of references to nothing."""
    key = {"survey": "record", "change_ci": "change", "event": "seq"}.get(table, "id")
    return ctx.fetch(
        lost.select(
            table=ibis.literal(table), id=lost[key].cast("string").fill_null(""),
            why=ibis.literal(f"{column} names nothing we know: ") + lost[column],
        ).order_by("id", "why")
    )  # fmt: skip


def _share(bad: int, n: int, limit: float, branch: str, rows: pa.Table) -> Case:
    ring = wilson(bad, n)
    return Case(
        ORGANISATION,
        Estimate(bad / n, ring.low, ring.high, n, p=share_p(bad, n, limit)),
        bad, n, limit=limit, tripped=ring.low > limit, branch=branch, bad=lambda: rows,
    )  # fmt: skip


def _unlinked(ctx: Context) -> Case | None:
    """Where incidents do follow changes: how few of them name the change."""
    if not ctx.has("change", "change_ci", "record.ci"):
        return None
    follow = ctx.answer("MR-02")
    if not isinstance(follow, Answer) or not isinstance(follow.whole, Estimate):
        return None
    if (follow.whole.low or 0.0) <= 1.0:
        return None
    got = ctx.rows(_after_changes(ctx))
    n, bad = len(got), sum(not r["linked"] for r in got)
    if n < 30:
        return None
    rows = pa.table(
        {
            "table": ["record"] * bad,
            "id": pa.array([r["id"] for r in got if not r["linked"]], pa.string()),
            "why": ["came within 72 h of a change on its item and names none"] * bad,
        }
    )
    return _missing_links(ctx, n, bad, follow.whole, rows)


def _missing_links(ctx: Context, n: int, bad: int, ratio: Estimate, rows: pa.Table) -> Case:
    """The share without a link of those incidents that the changes brought.

    The rest of what comes in these hours is as usual, and names no change where all is well: of
    n incidents a ratio of IRR leaves n * (1 - 1/IRR) to link.
    """
    caused, least, most = (
        n * (1 - 1 / max(irr or 1.0, 1.0)) for irr in (ratio.value, ratio.low, ratio.high)
    )
    filled = share_of_caused(n - bad, caused, least, most)
    limit = 1.0 - ctx.number("link_limit")
    return Case(
        ORGANISATION,
        Estimate(1 - filled.value, 1 - filled.high, 1 - filled.low, n, method="compared"),
        bad, n, limit=limit, tripped=1 - filled.high > limit, branch="unlinked",
        bad=lambda: rows,
        caveats=(f"of these incidents about {caused:.0f} came because of a change",),
        words={"linked": str(n - bad), "caused": f"{caused:.0f}"},
        headline="{linked} incidents name a change, where about {caused} came because of one.",
    )  # fmt: skip


def _after_changes(ctx: Context) -> Any:
    change, touched, record = ctx.table("change"), ctx.table("change_ci"), ctx.table("record")
    ends = change.filter(change["end"].notnull()).select(cid=change["record"], ended=change["end"])
    on = touched.join(ends, touched["change"] == ends["cid"])
    incident = record.filter((record["kind"] == "incident") & record["ci"].notnull())
    spans = on.select(tci=on["ci"], ended=on["ended"])
    after = incident.join(spans, incident["ci"] == spans["tci"])
    near = after.filter(
        (after["opened_at"] > after["ended"])
        & (after["opened_at"] <= after["ended"] + ibis.interval(hours=72))
    )
    return near.select("id", linked=near["caused_by_change"].notnull()).distinct().order_by("id")


CHECK = Check(
    id="Z08",
    area="Records and audit log",
    title="Doubles and unlinked",
    question="Are records counted once and connected?",
    tables=("record",),
    rule=(
        "(a) near-duplicates: same record.requester, similarity of record.title + "
        "record.description >= sim (character 3-gram cosine), record.opened_at within "
        "window_min: share of records > dup_limit; (b) references that point to no row "
        "(record.problem, record.caused_by_change, record.parent, record.ci, record.service; if"
        " recorded event.entity_id with event.entity = record, survey.record, change_ci.ci): "
        "each is listed, share > dangling_limit trips, any gives watch; (c) if change and "
        "change_ci are recorded and the interval of MR-02 lies above 1: record.caused_by_change"
        " filled on < link_limit of the incidents within 72 h after a change on the same CI. "
        "[unit: organisation, team]"
    ),
    parameters={
        "sim": 0.9,
        "window_min": 60,
        "dup_limit": 0.02,
        "dangling_limit": 0.02,
        "link_limit": 0.50,
    },
    gate=True,
    blocks=("MB-15", "MR-16", "MC-10", "MC-14"),
    severity="observation",
    refs=(
        "ISO 20000-1 8.2.6",
        "COBIT BAI10",
        "ITIL Service configuration management",
        "FitSM PR11.3",
    ),
    causes=("no prompt", "parallel channels"),
    do_first='ask "after a change?" at resolve; offer merge at intake',
    effective_when="duplicates <= limit; link coverage >= 80 %",
    tier=0,
    ask=ask,
    caps=("P01", "K02"),
    indicators=(),
    headline="{bad} of {all} records are doubled or point to something that is not there.",
    should_be="Each record stands once and what it names exists.",
    matters="Counts are too high and causes cannot be followed.",
    limit="dup_limit",
    owner_role="configuration manager",
)
