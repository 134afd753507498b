"""The evidence behind a claim: every exception in pages, the cases that speak against it, and how
it was computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trueup.core.words import N_
from trueup.desk.assurance import reads
from trueup.desk.assurance.names import Label, Names, Shown, shown
from trueup.desk.assurance.reads import Named
from trueup.desk.assurance.words import in_language
from trueup.desk.surfaces.policy import route
from trueup.desk.surfaces.web import places
from trueup.desk.surfaces.web.manage import values
from trueup.desk.surfaces.web.manage.pictures import unit_word
from trueup.desk.surfaces.web.manage.seeing import SEE, Seen, seen
from trueup.desk.surfaces.web.manage.tables import table_word

Row = dict[str, Any]
TABS = ("exceptions", "counter", "how")
PAGES = {"record": "record", "agreement": "agreement", "service": "service"}
RISKY = ("=", "+", "-", "@", "\t", "\r")


@route(SEE)
@require_safe
def evidence(request: HttpRequest, key: str) -> HttpResponse:
    """The evidence of one detection as a page of its own."""
    view = seen(request)
    check, detection = reads.detection_of(view.data, key)
    names = view.names(detection["headline"], detection["unit"], detection["caveats"])
    context = {
        "seen": view,
        "check": check,
        "words": view.book.of(check["id"]),
        "headline": names.say(detection["headline"]),
        "drawer": opened(request, view, [detection], names),
    }
    return render(request, "manage/evidence.html", context)


@route(SEE)
@require_safe
def evidence_csv(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """Every exception as CSV, in pieces; cells cannot become formulas."""
    view = seen(request)
    reads.detection_of(view.data, key)
    answer = StreamingHttpResponse(_lines(view, key), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{quote(key)}.csv"'
    return answer


def opened(request: HttpRequest, view: Seen, found: Sequence[Row], names: Names) -> Row:
    """What the drawer shows: the chosen detection of those behind a claim, and the chosen tab."""
    asked = request.GET.get("d", "")
    chosen = next((d for d in found if d["key"] == asked), found[0])
    check, detection = reads.detection_of(view.data, chosen["key"])
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    words = view.book.of(check["id"])
    context: Row = {
        "key": chosen["key"],
        "title": gettext(words.title),
        "unit": "" if chosen["unit"]["id"] == "*" else unit_word(chosen["unit"], names),
        "exceptions": chosen["exceptions"],
        "tested": chosen["tested"],
        "total": detection["evidence_total"],
        "counter": len(detection["counter_examples"]),
        "tab": tab,
        "csv": view.at("evidence_csv", chosen["key"]),
        "others": [_other(d, chosen, names) for d in found] if len(found) > 1 else [],
    }
    if tab == "exceptions":
        page = reads.evidence_of(view.run, chosen["key"], _after(request))
        context |= {"rows": _rows(view, page.rows), "next_key": page.next}
    elif tab == "counter":
        held = [Named(one["table"], one["id"], "") for one in detection["counter_examples"]]
        context |= {"rows": _rows(view, held)}
    else:
        context |= {"how": _how(check, detection, names), "words": words, "check": check}
    return context


def _after(request: HttpRequest) -> int:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isdigit() and len(asked) < 12 else 0


def _other(d: Row, chosen: Row, names: Names) -> Row:
    """Another place where the same was seen."""
    return {
        "key": d["key"],
        "words": unit_word(d["unit"], names),
        "exceptions": d["exceptions"],
        "tested": d["tested"],
        "current": d["key"] == chosen["key"],
    }


def _rows(view: Seen, rows: Sequence[Named]) -> list[Row]:
    return [_row(one) for one in shown(view.viewer, rows)]


def _row(one: Shown) -> Row:
    label, why = one.label, in_language(one.why)
    return {
        "id": values.short(one.id.split("|")[0], 40),
        "what": table_word(one.table),
        "why": why[:1].upper() + why[1:],
        "label": label,
        "href": _address(label),
    }


def _address(label: Label | None) -> str | None:
    """The page of a thing, where this build has one."""
    return places.address(PAGES[label.kind], label.key) if label and label.kind in PAGES else None


def _how(check: Row, detection: Row, names: Names) -> list[tuple[str, str]]:
    """The computation in words."""
    unit = values.share_unit(detection)
    rows = [
        (N_("Could be tested"), values.cases(check["population"])),
        (N_("Tested"), values.cases(detection["tested"])),
        (N_("Exceptions"), values.cases(detection["exceptions"])),
        (N_("Size"), values.value(detection["value"], unit)),
        (N_("Likely between"), values.likely(detection, unit)),
        (N_("Limit"), values.limit_of(check["limit"], unit)),
        (N_("Which rule"), names.say(detection["branch"] or "")),
        (N_("Grade of the evidence"), detection["evidence_grade"]),
        (N_("Held at observation by"), ", ".join(detection["capped_by"])),
        (N_("What could mislead"), "; ".join(names.say(text) for text in detection["caveats"])),
    ]
    return [(gettext(name), text) for name, text in rows if text]


def _lines(view: Seen, key: str) -> Iterator[str]:
    yield _line("table", "id", "record", "title", "why")
    held: list[Named] = []
    for row in reads.evidence_all(view.run, key):
        held.append(row)
        if len(held) == 500:
            yield from _written(view, held)
            held = []
    yield from _written(view, held)


def _written(view: Seen, held: list[Named]) -> Iterator[str]:
    for one in shown(view.viewer, held):
        label = one.label
        number, title = (label.text, label.title) if label else ("", "")
        yield _line(one.table, one.id, number, title, in_language(one.why))


def _line(*cells: str) -> str:
    safe = [("'" + cell) if cell.startswith(RISKY) else cell for cell in cells]
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in safe) + "\r\n"
