"""The person who looks or acts, with roles loaded once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from trueup.core.actors import Actor, ActorKind
from trueup.desk.base.models import Grant, Person


@dataclass(frozen=True, slots=True)
class Scope:
    """How far a role reaches: everything, or the customers, teams and services in `ids`."""

    everything: bool
    ids: frozenset[UUID]

    def __bool__(self) -> bool:
        return self.everything or bool(self.ids)

    def covers(self, *subjects: UUID | None) -> bool:
        """Whether one of the subjects lies within the scope."""
        return self.everything or any(one in self.ids for one in subjects if one is not None)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody with their grants as they are now; lives no longer than one request.

    `behalf` is the person for whom is acted: then only what both may is allowed.
    """

    person: UUID
    name: str
    kind: str = "person"
    customer: UUID | None = None
    team: UUID | None = None
    language: str = "en"
    timezone: str = "UTC"
    grants: tuple[tuple[str, UUID | None], ...] = ()
    behalf: Viewer | None = None

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is granted, in whatever scope."""
        return any(role in roles for role, _ in self.grants)

    def scope(self, *roles: str) -> Scope:
        """How far these roles reach together."""
        held = [scope for role, scope in self.grants if role in roles]
        return Scope(None in held, frozenset(one for one in held if one is not None))

    @property
    def roles(self) -> frozenset[str]:
        """All roles held."""
        return frozenset(role for role, _ in self.grants)

    @property
    def customers(self) -> frozenset[UUID]:
        """The customers whose manager this is; a grant without scope means the own one."""
        scope = self.scope("customer_manager")
        own = {self.customer} if scope.everything and self.customer else set()
        return scope.ids | own

    @property
    def actor(self) -> Actor:
        """How events name this person."""
        kind: ActorKind = "robot" if self.kind == "robot" else "person"
        behalf = self.behalf.person if self.behalf else None
        return Actor(kind, self.person, self.name, behalf)


Who = Viewer | Actor


def viewer_of(person: UUID, behalf: UUID | None = None) -> Viewer | None:
    """Load a person with the grants of this moment; None where missing or no longer active."""
    found = Person.objects.filter(pk=person, active=True).first()
    viewer = viewer_for(found) if found else None
    if viewer is None or behalf is None:
        return viewer
    other = viewer_of(behalf)
    return replace(viewer, behalf=other) if other else None


def viewer_for(person: Person) -> Viewer | None:
    """A person read just now with the grants of this moment; None where no longer active."""
    if not person.active:
        return None
    grants = Grant.objects.filter(person=person, revoked_at=None).values_list("role", "scope")
    return Viewer(
        person=person.pk,
        name=person.name,
        kind=person.kind,
        customer=person.customer_id,
        team=person.team_id,
        language=person.language,
        timezone=person.timezone,
        grants=tuple(grants.order_by("role", "scope")),
    )


def actor_of(who: Who) -> Actor:
    """How events name whoever acts."""
    return who if isinstance(who, Actor) else who.actor
