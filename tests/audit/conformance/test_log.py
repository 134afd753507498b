"""The log as numbers gives the ways that the engine gives, and leaves to it what it cannot read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trueup.audit.conformance import flow
from trueup.audit.conformance import log as reading
from trueup.audit.conformance.log import Label, log_of
from trueup.audit.conformance.opening import context_of
from trueup.audit.context import Context
from trueup.audit.evidence.packs import Pack
from trueup.audit.relations import record_events
from trueup.audit.sample import write_sample

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORD = st.sampled_from([None, "a", "b", "Ü"])
# record, entity, at, activity, source_activity, team; the sequence number is the place
ROW = st.tuples(st.sampled_from("RST"), st.sampled_from(["record", "record", "item"]),
                st.integers(0, 3), st.sampled_from("abc"), WORD, WORD)  # fmt: skip
ROWS = st.lists(ROW, min_size=1, max_size=25)
Row = tuple[str, str, int, str, str | None, str | None]
LABELS = [
    flow.OWN_WORD, flow.TEAM, Label(("activity",)),
    Label(("source_activity", "activity"),
          lambda t: ibis.cases((t["source_activity"] == "a", t["activity"]), else_=None)),
]  # fmt: skip


def events(rows: list[Row], **types: pa.DataType) -> pa.Table:
    case, entity, at, activity, own, team = (list(column) for column in zip(*rows, strict=True))
    when = pa.array([START + timedelta(hours=h) for h in at], pa.timestamp("us", "UTC"))
    made = {
        "seq": pa.array(range(1, len(rows) + 1), pa.int64()),
        "entity": pa.array(entity, pa.string()), "entity_id": pa.array(case, pa.string()),
        "activity": pa.array(activity, pa.string()),
        "source_activity": pa.array(own, pa.string()), "team": pa.array(team, pa.string()),
        "at_occurred": when, "at_recorded": when,
    }  # fmt: skip
    return pa.table({name: c.cast(types.get(name, c.type)) for name, c in made.items()})


def opened(folder: Path, *parts: pa.Table) -> Context:
    """A pack whose events are these files."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*"):
        old.unlink()
    ids = pa.array(["R", "S"], pa.string())
    when = pa.array([START] * 2, pa.timestamp("us", "UTC"))
    record = {"id": ids, "kind": ["incident"] * 2, "state": ["closed"] * 2, "opened_at": when}
    pq.write_table(pa.table(record), folder / "record.parquet")
    names = []
    for number, part in enumerate(parts):
        names.append(f"event-{number}.parquet")
        pq.write_table(part, folder / names[-1], row_group_size=7)
    files = ", ".join(f'{{"name": "{name}"}}' for name in names)
    (folder / "manifest.json").write_text(
        '{"format": "trueup-evidence/1", "timezone": "UTC", "as_of": "2026-04-01T00:00:00Z", '
        '"period": {"from": "2026-03-01", "to": "2026-03-31"}, '
        f'"tables": {{"event": {{"files": [{files}]}}}}}}',
        "utf-8",
    )
    return context_of(Pack.open(folder))


def by_the_engine(ctx: Context, cases: Any, label: Label) -> flow.Variants:
    told = flow.events_of(ctx, cases)
    return flow.variants_of(ctx, told, label.expression(told))


def agree(ctx: Context) -> None:
    for label in LABELS:
        for cases in (None, flow.cases_of(ctx), flow.cases_of(ctx, ["request"])):
            assert flow.ways(ctx, cases, label) == by_the_engine(ctx, cases, label)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(ROWS, st.integers(0, 25), st.booleans())
def test_the_ways_of_the_engine(tmp_path: Path, rows: list[Row], cut: int, shuffled: bool) -> None:
    """In any order of the rows, in one file or two, with events that are no records'."""
    told = events(rows)
    if shuffled:
        told = told.sort_by([("activity", "descending"), ("seq", "descending")])
    parts = [part for part in (told.slice(0, cut), told.slice(cut)) if part.num_rows]
    ctx = opened(tmp_path / "pack", *parts)
    assert log_of(ctx) is not None
    agree(ctx)
    ctx.backend.close()


SOME: list[Row] = [("R", "record", i % 3, "abc"[i % 3], "Ü", None) for i in range(9)]


@pytest.mark.parametrize(
    "types",
    [{"entity_id": pa.large_string()}, {"activity": pa.dictionary(pa.int8(), pa.string())},
     {"at_occurred": pa.timestamp("us")}],
)  # fmt: skip
def test_other_ways_to_write_the_same_are_read_too(tmp_path: Path, types: Any) -> None:
    ctx = opened(tmp_path / "pack", events(SOME, **types))
    assert log_of(ctx) is not None
    agree(ctx)


@pytest.mark.parametrize(
    "types",
    [{"seq": pa.int32()}, {"at_occurred": pa.timestamp("ms", "UTC")}, {"activity": pa.binary()}],
)
def test_foreign_types_are_left_to_the_engine(tmp_path: Path, types: Any) -> None:
    ctx = opened(tmp_path / "pack", events(SOME, **types))
    assert log_of(ctx) is None
    agree(ctx)


def test_a_row_that_cannot_be_used_leaves_all_to_the_engine(tmp_path: Path) -> None:
    broken = events(SOME).set_column(3, "activity", pa.array([None, *"abcabcab"], pa.string()))
    ctx = opened(tmp_path / "pack", broken)
    assert log_of(ctx) is None
    agree(ctx)


def test_a_column_that_one_file_lacks_or_all(tmp_path: Path) -> None:
    told = events(SOME)
    ctx = opened(tmp_path / "pack", told.slice(0, 4), told.slice(4).drop(["source_activity"]))
    assert log_of(ctx) is not None
    agree(ctx)
    bare = opened(tmp_path / "bare", told.drop(["source_activity", "team"]))
    assert log_of(bare) is not None
    assert flow.ways(bare, None, flow.TEAM) == []
    assert flow.ways(bare) == flow.ways(bare, None, Label(("activity",)))


def test_equal_numbers_at_one_time_are_left_to_the_engine(tmp_path: Path) -> None:
    twice = events(SOME)
    ctx = opened(tmp_path / "pack", twice, twice)
    assert log_of(ctx) is None
    agree(ctx)


def test_a_record_that_stands_twice_counts_as_the_engine_joins_it(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    opened(folder, events(SOME))
    record = pq.read_table(folder / "record.parquet")
    pq.write_table(pa.concat_tables([record, record]), folder / "record.parquet")
    ctx = context_of(Pack.open(folder))
    cases = flow.cases_of(ctx)
    assert flow.ways(ctx, cases) == by_the_engine(ctx, cases, flow.OWN_WORD)


def test_a_log_too_long_is_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 8)
    assert log_of(opened(tmp_path / "pack", events(SOME))) is None


def test_the_demonstration(tmp_path: Path) -> None:
    ctx = context_of(write_sample(tmp_path / "pack", records=300))
    assert log_of(ctx) is not None
    agree(ctx)
    told = record_events(ctx)
    assert sum(n for _, n in flow.ways(ctx)) == told["record"].nunique().to_pyarrow().as_py()
