"""The drawings of the page: units against their limit, a value in its band, the key measures."""

from __future__ import annotations

from collections.abc import Sequence

from trueup.audit.languages import count, t
from trueup.audit.report.html.parts import COLOURS, light, text
from trueup.audit.report.model import Band, Bar, Chart, Measure

LEFT, WIDTH, ROW = 130, 470, 26
ROOM = 92
NAME_MOST = 18


def units(chart: Chart | None) -> str:
    """The units of a chart, value and likely range on one scale, as a figure."""
    if chart is None:
        return ""
    shown, told = len(chart.bars), t("Dot: what was counted. Bar: where it likely lies.")
    more = f" {t('The {n} largest of {m}.', n=shown, m=chart.of)}" if chart.of > shown else ""
    return (
        f'<figure><div class="wide" tabindex="0">{svg(chart)}</div>'
        f'<figcaption class="small second">{told}{more}'
        "</figcaption></figure>"
    )


def svg(chart: Chart, style: str = "") -> str:
    """The drawing alone; `style` is a sheet for where the page's own is not there."""
    marks = [v for b in chart.bars for v in (b.value, b.low, b.high)]
    marks += [] if chart.limit is None else [chart.limit]
    low, high = min(0.0, *marks), max(marks)
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return float(LEFT + (WIDTH - LEFT - ROOM) * (value - low) / span)

    lines = [_unit(b, i, x(b.low), x(b.high), x(b.value)) for i, b in enumerate(chart.bars)]
    tall = ROW * len(chart.bars) + 22
    if chart.limit is not None:
        at = x(chart.limit)
        lines.append(
            f'<line class="lim" x1="{at:.1f}" y1="4" x2="{at:.1f}" y2="{tall - 18}"/>'
            f'<text class="tick" x="{at:.1f}" y="{tall - 5}" text-anchor="middle">{t("limit")} '
            f"{text(chart.limit_told)}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="units" viewBox="0 0 {WIDTH} {tall}" '
        f'role="img" aria-label="{text(said(chart))}">{style}{"".join(lines)}</svg>'
    )


def said(chart: Chart) -> str:
    """A chart in words, for those who do not see it."""
    told = "; ".join(f"{b.name} {of(b)}" for b in chart.bars)
    limit = t(", limit {limit}", limit=chart.limit_told) if chart.limit is not None else ""
    return t("{n} units beyond the limit{limit}: {told}", n=chart.of, limit=limit, told=told)


def of(bar: Bar) -> str:
    """What a unit has, and of how many cases."""
    return t("{told} of {n}", told=bar.told, n=count(bar.n))


def _unit(bar: Bar, place: int, low: float, high: float, value: float) -> str:
    y = ROW * place + ROW / 2 + 2
    name = bar.name if len(bar.name) <= NAME_MOST else bar.name[: NAME_MOST - 1] + "…"
    return (
        f'<text class="name" x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{text(name)}</text>'
        f'<line class="t" x1="{LEFT}" y1="{y}" x2="{WIDTH - ROOM}" y2="{y}"/>'
        f'<line class="r s-red" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>'
        f'<circle class="s-red" cx="{value:.1f}" cy="{y}" r="4"/>'
        f'<text class="name" x="{WIDTH - ROOM + 12}" y="{y + 4}">{text(bar.told)}'
        f'<tspan class="tick" dx="4">{t("of")} {count(bar.n)}</tspan></text>'
    )


def band(b: Band | None, name: str, told: str, style: str = "") -> str:
    """A value as a dot in its likely range, the target as plumb line, the limit in red."""
    if b is None:
        return ""
    marks = [v for v in (b.low, b.high, b.target, b.limit) if v is not None]
    start, end = min(marks), max(marks)
    room = (end - start) * 0.1 or abs(end) * 0.1 or 1.0
    start, end = start - room, end + room

    def x(v: float) -> str:
        return f"{4 + 182 * (v - start) / (end - start):.1f}"

    colour = COLOURS.get(name, "grey")
    parts = ['<line class="t" x1="4" y1="11" x2="186" y2="11"/>']
    for mark, css in ((b.limit, "l"), (b.target, "p")):
        if mark is not None:
            parts.append(f'<line class="{css}" x1="{x(mark)}" y1="2" x2="{x(mark)}" y2="20"/>')
    parts.append(f'<line class="r s-{colour}" x1="{x(b.low)}" y1="11" x2="{x(b.high)}" y2="11"/>')
    parts.append(f'<circle class="s-{colour}" cx="{x(b.value)}" cy="11" r="4"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="band" viewBox="0 0 190 22" role="img" '
        f'aria-label="{text(told)}">{style}{"".join(parts)}</svg>'
    )


def keys(measures: Sequence[Measure]) -> str:
    """The key measures of an indicator: light, name, value; a way into each."""
    rows = []
    for m in measures:
        told = (
            f'<a class="end" href="#{opens(m)}" title="{text(m.range)}">{text(m.value)}</a>'
            if m.light.name in COLOURS
            else f'<span class="end small">{text(m.light.word)}</span>'
        )
        shape = light(m.light, "")
        rows.append(f'<li>{shape}<a href="#{m.id}">{text(m.title)}</a>{told}</li>')
    return f'<ul class="keys">{"".join(rows)}</ul>'


def opens(m: Measure) -> str:
    """Where the number of a measure leads: its records, else its row."""
    return f"r-{m.id}" if m.records else m.id
