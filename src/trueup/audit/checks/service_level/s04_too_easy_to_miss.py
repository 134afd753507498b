"""S04: Too easy to miss."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.decide import rejections
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import listed_rows
from trueup.audit.stats.limits import beyond_quantile_p
from trueup.audit.stats.shares import wilson
from trueup.audit.voice import invitations

Array = np.ndarray[Any, Any]
TO_MINUTES = {"minutes": 1.0, "hours": 60.0, "days": 1440.0}
LEAST = 150
LUCK = "a target lies above the P99 of what was needed, which may be luck with so few cases"
WIDE = "wider than nearly everything needs"
ANSWERS = 30


def ask(ctx: Context) -> Probe | Silent:
    """Targets that are always met: far too wide, or met while the customers are unhappy."""
    got = _results(ctx)
    groups = _groups(got)
    if not groups:
        return Silent("not_enough_evidence", f"no target was measured {LEAST} times")
    happy = _satisfied(ctx)
    chances = _wide(got, groups)
    wide = proven(chances)
    verdicts = [
        (mask, _happy(ctx, got, mask, happy) or (WIDE if i in wide else ""))
        for i, mask in enumerate(groups)
    ]
    tripped = [(mask, branch) for mask, branch in verdicts if branch]
    size = len(groups)
    share = len(tripped) / size
    whole = Case(
        ORGANISATION, Estimate(share, share, share, size, exact=True), len(tripped), size,
        tripped=bool(tripped), bad=lambda: _targets(got, [mask for mask, _ in tripped]),
    )  # fmt: skip
    units: dict[Unit, list[tuple[Array, str]]] = {}
    for mask, branch in tripped:
        for kind in ("service", "agreement"):
            for name in sorted({str(v) for v in got[kind][mask] if v is not None}):
                units.setdefault(Unit(kind, name), []).append((mask, branch))
    cases = [_case(unit, got, parts) for unit, parts in units.items()]
    luck = any(chance < 1.0 for chance in chances.values())
    return Probe(size, size, whole, tuple(cases), 1, watch=LUCK if luck else "")


def _groups(got: dict[str, Array]) -> list[Array]:
    """The rows of every service, metric and priority with enough of them, by their name."""
    parts = zip(got["service"], got["metric"], got["priority"], strict=True)
    numbers: dict[tuple[Any, ...], int] = {}
    code = np.fromiter((numbers.setdefault(part, len(numbers)) for part in parts), np.int32)
    names = ["|".join(map(str, part)) for part in numbers]
    words = sorted(set(names))
    place = {word: i for i, word in enumerate(words)}
    of = np.array([place[name] for name in names], np.int32)[code] if names else code
    counts = np.bincount(of, minlength=len(words))
    return [np.flatnonzero(of == i) for i in np.flatnonzero(counts >= LEAST)]


def _results(ctx: Context) -> dict[str, Array]:
    result, target, agreement = (ctx.table(n) for n in ("target_result", "target", "agreement"))
    record = ctx.table("record")
    limits = target.select(
        tid="id", agreement="agreement", value="value", unit="unit", wanted="priority"
    )
    of = agreement.select(aid="id", aservice="service")
    home = record.select(rid="id", rservice="service", priority="priority", opened_at="opened_at")
    t = result.left_join(limits, result["target"] == limits["tid"])
    t = t.left_join(of, t["agreement"] == of["aid"])
    t = t.left_join(home, t["record"] == home["rid"])
    t = t.filter(ctx.within(t["computed_at"].coalesce(t["opened_at"])))
    return ctx.arrays(
        t.select(
            "record", "agreement", "metric", "value", "unit", "met", "elapsed_min", "target",
            service=t["rservice"].coalesce(t["aservice"]),
            priority=t["priority"].coalesce(t["wanted"]).cast("string"),
        ).order_by("record", "metric", "target"),
        but=("record",),
    )  # fmt: skip


def _satisfied(ctx: Context) -> dict[str, tuple[int, int]]:
    """Satisfied and rated answers per service."""
    t = invitations(ctx)
    rated = t.filter(t["csat"].notnull() & t["service"].notnull())
    counted = rated.group_by("service").agg(
        k=(rated["csat"] >= 4).cast("int64").sum(), n=rated.count()
    )
    return {row["service"]: (int(row["k"]), int(row["n"])) for row in ctx.rows(counted)}


def _happy(
    ctx: Context, got: dict[str, Array], mask: Array, happy: dict[str, tuple[int, int]]
) -> str:
    """Whether the results of one group are as good as always met while the customers are not.

    The share met is a count of every result of the period, no sample, so the point is judged;
    what the customers think is known from a part of them and judged by its interval.
    """
    n = len(mask)
    met = int(got["met"][mask].astype(bool).sum())
    k, rated = happy.get(str(got["service"][mask][0]), (0, 0))
    unhappy = rated >= ANSWERS and wilson(k, rated).high < ctx.number("satisfied")
    always = met / n >= ctx.number("met")
    return "always met, and customers are unhappy" if unhappy and always else ""


def _wide(got: dict[str, Array], groups: list[Array]) -> dict[int, float]:
    """By group whose target lies above the P99 of what was needed: how likely that is luck."""
    chances = {}
    for i, mask in enumerate(groups):
        minutes, spent = _limits(got, mask), got["elapsed_min"][mask]
        spent = spent[~np.isnan(spent)]
        if len(minutes) and len(spent) >= LEAST:
            chance = beyond_quantile_p(spent, float(minutes.min()), 0.99)
            chances[i] = chance if minutes.min() > np.quantile(spent, 0.99) else 1.0
    return chances


def proven(chances: dict[int, float]) -> set[int]:
    """The groups whose test is kept in the family of all groups (3.5) and is below 5 %."""
    kept = rejections({str(i): p for i, p in chances.items()})
    return {i for i, p in chances.items() if kept[str(i)] and p <= 0.05}


def _limits(got: dict[str, Array], mask: Array) -> Array:
    pairs = zip(got["value"][mask], got["unit"][mask], strict=True)
    return np.array([v * TO_MINUTES[u] for v, u in pairs if u in TO_MINUTES], dtype=float)


def _targets(got: dict[str, Array], masks: list[Array]) -> Any:
    ids = {str(t) for mask in masks for t in got["target"][mask] if t is not None}
    return listed_rows(np.array(sorted(ids)), "a target that tells nothing", "target")


def _case(unit: Unit, got: dict[str, Array], parts: list[tuple[Array, str]]) -> Case:
    """The share met of the results under the targets that tell nothing."""
    every = np.unique(np.concatenate([mask for mask, _ in parts]))
    n, met = len(every), int(got["met"][every].astype(bool).sum())
    ring = wilson(met, n)
    return Case(
        unit, Estimate(met / n, ring.low, ring.high, n, exact=True), len(parts), len(parts),
        tripped=True, branch=sorted(branch for _, branch in parts)[0],
        bad=lambda: _targets(got, [mask for mask, _ in parts]),
        words={"met": f"{met / n:.1%}", "n": f"{n:,}"},
        headline="{unit}: {met} of {n} promises were met, so {bad} of its targets tell nothing.",
    )  # fmt: skip


CHECK = Check(
    id="S04",
    area="Service level",
    title="Too easy to miss",
    question="Does the target tell anything?",
    tables=("target_result", "target", "survey"),
    rule=(
        "Per service, metric and priority: share of target_result.met >= met for 12 months "
        "while MC-02 of the same customers < satisfied; or target.value in minutes > P99 of "
        "target_result.elapsed_min with n >= 150. [unit: agreement, service]"
    ),
    parameters={
        "met": 0.995,
        "satisfied": 0.80,
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.3.3", "COBIT APO09", "ITIL Service level management", "FitSM PR2.2"),
    causes=("target from habit",),
    do_first="add an experience target",
    effective_when="the new target discriminates",
    tier=2,
    ask=ask,
    caps=(),
    limit="met",
    indicators=("communication",),
    needs=("target_result.met", "target.value"),
    uses=("target_result.elapsed_min", "survey.csat", "record.service"),
    headline="{bad} of {all} targets are met whatever happens, so they tell nothing.",
    should_be="A target separates good service from bad.",
    matters="The report is green while people are not.",
    owner_role="service level manager",
)
