"""The report in German: whole sentences, the reader's figures, nothing left in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.audit.test_german_commands import asked_for
from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import shipped
from trueup.audit.conformance.whole import Conformance, conformance_of
from trueup.audit.evidence.packs import Pack
from trueup.audit.languages import language_of, speaking, tongue
from trueup.audit.languages.tongue import texts_of
from trueup.audit.report.build import build
from trueup.audit.report.html.page import laid_out
from trueup.audit.report.markdown import markdown
from trueup.audit.report.terminal import summary
from trueup.audit.report.translated import in_language, translated
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample

WORDS = ("title", "question", "headline", "should_be", "matters", "do_first", "do_then", "area",
         "owner_role", "effort", "rule")  # fmt: skip
FIELD = re.compile(r"\{[+*~?]?(\w+)\}")
ENGLISH = re.compile(r"\b(the|were|every|nobody|which|could|has|from|with|of|Where|likely|not)\b")
REPORT = Path("src/trueup/audit/report")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_sample(tmp_path_factory.mktemp("german") / "pack")


@pytest.fixture(scope="module")
def result(pack: Pack) -> AuditResult:
    return run(pack, Options(strict=True))


@pytest.fixture(scope="module")
def rules(pack: Pack) -> Conformance:
    return conformance_of(context_of(pack))


def declared() -> set[str]:
    """Every text that a measure, a check or a rule declares for people."""
    told = {getattr(check, name) for check in all_checks().values() for name in WORDS}
    told |= {cause for check in all_checks().values() for cause in check.causes}
    for measure in all_measures().values():
        told |= {measure.title, measure.formula, measure.method, measure.caveats}
    return {text for text in told | {rule.sentence for rule in shipped()} if text}


def test_every_declared_text_has_its_german() -> None:
    assert sorted(declared() - set(texts_of("de"))) == []


def test_every_heading_of_the_layouts_has_its_german() -> None:
    known = texts_of("de")
    code = (REPORT / "report.typ").read_text("utf-8")
    asked = {*asked_for(), *re.findall(r"""\b(?:t|put)\(\s*["']([^"']+)["']""", code)}
    assert len(asked) > 50
    assert sorted(asked - set(known)) == []


def test_a_translation_has_the_fields_of_its_text() -> None:
    for english, german in texts_of("de").items():
        assert set(FIELD.findall(german)) <= set(FIELD.findall(english)), english
        assert german.strip(), english


def test_no_text_of_the_report_stays_english(result: AuditResult, rules: Conformance) -> None:
    speaker = tongue("de")
    translated(build(result, rules), speaker)
    assert sorted(speaker.missed) == []
    assert [told for told in speaker.known.values() if told and ENGLISH.search(told)] == []


def test_figures_and_dates_are_the_readers(result: AuditResult) -> None:
    say = tongue("de").say
    assert say("1,234.5") == "1.234,5"
    assert say("12%") == "12\N{NO-BREAK SPACE}%"
    assert say("26 November 2026") == "26.11.2026"
    assert say("2026-11-26") == "26.11.2026"
    assert say("November 2026") == "November 2026"
    assert say("13,017 EUR a year") == "13.017 EUR im Jahr"


def test_a_headline_keeps_its_words_and_names() -> None:
    say = tongue("de").say
    told = say("Team 1.5: 1,022 of 2,260 solved tickets were opened again or reported again.")
    assert (
        told
        == "Team 1.5: 1.022 von 2.260 gelösten Tickets wurden wieder geöffnet oder neu gemeldet."
    )
    start = "Good: 2 of 7 complaints lack an owner, an answer in time, a cause or an end"
    assert say(f"{start}; 9 others likewise.").startswith("Good: 2 von 7 Beschwerden fehlt")
    assert say(f"{start}; 9 others likewise.").endswith("; 9 weitere ebenso.")
    assert say(f"{start}; 1 other likewise.").endswith("; eine weitere Stelle ebenso.")


def test_a_name_never_swallows_the_next_sentence() -> None:
    say = tongue("de").say
    told = say(
        "Where: partnerlink. Used but not paid (G01): 10 of 10. Where: C-0, C-1 and 16 more."
    )
    assert "Genutzt, aber nicht bezahlt (G01): 10 von 10." in told
    assert told.endswith("Wo: C-0, C-1 und 16 weitere.")
    told = say("Held at observation by Z01. What could make us wrong: manual entry.")
    assert told.startswith("Durch Z01 auf Beobachtung gehalten. Was uns irren lassen könnte: ")
    assert say("Where: St. Gallen.") == "Wo: St. Gallen."


def test_a_changed_meaning_is_told_whole() -> None:
    say = tongue("de").say
    told = say("category “X” is used no more from 2026-03-02 on; 40 of 900 records are touched.")
    assert told == (
        "category „X“ gibt es ab 02.03.2026 nicht mehr; betroffen sind 40 von 900 Datensätzen."
    )
    told = say("From 2026-03-02 on a rule means something else; 2 of 900 records are touched.")
    assert told.startswith("Ab 02.03.2026 bedeutet eine Regel etwas anderes")


def test_an_identifier_keeps_its_small_letter_at_the_start_of_a_sentence() -> None:
    speaker = tongue("de")
    told = speaker.say("Set target.clock_stop to resolved; recompute the history and show it as "
                       "restated.")  # fmt: skip
    assert told.startswith("Die Uhr beim Lösen anhalten (target.clock_stop);")
    assert speaker.say("Clock_stop set to close.").startswith("clock_stop steht")


def test_what_is_not_known_stays_whole_and_is_told() -> None:
    speaker = tongue("de")
    text = "A sentence that no catalogue has. High: every record was counted."
    assert speaker.say(text) == text
    assert speaker.missed == {text}


def test_all_layouts_and_the_terminal_speak(result: AuditResult, rules: Conformance) -> None:
    report = in_language(build(result, rules), "de")
    page, plain = laid_out(report), markdown(report)
    assert '<html lang="de">' in page
    for heading in ("Das zuerst tun", "Was wir nicht beurteilen konnten", "Alle Prüfungen"):
        assert heading in plain
    assert "folgten jeder Pflichtregel" in page
    assert "folgten jeder Pflichtregel" in plain
    with speaking("de"):
        assert "Handeln" in summary(result, Path("out"))


def test_the_same_bytes_in_each_language(result: AuditResult) -> None:
    for language in ("en", "de"):
        one, other = (laid_out(in_language(build(result), language)) for _ in range(2))
        assert one == other
    assert laid_out(in_language(build(result), "en")) == laid_out(build(result))


@pytest.mark.parametrize(
    ("asked", "host", "language"),
    [
        (None, {"LANG": "de_DE.UTF-8"}, "de"),
        (None, {"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "en"),
        (None, {"LC_ALL": "de_AT.UTF-8", "LANG": "en_GB.UTF-8"}, "de"),
        (None, {}, "en"),
        ("en", {"LANG": "de_DE.UTF-8"}, "en"),
        ("de", {}, "de"),
    ],
)
def test_the_language_is_that_asked_for_else_the_terminals(
    asked: str | None, host: dict[str, str], language: str
) -> None:
    assert language_of(asked, host) == language
