"""The words of measures and checks as they were when an audit ran, kept beside its result.

Pages read them from there: the questions of an old audit stay the old ones, and the pages need
not load the audit.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

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
    "write_book",
]
FILE = "words.json"


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
        """The words of a measure or check; its id alone where they were not kept."""
        return self.entries.get(id) or Words(id, id)

    def asking_of(self, measure: str) -> list[str]:
        """The checks that speak of a measure."""
        return [each.id for each in self.entries.values() if each.measure == measure]


def write_book(folder: Path, entries: dict[str, Words]) -> None:
    """Keep the words beside a result."""
    plain = {id: asdict(words) for id, words in entries.items()}
    (folder / FILE).write_text(json.dumps(plain, ensure_ascii=False, indent=1), "utf-8")


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
