"""What happens to people, their rights, teams, customers, calendars, files and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Event):
    """A person, robot or shared mailbox became known."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "add_person"
    means: ClassVar[str] = "A person is known from now on; this alone gives no right."
    reads: ClassVar[str] = "added %(person_name)s"
    private: ClassVar[frozenset[str]] = frozenset({"person_name", "email"})

    person_name: str
    email: str
    kind: str
    language: str
    timezone: str
    customer: UUID | None
    team: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """One field of a person got another value."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "change_person"
    means: ClassVar[str] = "One field of a person was changed."
    reads: ClassVar[str] = "changed %(field)s"
    private: ClassVar[frozenset[str]] = frozenset({"old", "new"})

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDeactivated(Event):
    """A person left: no log-in, no token, no new work."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "closed"
    name: ClassVar[str] = "deactivate"
    means: ClassVar[str] = "A person left; sessions and tokens ended at the same moment."
    reads: ClassVar[str] = "ended all access"

    reason: str
    left_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Event):
    """A person may do more than before."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "grant"
    means: ClassVar[str] = "A role was given, for everything or for one customer, team or service."
    reads: ClassVar[str] = "gave the role %(role)s"

    grant: UUID
    role: str
    scope: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(Event):
    """A person may do less than before, at once."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "revoke"
    means: ClassVar[str] = "A role was taken back; open sessions ended at the same moment."
    reads: ClassVar[str] = "took back the role %(role)s"

    grant: UUID
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(Event):
    """A person can log in from now on."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "open_account"
    means: ClassVar[str] = "A person got a log-in."
    reads: ClassVar[str] = "opened the log-in"
    private: ClassVar[frozenset[str]] = frozenset({"login"})

    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(Event):
    """An account got a new password; the password itself is nowhere in the log."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "set_password"
    means: ClassVar[str] = "A new password was set; all sessions of the account ended."
    reads: ClassVar[str] = "set a new password"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookSet(Event):
    """How pages look and read for a person."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "set_look"
    means: ClassVar[str] = "A person chose language, theme or single-key shortcuts."
    reads: ClassVar[str] = "changed how pages look"

    language: str
    theme: str
    single_keys: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAdded(Event):
    """A team can hold work from now on."""

    entity: ClassVar[str] = "configuration"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "add_team"
    means: ClassVar[str] = "A team can hold work from now on."
    reads: ClassVar[str] = "added the team %(title)s"

    title: str
    level: int
    lead: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged(Event):
    """One field of a team got another value."""

    entity: ClassVar[str] = "configuration"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "change_team"
    means: ClassVar[str] = "One field of a team was changed."
    reads: ClassVar[str] = "changed %(field)s of the team"

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAdded(Event):
    """An organisation can agree on services from now on."""

    entity: ClassVar[str] = "customer"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "add_customer"
    means: ClassVar[str] = "An organisation can agree on services from now on."
    reads: ClassVar[str] = "added the customer %(title)s"

    title: str
    segment: str
    manager: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanged(Event):
    """One field of a customer got another value."""

    entity: ClassVar[str] = "customer"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "change_customer"
    means: ClassVar[str] = "One field of a customer was changed."
    reads: ClassVar[str] = "changed %(field)s of the customer"

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSigned(Event):
    """Working hours and holidays were fixed; promises refer to exactly this version."""

    entity: ClassVar[str] = "calendar"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "sign_calendar"
    means: ClassVar[str] = "A version of a calendar was fixed; it never changes afterwards."
    reads: ClassVar[str] = "signed the calendar %(title)s"

    title: str
    number: int
    zone: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentAdded(Event):
    """A file was attached to something."""

    entity: ClassVar[str] = "attachment"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "attach"
    means: ClassVar[str] = "A file was checked, stored by its digest and attached."
    reads: ClassVar[str] = "attached %(file_name)s"
    private: ClassVar[frozenset[str]] = frozenset({"file_name"})

    subject: UUID
    file_name: str
    file_type: str
    size: int
    sha256: str
    restricted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Event):
    """A programme may act as this person from now on."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "issue_token"
    means: ClassVar[str] = "A token for the programming interface was made and shown once."
    reads: ClassVar[str] = "made the token %(prefix)s"

    token: UUID
    prefix: str
    scopes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    """A token stopped working."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "revoke_token"
    means: ClassVar[str] = "A token for the programming interface was ended."
    reads: ClassVar[str] = "ended the token %(prefix)s"

    token: UUID
    prefix: str
