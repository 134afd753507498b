"""Sentences said again in another language: the same template, filled with the same words.

A catalogue pairs what the code says with its translation. A field is written ``{n}`` where a
figure stands, ``{+part}`` for a part that is translated too, ``{*parts}`` for several of them
joined with ``; ``, ``{?what}`` for a part that is translated where it can be, and ``{~name}`` for
a name of the evidence, which is never touched; the sign may stand on either side. A sentence is
either translated as a whole or left as it was; texts that were left are kept in `missed`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from trueup.audit.languages.figures import FIGURE, figure

FILES = (
    "measures",
    "methods",
    "checks",
    "rules",
    "sentences",
    "process",
    "layout",
    "commands",
    "what_if",
    "intake",
    "refusals",
)
NAMES = frozenset({"unit", "column", "top", "what"})
WHOLE = frozenset({"n", "m", "k"})
_FIELD = re.compile(r"\{([+*~?]?)(\w+)\}")
_END = re.compile(r"(?<=[.?!…]) ")
CUT = " …"
COUNT = r"[\d,]+"
NAME = r"(?:(?!; ).)+?"
SHORT = r"(?:(?![.:;?!] ).){1,60}?"  # a name within a sentence, never several sentences


@dataclass(frozen=True, slots=True)
class Saying:
    """One template with its translation; `anchor` is its longest fixed part.

    A loose one has no word of its own (``{~unit}: {+line}``): it is tried last.
    """

    pattern: re.Pattern[str]
    said: str
    fields: tuple[tuple[str, str], ...]
    anchor: str
    weight: int
    loose: bool


@dataclass(slots=True)
class Tongue:
    """One language: whole texts, templates by how much of them is fixed, and what was missed."""

    language: str
    exact: Mapping[str, str]
    sayings: tuple[Saying, ...]
    templates: Mapping[str, str]
    missed: set[str] = field(default_factory=set)
    known: dict[str, str | None] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """The text in this language; as it was, and noted in `missed`, where it is not known."""
        if self.language == "en" or not text.strip():
            return text
        told = self.find(text)
        if told is None:
            self.missed.add(text)
            return text
        return told

    def try_(self, text: str) -> str:
        """The text in this language where it is known: for what may be a name as well."""
        return text if self.language == "en" else self.find(text) or text

    def find(self, text: str) -> str | None:
        """The translation, or None."""
        if text not in self.known:
            self.known[text] = None  # a text that leads back to itself is not known
            self.known[text] = self._find(text)
        return self.known[text]

    def _find(self, text: str) -> str | None:
        return (
            self.exact.get(text)
            or self._in_turn(text)  # before a name in a template could swallow sentences
            or self._known(text)
            or self._as_part(text)
            or self._cut(text)
            or self._first(text, loose=True)
        )

    def _known(self, text: str) -> str | None:
        return self.exact.get(text) or figure(text) or self._first(text, loose=False)

    def _first(self, text: str, *, loose: bool) -> str | None:
        for saying in self.sayings:
            if saying.loose is loose and saying.anchor in text:
                told = self._fill(saying, text)
                if told is not None:
                    return told
        return None

    def _fill(self, saying: Saying, text: str) -> str | None:
        found = saying.pattern.fullmatch(text)
        if found is None:
            return None
        words = {}
        for index, (sign, name) in enumerate(saying.fields, start=1):
            told = self._word(sign, found[index])
            if told is None:
                return None
            words[name] = told
        return _FIELD.sub(lambda at: words.get(at[2], at[0]), saying.said)

    def _word(self, sign: str, text: str) -> str | None:
        if sign == "~":
            return text
        if sign == "+":
            return self.find(text) or self._open(text)
        if sign == "?":
            return self.find(text) or text
        return self._listed(text.split("; ")) if sign == "*" else figure(text)

    def _open(self, text: str) -> str | None:
        """A sentence without its full stop, as it stands before an addition."""
        told = None if text.endswith(".") else self.find(f"{text}.")
        return told.removesuffix(".") if told else None

    def _listed(self, parts: list[str]) -> str | None:
        """Parts that were joined; one may hold the joint itself."""
        for size in range(1, len(parts) + 1):
            first = self.find("; ".join(parts[:size]))
            rest = self._listed(parts[size:]) if parts[size:] else ""
            if first is not None and rest is not None:
                return f"{first}; {rest}" if rest else first
        return None

    def _as_part(self, text: str) -> str | None:
        """A sentence whose words stand in the catalogue without its capital and full stop."""
        if not text.endswith(".") or len(text) < 3:
            return None
        bare = text[:-1]
        told = self._known(bare[:1].lower() + bare[1:]) or self._known(bare)
        return f"{_capital(told)}." if told else None

    def _cut(self, text: str) -> str | None:
        """A sentence that lost its end: said whole where all its words are still there."""
        if not text.endswith(CUT):
            return None
        start = text.removesuffix(CUT)
        for saying in self.sayings:
            whole = _ending(saying, start)
            told = self._fill(saying, whole) if whole else None
            if told is not None:
                return told
        return None

    def _in_turn(self, text: str) -> str | None:
        """Several sentences, each in turn; the shortest beginning that is known goes first."""
        for at in _END.finditer(text):
            first = self.find(text[: at.start()])
            rest = self.find(text[at.end() :]) if first is not None else None
            if rest is not None:
                return f"{first} {rest}"
        return None


def _capital(text: str) -> str:
    """A text as a sentence begins; an identifier such as target.clock_stop stays as it is."""
    first = text.split(" ", 1)[0].rstrip(".,;:")
    return text if "." in first or "_" in first else f"{text[:1].upper()}{text[1:]}"


def _ending(saying: Saying, start: str) -> str:
    """The text with the fixed end of a template put back, where only that was cut off."""
    tail = saying.pattern.pattern.rsplit(")", 1)[-1].replace("\\", "")
    for size in range(1, len(tail)):
        if tail[size] == " " and start.endswith(tail[:size]) and tail[:size].strip():
            return start + tail[size:]
    return ""


def _shape(sign: str, name: str) -> str:
    """What a field may hold; a name holds no joint of a list, but for what is quoted raw."""
    if name == "short":
        return SHORT
    if sign == "~" and name != "raw":
        return NAME
    return ".+?" if sign else COUNT if name in WHOLE else FIGURE


def _saying(english: str, said: str) -> Saying:
    fields, pattern, fixed, at = [], "", [], 0
    signs = {name: sign for sign, name in _FIELD.findall(said) if sign}
    for found in _FIELD.finditer(english):
        sign, name = found[1], found[2]
        sign = signs.get(name) or sign or ("~" if name in NAMES else "")
        fixed.append(english[at : found.start()])
        pattern += re.escape(fixed[-1]) + f"({_shape(sign, name)})"
        fields.append((sign, name))
        at = found.end()
    fixed.append(english[at:])
    return Saying(
        re.compile(pattern + re.escape(fixed[-1]), re.DOTALL), said, tuple(fields),
        max(fixed, key=len), sum(map(len, fixed)),
        not any(c.isalpha() for part in fixed for c in part),
    )  # fmt: skip


def texts_of(language: str) -> dict[str, str]:
    """The catalogue as it is written: English text or template, and its translation."""
    folder = files("trueup.audit.languages").joinpath(language)
    out: dict[str, str] = {}
    for name in FILES:
        out |= tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
    return out


@lru_cache(maxsize=4)
def _read(language: str) -> tuple[dict[str, str], tuple[Saying, ...], dict[str, str]]:
    if language == "en":
        return {}, (), {}
    texts = texts_of(language)
    exact = {english: said for english, said in texts.items() if not _FIELD.search(english)}
    made = [_saying(english, said) for english, said in texts.items() if english not in exact]
    made.sort(key=lambda s: (-s.weight, s.pattern.pattern))
    return exact, tuple(made), texts


def tongue(language: str) -> Tongue:
    """A language, ready to speak; a new one each time, so that `missed` is one report's."""
    return Tongue(language, *_read(language))
