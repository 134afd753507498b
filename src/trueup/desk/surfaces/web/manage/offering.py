"""What the form offers that plans the first step of a finding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.assurance.models import Finding
from trueup.desk.base import access, roles
from trueup.desk.base.models import Person
from trueup.desk.base.reads import people_with
from trueup.desk.surfaces.web.manage.seeing import Seen

OWNERS = (*roles.WORKERS, *roles.OWNERS, "finance", "manager", "administrator")
USUAL = timedelta(days=14)
Row = dict[str, Any]


def form(view: Seen, typed: Row | None = None) -> Row:
    """What the form offers and what was typed into it; nothing for whoever may not plan."""
    if not access.may(view.viewer, "plan", Finding):
        return {}
    people = [(str(one.pk), _person(one)) for one in people_with(view.viewer, *OWNERS)]
    return {
        "owners": [("", gettext(N_("Choose somebody"))), *people],
        "due": (timezone.localdate() + USUAL).isoformat(),
        **(typed or {}),
    }


def _person(person: Person) -> str:
    return f"{person.name} ({person.team.name})" if person.team else person.name
