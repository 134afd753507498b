"""The drawings of the report: units against their limit, and the key measures of an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trueup.audit.numbers import plain
from trueup.audit.report.html.parts import COLOURS, light, text
from trueup.audit.report.words import between, share_unit, title

UNITS_DRAWN = 10
LEFT, WIDTH, ROW = 130, 470, 26
ROOM = 92
NAME_MOST = 18


def units(check: dict[str, Any]) -> str:
    """The units that a check names, largest first: value and likely range on one scale."""
    rows = [
        d for d in check["detections"]
        if d["value"] is not None and d["unit"]["kind"] not in ("organisation", "record")
    ]  # fmt: skip
    rows.sort(key=lambda d: (-d["value"], d["unit"]["id"]))
    if len(rows) < 2:
        return ""
    shown, limit = rows[:UNITS_DRAWN], check["limit"]
    marks = [v for d in shown for v in (d["value"], d["low"], d["high"]) if v is not None]
    if limit is not None and check["value"] is not None and _near(limit, marks):
        marks.append(limit)
    else:
        limit = None
    low, high = min(0.0, *marks), max(marks)
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return float(LEFT + (WIDTH - LEFT - ROOM) * (value - low) / span)

    unit = "share" if all(share_unit(d) for d in shown) else ""
    lines = [_unit(d, i, x, unit) for i, d in enumerate(shown)]
    tall = ROW * len(shown) + 22
    if limit is not None:
        at = x(limit)
        lines.append(
            f'<line class="lim" x1="{at:.1f}" y1="4" x2="{at:.1f}" y2="{tall - 18}"/>'
            f'<text class="tick" x="{at:.1f}" y="{tall - 5}" text-anchor="middle">limit '
            f"{plain(limit, unit)}</text>"
        )
    more = f" The {len(shown)} largest of {len(rows)}." if len(rows) > len(shown) else ""
    return (
        f'<figure><div class="wide" tabindex="0"><svg class="units" viewBox="0 0 {WIDTH} {tall}" role="img" '
        f'aria-label="{len(rows)} units beyond the limit">{"".join(lines)}</svg></div>'
        f'<figcaption class="small second">Dot: what was counted. Bar: where it likely lies.{more}'
        "</figcaption></figure>"
    )


def _near(limit: float, marks: Sequence[float]) -> bool:
    """Whether a limit fits the scale of the values without flattening them."""
    return 0 <= limit <= 3 * max(max(marks), 1e-12)


def _unit(d: dict[str, Any], place: int, x: Any, unit: str) -> str:
    y = ROW * place + ROW / 2 + 2
    name = d["unit"]["id"]
    name = name if len(name) <= NAME_MOST else name[: NAME_MOST - 1] + "…"
    low = d["value"] if d["low"] is None else d["low"]
    high = d["value"] if d["high"] is None else d["high"]
    return (
        f'<text class="name" x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{text(name)}</text>'
        f'<line class="t" x1="{LEFT}" y1="{y}" x2="{WIDTH - ROOM}" y2="{y}"/>'
        f'<line class="r s-red" x1="{x(low):.1f}" y1="{y}" x2="{x(high):.1f}" y2="{y}"/>'
        f'<circle class="s-red" cx="{x(d["value"]):.1f}" cy="{y}" r="4"/>'
        f'<text class="name" x="{WIDTH - ROOM + 12}" y="{y + 4}">{plain(d["value"], unit)}'
        f'<tspan class="tick"> of {d["n"]:,}</tspan></text>'
    )


def keys(measures: Sequence[dict[str, Any]]) -> str:
    """The key measures of an indicator: light, name, value; a way into each."""
    rows = []
    for m in measures:
        told = plain(m["value"], m["unit"]) if m["light"] in COLOURS else ""
        range_ = between(m, m["unit"])
        rows.append(
            f'<li>{light(m["light"], "")}<a href="#{m["id"]}">{text(title(m["id"]))}</a>'
            f'<span class="end" title="{text(range_)}">{told}</span></li>'
        )
    return f'<ul class="keys">{"".join(rows)}</ul>'
