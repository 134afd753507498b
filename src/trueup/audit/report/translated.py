"""The report in another language: the same model, each text said again, names as they are.

What is a name, an id or a drawing's scale stays; every other text goes through the catalogue.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from trueup.audit.languages import Tongue, tongue
from trueup.audit.report.model import (
    Area,
    Bar,
    BrokenRule,
    Chart,
    Check,
    Finding,
    Gap,
    Indicator,
    Light,
    Listing,
    Measure,
    Process,
    Readiness,
    Report,
    Told,
    UnitLine,
    Way,
)

KINDS = {
    "organisation": "Organisation", "service": "Service", "offering": "Angebot",
    "customer": "Kunde", "team": "Team", "person": "Person", "supplier": "Lieferant",
    "agreement": "Vereinbarung", "ci": "Komponente", "category": "Kategorie",
    "priority": "Priorität", "record": "Vorgang", "change": "Änderung", "period": "Zeitraum",
    "pair": "Paar", "budget_line": "Budgetzeile", "line": "Zeile", "product": "Produkt",
    "investment": "Investition", "risk": "Risiko", "control": "Schutzmaßnahme",
    "article": "Artikel", "problem": "Problem", "cost_line": "Kostenzeile", "licence": "Lizenz",
    "asset": "Gerät", "function": "Funktion", "theme": "Thema", "target": "Ziel",
    "channel": "Kanal", "kind": "Art", "purchase": "Kauf", "group": "Gruppe", "level": "Linie",
    "column": "Spalte", "month": "Monat", "location": "Ort", "finding": "Feststellung",
    "action": "Maßnahme", "decision": "Entscheidung", "release": "Release",
    "cost_centre": "Kostenstelle",
}  # fmt: skip
KEPT: dict[type, frozenset[str]] = {
    Light: frozenset({"name"}),
    Bar: frozenset({"name"}),
    Listing: frozenset({"held", "rows"}),
    UnitLine: frozenset({"name"}),
    Measure: frozenset({"id", "run"}),
    Indicator: frozenset({"id", "trend_word"}),
    Gap: frozenset({"titles"}),
    Finding: frozenset({"key", "causes"}),
    Check: frozenset({"id", "run", "question"}),
    Area: frozenset(),
    BrokenRule: frozenset({"id"}),
    Way: frozenset({"steps"}),
    Process: frozenset({"id", "kept"}),
    Told: frozenset({"id"}),
    Chart: frozenset(),
    Readiness: frozenset({"gates", "tables"}),
    Report: frozenset({
        "day", "statements", "criteria", "strengths", "earlier", "facts", "language", "about",
        "unasked",
    }),
}  # fmt: skip


def in_language(report: Report, language: str) -> Report:
    """The report in a language; what its catalogue lacks stays English."""
    return translated(report, tongue(language))


def translated(report: Report, speaker: Tongue) -> Report:
    """As `in_language`, with a speaker whose `missed` tells what it lacked."""
    if speaker.language == "en":
        return report
    made: Report = _again(report, speaker)
    return replace(made, language=speaker.language)


def _again(value: Any, speaker: Tongue) -> Any:
    if isinstance(value, str):
        return speaker.say(value)
    if isinstance(value, tuple):
        return tuple(_again(each, speaker) for each in value)
    if not is_dataclass(value):
        return value
    kept = KEPT.get(type(value), frozenset())
    told = {f.name: _again(getattr(value, f.name), speaker)
            for f in fields(value) if f.name not in kept}  # fmt: skip
    return replace(value, **told, **_special(value, speaker))  # type: ignore[type-var]


def _special(value: Any, speaker: Tongue) -> dict[str, Any]:
    """The fields that hold texts beside names."""
    say = speaker.say
    match value:
        case Listing():
            return {"rows": tuple((table, id, say(why)) for table, id, why in value.rows)}
        case UnitLine():
            kind, _, id = value.name.partition(" ")
            return {"name": f"{KINDS.get(kind, kind)} {id}"}
        case Check():
            return {"question": speaker.try_(value.question)}
        case Finding():
            return {"causes": tuple((say(cause), grade) for cause, grade in value.causes)}
        case Way():
            return {"steps": tuple(map(speaker.try_, value.steps))}
        case Process():
            return {"kept": _rules(value.kept, speaker)}
        case Gap():
            return {"titles": tuple((id, say(name)) for id, name in value.titles)}
        case Readiness():
            return {
                "gates": tuple((id, say(told)) for id, told in value.gates),
                "tables": tuple((name, say(n), say(full)) for name, n, full in value.tables),
            }
        case Report():
            return _whole(value, speaker)
    return {}


def _rules(
    rules: tuple[tuple[str, str, str], ...], speaker: Tongue
) -> tuple[tuple[str, str, str], ...]:
    return tuple((id, speaker.say(sentence), speaker.say(why)) for id, sentence, why in rules)


def _whole(report: Report, speaker: Tongue) -> dict[str, Any]:
    say, try_ = speaker.say, speaker.try_
    return {
        "criteria": tuple((id, say(degree)) for id, degree in report.criteria),
        "strengths": tuple((say(told), id) for told, id in report.strengths),
        "earlier": tuple((id, *map(try_, rest)) for id, *rest in report.earlier),
        "facts": tuple((say(name), try_(told)) for name, told in report.facts),
        "unasked": _rules(report.unasked, speaker),
        "about": tuple((say(name), say(told)) for name, told in report.about),
    }
