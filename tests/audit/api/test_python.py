"""The audit from Python: what goes in, what comes back, what is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import trueup.audit
from tests.audit.golden.packs import AS_OF, PERIOD, START, make
from tests.audit.own.test_audits import incidents
from trueup import cli
from trueup.audit import Audited, AuditResult, Options, Pack, readiness, run
from trueup.audit.own.template import TEXT
from trueup.core.refusals import Refused

DOCS = Path(__file__).parents[3] / "docs"


def rows(n: int = 700, early: int = 0) -> list[dict[str, Any]]:
    return [
        {"id": f"R{i:03}", "kind": "incident", "state": "closed",
         "opened_at": START + timedelta(hours=8 * i), "team": "net",
         "resolved_at": START + timedelta(hours=8 * i + (-9 if 0 < early > i * early % n else 2))}
        for i in range(n)
    ]  # fmt: skip


def told(result: AuditResult) -> tuple[Any, ...]:
    row = result.check("Z02")
    return row["result"], row["tested"], row["exceptions"]


def test_the_page_of_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    parts = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text("utf-8"), re.S)
    assert len(parts) >= 3
    space: dict[str, Any] = {}
    for part in parts:
        exec(compile(part, "docs/python.md", "exec"), space)
    assert Path("report/result.json").is_file()


def test_paths_packs_and_frames_give_the_same_answer(tmp_path: Path) -> None:
    data = rows(early=30)
    pack = make(tmp_path, record=data)
    named = {"only": "Z02", "period": PERIOD, "as_of": AS_OF}
    frame = pd.DataFrame(data)
    ways = [
        pack, pack.folder, str(pack.folder), [pack.folder], {"record": frame},
        {"record": pa.Table.from_pandas(frame)}, {"record": data},
        {"record": frame.sample(frac=1, random_state=3)},
    ]  # fmt: skip
    assert {told(run(way, **named)) for way in ways} == {("exceptions", 700, 30)}
    frames = [run(way, **named).to_bytes() for way in ways[4:]]
    assert len(set(frames)) == 1


def test_the_order_of_rows_and_the_kind_of_frame_change_no_byte_but_a_value_does() -> None:
    one = run({"record": rows()}, only="Z02", as_of=AS_OF)
    other = run({"record": rows(early=1)}, only="Z02", as_of=AS_OF)
    assert one.data["pack"]["manifest_sha256"] != other.data["pack"]["manifest_sha256"]


def test_what_does_not_fit_is_warned_of_and_kept(tmp_path: Path) -> None:
    odd = {"id": "X1", "kind": "nonsense", "state": "closed", "opened_at": START}
    data = [*rows(40), odd]
    data[0]["colour"] = "red"
    with pytest.warns(UserWarning, match="colour") as seen:
        result = run({"record": data}, only="Z02", as_of=AS_OF)
    assert any("record.kind: 1 rows left out" in str(w.message) for w in seen)
    assert seen[0].filename == __file__
    assert {t["table"]: t["rows"] for t in result.data["readiness"]["tables"]} == {"record": 40}
    result.write(tmp_path / "out")
    assert "nonsense" in (tmp_path / "out/pack/rejected.csv").read_text("utf-8")


def test_tables_have_their_columns_with_and_without_rows(tmp_path: Path) -> None:
    full = run(make(tmp_path, record=rows(early=60)), only=["Z02", "MC-10"])
    empty = run({"record": rows(3)}, only="Z02", as_of=AS_OF)
    for name in ("measures", "units", "checks", "detections", "evidence", "findings"):
        one = getattr(full, f"{name}_table")()
        assert one.schema == getattr(empty, f"{name}_table")().schema
        assert list(getattr(full, f"{name}_frame")().columns) == one.schema.names
    assert (full.measures_table().num_rows, full.checks_table().num_rows) == (65, 104)
    assert full.detections_frame()["check"].tolist()[0] == "Z02"
    assert set(full.evidence_frame()["id"]) >= {"R000", "R012"}
    assert full.findings_table()["place"].to_pylist()[0] == 1
    assert empty.findings_table().num_rows == 0


def test_pandas_is_not_needed_until_a_frame_is_asked_for(tmp_path: Path) -> None:
    pack = make(tmp_path, record=rows(5))
    program = (
        "import sys\n"
        "class Without:\n    def find_spec(self, name, *rest):\n"
        "        if name.partition('.')[0] == 'pandas':\n            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Without())\n"
        "from trueup.audit import run\n"
        f"result = run({str(pack.folder)!r}, only='Z02')\n"
        "print(result.checks_table().num_rows)\n"
        "try:\n    result.checks_frame()\nexcept Exception as refusal:\n"
        "    print(type(refusal).__name__, refusal)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.startswith("104\nRefused pandas is not installed"), done.stderr


def test_the_four_lights_in_a_notebook() -> None:
    result = run({"record": rows(9)}, only="Z02", as_of=AS_OF, organisation="<b>Nordkai</b>")
    html = result._repr_html_()
    assert html.count("<tr>") == 5
    assert "&lt;b&gt;Nordkai" in html
    assert "Not enough evidence" in html
    assert result.indicator("risk_impact").light == result.light("risk_impact")
    with pytest.raises(Refused, match="there are: growth_value"):
        result.indicator("luck")


def test_a_written_result_is_verified(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(TEXT, "utf-8")
    result = run({"record": incidents(60)}, only="Z02,OWN-SEC-1", as_of=AS_OF, checks=[own])
    assert result.checks_table().num_rows == 105
    result.write(tmp_path / "out")
    own.unlink()
    assert cli.main(["verify", str(tmp_path / "out")]) == 0
    run(make(tmp_path, record=rows(9)), only="Z02").write(tmp_path / "out")
    assert cli.main(["verify", str(tmp_path / "out")]) == 0
    assert not (tmp_path / "out/checks/OWN-SEC-1.yaml").exists()


def test_readiness_says_what_can_be_judged() -> None:
    ready = readiness({"record": rows(early=200)}, as_of=AS_OF)
    assert ready.tier == 0
    assert ready.next_table == "survey"
    assert "MC-01" in ready.unlocks
    assert "MC-10" in ready.held["Z02"]
    assert ready.tables_frame()["rows"].tolist() == [700]


@pytest.mark.parametrize(("evidence", "named", "words"), [
    ({"tickets": []}, {}, "no table “tickets”"),
    ({"record": 7}, {}, "no table of rows"),
    ({"person": [{"id": "P1"}]}, {}, "as_of="),
    ("gone.csv", {}, "gone.csv"),
    ({"record": rows(2)}, {"only": "Q77"}, "no measure or check Q77"),
    ({"record": rows(2)}, {"params": {"Q77.x": 1}}, "no parameter Q77.x"),
    ({"record": rows(2)}, {"period": (date(2026, 2, 1), date(2026, 1, 1))}, "ends before"),
    ({"record": rows(2)}, {"zone": "Mars/Olympus"}, "no time zone"),
    ({"record": rows(2)}, {"engine": "abacus"}, "no engine abacus"),
    ({"record": rows(2)}, {"checks": ["gone.yaml"]}, "gone.yaml cannot be read"),
])  # fmt: skip
def test_what_cannot_be_used_is_refused_in_a_sentence(
    evidence: Any, named: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=re.escape(words)):
        run(evidence, **named)


def test_the_names_are_functions_whatever_was_imported_before(tmp_path: Path) -> None:
    for name in ("run", "readiness", "api"):
        import_module(f"trueup.audit.{name}")
    assert callable(trueup.audit.run)
    assert callable(trueup.audit.readiness)
    assert set(trueup.audit.__all__) <= {
        n for n in trueup.audit.__all__ if hasattr(trueup.audit, n)
    }
    pack = make(tmp_path, record=rows(5))
    result = run(Pack.open(pack.folder), Options(only=frozenset({"Z02"})))
    assert isinstance(result, Audited)
    assert isinstance(result, AuditResult)


def test_the_package_says_that_it_is_typed() -> None:
    assert files("trueup").joinpath("py.typed").is_file()


def test_instants_without_a_zone_are_utc() -> None:
    bare = run({"record": rows(9)}, only="Z02", as_of=datetime(2026, 7, 1))
    aware = run({"record": rows(9)}, only="Z02", as_of=datetime(2026, 7, 1, tzinfo=UTC))
    assert bare.to_bytes() == aware.to_bytes()
    assert bare.to_bytes() == run({"record": rows(9)}, only="Z02", as_of="2026-07-01").to_bytes()


def test_a_german_result_writes_german_reports_and_the_same_bytes(tmp_path: Path) -> None:
    pack = make(tmp_path, record=rows(9))
    german = run(pack, only="Z02", language="de")
    german.write(tmp_path / "out", formats="html,md")
    assert '<html lang="de">' in (tmp_path / "out/report.html").read_text("utf-8")
    assert "Das zuerst tun" in (tmp_path / "out/report.md").read_text("utf-8")
    assert "Zu wenig Belege" in german._repr_html_()
    assert german.to_bytes() == run(pack, only="Z02").to_bytes()
    with pytest.raises(Refused, match="no language fr"):
        run(pack, language="fr")
