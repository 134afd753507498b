"""XmR: is this more than chance, one value a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueup.core.charts.svg import Drawing, Scale, points, scale, spread

LEFT, RIGHT, TOP, BOTTOM = 8.0, 350.0, 28.0, 146.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period; `signal` where the rules say it is more than chance; no value is a gap."""

    label: str
    value: float | None
    signal: bool = False
    href: str | None = None


def control(
    series: Sequence[Point],
    *,
    usual: tuple[float, float, float],
    words: tuple[str, str, str],
    label: str,
    remark: str = "",
) -> str:
    """Draw the points with mean and two limits; `usual` and `words` are low, mean, high."""
    values = [one.value for one in series if one.value is not None]
    low, high = spread([*values, usual[0], usual[2]])
    y, x = scale(high, low, TOP, BOTTOM), scale(0, max(len(series) - 1, 1), LEFT, RIGHT)
    drawing = Drawing(424, 172, label)
    drawing.rect("c-band2", (LEFT, y(usual[2])), RIGHT - LEFT, y(usual[0]) - y(usual[2]))
    drawing.line("c-plumb", (LEFT, y(usual[1])), (RIGHT, y(usual[1])))
    _line(drawing, series, x, y)
    for place, one in enumerate(series):
        if one.value is None:
            continue
        with drawing.link(one.href, f"{one.label}: {one.value:g}"):
            css, radius = ("c-dot red", 4.0) if one.signal else ("c-dot grey", 3.0)
            drawing.dot(css, (x(place), y(one.value)), radius)
    for value, word, css in zip(usual, words, ("", "ink", ""), strict=True):
        drawing.text((RIGHT + 8, y(value) + 4), word, css)
    if remark:
        drawing.text((RIGHT, 16), remark, "end red")
    if series:
        drawing.text((LEFT, 166), series[0].label)
        drawing.text((RIGHT, 166), series[-1].label, "end")
    return drawing.render()


def _line(drawing: Drawing, series: Sequence[Point], x: Scale, y: Scale) -> None:
    """Join neighbours; a missing period stays a gap."""
    run: list[tuple[float, float]] = []
    for place, one in enumerate([*series, Point(label="", value=None)]):
        if one.value is not None:
            run.append((x(place), y(one.value)))
            continue
        if len(run) > 1:
            drawing.path("c-line grey thin", points(run))
        run = []
