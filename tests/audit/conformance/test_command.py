"""`trueup conformance`: what goes in, what is refused, what comes out, the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.audit.golden.packs import make
from trueup import cli
from trueup.audit.conformance.examples import tables
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import shipped
from trueup.audit.conformance.whole import conformance_of
from trueup.audit.conformance.written import to_json, violations, write
from trueup.audit.context import Context
from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Options
from trueup.audit.sample import write_sample

DRAWING = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
<startEvent id="s"/><task id="a" name="assign"/><task id="b" name="close"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
<sequenceFlow id="f2" sourceRef="a" targetRef="b"/>
<sequenceFlow id="f3" sourceRef="b" targetRef="e"/></process></definitions>"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("plan.bpmn").write_text(DRAWING, "utf-8")
    rule = shipped()[0]
    return make(tmp_path, **tables(rule, rule.breaks)).folder


def test_rules_and_plan_are_told_and_written(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["conformance", str(pack), "--model", "plan.bpmn", "--out", "o"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "After closed or cancelled nobody works on it" in text
    assert "Plan plan.bpmn: fitness" in text
    told = json.loads(Path("o/conformance.json").read_text("utf-8"))
    first = told["rules"][0]
    assert (first["id"], first["applied"], first["broken"]) == ("GEN-01", 1, 1)
    assert first["examples"] == [
        {"case": "R1", "at": "2026-03-02T09:00:00Z", "ref": "event:1", "other": "event:2",
         "size": None}
    ]  # fmt: skip
    assert told["plan"]["cases"] == 1
    assert pq.read_table("o/conformance.parquet")["rule"].to_pylist() == ["GEN-01"]


def test_a_model_that_is_none_is_refused_in_a_sentence(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("plan.bpmn").write_text("no drawing", "utf-8")
    assert cli.main(["conformance", str(pack), "--model", "plan.bpmn", "--out", "o"]) == 2
    assert "plan.bpmn is no BPMN file" in " ".join(capsys.readouterr().err.split())


def test_grey_rules_have_no_rate(pack: Path) -> None:
    found = {one["id"]: one for one in to_json(conformance_of(_context(pack)))["rules"]}
    assert found["CHG-01"]["state"] == "not_recorded"
    assert found["CHG-01"]["missing"]
    assert found["CHG-01"]["rate"] is None
    assert found["PRB-03"]["state"] == "never_applied"
    assert found["PRB-03"]["rate"] is None


def _context(folder: Path) -> Context:
    return context_of(Pack.open(folder))


def test_the_same_evidence_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    pack = write_sample(tmp_path / "pack", records=400)
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    write(conformance_of(context_of(pack, Options(threads=1))), one)
    for info in pack.tables.values():
        for file in info.files:
            table = pq.read_table(file)
            order = pa.array(range(table.num_rows - 1, -1, -1))
            pq.write_table(table.take(order), file)
    write(conformance_of(context_of(pack, Options(threads=2))), two)
    for name in ("conformance.json", "conformance.parquet"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_every_example_is_in_the_list_of_all(tmp_path: Path) -> None:
    found = conformance_of(context_of(write_sample(tmp_path / "pack", records=400)))
    every = set(zip(*(violations(found)[n].to_pylist() for n in ("rule", "case", "ref")),
                    strict=True))  # fmt: skip
    for one in to_json(found)["rules"]:
        assert {(one["id"], e["case"], e["ref"]) for e in one["examples"]} <= every
        assert len(one["examples"]) == min(one["broken"], 50)
