"""The words of measures and checks as they were when an audit ran, kept beside its result.

Pages read them from there: the questions of an old audit stay the old ones, and the pages need
not load the audit.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

from trueup.audit.languages import LANGUAGES, tongue
from trueup.core.verdicts import CONFIDENCE, GRADES, GROUPS, INDICATORS, QUESTIONS, RESULTS
from trueup.desk.assurance.models import AuditRun
from trueup.desk.assurance.reads import folder_of

__all__ = [
    "CONFIDENCE",
    "GRADES",
    "GROUPS",
    "INDICATORS",
    "QUESTIONS",
    "RESULTS",
    "Book",
    "Words",
    "book_of",
    "in_language",
    "write_book",
]
FILE = "words.json"
KEPT = 4096  # texts of results held ready in another language


@dataclass(frozen=True, slots=True)
class Words:
    """A question in words: its title, what it asks, how it is answered, and what may mislead."""

    id: str
    title: str
    question: str = ""
    rule: str = ""
    caveats: str = ""
    criteria: tuple[str, ...] = ()
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """The words of all questions of an audit, by id."""

    entries: dict[str, Words]

    def of(self, id: str) -> Words:
        """The words of a measure or check, its rule in the reader's language; else its id alone."""
        held = self.entries.get(id) or Words(id, id)
        return replace(held, rule=in_language(held.rule), caveats=in_language(held.caveats))

    def asking_of(self, measure: str) -> list[str]:
        """The checks that speak of a measure."""
        return [each.id for each in self.entries.values() if each.measure == measure]


def write_book(folder: Path, entries: dict[str, Words]) -> None:
    """Keep the words beside a result."""
    plain = {id: asdict(words) for id, words in entries.items()}
    (folder / FILE).write_text(json.dumps(plain, ensure_ascii=False, indent=1), "utf-8")


def in_language(text: str) -> str:
    """A text of a result in the reader's language, as the report has it; else as it was written."""
    language = (get_language() or "en")[:2]
    return _said(language, text) if language in LANGUAGES[1:] else text


@lru_cache(maxsize=KEPT)
def _said(language: str, text: str) -> str:
    return tongue(language).try_(text)


def book_of(run: AuditRun) -> Book:
    """The words of an audit."""
    return _book(folder_of(run) / FILE, run.result_sha256)


@lru_cache(maxsize=4)
def _book(path: Path, digest: str) -> Book:
    if not path.is_file():
        return Book({})
    plain = json.loads(path.read_text("utf-8"))
    return Book({id: Words(**{**each, "criteria": tuple(each["criteria"])})
                 for id, each in plain.items()})  # fmt: skip
