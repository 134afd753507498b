"""Which source wrote a file: signatures over its headings, a probe on its values, a score.

The rules are those of imports.md section 3: 0.6 for all that is needed, 0.1 for each of up to
three others, 0.1 where a probe holds; taken from 0.7 and 0.1 ahead of the next.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatch
from functools import cache
from pathlib import PurePosixPath
from types import ModuleType

import pyarrow.compute as pc

from trueup.audit.intake.mapping import Mapping, Recognise, builtin
from trueup.audit.intake.opening import NotOurs
from trueup.audit.intake.reading import Sheet
from trueup.audit.intake.sources import own, servicenow_log
from trueup.core.refusals import Refused
from trueup.core.words import N_

TAKEN = 0.7
AHEAD = 0.1
PROBED = 2000
Reader = ModuleType | Mapping
LOG = Recognise(tuple((n,) for n in servicenow_log.NEED), tuple((n,) for n in servicenow_log.ANY))


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who reads a file, with the score, the runner-up, and whether a person chose."""

    reader: Reader
    score: float
    runner_up: str = ""
    chosen: bool = False

    @property
    def name(self) -> str:
        """The source's name."""
        return self.reader.name if isinstance(self.reader, Mapping) else str(self.reader.NAME)


@cache
def sources() -> dict[str, tuple[Reader, tuple[Recognise, ...]]]:
    """Every source that is recognised by its headings."""
    found: dict[str, tuple[Reader, tuple[Recognise, ...]]] = {
        name: (mapping, mapping.recognise) for name, mapping in builtin().items()
    }
    found[servicenow_log.NAME] = (servicenow_log, (LOG,))
    return dict(sorted(found.items()))


def recognise(sheet: Sheet, chosen: str = "", given: Mapping | None = None) -> Recognised:
    """The source of one file.

    Raises Refused that says what was seen, what it resembles, and how to write a mapping.
    """
    if given is not None and _given_fits(sheet, given):
        return Recognised(given, 1.0, chosen=True)
    if chosen in ("", own.NAME) and own.table_of(sheet) is not None:
        return Recognised(own, 1.0)
    if chosen and chosen not in sources():
        raise Refused(
            N_("There is no source %(name)s. There are: %(known)s."),
            name=chosen, known=", ".join(sources()),
        )  # fmt: skip
    scores = _scores(sheet)
    if chosen:
        return Recognised(sources()[chosen][0], scores.get(chosen, 0.0), chosen=True)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    (name, score), (second, next_score) = ranked[0], ranked[1]
    if score < TAKEN:
        raise _unknown(sheet)
    if score - next_score < AHEAD - 1e-9:
        raise Refused(
            N_("%(file)s could be %(names)s. Say which one with --as."),
            file=sheet.file.name,
            names=", ".join(n for n, s in ranked[:3] if s >= TAKEN),
        )
    return Recognised(sources()[name][0], score, second if next_score else "")


def _given_fits(sheet: Sheet, given: Mapping) -> bool:
    """Whether a person's mapping speaks of this file: by its pattern, else by its headings."""
    if given.file.get("match"):
        return named(sheet.file.name, given)
    return not given.recognise or _score(given.recognise, sheet) > 0


def named(file: str, given: Mapping) -> bool:
    """Whether a mapping names a file, as one with records or as one with their history."""
    patterns = [str(given.file.get("match", "")), given.events.file if given.events else ""]
    return any(p and fnmatch(PurePosixPath(file).name, p) for p in patterns)


def _scores(sheet: Sheet) -> dict[str, float]:
    scores = {name: _score(signatures, sheet) for name, (_, signatures) in sources().items()}
    if scores[servicenow_log.NAME] and not _repeats(sheet):
        scores[servicenow_log.NAME] = 0.0
    elif scores[servicenow_log.NAME]:
        scores[servicenow_log.NAME] += 0.1
    return scores


def _score(signatures: tuple[Recognise, ...], sheet: Sheet) -> float:
    have = {plain(h) for h in sheet.headings}
    return max((_one(s, have, sheet) for s in signatures), default=0.0)


def _one(signature: Recognise, have: set[str], sheet: Sheet) -> float:
    if any(not any(plain(n) in have for n in group) for group in signature.need):
        return 0.0
    if any(plain(n) in have for n in signature.none):
        return 0.0
    if signature.unique and _repeating(sheet, signature.unique):
        return 0.0
    if not all(_holds(sheet, names, pattern) for names, pattern in signature.probe):
        return 0.0
    some = sum(any(plain(n) in have for n in group) for group in signature.some)
    return 0.6 + 0.1 * min(some, 3) + (0.1 if signature.probe or signature.unique else 0.0)


def _heading(sheet: Sheet, name: str) -> str | None:
    return next((h for h in sheet.headings if plain(h) == plain(name)), None)


def _holds(sheet: Sheet, names: str, pattern: str) -> bool:
    """Whether nine of ten values of a column look as they should."""
    heading = next((h for h in (_heading(sheet, n) for n in names.split("|")) if h), None)
    if heading is None:
        return False
    values = [v for v in sheet.rows[heading].slice(0, PROBED).to_pylist() if v]
    return bool(values) and sum(bool(re.search(pattern, v)) for v in values) >= 0.9 * len(values)


def _repeating(sheet: Sheet, name: str) -> bool:
    """Whether a key stands on several rows that follow each other in time, as a log's does."""
    heading = _heading(sheet, name)
    if heading is None or _heading(sheet, "sys_mod_count") is None:
        return False
    return _repeats(sheet)


def _repeats(sheet: Sheet) -> bool:
    heading = _heading(sheet, servicenow_log.REPEATS)
    if heading is None:
        return False
    numbers = sheet.rows[heading].slice(0, PROBED)
    return int(pc.count_distinct(numbers).as_py()) < 0.9 * len(numbers)


def plain(name: str) -> str:
    """A heading as it is compared: NFKC, blanks joined, case folded; underscores stay."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _unknown(sheet: Sheet) -> NotOurs:
    return NotOurs(
        N_(
            "%(file)s is not an export that Trueup knows. Its columns: %(columns)s. %(near)s"
            "Add --draft mapping.toml: it writes a mapping of these columns with guesses to check; "
            "then give it with --mapping."
        ),
        file=sheet.file.name,
        columns=", ".join(sheet.headings[:12]) + (" …" if len(sheet.headings) > 12 else ""),
        near=_near(sheet),
    )


def _near(sheet: Sheet) -> str:
    """The known source that the headings resemble most, and what differs."""
    have = [plain(h) for h in sheet.headings]
    best = (0.0, "")
    for name, (_, signatures) in sources().items():
        for signature in signatures:
            groups = (*signature.need, *signature.some)
            present = sum(any(plain(n) in have for n in group) for group in groups)
            absent = [g for g in signature.need if not any(plain(n) in have for n in g)]
            share = present / len(groups)
            if absent and present >= 2 and share >= 0.4:
                pairs = "; ".join(_called(group[0], have) for group in absent)
                best = max(best, (share, f"It looks like {name}, but {pairs}. "))
    return best[1]


def _called(name: str, have: list[str]) -> str:
    best = max(have, key=lambda h: SequenceMatcher(None, h, plain(name)).ratio(), default="")
    if SequenceMatcher(None, best, plain(name)).ratio() >= 0.6:
        return f"{name} is called {best}"
    return f"{name} is missing"
