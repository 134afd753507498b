"""The colours of the style sheet keep the contrasts of WCAG 2.2: words 4.5, edges and shapes 3."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[3] / "src/trueup/desk/surfaces/web/assets/css/tokens.css"
WORDS = [
    ("body-color", "body-bg"),
    ("body-color", "bg-surface"),
    ("body-color", "bg-surface-secondary"),
    ("secondary", "body-bg"),
    ("secondary", "bg-surface"),
    ("secondary", "bg-surface-secondary"),
    ("faint", "bg-surface"),
    ("faint", "body-bg"),
    ("faint", "primary-lt"),
    ("link-color", "body-bg"),
    ("link-color", "bg-surface"),
    ("primary", "primary-lt"),
    ("primary-fg", "primary"),
    *(
        (f"{light}-text", ground)
        for light in ("green", "amber", "red", "grey")
        for ground in ("bg-surface", "body-bg", f"{light}-soft")
    ),
    ("private-text", "private-soft"),
    ("secondary", "private-soft"),
    ("series-2", "bg-surface"),
    ("series-3", "bg-surface"),
]
SHAPES = [
    ("line-control", "bg-surface"),
    ("line-control", "body-bg"),
    ("primary", "body-bg"),
    *((light, "bg-surface") for light in ("green", "amber", "red", "grey", "private")),
    ("private", "private-soft"),
]


def block(selector: str) -> dict[str, str]:
    """The colours one rule sets, by name without its prefix."""
    text = CSS.read_text("utf-8")
    start = text.index(selector + " {")
    body = text[start : text.index("\n  }" if text[start - 1] == " " else "\n}", start)]
    return dict(re.findall(r"--(?:tblr|tu)-([a-z0-9-]+):\s*(#[0-9a-f]{6})", body))


LIGHT = block(":root")
LOOKS = {
    "light": LIGHT,
    "dark": {**LIGHT, **block(':root[data-bs-theme="dark"]')},
    "auto in the dark": {**LIGHT, **block(':root[data-bs-theme="auto"]')},
    "more contrast": {**LIGHT, **block(':root[data-bs-theme="light"]')},
}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read(look, ink, ground):
    colours = LOOKS[look]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("ink", "ground"), SHAPES)
def test_edges_and_shapes_can_be_told(look, ink, ground):
    colours = LOOKS[look]
    assert contrast(colours[ink], colours[ground]) >= 3


def test_following_the_device_looks_like_choosing_dark():
    assert LOOKS["auto in the dark"] == LOOKS["dark"]
    assert LOOKS["dark"]["body-bg"] == "#0d1014"
    assert LOOKS["more contrast"]["body-color"] == "#000000"
