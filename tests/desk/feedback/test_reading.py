"""Results are of those who were asked, with an interval; small groups stay hidden from the team."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests import people
from tests.desk.feedback.closing import closed, invited, mail
from trueup.core.actors import SYSTEM
from trueup.core.intervals import wilson
from trueup.core.refusals import NotFound
from trueup.desk.base.access import visible
from trueup.desk.feedback import reads, sampling, verbs
from trueup.desk.feedback.models import Survey
from trueup.desk.services import verbs as services

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def service(cast):
    made = mail(cast)
    for customer in (cast.acme, None):
        draft = services.draft(
            service=made, customer=customer, start=date(2026, 1, 1), actor=SYSTEM
        )
        services.set_target(draft, metric="resolve", value=8, unit="hours", actor=SYSTEM)
        services.propose(draft, actor=SYSTEM)
        services.agree(draft, actor=SYSTEM)
    return made


def said(cast, service, customer, *scores: int | None) -> None:
    """Somebody new of this customer for each score; None does not answer."""
    count = Survey.objects.count()
    for number, score in enumerate(scores):
        someone = people.person(f"user{count + number}", "user", customer=customer)
        survey = invited(closed(cast, service, someone))
        if score is not None:
            verbs.answer_by_token(reads.token_of(survey), score)


def period() -> dict:
    now = timezone.now()
    return {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}


def test_the_share_is_of_those_who_were_asked_and_answered(cast, service) -> None:
    said(cast, service, cast.acme, 5, 4, 3, 2, None, None)
    found = reads.satisfaction(people.looking(cast.mona), service=service, **period())
    assert (found.asked, found.answered, found.satisfied, found.unhappy) == (6, 4, 2, 1)
    assert found.share == 0.5
    assert (found.low, found.high) == pytest.approx((0.1500, 0.8500), abs=1e-4)


def test_an_unasked_answer_is_in_no_share(cast, service, monkeypatch) -> None:
    said(cast, service, cast.acme, 5)
    monkeypatch.setattr(sampling, "drawn", lambda key, year: 1.0)
    verbs.rate(closed(cast, service, cast.alice), people.looking(cast.alice), 1)
    found = reads.satisfaction(people.looking(cast.mona), service=service, **period())
    assert (found.asked, found.answered, found.unhappy, found.unasked) == (1, 1, 0, 1)


def test_an_agreement_counts_its_own_records(cast, service) -> None:
    said(cast, service, cast.acme, 5, 5)
    said(cast, service, cast.beta, 1)
    acme, default = (service.agreements.get(customer=customer) for customer in (cast.acme, None))
    mona = people.looking(cast.mona)
    assert reads.satisfaction(mona, agreement=acme, **period()).satisfied == 2
    assert reads.satisfaction(mona, agreement=default, **period()).unhappy == 1


def test_the_team_sees_groups_of_five_and_more_and_never_who(cast, service) -> None:
    charlie = people.looking(cast.charlie)
    said(cast, service, cast.acme, 5, 1, 4, 4)
    small = reads.satisfaction(charlie, team=cast.desk, **period())
    assert (small.asked, small.answered, small.share, small.hidden) == (4, None, None, True)
    said(cast, service, cast.acme, 4)
    assert reads.satisfaction(charlie, team=cast.desk, **period()).share == 0.8
    assert not reads.answers(charlie).exists()


def test_a_customers_manager_sees_the_own_customer_only(cast, service) -> None:
    said(cast, service, cast.acme, 5, 1)
    said(cast, service, cast.beta, 3)
    anna, bella = people.looking(cast.anna), people.looking(cast.bella)
    assert reads.satisfaction(anna, service=service, **period()).answered == 2
    assert reads.satisfaction(bella, customer=cast.beta, **period()).answered == 1
    with pytest.raises(NotFound):
        reads.satisfaction(bella, customer=cast.acme, **period())
    assert {each.customer_id for each in reads.answers(bella)} == {cast.beta.pk}


def test_who_sees_which_rows(cast, service) -> None:
    said(cast, service, cast.acme, 5, 2, None)
    seen = {
        name: visible(people.looking(someone), Survey.objects.all()).count()
        for name, someone in {
            "manager": cast.mona, "auditor": cast.audrey, "owner": cast.olga,
            "customer": cast.anna, "other": cast.bella, "technician": cast.charlie,
            "user": cast.alice,
        }.items()
    }  # fmt: skip
    assert seen == {
        "manager": 3, "auditor": 3, "owner": 2, "customer": 2, "other": 0, "technician": 0,
        "user": 0,
    }  # fmt: skip


def test_reading_costs_one_query_for_the_numbers(cast, service, django_assert_max_num_queries):
    said(cast, service, cast.acme, 5, 4, 3)
    mona, when = people.looking(cast.mona), period()
    with django_assert_max_num_queries(2):
        reads.satisfaction(mona, service=service, **when)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson(hits, of, low, high) -> None:
    """The last row is Newcombe's example (1998, table I, method 3)."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)
