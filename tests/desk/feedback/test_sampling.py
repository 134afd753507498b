"""Whom to ask is decided by a table and a hash; every "no" is kept with its row."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from tests import people
from tests.desk.feedback.closing import closed, mail, sampled
from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs as base
from trueup.desk.eventlog import followers, seal
from trueup.desk.eventlog.models import Event
from trueup.desk.feedback import sampling, verbs
from trueup.desk.feedback.followers import Sampling
from trueup.desk.feedback.models import Survey
from trueup.desk.feedback.sampling import choose, drawn, table
from trueup.desk.feedback.verbs import sampling as sampling_verb
from trueup.desk.processes import decisions
from trueup.desk.services import verbs as services
from trueup.desk.work import verbs as work

pytestmark = pytest.mark.django_db
PLAIN = {
    "reachable": True, "opted_out": False, "days_since_asked": None, "days_since_closed": 0,
    "close_code": "fixed", "kind": "incident",
}  # fmt: skip
KEY = UUID(int=7)


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.mark.parametrize(
    ("facts", "rule", "ask"),
    [
        ({}, "S6", None),
        ({"reachable": False}, "S1-address", False),
        ({"opted_out": True}, "S1-opted-out", False),
        ({"days_since_asked": 13}, "S2", False),
        ({"days_since_asked": 14}, "S6", None),
        ({"close_code": "merged"}, "S3", False),
        ({"close_code": "spam"}, "S3", False),
        ({"kind": "complaint"}, "S4", True),
        ({"kind": "security_incident"}, "S6", None),
        ({"kind": "request"}, "S6", None),
        ({"kind": "task"}, "S7", False),
        ({"days_since_closed": 15}, "S0", False),
    ],
)
def test_the_first_row_that_fits_decides(facts, rule, ask) -> None:
    choice = choose(KEY, 2026, {**PLAIN, **facts}, expected=1000)
    assert choice.rule == rule
    if ask is not None:
        assert choice.ask is ask


def test_the_table_is_told_nothing_of_team_or_outcome() -> None:
    assert decisions.faults(table()) == []
    assert set(table().inputs) == set(PLAIN)


@pytest.mark.parametrize(("expected", "share"), [(0, 1.0), (30, 1.0), (60, 0.5), (1000, 0.2)])
def test_the_share_is_large_where_few_close(expected, share) -> None:
    assert choose(KEY, 2026, PLAIN, expected).share == pytest.approx(share)


def test_the_draw_is_even_steady_and_new_each_year() -> None:
    keys = [UUID(int=number) for number in range(4000)]
    hits = sum(drawn(key, 2026) < 0.2 for key in keys)
    assert 720 <= hits <= 880
    assert drawn(KEY, 2026) == drawn(KEY, 2026) != drawn(KEY, 2027)


def test_the_follower_decides_each_closing_once(cast) -> None:
    record = closed(cast, mail(cast))
    followers.register(Sampling())
    seal.seal_pending()
    followers.run_followers(once=False)
    [survey] = Survey.objects.filter(record=record)
    assert (survey.person_id, survey.customer_id) == (cast.alice.pk, cast.acme.pk)
    assert survey.invite_at - record.closed_at == timedelta(hours=4)
    event = Event.objects.get(entity="survey", entity_id=str(survey.pk))
    assert (event.activity, event.actor_kind) == ("opened", "system")
    assert sampled(record) == survey
    assert Survey.objects.count() == 1


def test_nobody_is_asked_twice_in_two_weeks(cast) -> None:
    service = mail(cast)
    first, second = (sampled(closed(cast, service)) for _ in range(2))
    assert (first.state, second.state, second.rule) == ("sampled", "skipped", "S2")
    event = Event.objects.get(entity="survey", entity_id=str(second.pk))
    assert (event.activity, event.name) == ("other", "skip")
    later = sampled(closed(cast, service), now=timezone.now() + timedelta(days=14))
    assert later.state == "sampled"


def test_who_opted_out_or_has_no_address_is_not_asked(cast) -> None:
    service = mail(cast)
    verbs.opt_out(cast.alice, actor=people.looking(cast.alice))
    verbs.opt_out(cast.alice, actor=people.looking(cast.alice))
    assert Event.objects.filter(name="opt_out").count() == 1
    assert sampled(closed(cast, service)).rule == "S1-opted-out"
    verbs.opt_in(cast.alice, actor=people.looking(cast.alice))
    assert sampled(closed(cast, service)).rule == "S6"
    base.change_person(cast.bert, email="", actor=SYSTEM)
    assert sampled(closed(cast, service, cast.bert)).rule == "S1-address"


@pytest.mark.parametrize("weight", [1, 3])
@pytest.mark.parametrize(("number", "state"), [(0.0, "sampled"), (0.999, "skipped")])
def test_the_draw_alone_decides_however_grave_it_was(cast, monkeypatch, weight, number, state):
    monkeypatch.setattr(sampling, "drawn", lambda key, year: number)
    monkeypatch.setattr(sampling_verb, "_expected", lambda now: 1000)
    survey = sampled(closed(cast, mail(cast), impact=weight, urgency=weight))
    assert (survey.rule, survey.share, survey.state) == ("S6", 0.2, state)


def test_all_services_share_one_chance(cast) -> None:
    small, large = mail(cast), services.add_service(name="ERP", actor=SYSTEM)
    for _ in range(39):
        sampled(closed(cast, large))
    survey = sampled(closed(cast, small, cast.bert))
    assert survey.share == pytest.approx(30 / 40)


def test_a_reopened_record_is_not_asked_about_until_it_closes_again(cast) -> None:
    record = closed(cast, mail(cast))
    survey = sampled(record)
    record = work.reopen(record, reason="still slow", actor=people.looking(cast.alice))
    assert verbs.bring_forward(timezone.now() + timedelta(hours=5)) == 1
    survey.refresh_from_db()
    assert (survey.state, survey.rule) == ("skipped", "open again")
    record = work.resolve(
        record, close_code="fixed", closing_word="Now it does.", after_change="no", minutes=5,
        actor=people.looking(cast.charlie),
    )  # fmt: skip
    again = sampled(work.close(record, actor=SYSTEM))
    assert (again.state, again.rule) == ("sampled", "S6")
