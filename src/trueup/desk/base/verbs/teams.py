"""Adding and changing teams."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from trueup.core.events.people import TeamAdded, TeamChanged
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.changes import apply
from trueup.desk.base.locking import claim
from trueup.desk.base.models import CalendarRow, Person, Subject, Team
from trueup.desk.eventlog.verbs import append

CHANGEABLE = ("name", "level", "lead", "calendar", "active")


def add_team(
    *,
    name: str,
    actor: Who,
    level: int = 1,
    lead: Person | None = None,
    calendar: CalendarRow | None = None,
    via: str = "web",
    at: datetime | None = None,
) -> Team:
    """Make a team that can hold work; `level` is its support line."""
    require(actor, "add_team", Team)
    try:
        with transaction.atomic():
            subject = Subject.objects.create(kind="team", label=name)
            team = Team.objects.create(
                subject=subject, name=name, level=level, lead=lead, calendar=calendar
            )
            event = TeamAdded(title=name, level=level, lead=team.lead_id)
            append(event, actor=actor_of(actor), entity_id=team.pk, via=via, at=at)
    except IntegrityError as taken:
        raise Refused(N_("A team of this name exists already."), field="name") from taken
    return team


def change_team(
    team: Team, *, actor: Who, via: str = "web", version: int | None = None, **values: object
) -> Team:
    """Change fields of a team, one event per field that really changes."""
    with transaction.atomic():
        team = claim(team, version, wanted=values)
        require(actor, "change_team", team)
        for change in apply(team, values, CHANGEABLE):
            event = TeamChanged(field=change.field, old=change.old, new=change.new)
            append(
                event,
                actor=actor_of(actor),
                entity_id=team.pk,
                via=via,
                object_version=team.version,
            )
        Subject.objects.filter(pk=team.pk).update(label=team.name)
    return team
