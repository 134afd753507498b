"""The report as PDF: tagged for screen readers (PDF/UA-1), the same bytes for the same evidence.

Typeset by Typst from `report.typ` with the fonts inside the package; nothing is loaded from the
host or the network, and what the evidence says comes in as data, never as markup.
"""

from __future__ import annotations

import calendar
import json
from dataclasses import asdict
from datetime import date
from importlib.resources import files
from typing import Any, Literal

import typst

from trueup.audit.languages import speaking, tongue
from trueup.audit.report.html.charts import band, said, svg
from trueup.audit.report.html.parts import SHAPES
from trueup.audit.report.html.process import svg as bars
from trueup.audit.report.model import Finding, Indicator, Measure, Process, Report

COLOURS = {"green": "#1b7f4b", "amber": "#bd7400", "red": "#c6362c", "grey": "#727c8a"}
SHEET = (
    "<style>text{font-family:'Libertinus Serif'}.name{font-size:14px;fill:#151a21}"
    ".tick{font-size:13px;fill:#545e6c}.t{stroke:#e0e4e9}.r{stroke-width:6;stroke-linecap:round;"
    "opacity:.45}.lim{stroke:#c6362c;stroke-dasharray:3 3}.p{stroke:#151a21;stroke-width:1.5;"
    "stroke-dasharray:3 2}.l{stroke:#c6362c;stroke-dasharray:2 2}"
    + "".join(f".s-{name}{{stroke:{c};fill:{c}}}" for name, c in COLOURS.items())
    + "</style>"
)


def pdf(report: Report) -> bytes:
    """The report as one PDF file."""
    with speaking(report.language):
        made: bytes = _typeset(report, "pdf")
    return made


def pages(report: Report, ppi: float = 90.0) -> list[bytes]:
    """The same pages as pictures (PNG), to look at."""
    with speaking(report.language):
        made: Any = _typeset(report, "png", ppi)
    return made if isinstance(made, list) else [made]


def _typeset(report: Report, kind: Literal["pdf", "png"], ppi: float | None = None) -> Any:
    layout = files("trueup.audit.report").joinpath("report.typ").read_bytes()
    at = date.fromisoformat(report.day)
    compiler = typst.Compiler(ignore_system_fonts=True)
    more: dict[str, Any] = {"pdf_standards": ["ua-1"]} if kind == "pdf" else {"ppi": ppi}
    return compiler.compile(
        layout,
        format=kind,
        sys_inputs={"report": json.dumps(_data(report), ensure_ascii=False, sort_keys=True)},
        timestamp=calendar.timegm(at.timetuple()),
        **more,
    )


def _data(report: Report) -> dict[str, Any]:
    """The model as plain data for the layout; drawings as SVG of their own."""
    runs = [[m.id, m.value, m.run] for i in report.indicators for m in (*i.judged, *i.silent)]
    runs += [[c.id, c.value, c.run] for area in report.areas for c in area.checks]
    return {
        "shapes": {name: _shape(name) for name in SHAPES},
        "indicators": [_indicator(i) for i in report.indicators],
        "findings": [_finding(f) for f in report.findings],
        "processes": [_process(p) for p in report.processes],
        "unasked": report.unasked,
        "measured": [asdict(m) for m in report.measured],
        "gaps": [asdict(g) for g in report.gaps],
        "readiness": asdict(report.readiness),
        "areas": [asdict(a) for a in report.areas],
        "runs": runs,
        "words": dict(tongue(report.language).templates),
        "language": report.language,
        **{
            name: getattr(report, name)
            for name in ("title", "subtitle", "about", "unjudged", "strengths", "earlier", "ran",
                         "criteria", "untested", "trust", "facts", "day")
        },
    }  # fmt: skip


def _shape(name: str) -> str:
    colour = COLOURS.get(name, COLOURS["grey"])
    drawn = SHAPES[name].replace("currentColor", colour)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18">{SHEET}{drawn}</svg>'


def _process(p: Process) -> dict[str, Any]:
    told = asdict(p)
    told["chart"] = bars(p.time, SHEET) if p.time else ""
    told["chart_said"] = "; ".join(f"{each.name} {each.told}" for each in p.time)
    return told


def _indicator(i: Indicator) -> dict[str, Any]:
    told = asdict(i)
    for name in ("judged", "silent"):
        told.pop(name)
    return {
        **told,
        "keys": [
            {"title": m.title, "light": asdict(m.light), "value": m.value,
             "judged": m.light.name in COLOURS}
            for m in i.keys
        ],
        "measures": [_measure(m) for m in i.judged],
        "silent": [_measure(m) for m in i.silent],
    }  # fmt: skip


def _measure(m: Measure) -> dict[str, Any]:
    return {
        "id": m.id, "title": m.title, "key": m.key, "light": asdict(m.light), "value": m.value,
        "range": m.range, "bounds": m.bounds, "n": m.n, "needs": m.needs, "then": m.then,
        "band": band(m.band, m.light.name, m.value, SHEET),
        "records": m.records.title if m.records else "",
    }  # fmt: skip


def _finding(f: Finding) -> dict[str, Any]:
    told = asdict(f)
    told["chart"] = svg(f.chart, SHEET) if f.chart else ""
    told["chart_said"] = said(f.chart) if f.chart else ""
    return told
