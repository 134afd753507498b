"""A comparison in the terminal and as one HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.languages import count, figured, said, speaking, t
from trueup.audit.numbers import plain
from trueup.audit.report.html.parts import shape, table, text
from trueup.audit.report.html.style import CSS
from trueup.audit.report.terminal import score_range
from trueup.audit.whatif.comparing import Comparison, Moved
from trueup.audit.whatif.words import CHANGES, caveat, light, say
from trueup.core.verdicts import INDICATORS

CELL_MOST = 60
PHONE = (
    "@media (max-width:760px){td:not(:first-child)::before{content:attr(data-h) ' ';"
    "color:var(--faint);font-size:13px}}"
)
NOTHING = {"measures": "none_measure", "checks": "none_check"}
RESULT_LIGHTS = {"clean": "green", "watch": "amber", "exceptions": "red"}


def turned(comparison: Comparison) -> list[Moved]:
    """The checks whose result is another one; the others only have other numbers."""
    return [c for c in comparison.checks if c.before["result"] != c.after["result"]]


def caveats(comparison: Comparison) -> list[str]:
    """What the comparison cannot say, in sentences."""
    return [caveat(c.code, **c.params) for c in comparison.caveats]


def score(row: Mapping[str, Any]) -> str:
    """The score of an indicator as a range."""
    return score_range(row) or say("none")


def value(row: Mapping[str, Any], unit: str) -> str:
    """A value with its interval."""
    told, low, high = (figured(plain(row[k], unit)) for k in ("value", "low", "high"))
    return told if row["low"] is None or low == high else f"{told} ({low} … {high})"


def print_to(console: Console, comparison: Comparison) -> None:
    """Print lights, changes and what moved."""
    name = comparison.scenario.name or say("scenario")
    console.print(say("title", name=name), style="bold", markup=False)
    console.print(say("not_audit") + "\n")
    for heading, heads, rows in (
        ("lights", ("indicator", "before", "score", "after", "score"),
         _light_cells(comparison)),
        ("changes", ("what", "name", "from", "to", "rows"), _change_cells(comparison)),
        ("measures", ("measure", "before", "after"), _measure_cells(comparison)),
        ("checks", ("check", "before", "after"), _check_cells(comparison)),
    ):  # fmt: skip
        empty = NOTHING.get(heading)
        if empty and not rows:
            console.print(f"{say(heading)}: {say(empty)}", markup=False, highlight=False)
            continue
        console.print(grid(say(heading), [say(h) for h in heads], rows))
    for line in caveats(comparison):
        console.print(f"- {line}", markup=False, highlight=False)


def grid(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table for the terminal; nothing in a cell is read as markup."""
    grid = Table(title=title, title_justify="left", title_style="bold")
    for head in heads:
        grid.add_column(head, overflow="fold")
    for row in rows:
        grid.add_row(*(cell.replace("[", "\\[") for cell in row))
    return grid


def _light_cells(comparison: Comparison) -> list[list[str]]:
    return [
        [said(INDICATORS[m.id]), light(m.before["light"]), score(m.before),
         light(m.after["light"]), score(m.after)]
        for m in comparison.lights
    ]  # fmt: skip


def _change_cells(comparison: Comparison) -> list[list[str]]:
    return [
        [t(CHANGES[c.what]), c.name, *(_cell(v) for v in (c.old, c.new)),
         count(c.rows) if c.rows else ""]
        for c in comparison.changes
    ]  # fmt: skip


def _cell(cell: str) -> str:
    """An old or new value: a number in the marks of the language, anything else cut short."""
    if cell[:1].isdigit() and ":" not in cell:
        return figured(cell)
    return cell if len(cell) <= CELL_MOST else cell[: CELL_MOST - 1] + "…"


def _measure_cells(comparison: Comparison) -> list[list[str]]:
    rows = []
    for m in comparison.measures:
        measure = all_measures()[m.id]
        sides = [f"{light(s['light'])}: {value(s, measure.unit)}"
                 for s in (m.before, m.after)]  # fmt: skip
        if sides[0] != sides[1]:
            rows.append([f"{m.id} {said(measure.title)}", *sides])
    return rows


def _check_cells(comparison: Comparison) -> list[list[str]]:
    return [
        [f"{m.id} {said(all_checks()[m.id].title)}", light(m.before["result"]),
         light(m.after["result"])]
        for m in turned(comparison)
    ]  # fmt: skip


def page(comparison: Comparison, language: str = "en") -> str:
    """The comparison as one HTML file without any outside reference, in a language."""
    with speaking(language):
        return _page(comparison, language)


def _page(comparison: Comparison, language: str) -> str:
    name = text(say("title", name=comparison.scenario.name or say("scenario")))
    read = "".join(f"<p>{text(line)}</p>" for line in caveats(comparison))
    parts = (
        ("lights", _lights(comparison)), ("changes", _changes(comparison)),
        ("measures", _measures(comparison)), ("checks", _checks(comparison)), ("read", read),
    )  # fmt: skip
    cards = "".join(
        f"<h2>{text(say(heading))}</h2><div class='card'>{card}</div>" for heading, card in parts
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{name}</title><style>{CSS}{PHONE}</style></head><body><main>"
        f"<header><h1>{name}</h1><p class='second'>"
        f"{text(comparison.before.data['pack']['organisation'])}. "
        f"<strong>{text(say('not_audit'))}</strong></p></header>{cards}</main></body></html>\n"
    )


def _heads(*keys: str) -> list[str]:
    return [say(key) for key in keys]


def _light(name: str) -> str:
    """The shape of a light or of a check's result, with its word."""
    state = RESULT_LIGHTS.get(name, name)
    word = text(light(name))
    return f'<span class="light {state}">{shape(state)}{word}</span>'


def _lights(comparison: Comparison) -> str:
    rows = [
        [text(said(INDICATORS[m.id])),
         *(part for side in (m.before, m.after)
           for part in (_light(side["light"]), text(score(side))))]
        for m in comparison.lights
    ]  # fmt: skip
    return table(_heads("indicator", "before", "score", "after", "score"), rows,
                 frozenset({2, 4}))  # fmt: skip


def _changes(comparison: Comparison) -> str:
    rows = [[text(cell) for cell in row] for row in _change_cells(comparison)]
    return table(_heads("what", "name", "from", "to", "rows"), rows, frozenset({4}))


def _measures(comparison: Comparison) -> str:
    rows = []
    for m in comparison.measures:
        measure = all_measures()[m.id]
        sides = [f"{_light(s['light'])}<br>{text(value(s, measure.unit))}"
                 for s in (m.before, m.after)]  # fmt: skip
        if sides[0] != sides[1]:
            rows.append([f"{text(said(measure.title))} <span class='faint'>{m.id}</span>", *sides])
    if not rows:
        return f"<p>{text(say('none_measure'))}</p>"
    return table(_heads("measure", "before", "after"), rows, frozenset())


def _checks(comparison: Comparison) -> str:
    mine = turned(comparison)
    rows = [
        [f"{text(said(all_checks()[m.id].question))} <span class='faint'>{m.id}</span>",
         _light(m.before["result"]), _light(m.after["result"])]
        for m in mine
    ]  # fmt: skip
    shown = (
        table(_heads("check", "before", "after"), rows, frozenset())
        if rows
        else f"<p>{text(say('none_check'))}</p>"
    )
    rest = len(comparison.checks) - len(mine)
    more = text(say("numbers_only", n=rest))
    return shown + (f"<p class='small second'>{more}</p>" if rest else "")
