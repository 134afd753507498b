"""F06: Just under the limit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import later
from trueup.audit.decide import rejections
from trueup.audit.declare import (
    ORGANISATION,
    Case,
    Check,
    Estimate,
    Probe,
    Silent,
    Unit,
    pair,
)
from trueup.audit.stats.deadline import Cliff, deadline_density
from trueup.audit.stats.intervals import clopper_pearson

P_MAX = 0.05
NEAR = 0.9
GOOD_SHOWN = 20
FEW = 6
RUN = "{bad} purchases within days add up to {sum}, above the limit of {limit}."
RUNS = "{unit}: {bad} purchases in {runs} runs of some days, each above the limit of {limit}."
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Purchases of one supplier and buyer that together pass the limit none of them reaches."""

    rows: tuple[int, ...]
    amount: float
    limit: float


def ask(ctx: Context) -> Probe | Silent:
    """Purchases that crowd just below the approval limit, and those that were split.

    The crowd of the whole is a test among all tests of the audit (3.5); a split is counted.
    """
    got = _purchases(ctx)
    n = len(got["id"])
    if n == 0:
        return Silent("not_applicable", "no purchase with an approval limit was made")
    groups = _splits(ctx, got)
    cliffs = _cliffs(got)
    whole = _whole(ctx, got, cliffs[ORGANISATION], groups)
    merged: dict[Unit, Case] = {}
    for case in _unit_cliffs(ctx, got, cliffs) + _split_cases(got, groups):
        merged[case.unit] = _both(merged[case.unit], case) if case.unit in merged else case
    order = sorted(merged, key=lambda u: (u.kind, u.id))
    return Probe(n, n, whole, tuple(merged[u] for u in order), floor=1)


def _both(cliff: Case, split: Case) -> Case:
    """A supplier with both: the size of the cliff, the purchases of either."""
    sides = [side.bad().to_pylist() for side in (cliff, split) if side.bad]
    rows = {(r["table"], r["id"]): r["why"] for side in sides for r in side}
    named = [(table, id, why) for (table, id), why in sorted(rows.items())]
    return replace(
        cliff, branch=f"{cliff.branch}, {split.branch}", exceptions=len(named), bad=later(named)
    )


def _purchases(ctx: Context) -> dict[str, Array]:
    p, person = ctx.table("purchase"), ctx.table("person")
    mine = p.filter((p["approval_limit"] > 0) & (p["amount"] > 0) & ctx.within(p["at"]))
    homes = person.select(pid="id", home="team")
    joined = mine.left_join(homes, mine["buyer"] == homes["pid"])
    return ctx.arrays(
        joined.select(
            "id", "supplier", "buyer", "amount", "at", limit="approval_limit", team="home"
        ).order_by("id")
    )  # fmt: skip


def _cliffs(got: dict[str, Array]) -> dict[Unit, Cliff]:
    used = got["amount"] / got["limit"]
    out = {ORGANISATION: deadline_density(used)}
    for kind in ("supplier", "team"):
        for name in sorted({str(v) for v in got[kind] if v}):
            out[Unit(kind, name)] = deadline_density(used[got[kind] == name])
    return out


def _trips(ctx: Context, cliff: Cliff) -> bool:
    return cliff.inside > 0 and cliff.ratio >= ctx.number("ratio") and cliff.p < P_MAX


def _rows(got: dict[str, Array], mine: Array) -> list[tuple[str, str, str]]:
    used = got["amount"] / got["limit"]
    near = np.flatnonzero(mine & (used >= NEAR) & (used < 1))
    return [("purchase", str(got["id"][i]), f"{used[i]:.1%} of its approval limit") for i in near]


def _good(got: dict[str, Array]) -> list[tuple[str, str, str]]:
    over = np.flatnonzero(got["amount"] >= got["limit"])
    return [("purchase", str(got["id"][i]), "") for i in over][:GOOD_SHOWN]


