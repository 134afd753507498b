"""result.json is what the contract says, to the letter, on a full pack and on an empty one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from tests.audit.golden.packs import START, make
from tests.audit.report.contract import faults
from trueup import cli
from trueup.audit.contract import schema
from trueup.audit.evidence.packs import Pack
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_sample(tmp_path_factory.mktemp("sample") / "pack")


@pytest.fixture(scope="module")
def result(pack: Pack) -> AuditResult:
    return run(pack, Options(strict=True))


def test_the_demonstration_fits_the_contract(result: AuditResult) -> None:
    assert faults(result.data) == []
    assert json.loads(result.to_bytes()) == result.data


def test_a_pack_with_one_record_fits_the_contract(tmp_path: Path) -> None:
    one = {"id": "R1", "kind": "incident", "state": "open", "opened_at": START}
    assert faults(run(make(tmp_path, record=[one]), Options(strict=True)).data) == []


def test_a_fault_is_seen(result: AuditResult) -> None:
    broken = json.loads(result.to_bytes())
    broken["measures"][0]["n"] = "7"
    broken["indicators"][1]["light"] = "yellow"
    del broken["checks"][3]["limit"]
    broken["pack"]["as_of"] = "2026-07-01T00:00:00+00:00"
    found = faults(broken)
    assert len([fault for fault in found if not fault.startswith("schema")]) == 4
    assert len([fault for fault in found if fault.startswith("schema")]) == 4


def test_the_schema_is_printed_for_other_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", "result"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == schema()
    Draft202012Validator.check_schema(told)


def test_every_exception_is_named_beside_the_result(result: AuditResult, tmp_path: Path) -> None:
    result.write(tmp_path)
    rows = pq.read_table(tmp_path / "evidence.parquet").to_pylist()
    assert list(rows[0]) == ["check", "detection", "table", "id", "why"]
    counted = Counter(row["detection"] for row in rows)
    told = {d["key"]: d["evidence_total"] for c in result.data["checks"] for d in c["detections"]}
    assert {key: n for key, n in told.items() if n} == dict(counted)
    assert all(row["why"] for row in rows)


def test_the_published_schema_names_every_field(result: AuditResult) -> None:
    def names(node: object) -> set[str]:
        if isinstance(node, dict):
            own = set(node.get("properties", {}))
            return own.union(*(names(v) for v in node.values())) if node else own
        return set()

    assert {"counter_examples", "robustness", "next_best_data"} <= names(schema())
