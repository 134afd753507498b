"""The people of the tests: two customers, one team, and somebody in every role.

Made through the verbs, so that a test begins where a real installation would.
"""

from __future__ import annotations

from dataclasses import dataclass

from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs
from trueup.desk.base.access import Viewer, viewer_of
from trueup.desk.base.models import Customer, Person, Team


def person(name: str, *roles: str, customer: Customer | None = None, team: Team | None = None):
    """A person with these roles, without scope."""
    made = verbs.add_person(
        name=name,
        email=f"{name}@example.org",
        customer=customer,
        team=team,
        timezone="Europe/Berlin",
        actor=SYSTEM,
    )
    for role in roles:
        verbs.grant(made, role, actor=SYSTEM)
    return made


def looking(someone: Person) -> Viewer:
    """The person as a viewer, with the grants of this moment."""
    viewer = viewer_of(someone.pk)
    assert viewer is not None
    return viewer


@dataclass(frozen=True)
class Cast:
    """Alice and Anna belong to Acme, Bert to Beta; Charlie works; Olga owns; Ada administers."""

    acme: Customer
    beta: Customer
    desk: Team
    alice: Person
    anna: Person
    bert: Person
    bella: Person
    charlie: Person
    olga: Person
    audrey: Person
    mona: Person
    ada: Person


def cast() -> Cast:
    """Everybody, fresh in the database."""
    acme = verbs.add_customer(name="Acme", actor=SYSTEM)
    beta = verbs.add_customer(name="Beta", actor=SYSTEM)
    desk = verbs.add_team(name="Service desk", actor=SYSTEM)
    return Cast(
        acme=acme,
        beta=beta,
        desk=desk,
        alice=person("alice", "user", customer=acme),
        anna=person("anna", "customer_manager", customer=acme),
        bert=person("bert", "user", customer=beta),
        bella=person("bella", "customer_manager", customer=beta),
        charlie=person("charlie", "technician", team=desk),
        olga=person("olga", "service_owner"),
        audrey=person("audrey", "auditor"),
        mona=person("mona", "manager"),
        ada=person("ada", "administrator"),
    )
