"""One indicator with all its measures: each number opens the records it was counted from."""

from __future__ import annotations

from trueup.audit.languages import t
from trueup.audit.report.html.charts import band, opens
from trueup.audit.report.html.parts import light, listing, table, text
from trueup.audit.report.model import Indicator, Measure, UnitLine

HEADS = ("Measure", "Light", "Value", "Against target and limit", "Cases")
ROLE = "What it is"


def indicator(i: Indicator) -> str:
    """The section of one indicator."""
    rows = [row for m in i.judged for row in _rows(m)]
    shown = (
        table([t(head) for head in HEADS], rows, frozenset({4}))
        if rows
        else f"<p>{t('No measure of this indicator could be judged.')}</p>"
    )
    greys = "".join(
        f"<p class='small'><span id='{m.id}'>{light(m.light)} {m.id} {text(m.title)}: "
        f"<span class='second'>{text(m.needs)}</span></span></p>"
        for m in i.silent
    )
    more = f"<details><summary>{t('{n} not judged', n=len(i.silent))}</summary>{greys}</details>"
    told = " ".join(text(part) for part in (i.score, i.trend, i.sure, i.held) if part)
    return (
        f'<h2 id="{i.id}">{text(i.name)}</h2><p class="second">{text(i.question)}</p>'
        f'<div class="card"><p>{light(i.light)} {text(i.reason)}</p>'
        f'<p class="small second">{told}</p>{shown}{more if i.silent else ""}</div>'
    )


def _rows(m: Measure) -> list[list[str]]:
    star = f' <span class="tag">{t("key")}</span>' if m.key else ""
    value = text(m.value)
    if m.records:
        value = f'<a href="#{opens(m)}" title="{t("The records behind it")}">{value}</a>'
    then = f"<br><span class='small faint'>{text(m.then)}</span>" if m.then else ""
    row = [
        f'<span id="{m.id}"><strong>{text(m.title)}</strong>{star}<br><span class="small faint">'
        f"{m.id}</span></span>",
        light(m.light),
        value
        + (f"<br><span class='small second'>{text(m.range)}</span>" if m.range else "")
        + then,
        f"{band(m.band, m.light.name, f'{m.value} {m.range}; {m.bounds}')}"
        f"<span class='small second'>{text(m.bounds)}</span>",
        text(m.n),
    ]
    return [row, [_behind(m)]]


def _behind(m: Measure) -> str:
    method = (
        f"<details><summary>{t('How it is counted')}</summary>"
        f'<p class="small second">{text(m.formula)} {t("Run {run}.", run=m.run)}</p></details>'
    )
    records = listing(m.records, f"r-{m.id}", ROLE) if m.records else ""
    return f"{records}{_units(m)}{method}"


def _units(m: Measure) -> str:
    if not m.units:
        return ""
    rows = [row for u in m.units for row in _unit(u)]
    shown = len(m.units)
    told = (
        t("{n} units beyond target, the first {m}", n=m.beyond, m=shown)
        if m.beyond > shown
        else t("{n} units beyond target", n=m.beyond)
    )
    heads = [t(head) for head in ("Unit", "Light", "Value", "Cases")]
    return f"<details><summary>{told}</summary>{table(heads, rows, frozenset({3}))}</details>"


def _unit(u: UnitLine) -> list[list[str]]:
    row = [
        text(u.name), light(u.light),
        f"{text(u.value)} <span class='small second'>{text(u.range)}</span>", text(u.n),
    ]  # fmt: skip
    return [row, [listing(u.records, last=ROLE)]] if u.records else [row]
