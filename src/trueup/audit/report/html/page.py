"""The report from top to bottom (method 2.6): one page first, then everything behind it."""

from __future__ import annotations

from trueup.audit.languages import speaking, t
from trueup.audit.report.build import build
from trueup.audit.report.html.charts import keys
from trueup.audit.report.html.findings import findings
from trueup.audit.report.html.measures import indicator
from trueup.audit.report.html.parts import light, listing, table, text
from trueup.audit.report.html.process import processes
from trueup.audit.report.html.style import CSS
from trueup.audit.report.model import Area, Check, Finding, Gap, Indicator, Light, Report
from trueup.audit.report.words import INDICATORS
from trueup.audit.result import AuditResult

PLACES = (
    ("evidence", "Evidence"), *INDICATORS.items(), ("findings", "Findings"), ("process", "Process"),
    ("strengths", "What went right"), ("checks", "All checks"), ("annex", "Annex"),
)  # fmt: skip


ORDER = "In this order: what makes us blind, what has a date, what pays most."


def page(result: AuditResult) -> str:
    """The report as one HTML file without any outside reference."""
    return laid_out(build(result))


def laid_out(report: Report) -> str:
    """The page of a model, in its language."""
    with speaking(report.language):
        return _page(report)


def _page(report: Report) -> str:
    sections = [
        *(_panel(i) for i in report.indicators), "</div>", _first(report), _unjudged(report),
        _about(report), _readiness(report), *(indicator(i) for i in report.indicators),
        findings(report.findings), processes(report), _strengths(report), _earlier(report), _checks(report),
        _criteria(report), _trust(report), _annex(report),
    ]  # fmt: skip
    body = "".join(sections)
    heading = text(report.title)
    return (
        f'<!doctype html><html lang="{report.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{heading}</title><style>{CSS}</style></head><body><main>"
        f'{_head(report, body)}<div class="grid">{body}</main></body></html>\n'
    )


def _head(report: Report, body: str) -> str:
    links = "".join(
        f'<a href="#{at}">{text(t(name))}</a>' for at, name in PLACES if f'id="{at}"' in body
    )
    return (
        f'<header><h1>{text(report.title)}</h1><p class="second">{text(report.subtitle)}</p>'
        f'<nav aria-label="{t("In this report")}">{links}</nav></header>'
    )


def _panel(i: Indicator) -> str:
    trend = f"<p class='small second trend {i.trend_word}'>{text(i.trend)}</p>" if i.trend else ""
    return (
        f'<section class="card"><div class="head"><span>{text(i.name)}</span>{light(i.light)}</div>'
        f"<p class='verdict'>{text(i.reason)}</p>{keys(i.keys)}<p class='small second'>"
        f"<a class='quiet' href='#{i.id}'>{text(i.score)}</a> {text(i.held)}</p>{trend}"
        f'<div class="foot"><span>{text(i.sure)}</span><a href="#{i.id}">{t("See what is behind it")}</a>'
        "</div></section>"
    )


def _first(report: Report) -> str:
    if not report.findings:
        none = t("No finding was issued.")
        return f"<h2>{t('Do these first')}</h2><div class='card'>{none}</div>"
    items = "".join(_step(f) for f in report.findings[:3])
    return (
        f'<h2>{t("Do these first")}</h2><p class="second">{t(ORDER)}</p>'
        f'<ol class="card steps">{items}</ol>'
    )


def _step(f: Finding) -> str:
    facts = (("Who", f.owner), ("Effort", f.effort), ("Gain", f.gain), ("Why here", f.why_here))
    told = "<br>".join(
        f'<span class="faint">{t(name)}</span> {text(value)}' for name, value in facts
    )
    return (
        f'<li><span class="num">{f.number}</span><div><h3><a href="#f-{text(f.key)}">'
        f"{text(f.headline)}</a></h3><p class='second'>{text(f.first)}</p></div>"
        f'<div class="side small">{told}</div></li>'
    )


def _unjudged(report: Report) -> str:
    """The key measures without a light, by what they need; the rest stands with its indicator."""
    rows = "".join(_gap(gap) for gap in report.gaps)
    return (
        f'<h2 id="unjudged">{t("What we could not judge")}</h2><p class="second">{text(report.unjudged)}'
        f'</p><div class="card rows"><div><strong>{t("What to record next.")}</strong> '
        f"{text(report.readiness.next_best)}</div>{rows}</div>"
    )


def _gap(gap: Gap) -> str:
    titles = ", ".join(
        f"<a class='quiet' href='#{id}'>{text(name)}</a> <span class='faint'>{id}</span>"
        for id, name in gap.titles
    )
    needs = f"<br><span class='second'>{text(gap.needs)}</span>"
    return f"<div>{light(gap.light)}<br>{titles}{needs}</div>"


