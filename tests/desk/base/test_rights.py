"""Roles are given by somebody else, act at once, and the last administrator stays."""

from __future__ import annotations

import pytest

from tests import people
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Conflict, NotFound, Refused
from trueup.desk.base import verbs
from trueup.desk.base.models import Account, ApiToken, Grant, Person
from trueup.desk.eventlog.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


def last_event() -> Event:
    return Event.objects.order_by("-pk")[0]


def test_nobody_gives_a_role_to_themselves(cast) -> None:
    before = Grant.objects.count()
    with pytest.raises(Refused):
        verbs.grant(cast.ada, "auditor", actor=people.looking(cast.ada))
    assert Grant.objects.count() == before


def test_only_an_administrator_gives_roles(cast) -> None:
    for someone in (cast.charlie, cast.olga, cast.audrey, cast.mona):
        with pytest.raises(Refused):
            verbs.grant(cast.alice, "technician", actor=people.looking(someone))


def test_a_grant_writes_who_gave_what(cast) -> None:
    verbs.grant(cast.alice, "technician", actor=people.looking(cast.ada))
    event = last_event()
    assert (event.name, event.actor) == ("grant", str(cast.ada.pk))
    assert '"role":"technician"' in event.public_json


def test_granting_twice_is_the_same_as_once(cast) -> None:
    first = verbs.grant(cast.alice, "technician", actor=SYSTEM)
    events = Event.objects.count()
    assert verbs.grant(cast.alice, "technician", actor=SYSTEM) == first
    assert Event.objects.count() == events


def test_a_scope_must_fit_the_role(cast) -> None:
    with pytest.raises(Refused, match="limited"):
        verbs.grant(cast.alice, "auditor", scope=cast.acme.pk, actor=SYSTEM)
    with pytest.raises(Refused, match="no role"):
        verbs.grant(cast.alice, "emperor", actor=SYSTEM)


def test_the_last_administrator_stays(cast) -> None:
    with pytest.raises(Refused, match="last administrator"):
        verbs.revoke(cast.ada, "administrator", reason="tidy", actor=SYSTEM)
    with pytest.raises(Refused, match="last administrator"):
        verbs.deactivate(cast.ada, reason="tidy", actor=SYSTEM)
    assert Person.objects.get(pk=cast.ada.pk).active


def test_leaving_ends_sessions_tokens_and_grants(cast) -> None:
    verbs.open_account(cast.charlie, login="Charlie", password="quiet-harbour-9", actor=SYSTEM)
    verbs.issue_token(cast.charlie, name="t", scopes=("read",), days=5, actor=SYSTEM)
    before = Account.objects.get(person=cast.charlie).get_session_auth_hash()
    verbs.deactivate(cast.charlie, reason="left", actor=SYSTEM)
    account = Account.objects.get(login="charlie")
    assert account.get_session_auth_hash() != before
    assert not account.is_active
    assert not ApiToken.objects.filter(person=cast.charlie, revoked_at=None).exists()
    assert not Grant.objects.filter(person=cast.charlie, revoked_at=None).exists()


def test_a_weak_password_is_refused_in_words(cast) -> None:
    with pytest.raises(Refused, match="12 characters"):
        verbs.open_account(cast.alice, login="alice", password="password1234", actor=SYSTEM)
    assert not Account.objects.filter(person=cast.alice).exists()


def test_a_password_is_nowhere_in_the_log(cast) -> None:
    verbs.open_account(cast.alice, login="alice", password="quiet-harbour-9", actor=SYSTEM)
    verbs.set_password(cast.alice, "loud-mountain-7", actor=people.looking(cast.alice))
    texts = " ".join(Event.objects.values_list("public_json", flat=True))
    assert "harbour" not in texts
    assert "mountain" not in texts


def test_names_and_addresses_are_not_in_the_sealed_part(cast) -> None:
    verbs.change_person(cast.alice, email="new@example.org", actor=SYSTEM)
    texts = " ".join(Event.objects.values_list("public_json", flat=True))
    assert "example.org" not in texts
    assert "alice" not in texts


def test_a_stale_version_is_a_conflict_told_by_field(cast) -> None:
    seen = cast.alice
    verbs.change_person(cast.alice, name="Alice A.", actor=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        verbs.change_person(seen, name="Alice B.", version=1, actor=SYSTEM)
    clash = refusal.value.fields[0]
    assert (clash.field, clash.was, clash.now, clash.wanted) == (
        "name",
        "alice",
        "Alice A.",
        "Alice B.",
    )


def test_a_field_no_form_offers_cannot_be_set(cast) -> None:
    with pytest.raises(Refused):
        verbs.change_person(cast.alice, active=False, actor=SYSTEM)
    assert Person.objects.get(pk=cast.alice.pk).active


def test_two_people_cannot_share_an_address(cast) -> None:
    with pytest.raises(Refused, match="known already"):
        verbs.add_person(name="x", email="ALICE@example.org", actor=SYSTEM)


def test_someone_elses_person_is_as_missing(cast) -> None:
    with pytest.raises(NotFound):
        verbs.change_person(cast.bert, name="x", actor=people.looking(cast.alice))
