"""Numbers as people read them."""

from __future__ import annotations


def plain(value: float | None, unit: str = "") -> str:
    """A number as people read it: shares as percent, thousands with commas, dash for absent."""
    if value is None:
        return "–"
    if unit.startswith("share") or unit == "probability":
        return f"{value:.1%}" if 0 < abs(value) < 0.1 else f"{value:.0%}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    told = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if told == "-0" else told
