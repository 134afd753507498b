"""For administrators: who is there, what they may do, and ending their access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base import reads, verbs
from trueup.desk.base.access import Viewer, get, may
from trueup.desk.base.models import Customer, Person, Team
from trueup.desk.base.roles import ROLES
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.forms import text_in, version_in
from trueup.desk.surfaces.web.frame import ROLE_WORDS
from trueup.desk.surfaces.web.gate import viewer_in

ADMIN = frozenset({"administrator"})
PAGE = 50
FIELDS = ("name", "email", "team", "customer", "language", "timezone")
LANGUAGES = (("en", "English"), ("de", "Deutsch"))
Act = Callable[[HttpRequest, Person, Viewer], str]


@route(Policy("list", "person", ADMIN))
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name; those who left on demand."""
    viewer = viewer_in(request)
    left = request.GET.get("show") == "left"
    rows = reads.people(viewer, request.GET.get("q", "").strip()[:100], active=not left)
    after = request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 7 else 0
    page = list(rows[start : start + PAGE + 1])
    held = reads.roles_of(viewer, [each.pk for each in page])
    context = {
        "rows": [(each, _words(held.get(each.pk, []))) for each in page[:PAGE]],
        "next_key": start + PAGE if len(page) > PAGE else None,
        "total": rows.count(),
        "left": left,
    }
    return render(request, "account/people.html", context)


@route(Policy("add_person", "person", ADMIN))
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make somebody known, with a first role."""
    viewer = viewer_in(request)
    if request.method != "POST":
        return _form(request, viewer)
    try:
        made = verbs.add_person(**_values(request, viewer), actor=viewer)
        role = request.POST.get("role", "")
        if role:
            verbs.grant(made, role, actor=viewer)
    except Refusal as refusal:
        return _form(request, viewer, told(refusal))
    messages.success(request, gettext(N_("%(name)s is known now.")) % {"name": made.name})
    return HttpResponseRedirect(reverse("admin_person", args=[made.pk]))


@route(Policy("see", "person", ADMIN))
@require_safe
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """One person: facts, roles, log-in, and the end of their access."""
    return _page(request, get(viewer_in(request), Person, key))


@route(Policy("change_person", "person", ADMIN))
@sensitive_post_parameters("password")
@require_POST
def act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Do one thing with a person; a refusal keeps what was typed."""
    viewer = viewer_in(request)
    found = get(viewer, Person, key)
    doing = ACTS.get(verb)
    try:
        if doing is None:
            raise Refused(N_("There is no such step."))
        words = doing(request, found, viewer)
    except Refusal as refusal:
        return _page(request, get(viewer, Person, key), told(refusal))
    messages.success(request, words)
    return HttpResponseRedirect(reverse("admin_person", args=[key]))


def _change(request: HttpRequest, found: Person, viewer: Viewer) -> str:
    verbs.change_person(
        found, actor=viewer, version=version_in(request), **_values(request, viewer)
    )
    return gettext(N_("Saved."))


def _grant(request: HttpRequest, found: Person, viewer: Viewer) -> str:
    verbs.grant(found, request.POST.get("role", ""), actor=viewer)
    return gettext(N_("The role is given and holds at once."))


def _revoke(request: HttpRequest, found: Person, viewer: Viewer) -> str:
    scope = request.POST.get("scope", "")
    verbs.revoke(
        found,
        request.POST.get("role", ""),
        reason=_reason(request),
        scope=UUID(scope) if scope else None,
        actor=viewer,
    )
    return gettext(N_("The role is taken back; open sessions have ended."))


def _end(request: HttpRequest, found: Person, viewer: Viewer) -> str:
    verbs.deactivate(found, reason=_reason(request), actor=viewer, version=version_in(request))
    return gettext(N_("All access has ended: sessions, tokens and roles."))


def _log_in(request: HttpRequest, found: Person, viewer: Viewer) -> str:
    password = request.POST.get("password", "")
    if hasattr(found, "account"):
        verbs.set_password(found, password, actor=viewer)
        return gettext(N_("The password is set; open sessions have ended."))
    login = text_in(request, "login", 254) or found.email
    if not login:
        raise Refused(N_("Give a log-in name."), field="login")
    verbs.open_account(found, login=login, password=password, actor=viewer)
    return gettext(N_("The log-in is open."))


ACTS: dict[str, Act] = {
    "change": _change,
    "grant": _grant,
    "revoke": _revoke,
    "end": _end,
    "log_in": _log_in,
}


def _reason(request: HttpRequest) -> str:
    reason = text_in(request, "reason", 500)
    if not reason:
        raise Refused(N_("Say why."), field="reason")
    return reason


def _values(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """The fields of the form; team and customer as rows one may see."""
    values: dict[str, Any] = {name: text_in(request, name, 200) for name in FIELDS}
    if not values["name"]:
        raise Refused(N_("Give a name."), field="name")
    if values["language"] not in dict(LANGUAGES):
        raise Refused(N_("Choose English or German."), field="language")
    team, customer = values["team"], values["customer"]
    values["team"] = get(viewer, Team, team, field="team") if team else None
    values["customer"] = get(viewer, Customer, customer, field="customer") if customer else None
    return values


def _words(grants: list[Any]) -> list[str]:
    return [ROLE_WORDS.get(each.role, each.role) for each in grants]


def _choices(viewer: Viewer) -> dict[str, object]:
    none = ("", gettext(N_("none")))
    return {
        "teams": [none, *((each.pk, each.name) for each in reads.teams(viewer))],
        "customers": [none, *((each.pk, each.name) for each in reads.customers(viewer))],
        "roles": [(name, gettext(ROLE_WORDS[name])) for name in ROLES],
        "languages": LANGUAGES,
    }


def _form(request: HttpRequest, viewer: Viewer, words: Told | None = None) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in (*FIELDS, "role")}
    typed["language"] = typed["language"] or "en"
    typed["timezone"] = typed["timezone"] or viewer.timezone
    context = {"told": words, "typed": typed, **_choices(viewer)}
    return render(request, "account/person_new.html", context, status=_status(words))


def _page(request: HttpRequest, found: Person, words: Told | None = None) -> HttpResponse:
    viewer = viewer_in(request)
    held = {name: getattr(found, name) for name in ("name", "email", "language", "timezone")}
    held |= {"team": found.team_id or "", "customer": found.customer_id or ""}
    typed = {name: request.POST.get(name, held[name]) for name in FIELDS}
    grants = reads.roles_of(viewer, [found.pk]).get(found.pk, [])
    context = {
        "told": words,
        "person": found,
        "typed": typed,
        "account": getattr(found, "account", None),
        "grants": [(each, ROLE_WORDS.get(each.role, each.role)) for each in grants],
        "may_grant": may(viewer, "grant", found),
        "may_end": found.active and may(viewer, "deactivate", found),
        "reason": request.POST.get("reason", ""),
        **_choices(viewer),
    }
    return render(request, "account/person.html", context, status=_status(words))


def _status(words: Told | None) -> int:
    return words.status if words else 200
