"""The log on drawn plans: replay, alignments, precision; each case on its own version.

A drawing of a kind (by the name of its file or folder) is for that kind alone. A drawing that has
a version takes the cases that started with it, where the log names versions; the others are
counted. A drawing without one takes all, and says how each version did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis

from trueup.audit.conformance import flow
from trueup.audit.conformance.cases import ENDED, WORK
from trueup.audit.conformance.following import Followed, follow
from trueup.audit.conformance.log import Label
from trueup.audit.conformance.net import Net, Replay, Replayed
from trueup.audit.conformance.versions import drawn, named, versions
from trueup.audit.context import Context
from trueup.audit.relations import opened_in_period

MOST_VERSIONS = 20
VERBS = {
    "triaged": "triage", "started": "start", "assigned": "assign", "resolved": "resolve",
    "confirmed": "confirm", "closed": "close", "reopened": "reopen", "resumed": "resume",
    "cancelled": "cancel", "approved": "approve",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """The ended records of some kinds, replayed on a drawn model; open ones are left out.

    `version` is the drawing's; `other_versions` are ended cases that started with another one.
    """

    model: str
    kinds: tuple[str, ...]
    open_cases: int
    replayed: Replayed
    followed: Followed
    version: str = ""
    other_versions: int = 0
    by_version: tuple[tuple[str, Replayed], ...] = ()


def plan_of(ctx: Context, net: Net, model: Path) -> Plan:
    """The log on one drawing."""
    of = drawn(model)
    name = next((k for k in WORK if k in (of.name, model.parent.name)), None)
    kinds = (name,) if name else ()
    every = flow.cases_of(ctx, kinds, ended=True)
    known = _versions(ctx, every)
    own = [version for version, _ in known if of.is_of(version)] if of.number else []
    others = sum(n for version, n in known if version not in own) if of.number else 0
    cases = _of_versions(ctx, every, own, known) if of.number and known else every
    label = Label(flow.OWN_WORD.columns, lambda events: _label(events, net.labels))
    ways = flow.ways(ctx, cases, label)
    return Plan(
        model.name, kinds, _open(ctx, kinds), Replay(net).log(ways),
        follow(model.name, name or "record", [(net, ways)]), of.number, others,
        () if of.number else _each(ctx, net, every, label, known),
    )  # fmt: skip


def _versions(ctx: Context, cases: Any) -> list[tuple[str, int]]:
    """The versions that cases started with, and how many cases each; none where none is named."""
    if not named(ctx):
        return []
    told = versions(ctx)
    t = cases.join(told, cases["rid"] == told["record"])
    rows = ctx.rows(t.group_by("version").agg(n=t.count()).order_by("version"))
    return [(row["version"], int(row["n"])) for row in rows]


def _of_versions(
    ctx: Context, cases: Any, own: Sequence[str], known: Sequence[tuple[str, int]]
) -> Any:
    """The cases of a drawing: those of its versions, and those of which none is named."""
    told = versions(ctx)
    others = told.filter(told["version"].isin([v for v, _ in known if v not in own] or [""]))
    return cases.anti_join(others, cases["rid"] == others["record"])


def _each(
    ctx: Context, net: Net, cases: Any, label: Label, known: Sequence[tuple[str, int]]
) -> tuple[tuple[str, Replayed], ...]:
    if not known:
        return ()
    told, made = versions(ctx), []
    for version, _ in sorted(known, key=lambda v: (-v[1], v[0]))[:MOST_VERSIONS]:
        own = told.filter(told["version"] == version)
        mine = cases.semi_join(own, cases["rid"] == own["record"])
        made.append((version, Replay(net).log(flow.ways(ctx, mine, label))))
    return tuple(made)


def _open(ctx: Context, kinds: Sequence[str]) -> int:
    every = opened_in_period(ctx)
    mine = every.filter(every["kind"].isin(list(kinds))) if kinds else every
    return int(ctx.one(mine.filter(~mine["state"].isin(list(ENDED))).agg(n=ibis._.count()))["n"])


def _label(events: Any, labels: frozenset[str]) -> Any:
    """The word of an event that the plan knows: the tool's, the vocabulary's, or its verb."""
    known = sorted(labels)
    verb = ibis.cases(*((events["activity"] == a, v) for a, v in VERBS.items()), else_=None)
    choices = [events["source_activity"], events["activity"], verb]
    branches = [(each.isin(known), each) for each in choices]
    return ibis.cases(*branches, else_=flow.own_word(events))
