"""Findings: the list in order of work, and one with all its parts and the evidence below."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trueup.core.words import N_
from trueup.desk.assurance import reads
from trueup.desk.assurance.names import Names
from trueup.desk.assurance.words import GRADES, GROUPS, INDICATORS, in_language
from trueup.desk.surfaces.policy import route
from trueup.desk.surfaces.web.manage import drawer, offering, overview, pictures, values
from trueup.desk.surfaces.web.manage.seeing import SEE, Seen, seen

Row = dict[str, Any]
SURE = {
    "high": N_("Confidence high"),
    "medium": N_("Confidence medium"),
    "low": N_("Confidence low"),
}
SEEN_AS = {
    "A": N_("Grade A: seen in the records"),
    "B": N_("Grade B: a strong pattern"),
    "C": N_("Grade C: an estimate"),
    "D": N_("Grade D: known from elsewhere, not yet looked at here"),
}


@route(SEE)
@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """All findings of an audit in their order, with their odds."""
    view = seen(request)
    names = view.names(view.data["findings"])
    rows = [card(view, row, names) for row in view.data["findings"]]
    return render(request, "manage/findings.html", {"seen": view, "rows": rows})


@route(SEE)
@require_safe
def finding(request: HttpRequest, key: str) -> HttpResponse:
    """One finding: what we saw, what should be, why it matters, and the records behind it."""
    view = seen(request)
    return page(request, view, key)


def page(
    request: HttpRequest, view: Seen, key: str, typed: Row | None = None, status: int = 200
) -> HttpResponse:
    """The page of a finding; `typed` is what came back refused from the form beside it."""
    row = reads.row_of(view.data, "findings", key, name="key")
    parts = [reads.detection_of(view.data, each) for each in row["detections"]]
    found = sorted((d for _, d in parts), key=lambda d: (d["unit"]["id"] != "*", -d["exceptions"]))
    light = [{name: d[name] for name in ("headline", "unit", "caveats")} for d in found]
    names = view.names(row, light)
    limit = next(iter({c["limit"] for c, _ in parts}), None)
    context = {
        "seen": view,
        "row": card(view, row, names),
        "saw": values.spans(names.say(row["saw"])),
        "should_be": names.say(row["should_be"]),
        "matters": names.say(row["matters"]),
        "sure": names.say(row["sure"]),
        "causes": [
            {"text": _sentence(names.say(c["text"])), "grade": c["evidence"],
             "word": gettext(SEEN_AS[c["evidence"]])}
            for c in row["causes"]
        ],
        "chart": pictures.detections(view, found, limit, names),
        "then": {
            name: names.say(str(row["do_then"][name])) for name in ("text", "owner_role", "effort")
        },
        "test": test_of(view, row, parts),
        "all": len(view.data["findings"]),
        "drawer": drawer.opened(request, view, found, names),
        "plan": reads.planned(view.viewer, [key]).get(key),
    }  # fmt: skip
    return render(
        request, "manage/finding.html", context | offering.form(view, typed), status=status
    )


def card(view: Seen, row: Row, names: Names) -> Row:
    """A finding as lists show it."""
    plan: Row = next((p for p in view.data["actions_plan"] if p["finding"] == row["key"]), {})
    return {
        "key": row["key"],
        "href": view.at("finding", row["key"]),
        "headline": names.say(row["headline"]),
        "grade": gettext(GRADES[row["grade"]]),
        "place": _place(row, len(view.data["findings"])),
        "number": row["place"],
        "light": "red" if row["grade"] in ("major", "minor") else "amber",
        "indicators": ", ".join(gettext(INDICATORS[one]) for one in row["indicators"])
        or gettext(N_("The records themselves")),
        "confidence": _confidence(row),
        "step": _sentence(names.say(row["do_first"]["text"])),
        "owner": in_language(row["do_first"]["owner_role"]),
        "effort": in_language(row["do_first"]["effort"]),
        "gain": overview.gain_of(view, row),
        "likely": values.money_range({"likely": row["gain"]["likely"]}, view.currency),
        "odds": _odds(plan),
        "deadline": plan.get("deadline"),
        "reason": gettext(GROUPS[plan["group"]]) if plan else "",
        "criteria": row["criteria"],
    }


def test_of(view: Seen, row: Row, parts: list[tuple[Row, Row]]) -> Row:
    """How we will know: the frozen test in words."""
    test = row["verification"]
    share = all(values.share_unit(d) for _, d in parts)
    unit = "share" if share else ""
    return {
        "what": view.title(test["measure"]),
        "today": values.value(test["baseline"], unit),
        "works_if": values.limit_of(test["expected"], unit) or "–",
        "after": test["ready_after"],
        "cases": test["n_min"],
    }


def _place(row: Row, of: int) -> str:
    low, high = row["place_low"], row["place_high"]
    if low == high:
        return gettext(N_("Place %(n)s of %(of)s")) % {"n": low, "of": of}
    return gettext(N_("Place %(low)s to %(high)s")) % {"low": low, "high": high}


def _confidence(row: Row) -> str:
    """How sure the finding says it is, as a word of its own."""
    word = str(row["sure"]).partition(":")[0].lower()
    return gettext(SURE[word]) if word in SURE else ""


def _odds(plan: Row) -> str:
    chance = plan.get("chance_it_pays")
    if chance is None:
        return ""
    return gettext(N_("pays in %(n)s of 100")) % {"n": f"{100 * chance:.0f}"}


def _sentence(text: str) -> str:
    plain = text.strip()
    return plain[:1].upper() + plain[1:] + ("" if plain.endswith((".", "?", "…", "!")) else ".")
