"""The commands in German: help, answers, refusals and progress; nothing left in English."""

from __future__ import annotations

import argparse
import ast
import contextlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from trueup import cli
from trueup.audit import cli as audit_cli
from trueup.audit.conformance import command as conformance
from trueup.audit.intake import told
from trueup.audit.languages import refused, speaking, texts_of, tongue
from trueup.audit.sample import write_sample
from trueup.audit.whatif import command as what_if
from trueup.audit.whatif import team_words, words
from trueup.core import evidence
from trueup.core.refusals import Refused

ASKING = frozenset({"t", "_t", "put", "tell"})
ENGLISH = re.compile(r"\b(the|were|every|nobody|which|could|has|from|with|of|and|is|not|to)\b")
ROOT = Path("src/trueup").absolute()
BESIDE = ("cli.py", "desk/conf/verify_command.py")
DYNAMIC = ("bad", "counted", "read", "high confidence", "medium confidence", "low confidence")
HEAD = "id,kind,state,opened_at,resolved_at,team,priority\n"
ROWS = "".join(
    f"R{i},incident,closed,2026-0{1 + i % 6}-11T08:00:00Z,2026-0{1 + i % 6}-12T08:00:00Z,net,3\n"
    for i in range(60)
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("commands") / "pack", 200).folder


@pytest.fixture(autouse=True)
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")


def asked_for() -> Iterator[str]:
    """Every text that the code asks for through `t`; a simulation asks by the key of a text."""
    for path in [*sorted((ROOT / "audit").rglob("*.py")), *(ROOT / name for name in BESIDE)]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
            if named and node.func.id in ASKING:  # type: ignore[attr-defined]
                keys = {*words.TEXTS, *team_words.TEXTS} if path.parent.name == "whatif" else ()
                yield from (x for x in _texts(node.args[0]) if x not in keys)  # type: ignore[attr-defined]


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))


def helped(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every text of a parser and its commands."""
    yield from (text for text in (parser.description, parser.epilog) if text)
    for action in parser._actions:
        yield from (text for text in (action.help, action.metavar) if isinstance(text, str))
        if isinstance(action, argparse._SubParsersAction):
            yield from (each.help for each in action._choices_actions if each.help)
            for inner in action.choices.values():
                yield from helped(inner)


def test_every_text_of_a_command_has_its_german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    known = texts_of("de")
    asked = {*asked_for(), *DYNAMIC, *(each.means for each in cli.COMMANDS.values())}
    for module in (audit_cli, conformance, what_if):
        asked |= set(helped(module.parser()))
    for held in (words.TEXTS, words.CHANGES, words.CAVEATS, team_words.TEXTS, team_words.MEASURED):
        asked |= set(held.values())
    assert len(asked) > 300
    assert sorted(asked - set(known)) == []


def test_no_text_stands_in_two_catalogues() -> None:
    found: Counter[str] = Counter()
    for path in files("trueup.audit.languages").joinpath("de").iterdir():
        found.update(tomllib.loads(path.read_text("utf-8")).keys())
    assert [text for text, n in found.items() if n > 1] == []


def test_why_a_cell_fails_has_its_german() -> None:
    speaker = tongue("de")
    for table in evidence.TABLES.values():
        for column in table.columns:
            for cell in (None, "x"):
                speaker.say(told.why_not(column, bool(column.values), cell))
    for text in ("INC1 is missing", "3 cells where 7 are expected", "notes.txt: not read, no kind "
                 "of file that is read here", "a word that is not known; the rest of the row was "
                 "used"):  # fmt: skip
        speaker.say(text)
    assert sorted(speaker.missed) == []


def out(capsys: pytest.CaptureFixture[str]) -> str:
    both = capsys.readouterr()
    return " ".join((both.out + both.err).split())


def test_readiness_and_the_intake_speak_german(capsys: pytest.CaptureFixture[str]) -> None:
    Path("record.csv").write_text(HEAD + ROWS + "R99,incident,closed,gestern,,net,3\n", "utf-8")
    assert cli.main(["readiness", "record.csv"]) == 0
    text = out(capsys)
    assert "61 Zeilen gelesen, 60 verwendet" in text
    assert "Stufe 0 von 6" in text
    assert "Angenommene Zeitzone: UTC" in text
    assert ENGLISH.findall(text) == []


def test_an_audit_is_explained_and_verified_in_german(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["audit", str(pack), "--only", "MC-09,Z02", "--out", "o"]
    assert cli.main([*asked, "--explain", "MC-09", "--formats", "html,md"]) == 0
    text = out(capsys)
    assert "MC-09: Hin und Her" in text
    assert "Abfrage 1" in text
    assert "Bericht: o/report.html" in text
    assert "Bericht: o/report.md" in text
    assert 'lang="de"' in Path("o/report.html").read_text("utf-8")
    assert cli.main(["verify", "o"]) == 0
    assert "Dieselben Belege, dieselben Bytes." in out(capsys)
    result = Path("o/result.json").read_bytes()
    assert cli.main([*asked, "--language", "en"]) == 0
    assert Path("o/result.json").read_bytes() == result
    assert "Not enough evidence" in out(capsys)


def test_conformance_speaks_german(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conformance", str(pack), "--out", "o"]) == 0
    text = out(capsys)
    assert "folgten jeder Pflichtregel" in text
    assert "Geschrieben: o/conformance.json" in text
    assert ENGLISH.findall(text) == []


@pytest.mark.parametrize(("words", "sentence"), [
    (["audit"], "Nicht ausgeführt: Nennen Sie eine Datei"),
    (["audit", "weg.csv"], "Es gibt keine Datei weg.csv."),
    (["audit", "--period", "2026"], "--period verlangt VON..BIS"),
    (["audit", "--seed", "viel"], "--seed verlangt eine ganze Zahl; 'viel' ist keine"),
    (["simulate", "x.csv"], "es fehlt: --team"),
    (["what-if", "--schnell"], "unbekannt: --schnell"),
    (["verify", "nirgends"], "manifest.json fehlt"),
    (["conformance", "--help"], "--sample das Vorführpaket nehmen"),
    (["zaubern"], "Es gibt keinen Befehl 'zaubern'."),
    ([], "den Export eines beliebigen Desks auditieren"),
])  # fmt: skip
def test_refusals_and_help_speak_german(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.suppress(SystemExit):
        cli.main(words)
    assert sentence in out(capsys)


def test_a_refusal_says_its_cause_too_and_leaves_names() -> None:
    refusal = Refused(
        "No row could be used. Why: %(why)s. If only the time is missing, give it with --as-of.",
        why="a required value is missing (3); no number (2)",
    )
    unknown = Refused(
        "There is no %(what)s “%(name)s”. Near it: %(near)s.",
        what="team", name="Ops", near="knowledge, Netz",
    )  # fmt: skip
    with speaking("de"):
        assert "Grund: ein nötiger Wert fehlt (3); keine Nummer (2)." in refused(refusal)
        assert refused(unknown) == "„Ops“ (Team) gibt es nicht. Ähnlich: knowledge, Netz."
    with speaking("en"):
        assert refused(unknown).startswith("There is no team")
