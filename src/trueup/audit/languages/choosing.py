"""Which language a report is in."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "de")


def language_of(asked: str | None, environment: Mapping[str, str]) -> str:
    """The language that was asked for, else that of the terminal (`LC_ALL`, then `LANG`).

    German where it begins with ``de``, English for every other.
    """
    if asked:
        return asked
    host = environment.get("LC_ALL") or environment.get("LANG") or ""
    return "de" if host.lower().startswith("de") else "en"
