"""Each row that a result names has the id that the evidence schema gives it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.audit.golden.packs import START, ask, make
from tests.audit.report.row_ids import rows_of
from trueup.audit.evidence.packs import Pack
from trueup.audit.parameters import defaults
from trueup.audit.row_names import RowNames
from trueup.audit.run import Options, _context, run
from trueup.audit.sample import write_sample

LATE = START + timedelta(days=40, microseconds=120_000)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    events = [
        {"seq": i, "entity": "record", "entity_id": f"R{i}", "activity": "resolved", "via": "web",
         "at_occurred": START + timedelta(days=30), "at_recorded": LATE}
        for i in range(60)
    ]  # fmt: skip
    records = [
        {"id": f"R{i}", "kind": "change", "state": "closed", "opened_at": START} for i in range(60)
    ]
    changes = [{"record": f"R{i}", "type": "normal", "start": LATE} for i in range(60)]
    return make(
        tmp_path_factory.mktemp("ids"), event=events, record=records, change=changes,
        cost=[{"id": None, "month": START.date(), "amount": 12, "service": "S"},
              {"id": "C1", "month": START.date(), "amount": 12, "service": "S"}],
    )  # fmt: skip


def test_an_event_is_named_by_all_its_required_columns(pack: Pack) -> None:
    detections = ask(pack, "Z05").check("Z05")["detections"]
    named = {row["id"] for d in detections for row in d["evidence"]}
    assert named == rows_of(pack, "event")
    first = "0|record|R0|resolved|2025-07-31T00:00:00Z|2025-08-10T00:00:00.120000Z"
    assert first in named


def test_short_names_of_changes_and_events_become_whole_ones(pack: Pack) -> None:
    names = RowNames(_context(pack, Options(), defaults()))
    tables = pa.chunked_array([["change", "event", "record", "change", "event"]])
    got = names.of(tables, pa.chunked_array([["R7", "7", "R7", "nobody", "999"]]))
    assert got.to_pylist() == [
        "R7|normal", "7|record|R7|resolved|2025-07-31T00:00:00Z|2025-08-10T00:00:00.120000Z",
        "R7", "nobody", "999",
    ]  # fmt: skip


def test_every_row_of_the_demonstration_stands_in_its_pack(tmp_path: Path) -> None:
    pack = write_sample(tmp_path / "pack")
    result = run(pack, Options(strict=True))
    named = defaultdict(set)
    for row in result.evidence.select(["table", "id", "check"]).to_pylist():
        if row["check"] != "M04":  # a measure without a row is what M04 finds
            named[row["table"]].add(row["id"])
    for check in result.data["checks"]:
        for detection in check["detections"]:
            for row in detection["counter_examples"]:
                named[row["table"]].add(row["id"])
    wrong = {table: sorted(ids - rows_of(pack, table))[:3] for table, ids in named.items()}
    assert {table: ids for table, ids in wrong.items() if ids} == {}
    assert {"event", "change", "usage", "cost", "record"} <= set(named)
