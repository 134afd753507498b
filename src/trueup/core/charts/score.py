"""The score of an indicator over periods: a line in its band, with the plumb line at good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from trueup.core.charts.svg import Drawing, Scale, points, scale

LEFT, RIGHT, TOP, BOTTOM = 8.0, 258.0, 7.0, 62.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One period, score 0 to 100; without numbers it could not be judged."""

    label: str
    low: float | None = None
    likely: float | None = None
    high: float | None = None
    href: str | None = None

    @property
    def judged(self) -> bool:
        """Whether there is a score with its range."""
        return self.likely is not None and self.low is not None and self.high is not None


def score(
    quarters: Sequence[Quarter], *, good: float, light: str, label: str, good_word: str
) -> str:
    """Draw up to eight periods; the last carries the colour of the light, unjudged are rings."""
    drawing = Drawing(300, 84, label)
    x, y = scale(0, max(len(quarters) - 1, 1), LEFT, RIGHT), scale(100, 0, TOP, BOTTOM)
    if len(quarters) == 1:
        x = scale(0, 1, RIGHT, RIGHT)
    numbered = list(enumerate(quarters))
    for judged, run in groupby(numbered, key=lambda item: item[1].judged):
        if judged:
            _run(drawing, list(run), x, y)
    drawing.line("c-plumb thin", (0, y(good)), (268, y(good)))
    drawing.text((300, y(good) + 3.5), good_word, "end sm")
    for place, quarter in numbered:
        _mark(drawing, quarter, (x(place), y), light if place == len(quarters) - 1 else "")
    _labels(drawing, quarters)
    return drawing.render()


def _run(drawing: Drawing, run: list[tuple[int, Quarter]], x: Scale, y: Scale) -> None:
    """Band and line of neighbouring judged periods."""
    if len(run) < 2:
        return
    upper = [(x(place), y(one.high or 0)) for place, one in run]
    lower = [(x(place), y(one.low or 0)) for place, one in run]
    drawing.area("c-greyband", upper, lower)
    drawing.path("c-line grey", points([(x(place), y(one.likely or 0)) for place, one in run]))


def _mark(drawing: Drawing, quarter: Quarter, at: tuple[float, Scale], light: str) -> None:
    x, y = at
    if not quarter.judged:
        with drawing.link(quarter.href, quarter.label):
            drawing.dot("s-grey dash", (x, 34.5))
        return
    if not light and not quarter.href:
        return
    with drawing.link(quarter.href, f"{quarter.label}: {quarter.low:.0f} - {quarter.high:.0f}"):
        if light:
            drawing.line(f"c-range {light}", (x, y(quarter.low or 0)), (x, y(quarter.high or 0)))
        drawing.dot(f"c-dot {light or 'grey'}", (x, y(quarter.likely or 0)), 4.5 if light else 3)


def _labels(drawing: Drawing, quarters: Sequence[Quarter]) -> None:
    if len(quarters) > 1:
        drawing.text((0, 81), quarters[0].label, "sm")
    if quarters:
        drawing.text((RIGHT, 81), quarters[-1].label, "mid sm")
