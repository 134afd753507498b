"""Adding people, changing them, and letting them go."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone as clock

from trueup.core.events.people import PersonAdded, PersonChanged, PersonDeactivated
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.calendars import zones
from trueup.desk.base.changes import apply
from trueup.desk.base.locking import claim
from trueup.desk.base.models import Account, ApiToken, Customer, Grant, Person, Subject, Team
from trueup.desk.eventlog.verbs import append

CHANGEABLE = ("name", "email", "language", "timezone", "customer", "team", "manager")


def add_person(
    *,
    name: str,
    actor: Who,
    email: str = "",
    kind: str = "person",
    language: str = "en",
    timezone: str = "UTC",
    customer: Customer | None = None,
    team: Team | None = None,
    manager: Person | None = None,
    via: str = "web",
    at: datetime | None = None,
) -> Person:
    """Make a person known; Refused where the address is taken or the time zone unknown."""
    require(actor, "add_person", Person)
    _check_zone(timezone)
    values = {"name": name, "email": email, "kind": kind, "language": language}
    try:
        with transaction.atomic():
            subject = Subject.objects.create(kind="person", label=name)
            person = Person.objects.create(
                subject=subject,
                timezone=timezone,
                customer=customer,
                team=team,
                manager=manager,
                **values,
            )
            event = PersonAdded(
                person_name=name,
                email=email,
                kind=kind,
                language=language,
                timezone=timezone,
                customer=person.customer_id,
                team=person.team_id,
            )
            append(
                event, actor=actor_of(actor), entity_id=person.pk, via=via, at=at, about=person.pk
            )
    except IntegrityError as taken:
        raise _address_taken() from taken
    return person


def change_person(
    person: Person,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    **values: object,
) -> Person:
    """Change fields of a person, one event per field that really changes."""
    if "timezone" in values:
        _check_zone(str(values["timezone"]))
    try:
        with transaction.atomic():
            person = claim(person, version, wanted=values)
            require(actor, "change_person", person)
            for change in apply(person, values, CHANGEABLE):
                event = PersonChanged(field=change.field, old=change.old, new=change.new)
                append(
                    event,
                    actor=actor_of(actor),
                    entity_id=person.pk,
                    via=via,
                    object_version=person.version,
                    about=person.pk,
                )
            Subject.objects.filter(pk=person.pk).update(label=person.name)
    except IntegrityError as taken:
        raise _address_taken() from taken
    return person


def deactivate(
    person: Person,
    *,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Person:
    """End all access of a person at once: sessions, tokens and grants."""
    with transaction.atomic():
        person = claim(person, version)
        require(actor, "deactivate", person)
        if not person.active:
            raise Refused(N_("This person's access has ended already."))
        keep_one_administrator(person)
        now = at or clock.now()
        person.active, person.left_on = False, now.date()
        person.version += 1
        person.save(update_fields=["active", "left_on", "version"])
        end_sessions(person)
        ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
        Grant.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
        event = PersonDeactivated(reason=reason, left_on=now.date().isoformat())
        append(
            event,
            actor=actor_of(actor),
            entity_id=person.pk,
            via=via,
            at=at,
            object_version=person.version,
        )
    return person


def end_sessions(person: Person) -> None:
    """Make every open session of the person worthless."""
    Account.objects.filter(person=person).update(auth_version=F("auth_version") + 1)


def keep_one_administrator(person: Person) -> None:
    """Refuse what would leave nobody to run the installation."""
    held = Grant.objects.filter(role="administrator", revoked_at=None, person__active=True)
    if held.filter(person=person).exists() and not held.exclude(person=person).exists():
        raise Refused(N_("This is the last administrator. Give somebody else the role first."))


def _check_zone(zone: str) -> None:
    if zone not in zones():
        raise Refused(
            N_("“%(zone)s” is not a time zone. Write it like Europe/Berlin."),
            field="timezone",
            zone=zone,
        )


def _address_taken() -> Refused:
    return Refused(N_("Somebody with this mail address is known already."), field="email")
