"""The report as Markdown: the same model, for a wiki, a ticket or a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trueup.audit.languages import speaking, t
from trueup.audit.report.html.charts import of
from trueup.audit.report.model import Finding, Indicator, Light, Measure, Report

SIGNS = {
    "green": "✓", "amber": "▲", "red": "✗", "not_enough_evidence": "?",
    "data_not_trustworthy": "⊘", "not_applicable": "–",
}  # fmt: skip
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
RECORDS_NAMED = NAMED = 10
ANSWER = "agree, disagree with a reason, or say what is missing."


def markdown(report: Report) -> str:
    """The whole report; names from the evidence are text, never markup."""
    with speaking(report.language):
        return _written(report)


def _written(report: Report) -> str:
    parts = [
        _first_page(report), _about(report), _readiness(report),
        *(_indicator(i) for i in report.indicators), *_findings(report), _processes(report),
        _lists(report),
        _checks(report), _annex(report),
    ]  # fmt: skip
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def text(value: str) -> str:
    """Any value on one line, with what Markdown would read as markup escaped."""
    return SPECIAL.sub(r"\\\1", " ".join(str(value).split()))


def light(state: Light) -> str:
    """A light as its sign and its word."""
    return f"{SIGNS[state.name]} {text(state.word)}".strip()


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table; cells are Markdown already."""
    if rows:
        yield f"| {' | '.join(t(each) for each in headings)} |"
        yield f"|{'---|' * len(headings)}"
        for row in rows:
            yield f"| {' | '.join(row)} |"
        yield ""


def _first_page(report: Report) -> Iterator[str]:
    yield from (f"# {text(report.title)}", "", text(report.subtitle), "")
    rows = [
        [f"**{text(i.name)}**", light(i.light), text(i.reason), text(i.score), text(i.trend),
         text(i.sure)]
        for i in report.indicators
    ]  # fmt: skip
    yield from table(("Question", "Light", "Verdict", "Score", "Trend", "How sure"), rows)
    yield from (f"## {t('Do these first')}", "")
    for f in report.findings[:3]:
        told = f"{text(f.owner)}; {t('effort')} {text(f.effort)}; {t('gain')}: {text(f.gain)}"
        yield f"{f.number}. **{text(f.headline)}** {text(f.first)} ({told})"
    yield from ([] if report.findings else [t("No finding was issued.")])
    yield from ("", f"## {t('What we could not judge')}", "", text(report.unjudged), "")
    yield f"**{t('What to record next.')}** {text(report.readiness.next_best)}"
    yield ""
    for gap in report.gaps:
        titles = ", ".join(f"{text(name)} ({id})" for id, name in gap.titles)
        yield f"- {light(gap.light)}: {titles}. {text(gap.needs)}"
    yield ""


def _about(report: Report) -> Iterator[str]:
    yield from (f"## {t('About this audit')}", "")
    yield from (f"- **{text(name)}**: {text(value)}" for name, value in report.about)
    yield ""


def _readiness(report: Report) -> Iterator[str]:
    ready = report.readiness
    yield from (f"## {t('The evidence')}", "", text(ready.tier), "")
    yield from (f"- {id} {text(told)}" for id, told in ready.gates)
    yield ""
    yield from table(("Table", "Rows", "Columns filled"),
                     [[text(cell) for cell in row] for row in ready.tables])  # fmt: skip


def _indicator(i: Indicator) -> Iterator[str]:
    told = " ".join(text(part) for part in (i.score, i.trend, i.sure, i.held) if part)
    yield from (f"## {text(i.name)}", "", f"*{text(i.question)}*", "")
    yield from (f"**{light(i.light)}.** {text(i.reason)}", "", told, "")
    yield from table(
        ("Measure", "Light", "Value", "Target and limit", "Cases", "Records"),
        [_measure(m) for m in i.judged],
    )
    yield from (f"- {light(m.light)} {m.id} {text(m.title)}: {text(m.needs)}" for m in i.silent)
    yield ""


def _measure(m: Measure) -> list[str]:
    name = f"**{text(m.title)}**" if m.key else text(m.title)
    value = "; ".join(text(part) for part in (m.value, m.range, m.then) if part)
    behind = text(m.records.title) if m.records else ""
    return [f"{name} {m.id}", light(m.light), value, text(m.bounds), m.n, behind]


def _findings(report: Report) -> Iterator[Iterator[str]]:
    if report.findings:
        yield iter((f"## {t('Findings')}", ""))
    for f in report.findings:
        yield _finding(f)