def _about(report: Report) -> str:
    rows = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in report.about)
    return f'<h2 id="about">{t("About this audit")}</h2><div class="card"><dl>{rows}</dl></div>'


def _readiness(report: Report) -> str:
    ready = report.readiness
    rows = [[text(cell) for cell in row] for row in ready.tables]
    held = "".join(
        f"<p>{light(Light('data_not_trustworthy', id))} {text(told)}</p>"
        for id, told in ready.gates
    )
    return (
        f'<h2 id="evidence">{t("The evidence")}</h2><div class="card"><p>{text(ready.tier)}</p>{held}'
        f"<details><summary>{t('{n} tables', n=len(rows))}</summary>"
        f"{table(_heads('Table', 'Rows', 'Columns filled'), rows, frozenset({1, 2}))}</details></div>"
    )


def _strengths(report: Report) -> str:
    rows = "".join(
        f"<div>{light(Light('green', ''))} {text(told)} <a href='#{id}'>{id}</a></div>"
        for told, id in report.strengths
    )
    return (
        f'<h2 id="strengths">{t("What went right")}</h2><div class="card rows">{rows}</div>'
        if rows
        else ""
    )


def _earlier(report: Report) -> str:
    heads = _heads("Finding", "Check", "Opened", "What became of it", "Its test today")
    rows = [[text(cell) for cell in row] for row in report.earlier]
    told = table(heads, rows, frozenset()) if rows else t("No earlier finding is recorded.")
    return (
        f"<h2 id='earlier'>{t('Whether earlier steps worked')}</h2><div class='card'>{told}</div>"
    )


def _heads(*names: str) -> list[str]:
    return [t(name) for name in names]


def _found(area: Area) -> str:
    words = {"name": area.name, "found": area.found, "all": len(area.checks)}
    return t("{name}: {found} of {all} found something", **words)


def _checks(report: Report) -> str:
    heads = _heads("Check", "Question", "Result", "Value", "Tested")
    parts = "".join(
        f"<details><summary>{text(_found(area))}"
        f"</summary>{table(heads, _check_rows(area.checks), frozenset({3, 4}))}</details>"
        for area in report.areas
    )
    total = sum(len(area.checks) for area in report.areas)
    return (
        f'<h2 id="checks">{t("All {n} checks", n=total)}</h2><p class="second">{text(report.ran)}</p>'
        f"<div class='card'>{parts}</div>"
    )


def _check_rows(checks: tuple[Check, ...]) -> list[list[str]]:
    rows = []
    for c in checks:
        behind = "".join(
            listing(each, f"r-{c.id}" if i == 0 else "") for i, each in enumerate(c.records)
        )
        value = f"<a href='#r-{c.id}'>{text(c.value)}</a>" if behind else text(c.value)
        rows.append([
            f'<span id="{c.id}">{c.id}</span>',
            f'{text(c.question)}<br><span class="small second">{text(c.needs)}</span>',
            light(c.light), value, text(c.tested),
        ])  # fmt: skip
        if behind:
            rows.append([behind])
    return rows


def _criteria(report: Report) -> str:
    rows = [[text(id), text(degree)] for id, degree in report.criteria]
    return (
        f"<h2>{t('How far the criteria are met')}</h2><div class='card'><p>{text(report.untested)}</p>"
        f"<details><summary>{t('{n} tested', n=len(rows))}</summary>"
        f"{table(_heads('Criterion', 'Degree'), rows, frozenset())}</details></div>"
    )


def _trust(report: Report) -> str:
    told = "".join(f"<p>{text(line)}</p>" for line in report.trust)
    return f'<h2 id="trust">{t("How far to trust this")}</h2><div class="card">{told}</div>'


def _annex(report: Report) -> str:
    rows = [[text(name), f"<code>{text(value)}</code>"] for name, value in report.facts]
    runs = [
        [m.id, text(m.title), text(m.value), text(m.n), f"<code>{m.run}</code>"]
        for i in report.indicators
        for m in (*i.judged, *i.silent)
    ]
    runs += [
        [c.id, text(c.question), text(c.value), text(c.tested), f"<code>{c.run}</code>"]
        for area in report.areas
        for c in area.checks
    ]
    heads = _heads("Id", "Measure or check", "Value", "Cases", "Run")
    statements = "".join(
        f"<details><summary>{text(id)}</summary><pre>{text(sql)}</pre></details>"
        for id, sql in report.statements
    )
    return (
        f'<h2 id="annex">{t("Annex")}</h2><div class="card">{table(_heads("What", "Value"), rows, frozenset())}'
        f"<details><summary>{t('Every number with the id of its run')}</summary>"
        f"{table(heads, runs, frozenset({2, 3}))}</details>"
        f"<details><summary>{t('Every statement that ran')}</summary>{statements}</details></div>"
    )
