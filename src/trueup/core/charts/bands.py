"""A dot in its band, one row each, one plumb line through all: how sure, compared with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueup.core.charts.svg import Drawing, Scale, scale, spread

WIDTH, NAMES, END, ROW = 500.0, 150.0, 410.0, 36.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One row: its name, a second word, the likely range and the best single figure."""

    name: str
    note: str = ""
    low: float
    likely: float
    high: float
    words: str
    light: str = "grey"
    href: str | None = None


def bands(
    rows: Sequence[Band],
    *,
    label: str,
    plumb: tuple[float, str] | None = None,
    limit: tuple[float, str] | None = None,
) -> str:
    """Draw the rows on one common scale with the promised value and, if given, the limit."""
    values = [value for row in rows for value in (row.low, row.high)]
    values += [mark[0] for mark in (plumb, limit) if mark]
    low, high = spread(values)
    if min(values) >= 0:
        low = max(low, 0.0)
    x = scale(low, high, NAMES, END)
    bottom = 24 + ROW * len(rows)
    drawing = Drawing(WIDTH, bottom + 8, label)
    drawing.line("c-axis", (NAMES, bottom), (END, bottom))
    for mark, css, text in ((plumb, "c-plumb", "end ink"), (limit, "c-limit", "red")):
        if mark:
            drawing.line(css, (x(mark[0]), 16), (x(mark[0]), bottom))
            drawing.text((x(mark[0]) + (-3 if "end" in text else 3), 11), mark[1], text)
    for place, row in enumerate(rows):
        _row(drawing, row, 36 + ROW * place, x)
    return drawing.render()


def _row(drawing: Drawing, row: Band, y: float, x: Scale) -> None:
    drawing.text((0, y), row.name, "ink")
    if row.note:
        drawing.text((0, y + 14), row.note, "faint sm")
    with drawing.link(row.href, f"{row.name}: {row.words}"):
        drawing.line(f"c-range {row.light}", (x(row.low), y), (x(row.high), y))
        drawing.dot(f"c-dot {row.light}", (x(row.likely), y))
    drawing.text((min(x(row.high) + 8, END + 8), y + 4), row.words, "b")


def promise(low: float, likely: float, high: float, promised: float, light: str, label: str) -> str:
    """The small picture of a promise in a table: band, dot, plumb line; 190 by 22."""
    start, end = spread([low, high, promised], room=0.25)
    x = scale(start, end, 0, 190)
    drawing = Drawing(190, 22, label, "pt")
    drawing.line("c-axis", (0, 14), (190, 14))
    drawing.line(f"c-range {light}", (x(low), 14), (x(high), 14))
    drawing.dot(f"c-dot {light}", (x(likely), 14), 4)
    drawing.line("c-plumb", (x(promised), 2), (x(promised), 22))
    return drawing.render()
