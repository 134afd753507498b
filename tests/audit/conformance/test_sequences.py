"""Variants counted column by column: the same as one by one, in any order and in any parts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit.conformance.test_flow import opened
from trueup.audit.conformance import flow
from trueup.audit.conformance.sequences import counted

Row = tuple[str, int, int, str]
CASE, LABEL = st.sampled_from("RSTU"), st.text("ab\x1fü", max_size=2)
ROWS = st.lists(st.tuples(CASE, st.integers(-3, 3), st.integers(0, 2), LABEL), max_size=30)


def table(rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [[], [], [], []]
    kinds = (pa.string(), pa.timestamp("us"), pa.int64(), pa.string())
    made = [pa.array(c, kind) for c, kind in zip(columns, kinds, strict=True)]
    return pa.table(made, ["record", "at", "seq", "label"])


def one_by_one(rows: list[Row]) -> Counter[tuple[str, ...]]:
    cases: dict[str, list[str]] = {}
    for case, *_, label in sorted(rows, key=lambda row: row[1:]):
        cases.setdefault(case, []).append(label)
    return Counter(tuple(path) for path in cases.values())


@given(ROWS, st.randoms())
def test_as_one_by_one_in_any_order_of_the_rows(rows: list[Row], random: Any) -> None:
    wanted = one_by_one(rows)
    assert counted([table(rows)]) == wanted
    random.shuffle(rows)
    assert counted([table(rows)]) == wanted


@given(ROWS)
def test_parts_of_whole_cases_add_up(rows: list[Row]) -> None:
    parts = [[row for row in rows if (row[0] in "RS") == side] for side in (True, False)]
    assert counted(table(part) for part in parts) == one_by_one(rows)


def test_more_labels_than_a_byte_tells_apart() -> None:
    rows = [(f"R{i % 2}", i, 0, f"step {i:05}") for i in range(70_000)]
    found = counted([table(rows)])
    assert [len(path) for path in found] == [35_000, 35_000]
    assert min(found)[:2] == ("step 00000", "step 00002")


@pytest.mark.parametrize("part", [1, 4, 1_000])
def test_a_log_in_parts_and_in_sql_has_the_same_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """The second way is that of the distributed engine: one statement."""
    log = [
        [f"R{i}", step, f"{t + 1}h", {}] for i in range(9) for t, step in enumerate(PATHS[i % 3])
    ]
    ctx = opened(tmp_path, *log)
    events = flow.case_events(ctx)
    monkeypatch.setattr(flow, "PART", part)
    ways = flow.variants_of(ctx, events, events["activity"])
    assert [(len(path), n) for path, n in ways] == [(2, 3), (3, 3), (4, 3)]
    monkeypatch.setattr(ctx.backend, "name", "another")
    assert flow.variants_of(ctx, events, events["activity"]) == ways


PATHS = (("opened", "closed"), ("opened", "started", "closed"),
         ("opened", "started", "paused", "closed"))  # fmt: skip
