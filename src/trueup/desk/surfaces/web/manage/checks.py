"""The 104 checks: the list, and one with what it found and where."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trueup.desk.assurance import reads
from trueup.desk.assurance.words import GRADES, RESULTS, in_language
from trueup.desk.surfaces.policy import route
from trueup.desk.surfaces.web.manage import pictures, values
from trueup.desk.surfaces.web.manage.seeing import SEE, Seen, seen
from trueup.desk.surfaces.web.manage.tables import gap_words

Row = dict[str, Any]
SPOKE = ("clean", "watch", "exceptions")


@route(SEE)
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """Every check, the clean ones too, with how many cases it looked at."""
    view = seen(request)
    asked = request.GET.get("result", "")
    rows = view.data["checks"]
    kept = [c for c in rows if not asked or c["result"] == asked]
    areas = list(dict.fromkeys(c["area"] for c in kept))
    counts = Counter(c["result"] for c in rows)
    context = {
        "seen": view,
        "parts": [
            {"name": gettext(area), "rows": [_line(view, c) for c in kept if c["area"] == area]}
            for area in areas
        ],
        "asked": asked,
        "results": [
            (key, gettext(word), light, counts[key])
            for key, (light, word) in RESULTS.items()
            if counts[key]
        ],
        "all": len(rows),
        "shown": len(kept),
    }
    return render(request, "manage/checks.html", context)


@route(SEE)
@require_safe
def check(request: HttpRequest, id: str) -> HttpResponse:
    """One check: its question, its rule, and every place where it was broken."""
    view = seen(request)
    row = reads.row_of(view.data, "checks", id)
    lines = [{key: d[key] for key in ("headline", "unit")} for d in row["detections"]]
    names = view.names(lines)
    unit = values.share_unit(row)
    found = sorted(row["detections"], key=lambda d: (d["unit"]["id"] != "*", -d["exceptions"]))
    context = {
        "seen": view,
        "row": _line(view, row),
        "words": view.book.of(id),
        "value": values.said(row, unit) if row["value"] is not None else "",
        "limit": values.limit_of(row["limit"], unit),
        "chart": pictures.detections(view, found, row["limit"], names),
        "found": [
            {
                "href": view.at("evidence", d["key"]),
                "unit": pictures.unit_word(d["unit"], names),
                "headline": names.say(d["headline"]),
                "grade": gettext(GRADES[d["grade"]]),
                "exceptions": d["exceptions"],
                "tested": d["tested"],
            }
            for d in found
        ],
        "blocks": [
            {"id": each, "title": view.title(each),
             "href": view.at("measure", each)}
            for each in row["blocks"]
        ],
    }  # fmt: skip
    return render(request, "manage/check.html", context)


def _line(view: Seen, c: Row) -> Row:
    """A check as a row of a table."""
    light, word = RESULTS[c["result"]]
    words = view.book.of(c["id"])
    unit = values.share_unit(c)
    spoke = c["result"] in SPOKE
    needs = gap_words(c["missing"]) if c["missing"] and not spoke else ""
    return {
        "id": c["id"],
        "href": view.at("check", c["id"]),
        "title": gettext(words.title),
        "question": gettext(words.question),
        "light": light,
        "word": gettext(word),
        "result": c["result"],
        "gate": c["gate"],
        "spoke": spoke,
        "exceptions": c["exceptions"],
        "tested": c["tested"],
        "population": c["population"],
        "said": values.said(c, unit) if spoke and c["value"] is not None else "",
        "gaps": needs,
        "needs": "" if needs else in_language(c["needs"]),
    }
