"""What every template knows: who looks, where they can go, theme and language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.base.models import Account
from trueup.desk.surfaces.web import places
from trueup.desk.surfaces.web.gate import viewer_or_none

ROLE_WORDS = {
    "user": N_("User"),
    "customer_manager": N_("Customer"),
    "technician": N_("Technician"),
    "team_lead": N_("Team lead"),
    "duty_lead": N_("Duty lead"),
    "process_owner": N_("Process owner"),
    "service_owner": N_("Service owner"),
    "approver": N_("Approver"),
    "finance": N_("Finance"),
    "auditor": N_("Auditor"),
    "manager": N_("Manager"),
    "administrator": N_("Administrator"),
}
RANK = (
    "administrator",
    "manager",
    "auditor",
    "service_owner",
    "process_owner",
    "finance",
    "duty_lead",
    "team_lead",
    "technician",
    "customer_manager",
    "approver",
    "user",
)


def role_word(roles: frozenset[str]) -> str:
    """The one word under a person's name: the role that reaches furthest."""
    found = next((role for role in RANK if role in roles), None)
    return gettext(ROLE_WORDS[found]) if found else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; asks the database nothing."""
    viewer = viewer_or_none(request)
    account = getattr(request, "user", None) if viewer else None
    context: dict[str, Any] = {
        "viewer": viewer,
        "demo": settings.DEMO,
        "theme": account.theme if isinstance(account, Account) else "auto",
        "single_keys": account.single_keys if isinstance(account, Account) else True,
        "layout": "bare.html",
    }
    if viewer is None:
        return context
    desk = places.at_desk(viewer)
    context["layout"] = "shell.html" if desk else "sheet.html"
    found = list(places.entries(viewer, request.path, desk=desk))
    bar, rest = places.on_a_phone(found, viewer)
    context |= {"places": found, "phone_places": bar, "phone_rest": rest}
    context["role_word"] = role_word(viewer.roles)
    return context