def _size(cliff: Cliff) -> Estimate:
    """Inside over outside as odds, with the exact binomial interval."""
    n = cliff.inside + cliff.outside
    ring = clopper_pearson(cliff.inside, n) if n else None
    low = ring.low / (1 - ring.low) if ring and ring.low < 1 else 0.0
    high = ring.high / (1 - ring.high) if ring and ring.high < 1 else float("inf")
    ratio = cliff.ratio if np.isfinite(cliff.ratio) else float(cliff.inside)
    return Estimate(ratio, low, high, n, method="compared")


def _whole(ctx: Context, got: dict[str, Array], cliff: Cliff, groups: list[Group]) -> Case:
    trips = _trips(ctx, cliff)
    every = np.ones(len(got["id"]), dtype=bool)
    split = [row for group in groups for row in _split_rows(got, group)]
    rows = (_rows(got, every) if trips else []) + split
    branch = ["just below"] * trips + ["split"] * bool(groups)
    found = len({row[1] for row in rows})
    size = replace(_size(cliff), p=None if groups else cliff.p)  # a split is counted, no test
    return Case(
        ORGANISATION, size, found, len(got["id"]),
        limit=ctx.number("ratio") if trips or groups else float("inf"),
        tripped=trips or bool(groups), branch=", ".join(branch),
        bad=later(sorted(set(rows))), good=later(_good(got)), words=_words(cliff),
    )  # fmt: skip


def _words(cliff: Cliff) -> dict[str, str]:
    return {"inside": str(cliff.inside), "outside": str(cliff.outside)}


def _unit_cliffs(ctx: Context, got: dict[str, Array], cliffs: dict[Unit, Cliff]) -> list[Case]:
    """Suppliers and teams whose own purchases crowd below the limit; one family, BH."""
    units = {u: c for u, c in cliffs.items() if u != ORGANISATION and c.inside + c.outside > 0}
    kept = rejections({f"{u.kind}|{u.id}": c.p for u, c in units.items()})
    out = []
    for unit, cliff in units.items():
        if not (_trips(ctx, cliff) and kept[f"{unit.kind}|{unit.id}"]):
            continue
        mine = got[unit.kind] == unit.id
        rows = _rows(got, mine)
        out.append(Case(
            unit, _size(cliff), len(rows), int(mine.sum()), limit=ctx.number("ratio"),
            tripped=True, branch="just below", bad=later(rows), good=later(_good(got)),
            words=_words(cliff),
            headline="{unit}: {inside} purchases just below the limit, {outside} just above.",
        ))  # fmt: skip
    return out


def _splits(ctx: Context, got: dict[str, Array]) -> list[Group]:
    """Runs of purchases of one supplier and buyer within some days, each below the limit."""
    covered = _covered(ctx)
    days = np.timedelta64(int(ctx.number("split_days")), "D")
    known = np.array(
        [bool(s) and bool(b) for s, b in zip(got["supplier"], got["buyer"], strict=True)]
    )
    use = np.flatnonzero(known & (got["amount"] < got["limit"]))
    keys: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i in use:
        keys[(str(got["supplier"][i]), str(got["buyer"][i]))].append(int(i))
    out = []
    for key in sorted(keys):
        rows = np.array(sorted(keys[key], key=lambda i: (got["at"][i], str(got["id"][i]))))
        if len(rows) > 1:
            out += _runs(got, rows, days, covered)
    return out


def _runs(
    got: dict[str, Array], rows: Array, days: np.timedelta64, covered: dict[str, float]
) -> list[Group]:
    at, amount, limit = got["at"][rows], got["amount"][rows], got["limit"][rows]
    stop = np.searchsorted(at, at + days, "right")
    sums = np.concatenate([[0.0], np.cumsum(amount)])
    found, start = [], 0
    while start < len(rows):
        end = int(stop[start])
        total = float(sums[end] - sums[start])
        least = float(limit[start:end].min())
        members = tuple(int(r) for r in rows[start:end])
        allowed = max(covered.get(str(got["id"][r]), 0.0) for r in members)
        if end - start >= 2 and total > least and allowed < total:
            found.append(Group(members, total, least))
            start = end
        else:
            start += 1
    return found


