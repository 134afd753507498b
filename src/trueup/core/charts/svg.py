"""A small pencil for SVG: shapes by class, text escaped, groups that are links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

XY = tuple[float, float]


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def points(places: Sequence[XY]) -> str:
    """A path through the places."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in places)


class Drawing:
    """One picture: add marks, then `render`."""

    def __init__(self, width: float, height: float, label: str, css: str = "drawing") -> None:
        self.width = width
        self.height = height
        self._css = css
        self._label = label
        self._marks: list[str] = []
        self._links = 0

    def path(self, css: str, d: str) -> None:
        """A free path."""
        self._marks.append(f'<path class="{css}" d="{d}"/>')

    def line(self, css: str, start: XY, end: XY) -> None:
        """A straight line."""
        self.path(css, points([start, end]))

    def area(self, css: str, upper: Sequence[XY], lower: Sequence[XY]) -> None:
        """The region between two lines."""
        self.path(css, points([*upper, *reversed(lower)]) + "Z")

    def rect(self, css: str, at: XY, width: float, height: float, radius: float = 0) -> None:
        """A box; nothing for one without size."""
        if width <= 0 or height <= 0:
            return
        round_ = f' rx="{number(radius)}"' if radius else ""
        self._marks.append(
            f'<rect class="{css}" x="{number(at[0])}" y="{number(at[1])}" '
            f'width="{number(width)}" height="{number(height)}"{round_}/>'
        )

    def dot(self, css: str, at: XY, radius: float = 4.5) -> None:
        """A round mark."""
        self._marks.append(
            f'<circle class="{css}" cx="{number(at[0])}" cy="{number(at[1])}" r="{radius}"/>'
        )

    def text(self, at: XY, words: str, css: str = "") -> None:
        """Words at a place; `mid` and `end` in the class move their anchor."""
        css_ = f' class="{css}"' if css else ""
        self._marks.append(
            f'<text x="{number(at[0])}" y="{number(at[1])}"{css_}>{escape(words)}</text>'
        )

    @contextmanager
    def link(self, href: str | None, label: str) -> Iterator[None]:
        """Everything drawn inside is one link, reachable by keyboard; without href a title."""
        if not href:
            yield
            return
        self._links += 1
        self._marks.append(
            f'<a href="{escape(href, quote=True)}" aria-label="{escape(label, quote=True)}">'
            f"<title>{escape(label)}</title>"
        )
        yield
        self._marks.append("</a>")

    def render(self) -> str:
        """The finished SVG; a picture with links is a group, one without is an image."""
        role = "group" if self._links else "img"
        return (
            f'<svg class="{self._css}" viewBox="0 0 {number(self.width)} {number(self.height)}" '
            f'role="{role}" aria-label="{escape(self._label, quote=True)}">'
            + "".join(self._marks)
            + "</svg>"
        )


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """A straight scale; a range of no width maps to the middle."""
    return Scale(low, high, start, end)


class Scale:
    """Maps values to places."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._high, self._start, self._end = low, high, start, end

    def __call__(self, value: float) -> float:
        """The place of a value."""
        span = self._high - self._low
        share = 0.5 if span == 0 else (value - self._low) / span
        return self._start + share * (self._end - self._start)


def spread(values: Sequence[float], *, room: float = 0.08) -> tuple[float, float]:
    """Lowest and highest with a little room around."""
    low, high = min(values), max(values)
    pad = (high - low or abs(high) or 1.0) * room
    return low - pad, high + pad
