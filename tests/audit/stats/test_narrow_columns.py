"""Columns and codes that take less memory are the same columns and codes."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.audit import business
from trueup.audit.business import Hours, parse_week
from trueup.audit.context import HEAD, column_array
from trueup.audit.measures.communication.mc_07_longest_silence import _placed
from trueup.audit.stats.raking import merged_levels

WORDS = st.lists(st.sampled_from(["a", "b", "", "Ü", None]), max_size=40)


@given(WORDS, st.integers(0, 40))
def test_words_that_come_again_are_the_same_words(words: list[str | None], cut: int) -> None:
    column = pa.chunked_array([pa.array(words[:cut], pa.string()),
                               pa.array(words[cut:], pa.string())])  # fmt: skip
    found = column_array(column)
    assert found.dtype == object
    assert found.tolist() == words


def test_equal_words_are_one_value_and_ids_stay_as_they_are() -> None:
    teams = column_array(pa.chunked_array([pa.array(["net", "desk"] * HEAD)]))
    assert len({id(word) for word in teams}) == 2
    ids = [f"R{i}" for i in range(2 * HEAD)]
    assert column_array(pa.chunked_array([pa.array(ids)])).tolist() == ids


def by_sorted_words(levels: Any, answered: Any, least: int = 3) -> Any:
    """Levels as they were numbered before: by sorting every word."""
    _, code = np.unique(np.array([str(v) for v in levels]), return_inverse=True)
    answers = np.bincount(code, answered.astype(float))
    out = np.where((answers < least)[code], len(answers), code)
    if answered[out == len(answers)].sum() < least:
        out = np.where(out == len(answers), int(np.argmax(answers)), out)
    return np.unique(out, return_inverse=True)[1]


@given(st.lists(st.tuples(st.sampled_from(["b", "a", None, "c", "10", "9"]), st.booleans()),
                min_size=1, max_size=60))  # fmt: skip
def test_levels_are_numbered_in_the_order_of_their_words(rows: list[tuple[Any, bool]]) -> None:
    answered = np.array([done for _, done in rows])
    levels = np.array([level for level, _ in rows], dtype=object)
    assert merged_levels(levels, answered).tolist() == by_sorted_words(levels, answered).tolist()
    numbers = np.arange(len(rows)) % 12
    assert merged_levels(numbers, answered).tolist() == by_sorted_words(numbers, answered).tolist()


def test_open_minutes_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = Hours("Europe/Berlin", parse_week("Mo-Fr 08:00-18:00"), {date(2026, 1, 1)})
    at = np.datetime64("2025-12-24", "us") + np.arange(1000) * np.timedelta64(37, "m")
    at = at[np.random.default_rng(1).permutation(len(at))]
    whole = hours.open_minutes(at)
    monkeypatch.setattr(business, "PIECE", 7)
    assert hours.open_minutes(at).tolist() == whole.tolist()
    assert hours.open_minutes(at[:0]).tolist() == []


def test_of_an_id_that_stands_twice_the_last_place_counts() -> None:
    class Rows:
        def fetch(self, rows: pa.Table) -> pa.Table:
            return rows

    ids = pa.chunked_array([pa.array(["R1", "R2"]), pa.array(["R2", "R3"])])
    rows = pa.table({"record": ["R3", "R2", "R9", "R1"], "at": [1, 2, 3, 4]})
    place, others = _placed(Rows(), rows, ids)  # type: ignore[arg-type]
    assert place.tolist() == [3, 2, -1, 0]
    assert others["at"].tolist() == [1, 2, 3, 4]
    none, _ = _placed(Rows(), rows, ids.slice(0, 0))  # type: ignore[arg-type]
    assert none.tolist() == [-1] * 4
