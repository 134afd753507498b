"""Clusters of like incidents: same CI and category, or titles that say the same (P01, K02, P05)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np

from trueup.audit.context import Context

Array = np.ndarray[Any, Any]
WORD = re.compile(r"[^\W\d_]{2,}")
MOST_TITLES = 60_000
TOO_COMMON = 0.5


def clustered(ctx: Context, kinds: tuple[str, ...], by_ci: bool, sim: float) -> dict[str, Array]:
    """Records with the number of their cluster (-1: none), by id.

    Records with a CI and a category form clusters of those two; the others cluster by title,
    where titles are recorded. Columns: id, ci, category, team, opened_at, resolved_at, priority,
    problem, article, cluster.
    """
    key = f"clusters:{kinds}:{by_ci}:{sim}"

    def make(ctx: Context) -> dict[str, Array]:
        record = ctx.table("record")
        mine = record.filter(record["kind"].isin(kinds))
        got = ctx.arrays(
            mine.select(
                "id", "ci", "category", "team", "title", "opened_at", "resolved_at", "priority",
                "problem", "article",
            ).order_by("id")
        )  # fmt: skip
        got["cluster"] = _numbers(got, by_ci, sim)
        return got

    found: dict[str, Array] = ctx.value(key, make)
    return found


def _numbers(got: dict[str, Array], by_ci: bool, sim: float) -> Array:
    labels: list[object] = [None] * len(got["id"])
    names = _titles(got["title"], sim)
    for i, (ci, category) in enumerate(zip(got["ci"], got["category"], strict=True)):
        if by_ci and ci is not None and category is not None:
            labels[i] = ("ci", ci, category)
        elif names[i] is not None:
            labels[i] = ("title", names[i])
    seen: dict[object, int] = {}
    return np.array(
        [-1 if each is None else seen.setdefault(each, len(seen)) for each in labels],
        dtype=np.int64,
    )


def _titles(titles: Array, sim: float) -> list[int | None]:
    """A number per title: the same where word sets are alike by at least `sim` (Jaccard)."""
    sets = [frozenset(WORD.findall(str(t).lower())) if t else frozenset() for t in titles]
    distinct = sorted({s for s in sets if s}, key=lambda s: (len(s), sorted(s)))
    number = {s: i for i, s in enumerate(distinct)}
    root = list(range(len(distinct)))
    if len(distinct) <= MOST_TITLES:
        _join(distinct, root, sim)
    return [_top(root, number[s]) if s else None for s in sets]


def _join(distinct: list[frozenset[str]], root: list[int], sim: float) -> None:
    """Unite alike sets; by the prefix principle only sets that share a rare word are compared."""
    often = Counter(word for s in distinct for word in s)
    held: dict[str, list[int]] = defaultdict(list)
    for i, words in enumerate(distinct):
        order = sorted(words, key=lambda w: (often[w], w))
        prefix = order[: len(order) - int(np.ceil(sim * len(order))) + 1]
        near = {j for word in prefix for j in held[word]}
        for j in near:
            both = len(words & distinct[j])
            if both >= sim * (len(words) + len(distinct[j]) - both):
                root[_top(root, i)] = _top(root, j)
        for word in prefix:
            held[word].append(i)


def _top(root: list[int], i: int) -> int:
    while root[i] != i:
        root[i] = root[root[i]]
        i = root[i]
    return i


def members(cluster: Array) -> dict[int, Array]:
    """The rows of each cluster, in the order of the rows."""
    if not len(cluster):
        return {}
    order = np.argsort(cluster, kind="stable")
    names, first = np.unique(cluster[order], return_index=True)
    parts = np.split(order, first[1:])
    return {int(name): part for name, part in zip(names, parts, strict=True) if name >= 0}


def densest(at: Array, days: int) -> int:
    """The most instants in any window of so many days."""
    moments = np.sort(at[~np.isnat(at)]).astype("datetime64[us]")
    upto = np.searchsorted(moments, moments + np.timedelta64(days, "D"), "right")
    return int((upto - np.arange(len(moments))).max()) if len(moments) else 0
