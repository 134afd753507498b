"""Plain sorted bars for shares, starting at zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueup.core.charts.svg import Drawing, scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: name, amount, its words; `light` only where it is a verdict."""

    name: str
    value: float
    words: str
    light: str = ""
    href: str | None = None


def bars(rows: Sequence[Bar], *, label: str, plumb: tuple[float, str] | None = None) -> str:
    """Draw bars one below the other; the plumb line is the promised or usual amount."""
    top = max([row.value for row in rows] + ([plumb[0]] if plumb else []), default=1.0)
    x = scale(0, top or 1.0, 160, 410)
    height = 24.0 + 26 * len(rows)
    drawing = Drawing(500, height, label)
    for place, row in enumerate(rows):
        y = 18 + 26.0 * place
        drawing.text((0, y + 11), row.name, "ink")
        with drawing.link(row.href, f"{row.name}: {row.words}"):
            drawing.rect(f"c-bar {row.light}".strip(), (160, y), max(x(row.value) - 160, 1), 14, 2)
        drawing.text((x(row.value) + 8, y + 11), row.words)
    if plumb:
        drawing.line("c-plumb", (x(plumb[0]), 14), (x(plumb[0]), height - 4))
        drawing.text((x(plumb[0]), 10), plumb[1], "mid")
    return drawing.render()
