"""The first sentence of a detection: a number, a denominator, no jargon, at most 20 words."""

from __future__ import annotations

import re

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION
from trueup.audit.detecting import Detection

MOST_WORDS = 20
NAME_MOST = 40
CUT = "…"


def headline(detection: Detection, ctx: Context) -> str:
    """The headline of a detection, from the check's own template where it has one."""
    case, check = detection.case, detection.check
    unit = short(case.unit.id)
    words = {
        "bad": f"{case.exceptions:,}",
        "all": f"{case.tested:,}",
        "unit": "" if case.unit == ORGANISATION else unit,
        "kind": case.unit.kind,
        "value": _plain(case.estimate.value),
        **case.words,
    }
    text = case.headline or check.headline or "{title}: {bad} of {all}."
    told = {"title": check.title, **words}
    line = re.sub(r"\{(\w+)\}", lambda found: str(told.get(found[1], found[0])), text)
    if case.unit.kind not in ("organisation", "period", "pair") and unit not in line:
        line = f"{unit}: {line}"
    if not any(character.isdigit() for character in line):
        line = f"{line.rstrip('.')} ({case.exceptions:,} of {case.tested:,})."
    return shorten(line)


def short(name: str) -> str:
    """A name as it fits a sentence: blanks joined, cut after 40 characters."""
    plain = " ".join(name.split())
    return plain if len(plain) <= NAME_MOST else plain[: NAME_MOST - 1] + CUT


def shorten(line: str) -> str:
    """At most 20 words; what does not fit is cut at a word, with an ellipsis."""
    parts = line.split()
    return line if len(parts) <= MOST_WORDS else " ".join(parts[: MOST_WORDS - 1]) + f" {CUT}"


def _plain(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if 0 <= value <= 1 else f"{value:,.1f}".rstrip("0").rstrip(".")
