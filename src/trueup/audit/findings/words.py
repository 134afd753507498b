"""The first sentence of a detection: a number, a denominator, no jargon, at most 20 words."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION
from trueup.audit.detecting import Detection

MOST_WORDS = 20


def headline(detection: Detection, ctx: Context) -> str:
    """The headline of a detection, from the check's own template where it has one."""
    case, check = detection.case, detection.check
    words = {
        "bad": f"{case.exceptions:,}",
        "all": f"{case.tested:,}",
        "unit": "" if case.unit == ORGANISATION else case.unit.id,
        "kind": case.unit.kind,
        "value": _plain(case.estimate.value),
        **case.words,
    }
    text = case.headline or check.headline or "{title}: {bad} of {all}."
    line = text.format(title=check.title, **words)
    if case.unit.kind not in ("organisation", "period", "pair") and case.unit.id not in line:
        line = f"{case.unit.id}: {line}"
    return shorten(line)


def shorten(line: str) -> str:
    """At most 20 words; what does not fit is cut at a word, with an ellipsis."""
    parts = line.split()
    return line if len(parts) <= MOST_WORDS else " ".join(parts[: MOST_WORDS - 1]) + " …"


def _plain(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if 0 <= value <= 1 else f"{value:,.1f}".rstrip("0").rstrip(".")
