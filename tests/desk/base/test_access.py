"""What one sees in a list, one by one and in a count is the same, for any grants."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import people
from trueup.core.actors import SYSTEM, Actor
from trueup.core.refusals import NotFound, Refused
from trueup.desk.base import access, verbs
from trueup.desk.base.models import Attachment, Customer, Person, Team
from trueup.desk.base.roles import ROLES
from trueup.desk.services.models import Agreement, Offering, Service, Target

pytestmark = pytest.mark.django_db
TABLES = (Person, Customer, Team, Attachment, Service, Offering, Agreement, Target)
GRANTS = st.lists(
    st.tuples(st.sampled_from(sorted(ROLES)), st.sampled_from(["", "acme", "beta"])), max_size=4
)


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(grants=GRANTS, home=st.sampled_from(["", "acme", "beta"]))
def test_list_count_get_and_sees_agree(cast, grants, home) -> None:
    places = {"": None, "acme": cast.acme.pk, "beta": cast.beta.pk}
    viewer = access.Viewer(
        person=cast.alice.pk,
        name="alice",
        customer=places[home],
        grants=tuple((role, places[scope]) for role, scope in grants),
    )
    for model in TABLES:
        seen = access.visible(viewer, model.objects.all())
        listed = {row.pk for row in seen}
        assert seen.count() == len(listed)
        for row in model.objects.all():
            assert access.sees(viewer, row) == (row.pk in listed)
            if row.pk in listed:
                assert access.get(viewer, model, row.pk).pk == row.pk
            else:
                with pytest.raises(NotFound):
                    access.get(viewer, model, row.pk)


def test_without_a_role_nothing_is_visible(cast) -> None:
    nobody = people.looking(people.person("nobody", customer=cast.acme))
    counts = {model: access.visible(nobody, model.objects.all()).count() for model in TABLES}
    assert counts.pop(Person) == 1
    assert set(counts.values()) == {0}


def test_a_hidden_thing_and_a_missing_one_read_the_same(cast) -> None:
    alice = people.looking(cast.alice)
    said = []
    for key in (cast.beta.pk, "00000000-0000-4000-8000-000000000000", "not a key", "a\x00b"):
        with pytest.raises(NotFound) as refusal:
            access.get(alice, Customer, key)
        said.append(str(refusal.value))
    assert len(set(said)) == 1


def test_an_undeclared_verb_is_refused_to_everyone_but_the_system(cast) -> None:
    assert not access.may(people.looking(cast.ada), "no_such_verb", cast.acme)
    assert access.may(SYSTEM, "no_such_verb", cast.acme)


def test_acting_for_somebody_allows_only_what_both_may(cast) -> None:
    ada_for_alice = Actor("person", cast.ada.pk, "ada", on_behalf_of=cast.alice.pk)
    assert access.may(people.looking(cast.ada), "change_person", cast.bert)
    assert not access.may(ada_for_alice, "change_person", cast.bert)
    assert not access.may(ada_for_alice, "change_person", cast.alice)


def test_rights_taken_back_are_gone_for_the_next_question(cast) -> None:
    charlie = Actor("person", cast.charlie.pk, "charlie")
    assert access.visible(charlie, Person.objects.all()).count() > 1
    verbs.revoke(cast.charlie, "technician", reason="left the team", actor=SYSTEM)
    assert access.visible(charlie, Person.objects.all()).count() == 1


def test_somebody_who_left_may_nothing(cast) -> None:
    verbs.deactivate(cast.charlie, reason="left", actor=SYSTEM)
    with pytest.raises(Refused):
        access.may(Actor("person", cast.charlie.pk, "charlie"), "grant", cast.alice)


def test_a_customer_manager_of_two_sees_the_people_of_both(cast) -> None:
    verbs.grant(cast.anna, "customer_manager", scope=cast.beta.pk, actor=SYSTEM)
    seen = access.visible(people.looking(cast.anna), Person.objects.all())
    assert set(seen) == {cast.alice, cast.anna, cast.bert, cast.bella}
