"""Who sees what people said.

People see their own answers, a customer's manager those of the customer, owners, managers and
auditors all they answer for. Technicians never see who said what: they read results of groups
(`reads.satisfaction`). Leads see the low answers about their team, because they call back.
"""

from __future__ import annotations

from django.db.models import Q

from trueup.desk.base import access
from trueup.desk.base.access import ALL, Viewer
from trueup.desk.base.models import Team
from trueup.desk.feedback.models import Survey
from trueup.desk.services.models import Service

LOW = 2


def _surveys(viewer: Viewer) -> Q:
    if viewer.has("manager", "auditor") or viewer.scope("process_owner").everything:
        return ALL
    seen = Q(person=viewer.person) | Q(customer__in=viewer.customers, state="answered")
    owner = viewer.scope("service_owner")
    if owner:
        owned = Service.objects.filter(Q(owner=viewer.person) | Q(pk__in=owner.ids))
        seen |= Q(service__in=owned.values("pk"), state="answered")
    return seen | (Q(csat__lte=LOW) & led(viewer))


def led(viewer: Viewer) -> Q:
    """The surveys about teams that somebody leads."""
    scope = viewer.scope("team_lead")
    if scope.everything:
        return Q(team=viewer.team) if viewer.team else Q(team__lead=viewer.person)
    teams = Team.objects.filter(Q(lead=viewer.person) | Q(pk__in=scope.ids))
    return Q(team__in=teams.values("pk"))


def _own(viewer: Viewer, survey: Survey) -> bool:
    return survey.person_id == viewer.person


def _lead(viewer: Viewer, survey: Survey) -> bool:
    """Whoever calls back leads the team or owns the service, and is not the one who said it."""
    if survey.person_id == viewer.person:
        return False
    if viewer.has("team_lead", "duty_lead", "process_owner"):
        return True
    return viewer.has("service_owner") and survey.service_id is not None


def _nobody(viewer: Viewer, survey: Survey) -> bool:
    """Only the desk itself asks, reminds and ends: no person chooses or suppresses."""
    return False


access.register(
    Survey,
    visible=_surveys,
    verbs={
        "answer": _own,
        "follow_up": _lead,
        "invite": _nobody,
        "remind": _nobody,
        "expire": _nobody,
        "call": _nobody,
    },
)