def _finding(f: Finding) -> Iterator[str]:
    where = f", {light(f.light)}" if f.light else ""
    yield from (f"### {text(f.headline)}", "", f"{f.grade}, {f.place}{where}", "")
    for name, value in f.parts:
        yield f"- **{name}**: {text(value)}"
    causes = "; ".join(f"{text(cause)} ({grade})" for cause, grade in f.causes)
    yield f"- **{t('Likely causes')}**: {causes}."
    if f.chart:
        drawn = "; ".join(f"{text(b.name)} {text(of(b))}" for b in f.chart.bars)
        yield f"- **{t('Where')}**: {drawn}."
    for each in f.records:
        named = ", ".join(f"{table_} {text(id)}" for table_, id, _ in each.rows[:RECORDS_NAMED])
        among = f" {t('Among them')}: {named}." if named else ""
        yield f"- **{t('Look yourself')}**: {text(each.title)} {text(each.note)}{among}"
    yield f"- **{t('Your answer')}**: {t(ANSWER)}"
    yield ""


def _processes(report: Report) -> Iterator[str]:
    if report.processes:
        yield from (f"## {t('Process: what should happen, what happened')}", "")
    for p in report.processes:
        yield from (f"### {text(p.name[:1].upper() + p.name[1:])}", "", text(p.sentence), "")
        rows = [[f"**{text(r.sentence)}** {r.id}, {text(r.level)}", r.applied, r.broken,
                 text(", ".join(filter(None, (r.share, r.range)))), text(r.cost)]
                for r in p.broken]  # fmt: skip
        yield from table(("Rule", "Applied", "Broken", "Share", "What it cost"), rows)
        for rule in p.broken:
            named = ", ".join(f"{tab} {text(id)}" for tab, id, _ in rule.records.rows[:NAMED])
            yield f"- {rule.id}: {text(rule.records.title)}. {t('Among them')}: {named}."
        yield from (f"- {id} {text(said)} {text(how)}." for id, said, how in p.kept)
        yield from ("", " ".join(text(each) for each in p.told), "")
        ways = [[" → ".join(text(s) for s in w.steps), w.cases, text(w.share)] for w in p.ways]
        yield from table(("Way", "Cases", "Share"), ways)
        if p.time:
            parts = "; ".join(f"{text(each.name)} {text(each.told)}" for each in p.time)
            yield from (f"{t('Where the time goes')}: {parts}.", "")
    yield from _measured(report)
    yield from (f"- {id} {text(said)} {text(why)}." for id, said, why in report.unasked)
    yield ""


def _measured(report: Report) -> Iterator[str]:
    if report.measured:
        yield from (f"### {t('What else the record of the work says')}", "")
    for m in report.measured:
        said = " ".join(text(each) for each in m.sentences) if not m.grey else f"– ({text(m.grey)})"
        yield f"- **{text(m.title)}**: {said}"
    if report.measured:
        yield ""


def _lists(report: Report) -> Iterator[str]:
    yield from (f"## {t('What went right')}", "")
    yield from (f"- {text(told)} ({id})" for told, id in report.strengths)
    yield from ([] if report.strengths else [t("No key measure was clearly on target.")])
    yield from ("", f"## {t('Whether earlier steps worked')}", "")
    yield from ([] if report.earlier else [t("No earlier finding is recorded."), ""])
    yield from table(("Finding", "Check", "Opened", "What became of it", "Its test today"),
                     [[text(cell) for cell in row] for row in report.earlier])  # fmt: skip
    yield from (f"## {t('How far the criteria are met')}", "", text(report.untested), "")
    yield from table(("Criterion", "Degree"), [[text(c) for c in row] for row in report.criteria])
    yield from (f"## {t('How far to trust this')}", "")
    yield from (f"- {text(line)}" for line in report.trust)
    yield ""


def _checks(report: Report) -> Iterator[str]:
    yield from (f"## {t('All checks')}", "", text(report.ran), "")
    for area in report.areas:
        yield from (f"### {text(area.name)}", "")
        rows = [[c.id, text(c.question), light(c.light), text(c.value), c.tested, text(c.needs)]
                for c in area.checks]  # fmt: skip
        yield from table(("Check", "Question", "Result", "Value", "Tested", "Needs"), rows)


def _annex(report: Report) -> Iterator[str]:
    yield from (f"## {t('Annex')}", "")
    yield from (f"- **{text(name)}**: {text(value)}" for name, value in report.facts)
    yield ""
    runs = [[m.id, text(m.value), m.n, m.run] for i in report.indicators
            for m in (*i.judged, *i.silent)]  # fmt: skip
    runs += [[c.id, text(c.value), c.tested, c.run] for area in report.areas for c in area.checks]
    yield from table(("Id", "Value", "Cases", "Run"), runs)
