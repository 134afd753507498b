"""The manager's page: four lights, three first steps, what stayed dark, and what went right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from trueup.core.words import N_
from trueup.desk.assurance import reads, verbs
from trueup.desk.assurance.models import Action, AuditRun, Finding
from trueup.desk.assurance.policy import ASKERS, TAKERS
from trueup.desk.assurance.words import CONFIDENCE, GROUPS, INDICATORS, in_language
from trueup.desk.base import access
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.manage import pictures, values, verdicts
from trueup.desk.surfaces.web.manage.seeing import JUDGED, SEE, Seen, seen_or_none

STEPS = 3
GREYS = 5
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """One light with its sentence, its score and how well we know it."""

    id: str
    name: str
    light: str
    verdict: str
    score: str
    likely: str
    trend: str
    known: str
    chart: str
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: what, why, how much work, what it brings."""

    place: int
    what: str
    why: str
    effort: str
    gain: str
    reason: str
    href: str
    plan: Action | None


@dataclass(frozen=True, slots=True)
class Grey:
    """What could not be judged, and what would end it."""

    light: str
    what: str
    needs: str
    href: str


@route(SEE)
@require_safe
def manager(request: HttpRequest) -> HttpResponse:
    """Where we stand."""
    viewer = viewer_in(request)
    seen = seen_or_none(request)
    context: dict[str, Any] = {
        "seen": seen,
        "running": reads.running(viewer),
        "failed": reads.last_failed(viewer),
        "may_run": access.may(viewer, "run_now", AuditRun),
        "may_take": viewer.has(*TAKERS),
        "may_plan": access.may(viewer, "plan", Finding),
    }
    if seen is not None:
        context |= _found(seen)
    return render(request, "manage/manager.html", context)


def _found(seen: Seen) -> dict[str, Any]:
    data = seen.data
    names = seen.names(data["findings"], data["indicators"], data["strengths"])
    runs = reads.history(seen.viewer, seen.run)
    first = data["findings"][:STEPS]
    plans = reads.planned(seen.viewer, [row["key"] for row in first])
    return {
        "panels": [panel(seen, row, runs, names) for row in data["indicators"]],
        "steps": [step(seen, row, names, plans) for row in first],
        "greys": greys(seen)[:GREYS],
        "strengths": [_strength(seen, row, names) for row in data["strengths"][:4]],
        "clean": sum(check["result"] == "clean" for check in data["checks"]),
        "judged": sum(m["light"] in JUDGED for m in data["measures"]),
        "proofs": Counter(row["result"] for row in data["verifications"]),
        "rows": sum(table["rows"] for table in data["readiness"]["tables"]),
    }


def panel(seen: Seen, row: Row, runs: list[AuditRun], names: Any) -> Panel:
    """A light as the page shows it."""
    score, likely = scored(row)
    return Panel(
        id=row["id"],
        name=gettext(INDICATORS[row["id"]]),
        light=row["light"],
        verdict=verdicts.verdict(seen, row, names),
        score=score,
        likely=likely,
        trend=trend(row["id"], runs),
        known=known(seen, row),
        chart=pictures.scores(runs, row["id"], row["light"]),
        href=seen.at("indicator", row["id"]),
    )


def scored(row: Row) -> tuple[str, str]:
    """The score as a range, then the single figure."""
    if row["score"] is None:
        return gettext(N_("No score")), ""
    ends = {"low": f"{row['score_low']:.0f}", "high": f"{row['score_high']:.0f}"}
    if ends["low"] == ends["high"]:
        return gettext(N_("Score %(n)s")) % {"n": ends["low"]}, ""
    likely = gettext(N_("most likely %(n)s")) % {"n": f"{row['score']:.0f}"}
    return gettext(N_("Score %(low)s to %(high)s")) % ends, likely


def known(seen: Seen, row: Row) -> str:
    """How well we know it."""
    if row["light"] in JUDGED:
        return gettext(CONFIDENCE[row["confidence"]])
    mine = seen.measures(row["id"])
    judged = sum(m["light"] in JUDGED for m in mine)
    return gettext(N_("%(n)s of %(all)s measures could be judged")) % {
        "n": judged,
        "all": len(mine),
    }


