"""Who has a record: beginning, taking, giving on, giving back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from trueup.core.events.work import RecordAssigned, RecordReleased, RecordStarted, RecordTaken
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, viewer_of
from trueup.desk.base.models import Person, Team
from trueup.desk.eventlog.reads import events_of
from trueup.desk.work.models import Record
from trueup.desk.work.policy import WORKERS
from trueup.desk.work.verbs.door import Act, acting


def start(
    record: Record,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Begin to work on it; it must be one's own."""
    with acting(record, "start", actor, via, version, at) as act:
        act.need(assignee=act.record.assignee_id)
        act.move()
        act.log(
            RecordStarted(state=act.record.state, team=act.record.team_id, level=act.record.level)
        )
    return act.record


def take(
    record: Record,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Make it one's own."""
    with acting(record, "take", actor, via, version, at) as act:
        if act.person == act.record.assignee_id:
            raise Refused(N_("You have it already."))
        team = None if act.record.team_id else _team_of(actor)
        _give(act, RecordTaken, team, act.person, "")
    return act.record


def assign(
    record: Record,
    *,
    actor: Who,
    team: Team | None = None,
    person: Person | None = None,
    reason: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Give it to a team, a person, or both; a reason is needed where the team had it before.

    Giving it to another team takes it from the person who had it.
    """
    with acting(record, "assign", actor, via, version, at) as act:
        act.need(team_or_person=team or person)
        if person is not None:
            _check_person(person)
        if team is not None and not team.active:
            raise Refused(N_("This team has ended. Choose another."), field="team")
        if person is not None and team is None and act.record.team_id is None:
            team = person.team
        moved = team is not None and team.pk != act.record.team_id
        holder = person.pk if person else None if moved else act.record.assignee_id
        if not moved and holder == act.record.assignee_id:
            return act.record
        if moved and team is not None and not reason.strip() and _held(act.record, team.pk):
            raise Refused(N_("This team had it before. Say why it comes back."), field="reason")
        _give(act, RecordAssigned, team if moved else None, holder, reason)
    return act.record


def release(
    record: Record,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Give it back to the team."""
    with acting(record, "release", actor, via, version, at) as act:
        if act.record.assignee_id is None:
            raise Refused(N_("Nobody has it, so nobody can give it back."))
        _give(act, RecordReleased, None, None, "")
    return act.record


def _give(
    act: Act, told: type[RecordAssigned], team: Team | None, holder: UUID | None, reason: str
) -> None:
    """Write the new holder down; going from one team to another counts as a reassignment."""
    record = act.record
    old_team, old_holder = record.team_id, record.assignee_id
    if team is not None:
        act.set(team=team, level=team.level)
        if old_team is not None and old_team != team.pk:
            act.set(reassignment_count=record.reassignment_count + 1)
    act.set(assignee_id=holder)
    by_team = team is not None
    act.log(
        told(
            field="team" if by_team else "assignee",
            old=old_team if by_team else old_holder,
            new=record.team_id if by_team else holder,
            team=record.team_id,
            level=record.level,
            assignee=holder,
            reassignment_count=record.reassignment_count,
            reason=reason,
        )
    )


def _check_person(person: Person) -> None:
    if not person.active:
        raise Refused(
            N_("%(name)s has left. Choose somebody else."), field="person", name=person.name
        )
    looks = viewer_of(person.pk)
    if looks is None or not looks.has(*WORKERS):
        raise Refused(
            N_("%(name)s does not work on records. Choose a technician."),
            field="person",
            name=person.name,
        )


def _team_of(actor: Who) -> Team | None:
    if actor.person is None:
        return None
    return Team.objects.filter(members=actor.person).first()


def _held(record: Record, team: UUID) -> bool:
    """Whether the team had the record before, as the log tells."""
    told = (str(event.payload.get("team")) for event in events_of("record", record.pk))
    return str(team) in told
