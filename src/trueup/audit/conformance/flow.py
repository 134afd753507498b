"""How the work really went: variants, what follows what, rework, handovers, where time is spent.

Measures of the method, 5.2. A case is a record opened in the period; its steps are its events in
the order of `at_occurred`, then `seq`, named by the tool's own word where one is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import ibis
import numpy as np

from trueup.audit.business import hours_between_business
from trueup.audit.conformance.cases import ENDED
from trueup.audit.conformance.log import Label, log_of
from trueup.audit.conformance.sequences import counted
from trueup.audit.context import Context
from trueup.audit.relations import opened_in_period, record_events

TOP = 10
MARK = "\x1f"
PART = 2_000_000
STATES = {
    "opened": "queue", "reopened": "queue", "assigned": "queue", "started": "work",
    "resumed": "work", "resolved": "done_not_closed", "closed": "ended", "cancelled": "ended",
    "confirmed": "done_not_closed", "paused": "waiting",
}  # fmt: skip
Variants = list[tuple[tuple[str, ...], int]]
OWN_WORD = Label(("source_activity", "activity"))  # the tool's, else that of the vocabulary
TEAM = Label(("team",))


def cases_of(ctx: Context, kinds: Sequence[str] = (), ended: bool = False) -> Any:
    """The records opened in the period, of some kinds, ended ones only if asked."""
    record = opened_in_period(ctx)
    if kinds:
        record = record.filter(record["kind"].isin(list(kinds)))
    if ended:
        record = record.filter(record["state"].isin(list(ENDED)))
    return record.select(rid="id", kind="kind")


def events_of(ctx: Context, cases: Any | None) -> Any:
    """The events of some records, as `cases_of` tells them; of all records without."""
    events = record_events(ctx)
    return events if cases is None else events.join(cases, events["record"] == cases["rid"])


def case_events(ctx: Context, kinds: Sequence[str] = (), ended: bool = False) -> Any:
    """Events of the records opened in the period, of some kinds, ended ones only if asked."""
    return events_of(ctx, cases_of(ctx, kinds, ended))


def ways(ctx: Context, cases: Any | None = None, label: Label = OWN_WORD) -> Variants:
    """Every distinct sequence of labels of some records (all without), the commonest first."""
    log = log_of(ctx)
    ids = None if log is None or cases is None else ctx.fetch(cases.select("rid"))["rid"]
    if log is None or (ids is not None and len(ids.unique()) < len(ids)):
        events = events_of(ctx, cases)
        return variants_of(ctx, events, label.expression(events))
    return ordered(log.counted(log.labels(ctx, label), ids).items())


def variants_of(ctx: Context, events: Any, label: Any) -> Variants:
    """The same of any relation of events, by the engine."""
    named = events.select("record", "seq", at=events["at_occurred"], label=label).filter(
        lambda t: t["label"].notnull()
    )
    if ctx.backend.name == "duckdb":
        return ordered(counted(ctx.fetch(part) for part in _parts(ctx, named)).items())
    paths = named.group_by("record").agg(
        path=named["label"].group_concat(MARK, order_by=[named["at"], named["seq"]])
    )
    found = ctx.fetch(paths.group_by("path").agg(n=ibis._.count()))
    rows = zip(found["path"].to_pylist(), found["n"].to_pylist(), strict=True)
    return ordered((tuple(path.split(MARK)), int(n)) for path, n in rows)


def ordered(ways: Iterable[tuple[tuple[str, ...], int]]) -> Variants:
    """The commonest first, equals by their steps."""
    return sorted(ways, key=lambda v: (-v[1], v[0]))


def _parts(ctx: Context, named: Any) -> Iterator[Any]:
    """The events in parts of whole cases, each of about `PART` events at most."""
    parts = -(-ctx.pack.tables["event"].rows // PART)
    for part in range(parts):
        home = (named["record"].hash() % parts + parts) % parts
        yield named.filter(home == part) if parts > 1 else named


def own_word(events: Any) -> Any:
    """The tool's own word, else the word of the vocabulary."""
    return OWN_WORD.expression(events)


@dataclass(frozen=True, slots=True)
class Spread:
    """How many ways there are, the share of the commonest, and Shannon's entropy in bits."""

    cases: int
    ways: int
    top_share: float
    top_ten_share: float
    entropy: float
    top: tuple[tuple[tuple[str, ...], int], ...]


def spread(variants: Variants) -> Spread:
    """The variants of a log in five figures and the ten commonest."""
    counts = np.array([n for _, n in variants], float)
    total = counts.sum()
    if not total:
        return Spread(0, 0, float("nan"), float("nan"), float("nan"), ())
    p = counts / total
    entropy = max(0.0, float(-(p * np.log2(p)).sum()))
    return Spread(int(total), len(counts), float(p[0]), float(p[:TOP].sum()), entropy,
                  tuple(variants[:TOP]))  # fmt: skip


def follows(variants: Variants) -> list[tuple[str, str, int]]:
    """How often a step directly followed another, the commonest first."""
    pairs: Counter[tuple[str, str]] = Counter()
    for path, n in variants:
        for pair in pairwise(path):
            pairs[pair] += n
    return [(a, b, n) for (a, b), n in sorted(pairs.items(), key=lambda x: (-x[1], x[0]))]


@dataclass(frozen=True, slots=True)
class Rework:
    """Cases of a log with a repeated step, and with the pattern A-B-A of steps."""

    cases: int
    repeated: int
    aba: int


