"""All audits, what one was made from, and its files to take along."""

from __future__ import annotations

from html import escape
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trueup.core.words import N_
from trueup.desk.assurance import reads
from trueup.desk.assurance.models import AuditRun
from trueup.desk.assurance.names import Names
from trueup.desk.assurance.policy import TAKERS
from trueup.desk.assurance.words import INDICATORS
from trueup.desk.base import access
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.manage import values
from trueup.desk.surfaces.web.manage.seeing import SEE, Seen, seen
from trueup.desk.surfaces.web.manage.tables import table_word

LISTED = 30
# A file names every record behind a figure, so it is for those who may see all of them.
TAKE = Policy("take_along", "audit", frozenset(TAKERS))
STATES = {
    "queued": N_("Waits"),
    "running": N_("Runs"),
    "done": N_("Done"),
    "failed": N_("Failed"),
}


@route(SEE)
@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    """Every audit, the newest first."""
    viewer = viewer_in(request)
    after = request.GET.get("after", "")
    start = int(after) if after.isdigit() and len(after) < 9 else 0
    found = list(reads.runs(viewer)[start : start + LISTED + 1])
    context = {
        "rows": [_line(run) for run in found[:LISTED]],
        "next_key": start + LISTED if len(found) > LISTED else None,
        "running": reads.running(viewer),
        "may_run": access.may(viewer, "run_now", AuditRun),
        "may_take": viewer.has(*TAKERS),
    }
    return render(request, "manage/audits.html", context)


def _line(run: AuditRun) -> dict[str, Any]:
    took = run.ended_at - run.started_at if run.ended_at and run.started_at else None
    return {
        "run": run,
        "state": gettext(STATES[run.state]),
        "href": f"{reverse('manager')}?run={run.pk}" if run.state == "done" else "",
        "who": run.asked_by.name if run.asked_by else gettext(N_("by the clock")),
        "took": values.took(took) if took is not None else "",
        "lights": [
            {"light": row["light"], "name": gettext(INDICATORS[row["id"]])}
            for row in run.summary.get("indicators", ())
        ],
    }


@route(SEE)
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """What the audit could read, what holds verdicts back, and what to record next."""
    view = seen(request)
    ready, checks = view.data["readiness"], view.data["checks"]
    best = ready["next_best_data"]
    context = {
        "seen": view,
        "tier": ready["tier"],
        "best": table_word(best["table"]) if best["table"] else "",
        "unlocks": [_measure(view, id) for id in best["unlocks"]],
        "tables": [
            {**row, "word": table_word(row["table"]), "share": values.percent(row["complete"])}
            for row in ready["tables"]
        ],
        "gates": [_gate(view, row) for row in checks if row["gate"]],
        "limits": view.data["honesty"]["limits"],
        "honesty": view.data["honesty"],
    }
    return render(request, "manage/readiness.html", context)


def _measure(view: Seen, id: str) -> dict[str, str]:
    return {"title": view.title(id), "href": view.at("measure", id)}


def _gate(view: Seen, row: dict[str, Any]) -> dict[str, Any]:
    tripped = row["result"] == "exceptions"
    clean = {"clean": "green", "exceptions": "red", "watch": "amber"}
    return {
        "light": clean.get(row["result"], row["result"]),
        "title": view.title(row["id"]),
        "question": gettext(view.book.of(row["id"]).question),
        "href": view.at("check", row["id"]),
        "blocks": len(row["blocks"]) if tripped else 0,
    }


@route(TAKE)
@require_safe
def audit_report(request: HttpRequest, run: UUID) -> HttpResponse:
    """The report as one HTML file, with the names this reader may see in place of ids."""
    viewer = viewer_in(request)
    found = reads.run_of(viewer, run)
    access.require(viewer, "take_along", found)
    text = reads.report_html(found)
    names = Names(viewer, text)
    return _file(names.say(text, escape).encode(), f"audit-{_day(found)}.html", "text/html")


@route(TAKE)
@require_safe
def audit_result(request: HttpRequest, run: UUID) -> HttpResponse:
    """result.json, byte by byte as it was written."""
    viewer = viewer_in(request)
    found = reads.run_of(viewer, run)
    access.require(viewer, "take_along", found)
    content = reads.result_bytes(found)
    return _file(content, f"audit-{_day(found)}.json", "application/json")


def _day(run: AuditRun) -> str:
    return str(run.summary.get("as_of", ""))[:10]


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
