"""A promise is drafted, agreed by the other side, frozen, and replaced, never edited."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests import people
from trueup.core.actors import SYSTEM
from trueup.core.money import Money
from trueup.core.refusals import Conflict, NotFound, Refused
from trueup.desk.base import access
from trueup.desk.base.verbs import grant, sign_calendar
from trueup.desk.eventlog.models import Event
from trueup.desk.services import reads, verbs
from trueup.desk.services.models import Agreement

pytestmark = pytest.mark.django_db
JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def mail(cast):
    return verbs.add_service(name="Mail", owner=cast.olga, actor=people.looking(cast.olga))


def promise(cast, mail, customer=None, start=JANUARY, **more) -> Agreement:
    """A promise in force: eight hours, four for priority 1."""
    made = verbs.draft(service=mail, customer=customer, start=start, actor=SYSTEM, **more)
    verbs.set_target(made, metric="resolve", value=8, unit="hours", actor=SYSTEM)
    verbs.set_target(made, metric="resolve", value=4, unit="hours", priority=1, actor=SYSTEM)
    verbs.propose(made, actor=SYSTEM)
    return verbs.agree(made, actor=SYSTEM)


def test_both_sides_are_needed(cast, mail) -> None:
    olga, anna = people.looking(cast.olga), people.looking(cast.anna)
    made = verbs.draft(service=mail, customer=cast.acme, start=JANUARY, actor=olga)
    verbs.set_target(made, metric="response", value=30, unit="minutes", actor=olga)
    verbs.propose(made, actor=olga)
    with pytest.raises(Refused):
        verbs.agree(made, actor=olga)
    agreed = verbs.agree(made, actor=anna)
    assert (agreed.state, agreed.agreed_by_id) == ("agreed", cast.anna.pk)
    names = Event.objects.filter(entity_id=str(made.pk)).order_by("pk")
    assert [event.name for event in names] == ["draft", "set_target", "propose", "agree"]


def test_another_customer_cannot_even_see_it(cast, mail) -> None:
    made = promise(cast, mail, cast.acme)
    for someone in (cast.bella, cast.bert, cast.alice):
        with pytest.raises(NotFound):
            access.get(people.looking(someone), Agreement, made.pk)
        with pytest.raises(NotFound):
            verbs.agree(made, actor=people.looking(someone))


def test_a_draft_is_not_shown_to_the_customer(cast, mail) -> None:
    made = verbs.draft(service=mail, customer=cast.acme, start=JANUARY, actor=SYSTEM)
    assert not access.sees(people.looking(cast.anna), made)


def test_an_agreed_version_is_frozen(cast, mail) -> None:
    made = promise(cast, mail, cast.acme)
    with pytest.raises(Refused, match="fixed"):
        verbs.set_target(made, metric="resolve", value=99, unit="hours", actor=SYSTEM)
    assert {target.value for target in made.targets.all()} == {8, 4}


def test_the_next_version_takes_over_and_the_old_one_keeps_its_numbers(cast, mail) -> None:
    old = promise(cast, mail, cast.acme, price=Money(Decimal("1200"), "EUR"))
    new = verbs.amend(old, start=JULY, actor=SYSTEM)
    verbs.set_target(new, metric="resolve", value=6, unit="hours", actor=SYSTEM)
    verbs.propose(new, actor=SYSTEM)
    assert reads.agreement_for(mail, cast.acme, JULY) == old
    verbs.agree(new, actor=SYSTEM)
    assert reads.agreement_for(mail, cast.acme, date(2026, 6, 30)) == old
    assert reads.agreement_for(mail, cast.acme, JULY) == new
    assert (new.number, new.price_month) == (2, Decimal("1200"))
    assert reads.targets_for(old, None)[0].value == 8
    assert reads.targets_for(new, None)[0].value == 6


def test_own_promise_before_the_default_one(cast, mail) -> None:
    default = promise(cast, mail)
    own = promise(cast, mail, cast.acme, start=JULY)
    assert reads.agreement_for(mail, cast.acme, JANUARY) == default
    assert reads.agreement_for(mail, cast.acme, JULY) == own
    assert reads.agreement_for(mail, cast.beta, JULY) == default
    assert reads.agreement_for(mail, cast.acme, date(2025, 12, 31)) is None


def test_the_target_of_the_priority_before_the_one_for_all(cast, mail) -> None:
    made = promise(cast, mail)
    assert [target.value for target in reads.targets_for(made, 1)] == [4]
    assert [target.value for target in reads.targets_for(made, 3)] == [8]
    assert [target.value for target in reads.targets_for(made, None)] == [8]


def test_two_promises_may_not_hold_at_once(cast, mail) -> None:
    promise(cast, mail, cast.acme)
    with pytest.raises(Refused, match="Another agreement"):
        promise(cast, mail, cast.acme, start=JULY)


def test_a_promise_without_a_number_is_refused(cast, mail) -> None:
    made = verbs.draft(service=mail, customer=cast.acme, start=JANUARY, actor=SYSTEM)
    with pytest.raises(Refused, match="without a number"):
        verbs.propose(made, actor=SYSTEM)


def test_declined_is_a_draft_again_with_the_reason_kept_private(cast, mail) -> None:
    made = verbs.draft(service=mail, customer=cast.acme, start=JANUARY, actor=SYSTEM)
    verbs.set_target(made, metric="response", value=30, unit="minutes", actor=SYSTEM)
    verbs.propose(made, actor=SYSTEM)
    declined = verbs.decline(made, reason="too dear", actor=people.looking(cast.anna))
    assert declined.state == "draft"
    assert "too dear" not in " ".join(Event.objects.values_list("public_json", flat=True))


def test_a_stale_version_conflicts(cast, mail) -> None:
    made = verbs.draft(service=mail, customer=cast.acme, start=JANUARY, actor=SYSTEM)
    verbs.set_target(made, metric="response", value=30, unit="minutes", actor=SYSTEM)
    with pytest.raises(Conflict):
        verbs.propose(made, version=1, actor=SYSTEM)


def test_an_ended_promise_holds_until_its_last_day(cast, mail) -> None:
    made = promise(cast, mail, cast.acme)
    verbs.end_agreement(made, end=JULY, reason="moved away", actor=SYSTEM)
    assert reads.agreement_for(mail, cast.acme, date(2026, 6, 30)) is not None
    assert reads.agreement_for(mail, cast.acme, JULY) is None


def test_holidays_are_frozen_when_signed(cast) -> None:
    row = sign_calendar(
        name="Office",
        zone="Europe/Berlin",
        week={"mon": [("08:00", "18:00")]},
        country="DE",
        actor=SYSTEM,
    )
    assert "2026-10-03" in row.holidays
    again = sign_calendar(
        name="Office",
        zone="Europe/Berlin",
        week={"mon": [("08:00", "18:00")]},
        country="DE-BY",
        actor=SYSTEM,
    )
    assert again.number == 2
    assert set(row.holidays) < set(again.holidays)


def test_a_calendar_that_cannot_be_read_is_refused(cast) -> None:
    for week, zone, country in (
        ({"mon": [("25:00", "26:00")]}, "Europe/Berlin", ""),
        ({"mon": [("08:00", "18:00")]}, "Mars/Base", ""),
        ({"mon": [("08:00", "18:00")]}, "Europe/Berlin", "ZZ"),
    ):
        with pytest.raises(Refused):
            sign_calendar(name="x", zone=zone, week=week, country=country, actor=SYSTEM)


def test_a_service_owner_of_one_service_changes_only_that(cast, mail) -> None:
    other = verbs.add_service(name="Print", actor=SYSTEM)
    someone = people.person("otto")
    grant(someone, "service_owner", scope=other.pk, actor=SYSTEM)
    viewer = people.looking(someone)
    assert verbs.change_service(other, criticality=1, actor=viewer).criticality == 1
    with pytest.raises(Refused):
        verbs.change_service(mail, criticality=1, actor=viewer)
    with pytest.raises(Refused):
        verbs.add_service(name="Third", actor=viewer)
