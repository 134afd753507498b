"""The 65 measures: the list, one with its units, and the indicator they add up to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trueup.desk.assurance import reads
from trueup.desk.assurance.models import AuditRun
from trueup.desk.assurance.names import Names
from trueup.desk.assurance.words import INDICATORS, QUESTIONS
from trueup.desk.surfaces.policy import route
from trueup.desk.surfaces.web.manage import findings, overview, pictures, values, verdicts
from trueup.desk.surfaces.web.manage.seeing import JUDGED, SEE, Seen, seen

Row = dict[str, Any]
UNITS_LISTED = 100
LIGHTS = (*JUDGED, "data_not_trustworthy", "not_enough_evidence", "not_applicable")


@route(SEE)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure with its light, its value in its range, and what a grey one needs."""
    view = seen(request)
    asked = request.GET.get("light", "")
    rows = view.data["measures"]
    kept = [m for m in rows if not asked or m["light"] == asked]
    groups = [
        {"name": gettext(name), "rows": [_line(view, m) for m in kept if m["indicator"] == key]}
        for key, name in INDICATORS.items()
    ]
    counts = Counter(m["light"] for m in rows)
    context = {
        "seen": view,
        "parts": [group for group in groups if group["rows"]],
        "asked": asked,
        "lights": [(light, counts[light]) for light in LIGHTS if counts[light]],
        "all": len(rows),
        "shown": len(kept),
    }
    return render(request, "manage/measures.html", context)


@route(SEE)
@require_safe
def measure(request: HttpRequest, id: str) -> HttpResponse:
    """One measure: where it stands, who differs, how it is counted, what it lacks."""
    view = seen(request)
    row = reads.row_of(view.data, "measures", id)
    names = view.names(row["by"], row["needs"])
    words = view.book.of(id)
    context = {
        "seen": view,
        "row": _line(view, row),
        "words": words,
        "sentence": verdicts.figures(view, row) if row["value"] is not None else "",
        "chart": pictures.measure_bands(view, row, names),
        "units": [_unit(one, row, view, names) for one in pictures.worst_units(row)[:UNITS_LISTED]],
        "units_total": len(row["by"]),
        "gates": [_check(view, gate) for gate in row["blocked_by"]],
        "checks": [_check(view, check) for check in view.book.asking_of(id)],
        "missing": row["missing"],
        "numbers": [(name.replace("_", " "), part) for name, part in row.get("parts", {}).items()],
        "indicator": gettext(INDICATORS[row["indicator"]]),
        "robustness": values.percent(row["robustness"]) if row["robustness"] is not None else "",
        "n_min": row["n_min"],
    }
    return render(request, "manage/measure.html", context)


@route(SEE)
@require_safe
def indicator(request: HttpRequest, id: str) -> HttpResponse:
    """What is behind one light: its measures, its findings, its score over time."""
    view = seen(request)
    row = view.indicator(id)
    found = [f for f in view.data["findings"] if id in f["indicators"]]
    names = view.names(found, row)
    runs = reads.history(view.viewer, view.run)
    rows = [_line(view, m) for m in view.measures(id)]
    context = {
        "seen": view,
        "each": overview.panel(view, row, runs, names),
        "question": gettext(QUESTIONS[id]),
        "past": [_past(run, id) for run in reversed(runs)],
        "keys": [m for m in rows if m["key"]],
        "others": [m for m in rows if not m["key"] and m["judged"]],
        "silent": [m for m in rows if not m["key"] and not m["judged"]],
        "binding": view.book.of(row["binding_measure"]) if row["binding_measure"] else None,
        "findings": [findings.card(view, f, names) for f in found],
    }
    return render(request, "manage/indicator.html", context)


def _past(run: AuditRun, id: str) -> Row:
    """The score of an earlier audit, for the table beside the chart."""
    row = next(i for i in run.summary["indicators"] if i["id"] == id)
    said, likely = overview.scored(row)
    return {"month": pictures.month(run), "light": row["light"], "score": said, "likely": likely,
            "href": f"{reverse('indicator', args=(id,))}?run={run.pk}"}  # fmt: skip


def _line(view: Seen, m: Row) -> Row:
    """A measure as a row of a table."""
    unit, currency = m["unit"], view.currency
    return {
        "id": m["id"],
        "href": view.at("measure", m["id"]),
        "title": view.title(m["id"]),
        "key": m["key"],
        "light": m["light"],
        "judged": m["light"] in JUDGED,
        "said": values.said(m, unit, currency) if m["value"] is not None else "",
        "value": values.value(m["value"], unit, currency),
        "target": values.value(m["target"], unit, currency),
        "limit": values.value(m["limit"], unit, currency),
        "picture": pictures.one_band(m),
        "n": m["n"],
        "needs": verdicts.needs(view, m),
    }


def _unit(one: Row, m: Row, view: Seen, names: Names) -> Row:
    return {
        "id": one["unit"]["id"],
        "name": pictures.unit_word(one["unit"], names),
        "light": one["light"],
        "said": values.said(one, m["unit"], view.currency),
        "value": values.value(one["value"], m["unit"], view.currency),
        "n": one["n"],
    }


def _check(view: Seen, id: str) -> Row:
    return {"id": id, "title": view.title(id), "href": view.at("check", id)}
