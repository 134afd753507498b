"""The track of a clock: what ran, what was paused, what lay outside the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from trueup.core.charts.svg import Drawing, number, scale


@dataclass(frozen=True, slots=True)
class Stretch:
    """From and to as seconds on one line of time, and what the clock did meanwhile."""

    start: float
    end: float
    kind: Literal["ran", "paused", "outside"]


def track(
    stretches: Sequence[Stretch],
    *,
    span: tuple[float, float],
    now: tuple[float, str],
    promise: tuple[float, str] | None,
    label: str,
    start_word: str = "",
) -> str:
    """Draw the stretches over `span`; the plumb line is the promise, the solid line is now."""
    x = scale(span[0], span[1], 0, 278)
    drawing = Drawing(278, 42, label)
    drawing.rect("k-off", (0, 6), 278, 12, 3)
    for one in stretches:
        _stretch(drawing, one, x(one.start), x(one.end))
    drawing.line("c-line ink", (x(now[0]), 0), (x(now[0]), 24))
    places = [(0.0, start_word, "sm")] if start_word else []
    if promise:
        drawing.line("c-plumb", (x(promise[0]), 2), (x(promise[0]), 22))
        places.append((x(promise[0]), promise[1], "sm b"))
    places.append((x(now[0]), now[1], "sm ink"))
    _words(drawing, places)
    return drawing.render()


def _stretch(drawing: Drawing, one: Stretch, start: float, end: float) -> None:
    if one.kind == "outside":
        return
    if one.kind == "ran":
        drawing.rect("k-run", (start, 6), end - start, 12)
        return
    drawing.rect("k-pause", (start, 6), end - start, 12)
    hatch = start + 1.0
    while hatch < end and end - start < 400:
        top = min(hatch + 6, end)
        drawing.path(
            "s-grey fine", f"M{number(hatch)} 18L{number(top)} {number(18 - (top - hatch) * 2)}"
        )
        hatch += 5


def _words(drawing: Drawing, places: list[tuple[float, str, str]]) -> None:
    """Labels below the track; one that would touch an earlier one is left out."""
    taken: list[tuple[float, float]] = []
    for x, words, css in sorted(places, key=lambda one: "b" not in one[2]):
        half = len(words) * 2.9
        middle = min(max(x, half), 278 - half)
        if any(middle - half < end and middle + half > start for start, end in taken):
            continue
        taken.append((middle - half - 4, middle + half + 4))
        drawing.text((middle, 38), words, f"mid {css}")
