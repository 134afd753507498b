"""The audit from the command line: what goes in, what is refused, what comes out."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.audit.golden.packs import START, make
from trueup import cli
from trueup.audit.sample import write_sample

HEAD = "id,kind,state,opened_at,resolved_at,team,priority\n"
ROWS = "".join(
    f"R{i},incident,closed,2026-0{1 + i % 6}-11T08:00:00Z,2026-0{1 + i % 6}-12T08:00:00Z,net,3\n"
    for i in range(60)
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    both = capsys.readouterr()
    return " ".join((both.out + both.err).split())


def audit(*words: str) -> int:
    """`trueup audit` of a few questions; the rest of the words as given."""
    return cli.main(["audit", *words, "--out", "out", *(("--only", "Z02") if "--only" not in words
                                                        else ())])  # fmt: skip


def test_a_table_of_our_own_form_is_audited(capsys: pytest.CaptureFixture[str]) -> None:
    Path("record.csv").write_text(HEAD + ROWS, "utf-8")
    assert audit("record.csv") == 0
    files = {p.name for p in Path("out").iterdir()}
    assert {"result.json", "evidence.parquet", "report.html", "pack"} <= files
    assert "Report: out/report.html" in told(capsys)


def test_a_wrong_row_is_told_and_the_run_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    bad = "R99,incident,closed,yesterday,,net,3\nR98,incident,closed\n"
    Path("record.csv").write_text(HEAD + ROWS + bad, "utf-8")
    assert audit("record.csv") == 0
    rejected = Path("out/pack/rejected.csv").read_text("utf-8")
    assert "yesterday" in rejected
    assert rejected.count("\n") >= 3
    assert "2 rejected" in told(capsys)


def test_an_unknown_export_is_refused_with_what_was_seen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("x.csv").write_text("Colour,Size,Shape\nred,1,round\nblue,2,flat\n", "utf-8")
    assert audit("x.csv") == 2
    text = told(capsys)
    assert "Colour, Size, Shape" in text
    assert "--mapping" in text
    assert "--draft" in text


def test_a_near_miss_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    head = "number,ident_state,sys_mod_count,sys_updated_at,made_sla,opened_at\n"
    rows = "".join(f"INC1,New,{i},{13 + i}/2/2026 08:00,true,13/2/2026 08:00\n" for i in range(9))
    Path("log.csv").write_text(head + rows, "utf-8")
    assert audit("log.csv") == 2
    assert "incident_state is called ident_state" in told(capsys)


def _zip(name: str, **entries: bytes) -> Path:
    path = Path(name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry.replace("__", "/"), content)
    return path


def test_a_cut_off_zip_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    path = _zip("export.zip", **{"record.csv": (HEAD + ROWS).encode()})
    path.write_bytes(path.read_bytes()[:-40])
    assert audit("export.zip") == 2
    assert "damaged or cut off" in told(capsys)


@pytest.mark.parametrize(("entries", "words"), [
    ({"..__..__record.csv": b"id\n"}, "leads out of it"),
    ({"record.csv": b"0" * 40_000_000}, "unpacks to far more"),
    ({"readme.exe": b"x"}, "no file that Trueup can read"),
])  # fmt: skip
def test_a_hostile_zip_is_refused(
    capsys: pytest.CaptureFixture[str], entries: dict[str, bytes], words: str
) -> None:
    _zip("bad.zip", **entries)
    assert audit("bad.zip") == 2
    assert words in told(capsys)


@pytest.mark.parametrize(("text", "words"), [
    ('<!DOCTYPE log [<!ENTITY a "b">]><log><trace/></log>', "entities"),
    ("<log>" + "<a>" * 80 + "</a>" * 80 + "</log>", "nested too deeply"),
    ("<log><trace>", "no well-formed XML"),
])  # fmt: skip
def test_a_hostile_log_is_refused(
    capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    Path("log.xes").write_text(text, "utf-8")
    assert audit("log.xes") == 2
    assert words in told(capsys)


@pytest.mark.parametrize(("words", "sentence"), [
    (("--period", "2026"), "FROM..TO"),
    (("--period", "2026-06-01..2026-05-01"), "ends before it begins"),
    (("--as-of", "soon"), "takes an instant"),
    (("--set", "Z02.limit"), "NAME=VALUE"),
    (("--set", "Z02.nonsense=1"), "no parameter Z02.nonsense"),
    (("--set", "Z02.limit=low"), "is a number"),
    (("--only", "Q77"), "no measure or check Q77"),
    (("--explain", "Q77"), "no measure or check Q77"),
    (("--zone", "Mars/Olympus"), "no time zone"),
    (("--mapping", "none.toml"), "none.toml"),
])  # fmt: skip
def test_an_option_that_cannot_be_used_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    Path("record.csv").write_text(HEAD + ROWS, "utf-8")
    assert audit("record.csv", *words) == 2
    assert sentence in told(capsys)


def test_nothing_to_audit_and_a_missing_file_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert audit() == 2
    assert "--sample" in told(capsys)
    assert audit("gone.csv") == 2
    assert "gone.csv" in told(capsys)


def test_explain_shows_method_statement_and_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"id": f"R{i:03}", "kind": "incident", "state": "closed", "opened_at": START,
         "resolved_at": START.replace(year=2024)} for i in range(50)
    ]  # fmt: skip
    make(tmp_path, record=rows)
    assert audit("pack", "--only", "Z02", "--explain", "z02", "--set", "Z02.limit=0.01") == 0
    text = told(capsys)
    assert all(word in text for word in ("Impossible times", "SELECT", "record R000"))
    changed = json.loads(Path("out/result.json").read_text("utf-8"))["parameters"]
    assert changed["changed_defaults"] == [{"id": "Z02.limit", "default": 0.005, "value": 0.01}]


def test_a_report_is_verified_and_a_change_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    Path("record.csv").write_text(HEAD + ROWS, "utf-8")
    assert audit("record.csv", "--only", "Z02", "--set", "Z02.limit=0.02") == 0
    assert cli.main(["verify", "out"]) == 0
    assert "Same evidence, same bytes." in told(capsys)
    result = Path("out/result.json")
    result.write_text(result.read_text("utf-8").replace("0.02", "0.03"), "utf-8")
    assert cli.main(["verify", "out"]) == 1
    assert cli.main(["verify", "out/pack"]) == 0
    assert cli.main(["verify", "elsewhere"]) == 2


def test_readiness_says_what_could_be_judged_and_writes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("record.csv").write_text(HEAD + ROWS, "utf-8")
    assert cli.main(["readiness", "record.csv"]) == 0
    text = told(capsys)
    assert "Tier 0 of 6" in text
    assert "can be judged" in text
    assert not Path("audit-out").exists()


def test_the_demonstration_is_written_audited_and_fails_on_red(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["sample", "demo"]) == 0
    assert cli.main(["sample", "demo"]) == 2
    assert "not empty" in told(capsys)
    assert audit("demo", "--only", "MR-12", "--fail-on", "red") == 3
    assert audit("demo", "--only", "Z02", "--fail-on", "red") == 0


def test_a_pack_may_come_as_one_zip(tmp_path: Path) -> None:
    pack = write_sample(tmp_path / "made", 120)
    with zipfile.ZipFile("pack.zip", "w") as archive:
        for path in sorted(pack.folder.iterdir()):
            archive.write(path, f"pack/{path.name}")
    assert audit("pack.zip") == 0
    written = json.loads(Path("out/result.json").read_text("utf-8"))
    assert written["pack"]["manifest_sha256"] == pack.manifest.sha256
