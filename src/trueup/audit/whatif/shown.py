"""A comparison in the terminal and as one HTML file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.numbers import plain
from trueup.audit.report.html.parts import shape, table, text
from trueup.audit.report.html.style import CSS
from trueup.audit.whatif.comparing import Comparison, Moved
from trueup.audit.whatif.words import (
    CAVEATS,
    CHANGES,
    INDICATORS,
    LIGHTS,
    RESULTS,
    figures,
    pick,
    say,
)

Titles = Callable[[str], str]
CELL_MOST = 60
PHONE = (
    "@media (max-width:760px){td:not(:first-child)::before{content:attr(data-h) ' ';"
    "color:var(--faint);font-size:13px}}"
)
RESULT_LIGHTS = {"clean": "green", "watch": "amber", "exceptions": "red"}


def turned(comparison: Comparison) -> list[Moved]:
    """The checks whose result is another one; the others only have other numbers."""
    return [c for c in comparison.checks if c.before["result"] != c.after["result"]]


def caveats(comparison: Comparison, language: str) -> list[str]:
    """What the comparison cannot say, in sentences."""
    return [
        pick(CAVEATS[c.code], language,
             **{name: figures(told, language) if told[:1].isdigit() else told
                for name, told in c.params.items()})
        for c in comparison.caveats
    ]  # fmt: skip


def score(row: Mapping[str, Any], language: str) -> str:
    """The score of an indicator as a range."""
    if row["score"] is None:
        return say("none", language)
    low, high = f"{row['score_low']:.0f}", f"{row['score_high']:.0f}"
    return low if low == high else f"{low}-{high}"


def value(row: Mapping[str, Any], unit: str, language: str) -> str:
    """A value with its interval."""
    told, low, high = (figures(plain(row[k], unit), language) for k in ("value", "low", "high"))
    return told if row["low"] is None or row["low"] == row["high"] else f"{told} ({low} … {high})"


def print_to(console: Console, comparison: Comparison, language: str, titles: Titles) -> None:
    """Print lights, changes and what moved."""
    name = comparison.scenario.name or say("scenario", language)
    console.print(say("title", language, name=name), style="bold", markup=False)
    console.print(say("not_audit", language) + "\n")
    for heading, heads, rows in (
        ("lights", ("indicator", "before", "score", "after", "score"),
         _light_cells(comparison, language)),
        ("changes", ("what", "name", "from", "to", "rows"), _change_cells(comparison, language)),
        ("measures", ("measure", "before", "after"), _measure_cells(comparison, language, titles)),
        ("checks", ("check", "before", "after"), _check_cells(comparison, language, titles)),
    ):  # fmt: skip
        console.print(grid(say(heading, language), [say(h, language) for h in heads], rows))
    for line in caveats(comparison, language):
        console.print(f"- {line}", markup=False, highlight=False)


def grid(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table for the terminal; nothing in a cell is read as markup."""
    grid = Table(title=title, title_justify="left", title_style="bold")
    for head in heads:
        grid.add_column(head, overflow="fold")
    for row in rows:
        grid.add_row(*(cell.replace("[", "\\[") for cell in row))
    return grid


def _light_cells(comparison: Comparison, language: str) -> list[list[str]]:
    return [
        [pick(INDICATORS[m.id], language), pick(LIGHTS[m.before["light"]], language),
         score(m.before, language), pick(LIGHTS[m.after["light"]], language),
         score(m.after, language)]
        for m in comparison.lights
    ]  # fmt: skip


def _change_cells(comparison: Comparison, language: str) -> list[list[str]]:
    return [
        [pick(CHANGES[c.what], language), c.name, *(_cell(v, language) for v in (c.old, c.new)),
         f"{c.rows:,}" if c.rows else ""]
        for c in comparison.changes
    ]  # fmt: skip


def _cell(cell: str, language: str) -> str:
    """An old or new value: a number in the marks of the language, anything else cut short."""
    if cell[:1].isdigit() and ":" not in cell:
        return figures(cell, language)
    return cell if len(cell) <= CELL_MOST else cell[: CELL_MOST - 1] + "…"


