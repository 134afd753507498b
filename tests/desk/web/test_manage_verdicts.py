"""The sentence under a light: short, with its figures, and the right way round."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from trueup.desk.assurance.carrying import words
from trueup.desk.assurance.words import Book, in_language
from trueup.desk.surfaces.web.manage import values, verdicts
from trueup.desk.surfaces.web.manage.seeing import JUDGED, Seen

BOOK = Book(words())
MEASURES = sorted(id for id in BOOK.entries if "-" in id)
NOTHING: Any = SimpleNamespace(say=lambda text: text, summary={})


def row(id: str, light: str = "red", **more: Any) -> dict[str, Any]:
    """A measure of a result, far on the wrong side."""
    grey = light not in JUDGED
    values = {"value": 1234567.0, "low": 1000000.0, "high": 1500000.0}
    plain = dict.fromkeys(values) if grey else values
    base = {"id": id, "indicator": "communication", "key": True, "light": light, "unit": "share"}
    base |= {"target": 1.0, "limit": 2.0, "missing": [], "blocked_by": [], "needs": "", "n": 40}
    return base | plain | more


def looking(*measures: dict[str, Any]) -> Seen:
    data = {"measures": list(measures), "findings": []}
    return Seen(NOTHING, NOTHING, True, data, BOOK)


def light(name: str, binding: str | None = None) -> dict[str, Any]:
    return {"id": "communication", "light": name, "reason": "", "binding_measure": binding}


def said(name: str, *measures: dict[str, Any]) -> str:
    return verdicts.verdict(looking(*measures), light(name), NOTHING)


@pytest.mark.parametrize("id", MEASURES)
@pytest.mark.parametrize("name", ["red", "amber"])
def test_every_measure_makes_a_short_sentence(id: str, name: str) -> None:
    units = ("share", "ratio", "money/year", "hours/month", "lead times")
    for unit in units:
        sentence = verdicts.figures(looking(), row(id, name, unit=unit))
        assert len(sentence.split()) <= verdicts.MOST_WORDS, sentence
        assert sentence.startswith(BOOK.of(id).title)


def test_a_limit_is_missed_from_above_or_from_below() -> None:
    high = row(MEASURES[0], unit="ratio", value=3.2, low=2.3, high=4.3, limit=1.5)
    low = row(MEASURES[0], unit="ratio", value=0.4, low=0.3, high=0.5, limit=0.8)
    assert verdicts.figures(looking(), high).endswith("2.3 to 4.3, above the limit of 1.5 times.")
    assert verdicts.figures(looking(), low).endswith("0.3 to 0.5, below the limit of 0.8 times.")


def test_an_amber_light_speaks_of_a_key_measure_first() -> None:
    first, second = MEASURES[:2]
    sentence = said("amber", row(first, "red", key=False), row(second, "amber", value=0.5))
    assert sentence.startswith(BOOK.of(second).title)


def test_a_grey_light_says_what_is_missing() -> None:
    greys = [row(id, "not_enough_evidence", missing=["survey.csat"]) for id in MEASURES[:3]]
    sentence = said("not_enough_evidence", *greys, row(MEASURES[4], "green", value=0.5))
    assert sentence.startswith("1 of 4 key measures could be judged.")
    assert "surveys, which 3 of them need" in sentence


def test_german_keeps_its_capitals_and_says_results_as_the_report_does() -> None:
    grey = row(MEASURES[0], "not_enough_evidence", missing=["survey.csat"])
    with translation.override("de"):
        assert "Umfragen" in said("not_enough_evidence", grey)
        line = "Ops: In 20 of 26 pauses for the user nobody had asked the user anything."
        told = in_language(line)
        assert told.startswith("Ops: In 20 von 26 Pausen")
        assert in_language("Ops") == "Ops"
        assert "Vorgänge" in BOOK.of("MC-09").rule
    assert in_language(line) == line


def test_a_blocked_light_names_the_repair_and_what_waits_for_it() -> None:
    gate = next(id for id in BOOK.entries if "-" not in id)
    held = [row(id, "data_not_trustworthy", blocked_by=[gate]) for id in MEASURES[:7]]
    sentence = said("data_not_trustworthy", *held)
    assert BOOK.of(gate).title in sentence
    assert "7 measures wait" in sentence


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, "share", "–"),
        (0.345, "share", "34\u00a0%"),
        (0.0123, "share", "1.2\u00a0%"),
        (74400.0, "money/year", "€74,400 a year"),
        (1.25, "elements 0-4", "1.25 of 4 elements"),
    ],
)
def test_numbers_in_words(value: float | None, unit: str, words: str) -> None:
    assert values.value(value, unit) == words


def test_only_figures_are_bold_not_days_or_ids() -> None:
    text = "12 of 76 tickets on 24 March 2016 took €9,700; MC-13 and 6.9 % stay."
    found = [match[0] for match in values.FIGURE.finditer(text)]
    assert found == ["12 of 76", "€9,700", "6.9 %"]
