"""The small parts of the page: lights as shapes, tables, lists of records."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trueup.audit.languages import t
from trueup.audit.report.model import Light, Listing

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


def shape(name: str) -> str:
    """The shape of a state as a drawing of 18 by 18."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 18 18" '
        f'aria-hidden="true">{SHAPES[name]}</svg>'
    )


def light(state: Light, word: str | None = None) -> str:
    """A light: its shape and its word, never colour alone; a word left out is still read aloud."""
    told = state.word if word is None else word
    hidden = "" if told else f'<span class="hidden">{text(state.word)}</span>'
    return f'<span class="light {state.name}">{shape(state.name)}{text(told)}{hidden}</span>'


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: frozenset[int]) -> str:
    """A table; cells are HTML already, `numbers` are the right-aligned columns.

    A row of one cell spans the table: what stands behind the row above it.
    """

    def cell(index: int, value: str) -> str:
        css = ' class="n"' if index in numbers else ""
        return f'<td{css} data-h="{text(headings[index])}">{value}</td>'

    def row(cells: Sequence[str]) -> str:
        if len(cells) == 1 < len(headings):
            return f'<tr class="behind"><td colspan="{len(headings)}">{cells[0]}</td></tr>'
        return f"<tr>{''.join(cell(i, v) for i, v in enumerate(cells))}</tr>"

    head = "".join(
        f'<th scope="col"{" class=n" if i in numbers else ""}>{text(h)}</th>'
        for i, h in enumerate(headings)
    )
    body = "".join(row(cells) for cells in rows)
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def listing(records: Listing, id: str = "", last: str = "Why it counts") -> str:
    """Records, opened in place below the claim; counter-examples below. `id` is its anchor."""
    anchor = f' id="{id}"' if id else ""
    rows = [[text(cell) for cell in row] for row in records.rows]
    note = f'<p class="small second">{text(records.note)}</p>' if records.note else ""
    held_ids = ", ".join(records.held)
    held = (
        f"<p class='small second'>{text(t('The rule held for, among others: {ids}.', ids=held_ids))}"
        "</p>"
        if records.held
        else ""
    )
    shown = table((t("Table"), t("Record"), t(last)), rows, frozenset()) if rows else ""
    return (
        f"<details><summary>{text(records.title)}</summary><div{anchor}>{note}{shown}{held}</div>"
        "</details>"
    )