def _covered(ctx: Context) -> dict[str, float]:
    """The largest amount approved for each purchase."""
    if not ctx.has("approval.amount"):
        return {}
    a = ctx.table("approval")
    yes = a.filter(
        (a["entity"] == "purchase") & (a["decision"] == "approved") & a["amount"].notnull()
    )
    rows = ctx.rows(yes.group_by("entity_id").agg(amount=yes["amount"].max()).order_by("entity_id"))
    return {row["entity_id"]: float(row["amount"]) for row in rows}


def _split_rows(got: dict[str, Array], group: Group) -> list[tuple[str, str, str]]:
    why = f"{len(group.rows)} purchases together {group.amount:,.0f}, limit {group.limit:,.0f}"
    return [("purchase", str(got["id"][i]), why) for i in group.rows]


def _split_cases(got: dict[str, Array], groups: list[Group]) -> list[Case]:
    """Each pair that passes the limit together, and the supplier with all its runs."""
    by: dict[Unit, list[Group]] = defaultdict(list)
    for group in groups:
        by[Unit("supplier", str(got["supplier"][group.rows[0]]))].append(group)
        for one, two in _pairs(got, group):
            by[pair(str(got["id"][one]), str(got["id"][two]))].append(group)
    out = []
    for unit, mine in by.items():
        rows = sorted({row for group in mine for row in _split_rows(got, group)})
        n = int((got["supplier"] == unit.id).sum()) if unit.kind == "supplier" else len(rows)
        share = len(rows) / n
        out.append(Case(
            unit, Estimate(share, share, share, n, exact=True), len(rows), n, tripped=True,
            branch="split", bad=later(rows), good=later(_good(got)),
            words={"sum": f"{mine[0].amount:,.0f}", "limit": f"{mine[0].limit:,.0f}",
                   "runs": str(len(mine))},
            headline=RUNS if len(mine) > 1 else RUN,
        ))  # fmt: skip
    return out


def _pairs(got: dict[str, Array], group: Group) -> list[tuple[int, int]]:
    """Any two of a short run that pass the limit by themselves, else its neighbours."""
    amount = got["amount"]
    if len(group.rows) > FEW:
        return list(pairwise(group.rows))
    alone = [p for p in combinations(group.rows, 2) if amount[list(p)].sum() >= group.limit]
    return alone or list(pairwise(group.rows))


CHECK = Check(
    id="F06",
    area="Finance",
    title="Just under the limit",
    question="Are purchases split?",
    tables=("purchase",),
    rule=(
        "purchase.amount in [0.9, 1.0) x purchase.approval_limit / in [1.0, 1.1) >= ratio "
        "(binomial test p < 0.05); or >= 2 purchases of the same supplier and buyer within "
        "split_days, each below the limit, together above it and no approval covering their sum"
        " (approval.entity = purchase, approval.amount >= the sum, decision approved). [unit: "
        "supplier, pair, team]"
    ),
    parameters={
        "ratio": 3,
        "split_days": 10,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 8.4.1", "COBIT APO10", "COBIT MEA02", "ITIL Supplier management"),
    causes=("avoids the approval",),
    do_first="review the pairs",
    effective_when="ratio < 1.5",
    tier=4,
    ask=ask,
    caps=(),
    limit="ratio",
    indicators=("budget_adherence",),
    needs=("purchase.approval_limit",),
    uses=("purchase.supplier", "purchase.buyer", "approval.amount", "person.team"),
    headline="{bad} of {all} purchases lie just below the approval limit or were split below it.",
    should_be="Purchases that belong together are approved together.",
    matters="The second pair of eyes was avoided where the money is largest.",
    owner_role="finance",
    effort="1 day",
)
