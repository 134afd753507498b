"""K02: Solved again from zero."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np

from trueup.audit.changes import held
from trueup.audit.clusters import clustered, members
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import listed_rows
from trueup.audit.stats.shares import wilson

Array = np.ndarray[Any, Any]
KINDS = ("incident", "request")


def ask(ctx: Context) -> Probe | Silent:
    """Frequent solutions that name no article."""
    if not held(ctx, "record.article") and not ctx.has("record.article_used"):
        return Silent("not_enough_evidence", "articles are not recorded", ("record.article",))
    got = dict(clustered(ctx, KINDS, True, 0.8))
    got["linked"] = _linked(ctx, got)
    got["alike"] = clustered(ctx, KINDS, False, 0.8)["cluster"]
    since = np.datetime64(ctx.as_of, "us") - np.timedelta64(90, "D")
    recent = got["resolved_at"] > since
    got = {name: values[recent] for name, values in got.items()}
    groups = _groups(ctx, got)
    if not groups:
        return Silent("not_applicable", "no solution was found often enough in 90 days")
    rows = np.unique(np.concatenate(groups))
    whole = _case(ctx, ORGANISATION, got, rows)
    units: dict[Unit, list[Array]] = {}
    for group in groups:
        for kind in ("category", "team"):
            name = _commonest(got[kind][group])
            if name is not None and _case(ctx, Unit(kind, name), got, group).tripped:
                units.setdefault(Unit(kind, name), []).append(group)
    cases = [
        _case(ctx, unit, got, np.unique(np.concatenate(parts))) for unit, parts in units.items()
    ]
    return Probe(len(rows), len(rows), whole, tuple(cases), int(ctx.number("min_n")))


def _groups(ctx: Context, got: dict[str, Array]) -> list[Array]:
    """Clusters by CI and category, *or* by title (rule of P01): one row may stand in both."""
    every = (*members(got["cluster"]).values(), *members(got["alike"]).values())
    often = {rows.tobytes(): rows for rows in every if len(rows) >= ctx.number("min_n")}
    return list(often.values())


def _linked(ctx: Context, got: dict[str, Array]) -> Array:
    named = np.array([a is not None for a in got["article"]], dtype=bool)
    if not ctx.has("record.article_used"):
        return named
    record = ctx.table("record")
    used = record.filter(record["article_used"].fill_null(ibis.literal(False))).select("id")
    flagged = ctx.arrays(used.order_by("id"))["id"].astype(str)
    return named | np.isin(got["id"].astype(str), flagged)


def _commonest(values: Array) -> str | None:
    known = sorted(str(v) for v in values if v is not None)
    return max(known, key=known.count) if known else None


def _case(ctx: Context, unit: Unit, got: dict[str, Array], rows: Array) -> Case:
    """The rule counts, as that of P01 does: so many solutions, so few with an article."""
    bare = rows[~got["linked"][rows]]
    bad, n = len(bare), len(rows)
    ring, limit = wilson(bad, n), 1.0 - ctx.number("link_rate")
    return Case(
        unit,
        Estimate(ring.value, ring.low, ring.high, n),
        bad,
        n,
        limit=limit,
        tripped=ring.value > limit,
        bad=lambda: listed_rows(got["id"][bare], "solved like others, names no article"),
        good=lambda: listed_rows(got["id"][rows[got["linked"][rows]]][:20], ""),
    )


CHECK = Check(
    id="K02",
    area="Knowledge",
    title="Solved again from zero",
    question="Which frequent solutions have no article?",
    tables=("record",),
    rule=(
        "Clusters (rule of P01) with >= min_n records resolved in 90 days and record.article "
        "filled on < link_rate of them. [unit: category, team]"
    ),
    parameters={
        "min_n": 10,
        "link_rate": 0.10,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 7.6", "COBIT BAI08", "ITIL Knowledge management", "FitSM PR9.2"),
    causes=("no time", "no habit"),
    do_first="write three articles",
    effective_when="time for the cluster -20 % (adjusted)",
    tier=0,
    ask=ask,
    caps=(),
    limit="min_n",
    indicators=("communication",),
    needs=("record.resolved_at",),
    uses=("record.ci", "record.category", "record.title", "record.article", "record.team"),
    headline="{bad} of {all} repeated solutions name no article.",
    should_be="What is solved often is written down once.",
    matters="Each technician finds the same answer anew.",
    owner_role="knowledge owner",
)
