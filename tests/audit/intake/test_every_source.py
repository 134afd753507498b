"""Every source by its sample: recognised, carried, rows that add up, nothing said of money."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.audit.intake.more_samples import ALL as SAMPLES
from tests.audit.intake.samples import Sample, read
from trueup.audit.catalogue import all_measures
from trueup.audit.evidence.packs import Pack
from trueup.audit.intake.mapping import builtin
from trueup.audit.run import Options, run
from trueup.core.refusals import Refused

MONEY = frozenset(m for m in all_measures() if m.startswith(("MG-", "MB-")))


def asked(pack: Pack, table: str, what: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        return con.sql(f"SELECT {what} FROM ({pack.relation_sql(table)}) ORDER BY ALL").fetchall()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_source_is_recognised_and_every_row_told(tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name]
    pack = read(tmp_path, sample)
    told = pack.intake
    assert {s["recognised_as"] for s in told["sources"]} == set(sample.sources)
    assert told["rows_used"] + told["rows_merged"] + told["rows_rejected"] == told["rows_read"]
    assert sum(s["rows"] for s in told["sources"]) == told["rows_read"]
    rejected = (tmp_path / "pack" / "rejected.csv").read_text("utf-8")
    for table, least in sample.tables.items():
        assert table in pack.tables, (table, told["notes"], rejected)
        assert len(asked(pack, table, "1")) == least, (table, rejected)
    activities = {a for (a,) in asked(pack, "event", "DISTINCT activity")}
    assert sample.activities <= activities
    gaps = "count(*) - count(DISTINCT seq), min(seq), max(seq) - count(*)"
    assert asked(pack, "event", gaps) == [(0, 1, 0)]


@pytest.mark.parametrize("name", [n for n, s in SAMPLES.items() if s.need])
def test_without_a_needed_column_a_file_is_refused(tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name]
    first, text = next(iter(sample.files.items()))
    for number, column in enumerate(sample.need):
        head, rest = text.split("\n", 1)
        assert column in head
        broken = {first: f"{head.replace(column, 'Colour', 1)}\n{rest}"}
        with pytest.raises(Refused, match=r"columns|could be") as caught:
            read(tmp_path / str(number), Sample(broken, ()))
        assert first in str(caught.value)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_order_of_rows_changes_no_byte_of_the_evidence(tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name]
    files = {n: t for n, t in sample.files.items() if n.endswith(".csv") and '"' not in t}
    if not files:
        pytest.skip("rows of this sample cannot be shuffled as lines")
    mixed = {}
    for file, text in files.items():
        head, *rows = text.splitlines(keepends=True)
        random.Random(7).shuffle(rows)
        mixed[file] = head + "".join(rows)
    packs = [read(tmp_path / "a", Sample(sample.files, ()), name_key="k"),
             read(tmp_path / "b", Sample(sample.files | mixed, ()), name_key="k")]  # fmt: skip
    assert packs[0].tables.keys() == packs[1].tables.keys()
    people = {"requester", "assignee", "actor", "person", "author", "approver", "owner",
              "implementer", "assigned_to", "hash", "prev_hash", "leaf"}  # fmt: skip
    for table in packs[0].tables:
        if table == "person":
            continue
        columns = sorted(packs[0].tables[table].columns - people)
        what = ", ".join(f'"{c}"' for c in columns) or "1"
        assert asked(packs[0], table, what) == asked(packs[1], table, what), table


@pytest.mark.parametrize("name", SAMPLES)
def test_tickets_alone_say_nothing_of_money_and_growth(tmp_path: Path, name: str) -> None:
    result = run(read(tmp_path, SAMPLES[name]), Options(only=MONEY, strict=True))
    grey = {"not_enough_evidence", "not_applicable", "data_not_trustworthy"}
    assert {m["light"] for m in result.data["measures"] if m["id"] in MONEY} <= grey
    for indicator in ("growth_value", "budget_adherence"):
        assert result.light(indicator) == "not_enough_evidence"
    best = result.data["readiness"]["next_best_data"]
    assert best["table"]
    assert best["table"] in best["why"] or best["unlocks"]
    for measure in result.data["measures"]:
        if measure["id"] in MONEY and measure["light"] == "not_enough_evidence":
            assert measure["missing"] or measure["needs"], measure["id"]


def test_every_mapping_that_ships_is_tried_by_a_sample() -> None:
    tried = {source for sample in SAMPLES.values() for source in sample.sources}
    by_data = {"vinst.incidents", "vinst.problems"}  # tried on the public logs themselves
    by_data.add("cost list")  # no tickets: tried in test_unknown_files
    assert set(builtin()) - tried - by_data == set()
