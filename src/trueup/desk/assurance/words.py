"""The words of measures, checks and answers, for surfaces that do not know the audit."""

from __future__ import annotations

from dataclasses import dataclass

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.declare import Check, Measure
from trueup.audit.report.words import (
    CONFIDENCE,
    GRADES,
    GROUPS,
    INDICATORS,
    LIGHTS,
    QUESTIONS,
    RESULTS,
    plain,
    share_unit,
)

__all__ = [
    "CONFIDENCE",
    "GRADES",
    "GROUPS",
    "INDICATORS",
    "LIGHTS",
    "QUESTIONS",
    "RESULTS",
    "Words",
    "check_words",
    "measure_words",
    "plain",
    "share_unit",
]


@dataclass(frozen=True, slots=True)
class Words:
    """A question in words: its title, what it asks, how it is answered, and what may mislead."""

    id: str
    title: str
    question: str
    rule: str
    caveats: str = ""
    better: str = ""
    criteria: tuple[str, ...] = ()
    measure: str = ""


def measure_words(id: str) -> Words:
    """The words of a measure; its id where this version does not know it."""
    found: Measure | None = all_measures().get(id)
    if found is None:
        return Words(id, id, "", "")
    return Words(id, found.title, found.title, found.formula, found.caveats, found.direction)


def check_words(id: str) -> Words:
    """The words of a check; its id where this version does not know it."""
    found: Check | None = all_checks().get(id)
    if found is None:
        return Words(id, id, "", "")
    return Words(
        id, found.title, found.question, found.rule, criteria=found.refs, measure=found.measure
    )
