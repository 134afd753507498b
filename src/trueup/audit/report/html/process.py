"""What should happen and what happened: sentence, broken rules, ways, and where time goes."""

from __future__ import annotations

from collections.abc import Sequence

from trueup.audit.languages import t
from trueup.audit.report.html.parts import listing, table, text
from trueup.audit.report.model import BrokenRule, Process, Report, Share, Told

TITLE = "Process: what should happen, what happened"
LEFT, WIDTH, ROW, ROOM = 210, 560, 26, 60


def processes(report: Report) -> str:
    """The section; nothing where the report was made without conformance."""
    if not report.processes:
        return ""
    cards = "".join(_card(p) for p in report.processes)
    silent = _folded(t("{n} rules could say nothing", n=len(report.unasked)), report.unasked)
    more = _measured(report.measured) if report.measured else ""
    return f"<h2 id=\"process\">{t(TITLE)}</h2>{cards}{more}<div class='card'>{silent}</div>"


def _measured(measures: Sequence[Told]) -> str:
    """What the measures say; those that say nothing are folded away, each with its reason."""
    heads = [t("Measure"), t("Result")]
    rows = [[f"<strong>{text(m.title)}</strong>", " ".join(text(s) for s in m.sentences)]
            for m in measures if not m.grey]  # fmt: skip
    grey = [[text(m.title), text(m.grey)] for m in measures if m.grey]
    said = table(heads, rows, frozenset()) if rows else ""
    n = t("{n} measures of the work could say nothing", n=len(grey))
    silent = f"<details><summary>{n}</summary>{table(heads, grey, frozenset())}</details>"
    title = t("What else the record of the work says")
    return f"<div class='card process'><h3>{title}</h3>{said}{silent if grey else ''}</div>"


def _card(p: Process) -> str:
    told = f"<p>{text(p.sentence)}</p>" if p.sentence else ""
    heads = [t(name) for name in ("Rule", "Applied", "Broken", "Share", "What it cost")]
    rows = [row for rule in p.broken for row in _rows(rule)]
    broken = table(heads, rows, frozenset({1, 2, 3})) if rows else ""
    kept = _folded(t("{n} rules never broken", n=len(p.kept)), p.kept) if p.kept else ""
    name = text(p.name[:1].upper() + p.name[1:])
    return f"<div class='card process'><h3>{name}</h3>{told}{broken}{kept}{_flow(p)}</div>"


def _rows(rule: BrokenRule) -> list[list[str]]:
    return [
        [
            f'<span id="p-{rule.id}"><strong>{text(rule.sentence)}</strong><br>'
            f'<span class="small faint">{rule.id} · {text(rule.level)}</span></span>',
            text(rule.applied),
            f'<a href="#r-{rule.id}">{text(rule.broken)}</a>',
            f'{text(rule.share)}<br><span class="small second">{text(rule.range)}</span>',
            f'<span class="small">{text(rule.cost)}</span>',
        ],
        [listing(rule.records, f"r-{rule.id}", "What happened")],
    ]


def _folded(heading: str, rules: Sequence[tuple[str, str, str]]) -> str:
    rows = [[id, text(sentence), text(told)] for id, sentence, told in rules]
    heads = [t(name) for name in ("Id", "Rule", "Result")]
    shown = table(heads, rows, frozenset())
    return f"<details><summary>{text(heading)}</summary>{shown}</details>"


def _flow(p: Process) -> str:
    if not p.told:
        return ""
    rows = [[" → ".join(text(step) for step in w.steps), text(w.cases), text(w.share)]
            for w in p.ways]  # fmt: skip
    heads = [t(name) for name in ("Way", "Cases", "Share")]
    told = " ".join(text(each) for each in p.told)
    ways = table(heads, rows, frozenset({1, 2}))
    return (
        f"<h4>{t('Ways taken')}</h4><p class='second'>{told}</p>"
        f"<details><summary>{t('The commonest ways')}</summary>{ways}</details>{_time(p.time)}"
    )


def _time(parts: Sequence[Share]) -> str:
    if not parts:
        return ""
    note = t("Share of the clock time from opening to the end.")
    return (
        f"<h4>{t('Where the time goes')}</h4><figure><div class='wide' tabindex='0'>{svg(parts)}"
        f"</div><figcaption class='small second'>{note}</figcaption></figure>"
    )


def svg(parts: Sequence[Share], style: str = "") -> str:
    """Shares as bars from one line; `style` is a sheet for where the page's own is not there."""
    said = "; ".join(f"{p.name} {p.told}" for p in parts)
    bars = "".join(_bar(p, i) for i, p in enumerate(parts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="units" role="img" '
        f'viewBox="0 0 {WIDTH} {ROW * len(parts) + 6}" aria-label="{text(said)}">{style}{bars}</svg>'
    )


def _bar(part: Share, place: int) -> str:
    y, wide = ROW * place + 4, (WIDTH - LEFT - ROOM) * min(1.0, part.value)
    return (
        f'<text class="name" x="{LEFT - 12}" y="{y + 13}" text-anchor="end">{text(part.name)}</text>'
        f'<rect class="s-grey" x="{LEFT}" y="{y}" width="{max(wide, 1):.1f}" height="16"/>'
        f'<text class="name" x="{LEFT + wide + 8:.1f}" y="{y + 13}">{text(part.told)}</text>'
    )
