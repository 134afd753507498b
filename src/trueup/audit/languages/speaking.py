"""The language of now: headings by `t`, sentences by `said`, counts by `count`, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from trueup.audit.languages.figures import figure
from trueup.audit.languages.tongue import Tongue, tongue
from trueup.core.refusals import Refusal

_NOW: ContextVar[Tongue | None] = ContextVar("language", default=None)
SENTENCES = frozenset({"why", "what"})  # parameters of refusals that are texts, no names
HINT = ("near", ". ")  # or a hint, which ends as a sentence


@contextmanager
def speaking(language: str) -> Iterator[Tongue]:
    """Write everything within in one language."""
    here = tongue(language)
    token = _NOW.set(here)
    try:
        yield here
    finally:
        _NOW.reset(token)


def spoken() -> str:
    """The language of now; English where none was set."""
    here = _NOW.get()
    return here.language if here else "en"


def t(text: str, /, **words: object) -> str:
    """A heading or a template of the layout in the language of now, filled with words."""
    here = _NOW.get()
    told = here.templates.get(text, text) if here else text
    return told.format(**words) if words else told


def said(text: str) -> str:
    """A sentence as the code made it, in the language of now; as it is where it is not known."""
    here = _NOW.get()
    return here.say(text) if here else text


def refused(refusal: Refusal) -> str:
    """A refusal in the language of now; names stay, a cause that is known is said again."""
    here = _NOW.get()
    if here is None or here.language == "en":
        return str(refusal)
    text = here.templates.get(refusal.text, refusal.text)
    words = {
        name: _cause(here, value) if isinstance(value, str) and _told(name, value) else value
        for name, value in refusal.params.items()
    }
    return text % words if words else text


def _told(name: str, value: str) -> bool:
    return name in SENTENCES or (name == HINT[0] and value.endswith(HINT[1]))


def _cause(here: Tongue, text: str) -> str:
    """A cause, or several of them, in the language of now; what is not known stays."""
    parts = [here.find(part) for part in text.split("; ")]
    if None not in parts:
        return "; ".join(filter(None, parts))
    return here.find(text) or "; ".join(map(here.try_, text.split("; ")))


def count(n: int) -> str:
    """A whole number with the marks of the language of now."""
    return f"{n:,}".replace(",", ".") if spoken() == "de" else f"{n:,}"


def figured(text: str) -> str:
    """A figure or date alone, in the form of the language of now."""
    return text if spoken() == "en" else figure(text) or text
