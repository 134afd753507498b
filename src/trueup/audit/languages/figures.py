"""Numbers, amounts and dates written for English readers, in the form of German ones."""

from __future__ import annotations

import re

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
MONTHS_DE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
UNITS = {
    "hours": "Stunden", "days": "Tage", "minutes": "Minuten", "months": "Monate",
    "weeks": "Wochen", "points": "Punkte", "cases": "Fälle", "h": "h", "min": "min",
}  # fmt: skip
NAMES = "|".join(MONTHS)
UNIT = "|".join(UNITS)
NUMBER = rf"[-–+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?%?(?: (?:[A-Z]{{3}}|{UNIT}))?"
DATE = rf"\d{{4}}-\d\d-\d\d|\d{{1,2}} (?:{NAMES}) \d{{4}}|(?:{NAMES}) \d{{4}}|\d{{4}}-\d\d"
FIGURE = rf"(?:{DATE}|{NUMBER}|–)"
_ALONE = re.compile(FIGURE)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SWAP = str.maketrans(",.", ".,")
NBSP = "\N{NO-BREAK SPACE}"


def figure(text: str) -> str | None:
    """A figure alone, with the marks of German: 1.234,5 · 12 % · 26.11.2026; None for others."""
    if not _ALONE.fullmatch(text):
        return None
    iso = _ISO.fullmatch(text)
    if iso:
        return f"{iso[3]}.{iso[2]}.{iso[1]}"
    parts = text.split(" ")
    if parts[-2:-1] and parts[-2] in MONTHS:
        month = MONTHS.index(parts[-2])
        if len(parts) == 3:
            return f"{int(parts[0]):02d}.{month + 1:02d}.{parts[2]}"
        return f"{MONTHS_DE[month]} {parts[1]}"
    if re.fullmatch(r"\d{4}-\d\d", text):
        return f"{text[5:]}/{text[:4]}"
    return _number(parts)


def _number(parts: list[str]) -> str:
    told = parts[0].translate(_SWAP)
    if told.endswith("%"):
        told = f"{told[:-1]}{NBSP}%"
    return f"{told} {UNITS.get(parts[1], parts[1])}" if len(parts) > 1 else told
