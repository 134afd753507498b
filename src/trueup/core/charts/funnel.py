"""Funnel: does a team or a customer differ, given how few cases it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from trueup.core.charts.svg import Drawing, scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One unit: its cases, its share (0 to 1) and whether it lies outside its limits."""

    name: str
    n: int
    share: float
    words: str = ""
    outside: bool = False
    href: str | None = None


def funnel(
    units: Sequence[Spot],
    *,
    mean: float,
    label: str,
    axes: tuple[str, str],
    spread: float = 1.0,
    z: float = 3.0,
) -> str:
    """Draw share against cases with limits mean +- z * spread * sqrt(p(1-p)/n).

    `spread` widens the limits where units vary more than chance (overdispersion factor).
    """
    most = max(unit.n for unit in units)
    top = max([unit.share for unit in units] + [mean * 2, 0.02]) * 1.1
    x, y = scale(0, most, 52, 350), scale(top, 0, 18, 150)
    steps = [max(most * (i + 1) / 34, 1) for i in range(34)]
    width = [z * spread * sqrt(mean * (1 - mean) / n) for n in steps]
    upper = [(x(n), y(min(mean + w, top))) for n, w in zip(steps, width, strict=True)]
    lower = [(x(n), y(max(mean - w, 0))) for n, w in zip(steps, width, strict=True)]
    drawing = Drawing(424, 172, label)
    drawing.area("c-band2", upper, lower)
    drawing.line("c-plumb", (52, y(mean)), (358, y(mean)))
    drawing.line("c-axis", (34, 150), (360, 150))
    for unit in sorted(units, key=lambda one: one.outside):
        _spot(drawing, unit, (x(unit.n), y(unit.share)))
    drawing.text((30, y(mean) + 4), f"{100 * mean:.0f}", "end")
    drawing.text((30, 154), "0", "end")
    drawing.text((34, 12), axes[1], "faint")
    drawing.text((360, 166), axes[0], "end")
    return drawing.render()


def _spot(drawing: Drawing, unit: Spot, at: tuple[float, float]) -> None:
    with drawing.link(unit.href, f"{unit.name}: {unit.words or f'{unit.share:.0%}'}"):
        drawing.dot("c-dot red" if unit.outside else "c-dot grey", at, 5 if unit.outside else 3.5)
    if not unit.outside:
        return
    side = "end b" if at[0] > 250 else "b"
    step = -9 if at[0] > 250 else 9
    drawing.text((at[0] + step, at[1] + 2), unit.name, side)
    drawing.text((at[0] + step, at[1] + 16), unit.words, side.replace("b", "").strip())