def trend(indicator: str, runs: list[AuditRun]) -> str:
    """Better or worse only where the ranges of this and an earlier audit do not meet."""
    rows = [(run, _score_of(run, indicator)) for run in runs]
    if not rows or rows[-1][1] is None:
        return ""
    now = rows[-1][1]
    earlier = [(run, row) for run, row in rows[:-1] if row is not None]
    if not earlier:
        return gettext(N_("No earlier audit to compare"))
    for run, row in reversed(earlier):
        words = {"month": pictures.month(run)}
        if now["score_high"] < row["score_low"]:
            return gettext(N_("Worse than in %(month)s")) % words
        if now["score_low"] > row["score_high"]:
            return gettext(N_("Better than in %(month)s")) % words
    return gettext(N_("No clear change since %(month)s")) % {"month": pictures.month(earlier[0][0])}


def _score_of(run: AuditRun, indicator: str) -> Row | None:
    row: Row = next(i for i in run.summary["indicators"] if i["id"] == indicator)
    return row if row["score"] is not None else None


def step(seen: Seen, finding: Row, names: Any, plans: Mapping[str, Action]) -> Step:
    """A finding as something to do."""
    plan = next((p for p in seen.data["actions_plan"] if p["finding"] == finding["key"]), None)
    what = names.say(finding["do_first"]["text"])
    return Step(
        place=finding["place"],
        what=what[:1].upper() + what[1:],
        why=names.say(finding["headline"]),
        effort=in_language(finding["do_first"]["effort"]),
        gain=gain_of(seen, finding),
        reason=gettext(GROUPS[plan["group"]]) if plan else "",
        href=seen.at("finding", finding["key"]),
        plan=plans.get(finding["key"]),
    )


def gain_of(seen: Seen, finding: Row) -> str:
    """Money where an approved price is known, else the hours, else nothing."""
    text = values.money_range(finding["gain"], seen.currency)
    if text:
        return gettext(N_("%(amount)s a year")) % {"amount": text}
    held = [d for c in seen.data["checks"] for d in c["detections"]]
    hours = [d["effect"]["hours"] for d in held if d["key"] in finding["detections"]]
    known = [h for h in hours if h["low"] is not None and h["high"] is not None]
    if not known:
        return ""
    best = max(known, key=lambda h: float(h["high"]))
    return gettext(N_("%(amount)s a year")) % {"amount": values.hours_range(best)}


def greys(seen: Seen) -> list[Grey]:
    """Key measures without a light, together where the same thing would end it."""
    silent = [m for m in seen.data["measures"] if m["key"] and m["light"] not in JUDGED]
    blocked = [m for m in silent if m["light"] == "data_not_trustworthy" and m["blocked_by"]]
    by: dict[tuple[str, str], list[Row]] = {}
    for m in silent:
        if m not in blocked:
            by.setdefault((m["light"], verdicts.needs(seen, m)), []).append(m)
    order = ("data_not_trustworthy", "not_enough_evidence", "not_applicable")
    found = sorted(by.items(), key=lambda one: (order.index(one[0][0]), -len(one[1]), one[0][1]))
    rows = [_grey(seen, light, needs, mine) for (light, needs), mine in found]
    if blocked:
        gates = sorted({gate for m in blocked for gate in m["blocked_by"]})
        rows.insert(0, _grey(seen, blocked[0]["light"], verdicts.repairs(seen, gates), blocked))
    return rows


def _grey(seen: Seen, light: str, needs: str, mine: list[Row]) -> Grey:
    titles = [seen.title(m["id"]) for m in mine]
    what = ", ".join(titles[:3])
    if len(titles) > 3:
        what = gettext(N_("%(titles)s and %(n)s more")) % {"titles": what, "n": len(titles) - 3}
    href = seen.at("measure", mine[0]["id"]) if len(mine) == 1 else seen.at("measures", light=light)
    return Grey(light, what, needs, href)


def _strength(seen: Seen, row: Row, names: Any) -> Row:
    return {"text": names.say(row["headline"]), "href": seen.at("measure", row["measure"])}


@route(Policy("run_now", "audit", frozenset(ASKERS)))
@require_POST
def audit_run(request: HttpRequest) -> HttpResponse:
    """Ask for an audit; the worker carries it out."""
    verbs.run_now(actor=viewer_in(request))
    return HttpResponseRedirect(reverse("manager"))


@route(SEE)
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far it is, asked again and again; once it has ended, the page is loaded anew."""
    running = reads.running(viewer_in(request))
    if running is None:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = reverse("manager")
        return answer
    return render(request, "manage/progress.html", {"running": running})
