"""The small parts of the report: lights as shapes, a value in its band, lists of records."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from trueup.audit.report.words import LIGHTS

RECORDS_SHOWN = 100

SHAPES = {
    "green": '<circle cx="9" cy="9" r="8" class="s-green"/>'
    '<path d="M5.4 9.3l2.5 2.5 4.8-5.2" fill="none" stroke="#fff" stroke-width="1.8"/>',
    "amber": '<path d="M9 1.6l8 14.6H1z" class="s-amber" stroke-linejoin="round"/>'
    '<path d="M9 6.6v4.6M9 13v1.2" stroke="#fff" stroke-width="1.8" fill="none"/>',
    "red": '<path d="M5.6 1h6.8L17 5.6v6.8L12.4 17H5.6L1 12.4V5.6z" class="s-red"/>'
    '<path d="M6 6l6 6M12 6l-6 6" stroke="#fff" stroke-width="1.8" fill="none"/>',
    "not_enough_evidence": '<circle cx="9" cy="9" r="7.4" fill="none" stroke="currentColor" '
    'stroke-width="1.5" stroke-dasharray="3 2.2"/><path d="M7 7.2a2 2 0 1 1 2.6 1.9c-.5.2-.6.5-.6 1'
    'M9 12.4v.9" fill="none" stroke="currentColor" stroke-width="1.5"/>',
    "data_not_trustworthy": '<circle cx="9" cy="9" r="7.4" fill="none" stroke="currentColor" '
    'stroke-width="1.5"/><path d="M3.8 14.2L14.2 3.8" stroke="currentColor" stroke-width="1.5"/>',
    "not_applicable": '<path d="M4 9h10" stroke="currentColor" stroke-width="1.8"/>',
}
COLOURS = {"green": "green", "amber": "amber", "red": "red"}


def text(value: object) -> str:
    """Any value, escaped for HTML."""
    return escape(str(value), quote=True)


def light(name: str, word: str | None = None) -> str:
    """A light: its shape and its word, never colour alone."""
    shape = (
        f'<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">{SHAPES[name]}</svg>'
    )
    return f'<span class="light {name}">{shape}{text(word or LIGHTS[name])}</span>'


def band(row: dict[str, Any]) -> str:
    """A value as a dot in its likely range, with the target as plumb line and the limit in red."""
    value, low, high = row["value"], row["low"], row["high"]
    if value is None:
        return ""
    low, high = (value if low is None else low), (value if high is None else high)
    marks = [v for v in (low, high, row.get("target"), row.get("limit")) if v is not None]
    start, end = min(marks), max(marks)
    room = (end - start) * 0.1 or abs(end) * 0.1 or 1.0
    start, end = start - room, end + room

    def x(v: float) -> str:
        return f"{4 + 182 * (v - start) / (end - start):.1f}"

    colour = COLOURS.get(row["light"], "grey")
    parts = ['<line class="t" x1="4" y1="11" x2="186" y2="11"/>']
    for name, css in (("limit", "l"), ("target", "p")):
        if row.get(name) is not None:
            at = x(row[name])
            parts.append(f'<line class="{css}" x1="{at}" y1="2" x2="{at}" y2="20"/>')
    parts.append(f'<line class="r s-{colour}" x1="{x(low)}" y1="11" x2="{x(high)}" y2="11"/>')
    parts.append(f'<circle class="s-{colour}" cx="{x(value)}" cy="11" r="4"/>')
    label = f"value {value}, from {low} to {high}"
    return (
        f'<svg class="band" viewBox="0 0 190 22" role="img" aria-label="{text(label)}">'
        f"{''.join(parts)}</svg>"
    )


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: frozenset[int]) -> str:
    """A table; cells are HTML already, `numbers` are the right-aligned columns."""

    def cell(tag: str, index: int, value: str) -> str:
        css = ' class="n"' if index in numbers else ""
        return f"<{tag}{css}>{value}</{tag}>"

    head = "".join(cell("th", i, text(h)) for i, h in enumerate(headings))
    body = "".join(
        f"<tr>{''.join(cell('td', i, v) for i, v in enumerate(row))}</tr>" for row in rows
    )
    return f'<div class="wide" tabindex="0"><table><tr>{head}</tr>{body}</table></div>'


def records(detections: Sequence[dict[str, Any]]) -> str:
    """The records behind detections, opened in place; counter-examples below."""
    parts = []
    for d in detections:
        rows = [
            [text(e["table"]), text(e["id"]), text(e["why"])] for e in d["evidence"][:RECORDS_SHOWN]
        ]
        shown = f"{len(rows):,} of {d['evidence_total']:,} records"
        more = "; all of them stand in evidence.parquet" if len(rows) < d["evidence_total"] else ""
        others = ", ".join(text(e["id"]) for e in d["counter_examples"][:20])
        beside = (
            f'<p class="small second">The rule held for, among others: {others}.</p>'
            if others
            else ""
        )
        parts.append(
            f"<details><summary>{text(d['headline'])}</summary>"
            f'<p class="small second">{shown}{more}.</p>'
            f"{table(('Table', 'Record', 'Why it counts'), rows, frozenset())}{beside}</details>"
        )
    return "".join(parts)