def _measure_cells(comparison: Comparison, language: str, titles: Titles) -> list[list[str]]:
    rows = []
    for m in comparison.measures:
        measure = all_measures()[m.id]
        sides = [f"{pick(LIGHTS[s['light']], language)}: {value(s, measure.unit, language)}"
                 for s in (m.before, m.after)]  # fmt: skip
        if sides[0] != sides[1]:
            rows.append([f"{m.id} {titles(measure.title)}", *sides])
    return rows


def _check_cells(comparison: Comparison, language: str, titles: Titles) -> list[list[str]]:
    return [
        [f"{m.id} {titles(all_checks()[m.id].title)}", pick(RESULTS[m.before["result"]], language),
         pick(RESULTS[m.after["result"]], language)]
        for m in turned(comparison)
    ]  # fmt: skip


def page(comparison: Comparison, language: str = "en", titles: Titles = str) -> str:
    """The comparison as one HTML file without any outside reference.

    `titles` translates titles of measures and checks; by default they stay English.
    """

    def t(key: str, **params: object) -> str:
        return text(say(key, language, **params))

    name = comparison.scenario.name or say("scenario", language)
    read = "".join(f"<p>{text(line)}</p>" for line in caveats(comparison, language))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{t('title', name=name)}</title><style>{CSS}{PHONE}</style></head><body><main>"
        f"<header><h1>{t('title', name=name)}</h1><p class='second'>"
        f"{text(comparison.before.data['pack']['organisation'])}. "
        f"<strong>{t('not_audit')}</strong>"
        f"</p></header><h2>{t('lights')}</h2>"
        f"<div class='card'>{_lights(comparison, language)}</div>"
        f"<h2>{t('changes')}</h2><div class='card'>{_changes(comparison, language)}</div>"
        f"<h2>{t('measures')}</h2><div class='card'>{_measures(comparison, language, titles)}</div>"
        f"<h2>{t('checks')}</h2><div class='card'>{_checks(comparison, language, titles)}</div>"
        f"<h2>{t('read')}</h2><div class='card'>{read}</div></main></body></html>\n"
    )


def _heads(language: str, *keys: str) -> list[str]:
    return [say(key, language) for key in keys]


def _light(name: str, language: str) -> str:
    """The shape of a light or of a check's result, with its word."""
    state = RESULT_LIGHTS.get(name, name)
    word = text(pick(RESULTS[name], language))
    return f'<span class="light {state}">{shape(state)}{word}</span>'


def _lights(comparison: Comparison, language: str) -> str:
    rows = [
        [text(pick(INDICATORS[m.id], language)),
         *(part for side in (m.before, m.after)
           for part in (_light(side["light"], language), text(score(side, language))))]
        for m in comparison.lights
    ]  # fmt: skip
    return table(_heads(language, "indicator", "before", "score", "after", "score"), rows,
                 frozenset({2, 4}))  # fmt: skip


def _changes(comparison: Comparison, language: str) -> str:
    rows = [[text(cell) for cell in row] for row in _change_cells(comparison, language)]
    return table(_heads(language, "what", "name", "from", "to", "rows"), rows, frozenset({4}))


def _measures(comparison: Comparison, language: str, titles: Titles) -> str:
    rows = []
    for m in comparison.measures:
        measure = all_measures()[m.id]
        sides = [f"{_light(s['light'], language)}<br>{text(value(s, measure.unit, language))}"
                 for s in (m.before, m.after)]  # fmt: skip
        if sides[0] != sides[1]:
            rows.append(
                [f"{text(titles(measure.title))} <span class='faint'>{m.id}</span>", *sides]
            )
    if not rows:
        return f"<p>{text(say('none_measure', language))}</p>"
    return table(_heads(language, "measure", "before", "after"), rows, frozenset())


def _checks(comparison: Comparison, language: str, titles: Titles) -> str:
    mine = turned(comparison)
    rows = [
        [f"{text(titles(all_checks()[m.id].question))} <span class='faint'>{m.id}</span>",
         _light(m.before["result"], language), _light(m.after["result"], language)]
        for m in mine
    ]  # fmt: skip
    shown = (
        table(_heads(language, "check", "before", "after"), rows, frozenset())
        if rows
        else f"<p>{text(say('none_check', language))}</p>"
    )
    rest = len(comparison.checks) - len(mine)
    more = text(say("numbers_only", language, n=rest))
    return shown + (f"<p class='small second'>{more}</p>" if rest else "")
