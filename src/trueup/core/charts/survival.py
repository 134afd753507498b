"""Kaplan-Meier: how long does it take, open ones included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueup.core.charts.svg import Drawing, Scale, points, scale

COLOURS = ("", "teal", "brown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Share still open after each time; `times` rise, `shares` fall from 1; `median` if reached."""

    name: str
    times: Sequence[float]
    shares: Sequence[float]
    median: float | None = None
    href: str | None = None


def survival(curves: Sequence[Curve], *, label: str, words: tuple[str, str], unit: str) -> str:
    """Draw up to three curves with the half line; `words` are "all" and "half"."""
    longest = max((curve.times[-1] for curve in curves if curve.times), default=1.0)
    x, y = scale(0, longest, 34, 340), scale(1, 0, 20, 146)
    drawing = Drawing(424, 170, label)
    drawing.line("c-axis", (34, 146), (350, 146))
    reached = [curve.median for curve in curves if curve.median is not None]
    if reached:
        drawing.line("c-plumb", (34, y(0.5)), (x(max(reached)), y(0.5)))
    for text, share in ((words[0], 1.0), (words[1], 0.5), ("0", 0.0)):
        drawing.text((30, y(share) + 4), text, "end")
    for colour, curve in zip(COLOURS, curves, strict=False):
        _curve(drawing, curve, colour, (x, y))
    for part in range(4):
        value = longest * part / 3
        drawing.text((x(value), 163), f"{value:.0f} {unit}", "mid")
    return drawing.render()


def _curve(drawing: Drawing, curve: Curve, colour: str, axes: tuple[Scale, Scale]) -> None:
    x, y = axes
    places = [(x(0), y(1.0))]
    for time, share in zip(curve.times, curve.shares, strict=True):
        places += [(x(time), places[-1][1]), (x(time), y(share))]
    with drawing.link(curve.href, curve.name):
        drawing.path(f"c-line {colour}".strip(), points(places))
    if curve.median is not None:
        drawing.dot(f"c-dot {colour}".strip(), (x(curve.median), y(0.5)), 4)
    drawing.text((places[-1][0] + 8, places[-1][1] + 4), curve.name, colour or "blue")
