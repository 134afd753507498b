"""One click, no log-in, one use; a low score asks for a word; nobody answers for another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import people
from tests.desk.feedback.closing import closed, invited, mail, sampled, solved
from trueup.core.actors import SYSTEM
from trueup.core.refusals import NotFound, Refused
from trueup.desk.base import verbs as base
from trueup.desk.eventlog.models import Event, EventPrivate
from trueup.desk.feedback import reads, sampling, verbs
from trueup.desk.feedback.models import Survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def survey(cast) -> Survey:
    return invited(closed(cast, mail(cast)))


def test_one_click_is_enough(cast, survey) -> None:
    said = verbs.answer_by_token(reads.token_of(survey), 5)
    assert (said.state, said.csat, said.person_id) == ("answered", 5, cast.alice.pk)
    event = Event.objects.get(entity="survey", activity="closed")
    assert (event.actor, event.via) == (str(cast.alice.pk), "mail")


def test_the_link_is_signed_and_for_one_question(cast, survey) -> None:
    token = reads.token_of(survey)
    other = invited(closed(cast, survey.service, cast.bert))
    for wrong in ("", "x", token[:-1], token + "x", token.replace(survey.pk.hex, other.pk.hex)):
        with pytest.raises(NotFound, match="leads nowhere"):
            verbs.answer_by_token(wrong, 1)
    assert not Survey.objects.exclude(csat=None).exists()


@pytest.mark.parametrize("csat", [0, 6, -1, 99])
def test_only_the_five_steps_count(survey, csat) -> None:
    with pytest.raises(Refused, match="from 1 to 5"):
        verbs.answer_by_token(reads.token_of(survey), csat)


def test_one_may_think_again_for_ten_minutes(cast, survey) -> None:
    token, now = reads.token_of(survey), timezone.now()
    verbs.answer_by_token(token, 4, "fast", at=now)
    assert verbs.answer_by_token(token, 3, at=now + timedelta(minutes=9)).csat == 3
    with pytest.raises(Refused, match="ten minutes"):
        verbs.answer_by_token(token, 1, at=now + timedelta(minutes=11))
    survey.refresh_from_db()
    assert (survey.csat, survey.comment, survey.answered_at) == (3, "fast", now)
    names = Event.objects.filter(entity="survey", entity_id=str(survey.pk)).order_by("pk")
    assert [event.name for event in names][-2:] == ["answer", "change_answer"]


def test_a_low_score_asks_for_a_word_which_may_come_later(cast, survey) -> None:
    now = timezone.now()
    token = reads.token_of(survey)
    verbs.answer_by_token(token, 2, at=now - timedelta(hours=3))
    survey.refresh_from_db()
    assert reads.mine(survey).asks_for_word
    assert verbs.answer_by_token(token, 2, "Nobody called.", at=now).comment == "Nobody called."
    with pytest.raises(Refused):
        verbs.answer_by_token(token, 2, "And again.", at=now)
    survey.refresh_from_db()
    assert not reads.mine(survey).asks_for_word


def test_what_was_said_stays_erasable(cast, survey) -> None:
    verbs.answer_by_token(reads.token_of(survey), 1, "Bob was rude.")
    event = Event.objects.get(entity="survey", activity="closed")
    assert "rude" not in event.public_json
    assert EventPrivate.objects.get(event=event).key.owner == f"person:{cast.alice.pk}"


def test_nobody_answers_for_another(cast, survey) -> None:
    for someone in (cast.charlie, cast.bert):
        with pytest.raises(NotFound):
            verbs.answer(survey, csat=5, actor=people.looking(someone))
    for someone in (cast.mona, cast.audrey):
        with pytest.raises(Refused, match="role does not include"):
            verbs.answer(survey, csat=5, actor=people.looking(someone))


def test_no_person_asks_or_suppresses(cast, survey) -> None:
    with pytest.raises(Refused, match="role does not include"):
        verbs.expire(survey, actor=people.looking(cast.mona))
    with pytest.raises(NotFound):
        verbs.remind(survey, actor=people.looking(cast.charlie))


def test_who_left_does_not_answer(cast, survey) -> None:
    base.deactivate(cast.alice, reason="left", actor=SYSTEM)
    with pytest.raises(Refused, match="no longer active"):
        verbs.answer_by_token(reads.token_of(survey), 5)


def test_one_reminder_then_it_ends(cast, survey) -> None:
    sent, token = survey.sent_at, reads.token_of(survey)
    assert timedelta(days=3) <= survey.remind_at - sent <= timedelta(days=5)
    assert verbs.bring_forward(survey.remind_at) == 1
    assert verbs.bring_forward(survey.remind_at) == 0
    assert verbs.bring_forward(survey.expires_at) == 1
    survey.refresh_from_db()
    assert (survey.state, survey.reminder) == ("expired", 1)
    with pytest.raises(NotFound):
        verbs.answer_by_token(token, 5)
    names = Event.objects.filter(entity="survey", entity_id=str(survey.pk)).order_by("pk")
    told = [(event.name, event.activity) for event in names]
    assert told[-2:] == [("remind", "commented"), ("expire", "cancelled")]


def test_an_answer_ends_the_asking(cast, survey) -> None:
    verbs.answer_by_token(reads.token_of(survey), 4)
    assert verbs.bring_forward(survey.expires_at + timedelta(days=30)) == 0


def test_rating_in_the_portal_before_the_question_comes(cast) -> None:
    record, alice = solved(cast, mail(cast)), people.looking(cast.alice)
    said = verbs.rate(record, alice, 5, "Thank you")
    assert (said.state, said.rule, said.sent_by) == ("answered", "S6", "automatic")
    assert reads.my_survey(record, alice).csat == 5


def test_an_unasked_answer_is_kept_apart(cast, monkeypatch) -> None:
    monkeypatch.setattr(sampling, "drawn", lambda key, year: 1.0)
    record, alice = solved(cast, mail(cast)), people.looking(cast.alice)
    said = verbs.rate(record, alice, 1)
    assert (said.state, said.sent_at, said.sent_by) == ("answered", None, "")
    assert not reads.my_survey(record, alice).asked


def test_rating_early_is_the_decision_about_that_closing(cast) -> None:
    from trueup.desk.work import verbs as work

    record = solved(cast, mail(cast))
    said = verbs.rate(record, people.looking(cast.alice), 5)
    record = work.close(record, actor=SYSTEM)
    assert sampled(record) == said
    assert Survey.objects.count() == 1


def test_only_the_requester_rates_and_only_what_is_done(cast) -> None:
    from trueup.desk.work import verbs as work

    record = work.report(title="Slow", actor=people.looking(cast.alice))
    with pytest.raises(Refused, match="when it is done"):
        verbs.rate(record, people.looking(cast.alice), 5)
    with pytest.raises(NotFound):
        verbs.rate(record, people.looking(cast.bert), 5)
    with pytest.raises(Refused, match="role does not include"):
        verbs.rate(record, people.looking(cast.charlie), 5)
    assert reads.my_survey(record, people.looking(cast.alice)) is None


def test_a_lead_speaks_with_who_was_let_down(cast, survey) -> None:
    verbs.answer_by_token(reads.token_of(survey), 1, "Three days!")
    lead = people.person("lena", "team_lead", team=cast.desk)
    base.change_team(cast.desk, lead=lead, actor=SYSTEM)
    assert list(reads.to_follow_up(people.looking(lead))) == [survey]
    with pytest.raises(NotFound):
        verbs.follow_up(survey, text="sorry", actor=people.looking(cast.charlie))
    with pytest.raises(Refused, match="what you spoke about"):
        verbs.follow_up(survey, text=" ", actor=people.looking(lead))
    verbs.follow_up(
        survey, text="Called her; a new laptop is on its way.", actor=people.looking(lead)
    )
    assert not reads.to_follow_up(people.looking(lead)).exists()
    assert "laptop" not in Event.objects.get(name="follow_up").public_json
