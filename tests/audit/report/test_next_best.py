"""The table to record next: the one that lets most measures speak, never one there (9.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.audit.golden.packs import START, make
from trueup.audit.catalogue import all_measures
from trueup.audit.context import Context
from trueup.audit.decide import Bounds
from trueup.audit.evidence.packs import TableInfo
from trueup.audit.judging import Judged
from trueup.audit.parameters import defaults
from trueup.audit.readiness import TIERS, complete, next_best
from trueup.audit.run import Options, _context
from trueup.core import evidence

VALUES: dict[str, object] = {
    "str": "x", "int": 1, "float": 1.0, "bool": True, "date": date(2026, 1, 1), "time": START,
    "money": Decimal(1), "json": "{}",
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """One row of every table, every column filled."""
    tables: dict[str, Any] = {
        name: [{c.name: c.values[0] if c.values else VALUES[c.type] for c in table.columns}]
        for name, table in evidence.TABLES.items()
    }
    pack = make(tmp_path_factory.mktemp("whole"), **tables)
    return _context(pack, Options(strict=True), defaults())


def only(ctx: Context, tables: dict[str, TableInfo], *, other: bool = False) -> Context:
    """The context over some of the tables; `other` says that one of them was changed."""
    fresh: Any = {"_present": {}, "_faults": {}, "_unusable": {}} if other else {}
    less = replace(ctx.pack, tables=tables, **fresh)
    return replace(ctx, pack=less, _kept={}, answers={})


def judged(ctx: Context) -> list[Judged]:
    """Every measure with its light: grey where something it needs is missing, else green."""
    rows = []
    for measure in all_measures().values():
        gaps = ctx.missing(*measure.tables, *measure.needs)
        light: Any = "not_enough_evidence" if gaps else "green"
        rows.append(Judged(measure, light, Bounds(None, None), None, None, "", gaps))
    return rows


def weight(before: list[Judged], after: list[Judged]) -> int:
    """The weight of the measures that lack nothing any more; key measures count double."""
    return sum(
        2 if now.measure.key else 1
        for was, now in zip(before, after, strict=True)
        if was.missing and not now.missing
    )


@pytest.mark.parametrize("tier", range(7))
def test_the_table_with_the_best_unlock_value_at_each_tier(whole: Context, tier: int) -> None:
    there = {name for names in TIERS[: tier + 1] for name in names}
    full = whole.pack.tables
    now = only(whole, {name: info for name, info in full.items() if name in there})
    before = judged(now)
    best = next_best(now, before)
    gain = {
        name: weight(before, judged(only(whole, {**now.pack.tables, name: info})))
        for name, info in full.items()
        if name not in there
    }
    assert best["table"] not in there
    top = max(gain.values(), default=0)
    if top:
        assert gain[best["table"]] == top
        freed = judged(only(whole, {**now.pack.tables, best["table"]: full[best["table"]]}))
        assert best["unlocks"] == sorted(
            j.measure.id for was, j in zip(before, freed, strict=True)
            if was.missing and not j.missing
        )  # fmt: skip
    else:
        assert best["unlocks"] == []


def test_a_table_that_lacks_one_column_is_named_with_it(whole: Context) -> None:
    info = whole.pack.tables["record"]
    less = replace(
        info, columns=info.columns - {"problem"},
        physical={name: how for name, how in info.physical.items() if name != "problem"},
    )  # fmt: skip
    now = only(whole, {**whole.pack.tables, "record": less}, other=True)
    best = next_best(now, judged(now))
    assert best == {
        "table": "record", "unlocks": ["MR-16"],
        "why": "With record.problem recorded, 1 more measure can be judged.",
    }  # fmt: skip
    assert complete(now, "record") < 1


def test_a_full_pack_needs_nothing(whole: Context) -> None:
    rows = [replace(j, light="not_enough_evidence") for j in judged(whole)]
    assert next_best(whole, rows) == {
        "table": None, "unlocks": [], "why": "No single table would unlock more.",
    }  # fmt: skip


def test_a_table_that_is_there_is_not_named_whatever_a_measure_says(whole: Context) -> None:
    (first, *rest) = judged(whole)
    told = replace(first, light="not_enough_evidence", missing=("usage", "usage.units"))
    assert next_best(whole, [told, *rest])["table"] is None


def test_where_no_table_is_enough_alone_the_one_most_wait_for_is_named(whole: Context) -> None:
    lacking = {"change", "relation", "change_ci"}
    now = only(whole, {n: i for n, i in whole.pack.tables.items() if n not in lacking})
    rows = [j for j in judged(now) if j.measure.id in ("MR-02", "MR-03", "MR-04")]
    best = next_best(now, rows)
    assert (best["table"], best["unlocks"]) == ("change", [])
    assert best["why"] == (
        "No single table would unlock more; 3 measures lack change among others."
    )


def test_what_a_gate_holds_is_not_unlocked(whole: Context) -> None:
    now = only(whole, {n: i for n, i in whole.pack.tables.items() if n != "survey"})
    rows = [replace(j, light="data_not_trustworthy") if j.missing else j for j in judged(now)]
    assert next_best(now, rows)["table"] is None
