"""An own check in an audit: asked like the method's own, shown beside them, run again the same."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import START, make, units
from tests.audit.own.files import check, edited
from tests.audit.report import contract
from trueup import cli
from trueup.audit.evidence.packs import Pack
from trueup.audit.own.template import TEXT
from trueup.audit.report.html import page
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run

ID = "OWN-SEC-1"
ANY = {"limit: 0.05": "limit: any"}


def incidents(late: int, n: int = 200, **more: Any) -> list[dict[str, Any]]:
    """Security incidents, one a day; the first `late` of them answered after a day, by team A."""
    rows = []
    for i in range(n):
        at = START + timedelta(days=1 + i)
        answered = at + timedelta(hours=24 if i < late else 1)
        rows.append({
            "id": f"R{i:03}", "kind": "security_incident", "state": "resolved", "opened_at": at,
            "first_response_at": answered, "resolved_at": answered,
            "team": "A" if i < late or i % 4 == 0 else "B",
        } | more)  # fmt: skip
    return rows


def asked(
    pack: Pack, places: dict[str, str] | None = None, *also: str, **params: str
) -> AuditResult:
    own = check(edited(TEXT, places or {}))
    changed = {name.replace("__", "."): value for name, value in params.items()}
    changed = {f"{ID}.{k}" if "." not in k else k: v for k, v in changed.items()}
    return run(pack, Options(only=frozenset({ID, *also}), params=changed, strict=True, own=(own,)))


def test_many_late_answers_trip_with_evidence_and_become_a_finding(tmp_path: Path) -> None:
    result = asked(make(tmp_path, record=incidents(60)))
    row = result.check(ID)
    assert (row["result"], row["area"], row["population"]) == ("exceptions", "own", 200)
    assert (row["value"], row["limit"], row["exceptions"]) == (0.3, 0.05, 60)
    assert row["low"] < 0.3 < row["high"]
    assert "team:A" in units(result, ID)
    lead = row["detections"][0]
    assert lead["evidence_total"] == 60
    assert lead["evidence"][0] == {
        "table": "record",
        "id": "R000",
        "why": "no answer within 4 hours",
    }
    assert len(lead["counter_examples"]) == 20
    assert lead["grade"] == "major"
    (finding,) = result.data["findings"]
    assert "security incidents had no answer within 4 hours" in finding["headline"]
    assert finding["do_then"]["text"].startswith("Send the alarm to the duty phone")
    assert finding["criteria"] == ["ISO 20000-1 8.7.3", "Security handbook 4.2"]
    assert finding["verification"]["measure"] == ID
    degrees = {c["id"]: c["degree"] for c in result.data["criteria"]}
    assert degrees["Security handbook 4.2"] == "not"


def test_a_few_late_answers_are_no_statement(tmp_path: Path) -> None:
    clean = asked(make(tmp_path / "a", record=incidents(2))).check(ID)
    assert (clean["result"], clean["exceptions"], clean["detections"]) == ("clean", 2, [])
    near = asked(make(tmp_path / "b", record=incidents(12))).check(ID)
    assert near["result"] == "watch"
    few = asked(make(tmp_path / "c", record=incidents(1, 20))).check(ID)
    assert few["result"] == "not_enough_evidence"
    assert "60 are needed" in few["needs"]


def test_any_trips_on_one_and_names_it(tmp_path: Path) -> None:
    result = asked(make(tmp_path, record=incidents(1)), ANY)
    assert result.check(ID)["result"] == "exceptions"
    assert result.evidence["id"].to_pylist()[0] == "R000"


def test_what_is_not_recorded_is_named_and_nothing_to_test_is_not_green(tmp_path: Path) -> None:
    rows = [{k: v for k, v in r.items() if k != "first_response_at"} for r in incidents(0)]
    grey = asked(make(tmp_path / "a", record=rows)).check(ID)
    assert (grey["result"], grey["missing"]) == (
        "not_enough_evidence",
        ["record.first_response_at"],
    )
    none = asked(make(tmp_path / "b", record=incidents(0, kind="incident"))).check(ID)
    assert none["result"] == "not_applicable"


def test_a_gate_that_trips_holds_it_at_observation(tmp_path: Path) -> None:
    rows = incidents(60)
    for row in rows[60:120]:
        row["resolved_at"] = row["opened_at"] - timedelta(days=2)
    result = asked(make(tmp_path, record=rows), {}, "Z02")
    assert result.check("Z02")["result"] == "exceptions"
    grades = {(d["grade"], tuple(d["capped_by"])) for d in result.check(ID)["detections"]}
    assert grades == {("observation", ("Z02",))}


def test_a_rule_that_fails_here_greys_itself_alone(tmp_path: Path) -> None:
    old = "exception: >\n    coalesce("
    rule = {old: old.replace("coalesce(", "CAST(team AS INT) > 0 OR coalesce(")}
    row = asked(make(tmp_path, record=incidents(60)), rule).check(ID)
    assert row["result"] == "not_enough_evidence"
    assert "gave no answer" in row["needs"]


def test_parameters_are_set_and_the_file_is_in_their_digest(tmp_path: Path) -> None:
    pack = make(tmp_path, record=incidents(60))
    plain, patient = asked(pack), asked(pack, {}, hours="48")
    assert patient.check(ID)["result"] == "clean"
    assert patient.data["parameters"]["changed_defaults"] == [
        {"id": f"{ID}.hours", "default": 4.0, "value": 48.0}
    ]
    other = asked(pack, {"# Numbers and words": "# Numbers, words"})
    digests = {r.data["engine"]["parameters_sha256"] for r in (plain, patient, other)}
    assert len(digests) == 3
    assert plain.check(ID) == other.check(ID)


def test_the_contract_holds_and_the_rows_of_the_method_stay_as_they_are(tmp_path: Path) -> None:
    pack = make(tmp_path, record=incidents(60))
    data = asked(pack, None, "Z02").data
    without = run(pack, Options(only=frozenset({"Z02"}))).data
    assert [c["id"] for c in data["checks"]][-1] == ID
    assert data["checks"][:-1] == without["checks"]
    assert data["measures"] == without["measures"]
    odd = [fault for fault in contract.faults(data) if not fault.startswith("checks: not the 104")]
    assert odd == []


def test_the_page_shows_question_and_records(tmp_path: Path) -> None:
    html = page(asked(make(tmp_path, record=incidents(60))))
    assert "Own checks of this organisation: 1 of 1 found something" in html
    assert "Does every security incident get a first answer in time?" in html
    assert 'id="OWN-SEC-1"' in html


def test_the_command_asks_keeps_and_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path, record=incidents(60))
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(TEXT, "utf-8")
    words = ["pack", "--only", f"Z02,{ID}", "--checks", "mine.yaml", "--out", "out"]
    assert cli.main(["audit", *words, "--explain", ID.lower()]) == 0
    assert "Does every security incident" in capsys.readouterr().out
    written = json.loads(Path("out/result.json").read_text("utf-8"))
    assert written["checks"][-1]["result"] == "exceptions"
    kept = Path("out/checks/OWN-SEC-1.yaml")
    assert kept.read_text("utf-8") == TEXT
    Path("mine.yaml").unlink()
    assert cli.main(["verify", "out"]) == 0
    kept.write_text(TEXT.replace("hours: 4", "hours: 5"), "utf-8")
    assert cli.main(["verify", "out"]) == 1
    kept.unlink()
    assert cli.main(["verify", "out"]) == 2
    assert cli.main(["audit", "pack", "--only", "Z02", "--out", "out"]) == 0
    assert cli.main(["verify", "out"]) == 0


def test_the_command_refuses_a_check_that_fails_its_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path, record=incidents(3))
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(TEXT.replace("[R1, R2]", "[R1]"), "utf-8")
    assert cli.main(["audit", "pack", "--checks", "mine.yaml", "--out", "out"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "the case “answered a day later, and never” fails: R2 found" in told
    assert not Path("out/result.json").exists()