def rework(variants: Variants) -> Rework:
    """Repeats of a step in a case, and A-B-A, equal neighbours merged first."""
    cases = sum(n for _, n in variants)
    repeated = sum(n for path, n in variants if len(set(path)) < len(path))
    return Rework(cases, repeated, sum(n for path, n in variants if aba(merged(path))))


def merged(path: Sequence[str]) -> tuple[str, ...]:
    """A sequence with equal neighbours merged."""
    return tuple(x for i, x in enumerate(path) if not i or x != path[i - 1])


def aba(path: Sequence[str]) -> int:
    """How often the pattern A-B-A stands in a merged sequence."""
    return sum(path[i] == path[i - 2] for i in range(2, len(path)))


@dataclass(frozen=True, slots=True)
class Handovers:
    """Moves between teams. Both definitions of coming back: A-B-A, and to any earlier team.

    `matrix` is (from, to, moves, returns A-B-A made by this move), the commonest first; `hidden`
    are teams above the first line that were the first to hold a case, with how often.
    """

    cases: int
    moves: int
    moved_cases: int
    aba_cases: int
    aba_count: int
    return_cases: int
    matrix: tuple[tuple[str, str, int, int], ...]
    hidden: tuple[tuple[str, int], ...]


def handovers(ctx: Context, cases: Any | None = None) -> Handovers:
    """The teams of each case in turn, equal neighbours merged."""
    events = events_of(ctx, cases)
    held = events.filter(events["team"].notnull())
    teams = [(merged(path), n) for path, n in ways(ctx, cases, TEAM)]
    moves: Counter[tuple[str, str]] = Counter()
    back: Counter[tuple[str, str]] = Counter()
    for path, n in teams:
        for i in range(1, len(path)):
            pair = (path[i - 1], path[i])
            moves[pair] += n
            back[pair] += n * (i > 1 and path[i] == path[i - 2])
    ordered = sorted(moves.items(), key=lambda x: (-x[1], x[0]))
    return Handovers(
        cases=sum(n for _, n in teams),
        moves=sum(moves.values()),
        moved_cases=sum(n for path, n in teams if len(path) > 1),
        aba_cases=sum(n for path, n in teams if aba(path)),
        aba_count=sum(n * aba(path) for path, n in teams),
        return_cases=sum(n for path, n in teams if len(set(path)) < len(path)),
        matrix=tuple((a, b, n, back[a, b]) for (a, b), n in ordered),
        hidden=_hidden(ctx, held),
    )


def _hidden(ctx: Context, held: Any) -> tuple[tuple[str, int], ...]:
    """Teams that touch a case first though they are not the first line."""
    order = ibis.window(group_by="record", order_by=["at_occurred", "seq"])
    first = held.mutate(place=ibis.row_number().over(order)).filter(ibis._.place == 0)
    deep = first.filter(first["level"] > 1).group_by("team").agg(n=ibis._.count())
    return tuple((r["team"], r["n"]) for r in ctx.rows(deep.order_by(deep["n"].desc(), "team")))


@dataclass(frozen=True, slots=True)
class Where:
    """Hours per state over all cases, in clock and business hours, and the share of each."""

    state: str
    clock_h: float
    business_h: float
    clock_share: float
    business_share: float


def where_time_goes(ctx: Context, events: Any) -> tuple[Where, ...]:
    """Time in our queue, our work, each kind of waiting, and done but not closed.

    A case is in the state its last telling event put it in; open cases count up to the audit's
    instant. Before the first telling event nothing is counted.
    """
    told = events.filter(events["activity"].isin(list(STATES)))
    order = ibis.window(group_by="record", order_by=["at_occurred", "seq"])
    state = ibis.cases(*((told["activity"] == a, s) for a, s in STATES.items()), else_="queue")
    what = ibis.literal("waiting_") + told["waiting_for"].fill_null("unsaid")
    state = ibis.ifelse(told["activity"] == "paused", what, state)
    spans = told.select(
        "record", "seq", state=state, start=told["at_occurred"],
        stop=told["at_occurred"].lead().over(order).coalesce(ctx.now),
    )  # fmt: skip
    open_ = spans.filter((spans["state"] != "ended") & (spans["stop"] > spans["start"]))
    got = ctx.fetch(open_.order_by("record", "seq"))
    if not got.num_rows:
        return ()
    start, stop = (got[n].to_numpy(zero_copy_only=False).astype("datetime64[us]")
                   for n in ("start", "stop"))  # fmt: skip
    clock = (stop - start) / np.timedelta64(1, "h")
    business = hours_between_business(ctx, start, stop)
    names = np.array(got["state"].to_pylist())
    rows = [
        (name, float(clock[names == name].sum()), float(business[names == name].sum()))
        for name in sorted(set(names.tolist()))
    ]
    all_clock, all_business = sum(r[1] for r in rows), sum(r[2] for r in rows)
    return tuple(
        Where(name, c, b, c / all_clock, b / all_business if all_business else float("nan"))
        for name, c, b in rows
    )


def touch_share(ctx: Context) -> float | None:
    """Hours worked over hours from opening to resolving, where work is written down."""
    if not ctx.has("worklog.minutes", "record.resolved_at"):
        return None
    record, log = opened_in_period(ctx), ctx.table("worklog")
    worked = log.group_by(wid="record").agg(minutes=log["minutes"].sum())
    t = record.join(worked, record["id"] == worked["wid"])
    t = t.filter(t["resolved_at"] > t["opened_at"])
    lead = (t["resolved_at"].epoch_seconds() - t["opened_at"].epoch_seconds()).sum()
    row = ctx.one(t.agg(minutes=t["minutes"].sum(), lead=lead))
    return float(row["minutes"]) * 60.0 / float(row["lead"]) if row["lead"] else None
