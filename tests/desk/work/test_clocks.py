"""Clocks run in the hours promised, stand while the requester is asked, go on after reopening."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.desk.work.scene import BERLIN, MONDAY, after
from trueup.core.actors import SYSTEM
from trueup.desk.services import verbs as services
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import TargetResult

pytestmark = pytest.mark.django_db


def clock(record, metric: str, now: datetime):
    found = {each.metric: each for each in reads.clocks_of(record, now)}
    return found[metric]


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def test_response_stops_at_the_first_human_public_word(desk) -> None:
    record = desk.report()
    verbs.acknowledge(record, text="We have it", actor=SYSTEM, at=after(minutes=1))
    verbs.note(record, text="Looks odd", actor=desk.who("charlie"), at=after(minutes=5))
    verbs.comment(record, text="Hello?", actor=desk.who("alice"), at=after(minutes=6))
    record = reads.one(desk.who("charlie"), record.pk)
    assert record.first_response_at is None
    assert clock(record, "response", after(minutes=30)).state.left_min == 30
    verbs.comment(record, text="I look", actor=desk.who("charlie"), at=after(minutes=45))
    record = reads.one(desk.who("charlie"), record.pk)
    assert record.first_response_at == after(minutes=45)
    result = TargetResult.objects.get(record=record, metric="response")
    assert (result.met, result.elapsed_min) == (True, 45)
    verbs.comment(record, text="Still", actor=desk.who("charlie"), at=after(2))
    assert TargetResult.objects.filter(record=record, metric="response").count() == 1


def test_asking_pauses_solving_and_the_answer_lets_it_go_on(desk) -> None:
    record = desk.worked()
    assert record.resolve_due == at(2, 17)
    record = verbs.ask(
        record, text="Which?", next_contact_at=at(3, 10), actor=desk.who("charlie"), at=at(2, 11)
    )
    assert record.due_at is None
    now = clock(record, "resolve", at(2, 15))
    assert (now.state.running, now.state.elapsed_min, now.state.paused_min) == (False, 120, 240)
    record = verbs.answer(record, text="This", actor=desk.who("alice"), at=at(2, 16))
    assert (record.state, record.waiting_for) == ("working", "")
    assert record.resolve_due == record.due_at == at(3, 12)
    now = clock(record, "resolve", at(2, 17))
    reasons = [(each.running, each.reason) for each in now.state.segments]
    assert reasons == [(True, ""), (False, "customer"), (True, "")]


def test_waiting_for_others_pauses_nothing(desk) -> None:
    record = desk.worked()
    verbs.comment(record, text="I look", actor=desk.who("charlie"), at=MONDAY)
    record = verbs.hold(
        record,
        waiting_for="supplier",
        reason="Their logs",
        next_contact_at=at(4, 10),
        actor=desk.who("charlie"),
        at=at(2, 10),
    )
    assert (record.evidence, record.due_at) == ("waiting", at(2, 17))
    assert clock(record, "resolve", at(2, 16)).state.elapsed_min == 420


def test_a_holiday_and_a_weekend_do_not_count(desk) -> None:
    record = desk.report(at=at(30, 17, month=4))
    assert record.resolve_due == at(4, 15, month=5)


def test_the_hour_the_clock_springs_forward_is_not_lost(desk) -> None:
    friday = at(27, 17)
    record = desk.report(at=friday)
    assert record.resolve_due == at(30, 15)
    assert clock(record, "resolve", at(30, 9)).state.elapsed_min == 120


def test_a_new_priority_is_a_new_target_from_the_beginning(desk) -> None:
    record = desk.worked()
    record = verbs.set_priority(
        record, impact=1, urgency=1, actor=desk.who("charlie"), at=at(2, 12)
    )
    assert (record.priority, record.resolve_due) == (1, at(2, 13))
    assert clock(record, "resolve", at(2, 12)).state.elapsed_min == 180


def test_reopening_goes_on_where_it_stood_and_adds_a_result(desk) -> None:
    record = desk.solve(desk.worked(), at=at(2, 12))
    first = TargetResult.objects.get(record=record, metric="resolve")
    assert (first.met, first.elapsed_min) == (True, 180)
    record = verbs.reopen(record, reason="Again", actor=desk.who("alice"), at=at(3, 9))
    assert record.resolve_due == at(3, 14)
    record = desk.solve(record, at=at(3, 15))
    results = TargetResult.objects.filter(record=record, metric="resolve").order_by("computed_at")
    assert [(each.met, each.elapsed_min) for each in results] == [(True, 180), (False, 540)]
    assert [each.rule_version for each in results] == ["clocks/1"] * 2


def test_giving_it_on_resets_nothing(desk) -> None:
    record = verbs.assign(desk.worked(), team=desk.second, actor=desk.who("charlie"), at=at(2, 12))
    assert record.resolve_due == at(2, 17)


def test_the_promise_of_the_day_it_was_opened_stays(desk) -> None:
    record = desk.worked()
    new = services.amend(desk.promise, start=datetime(2026, 3, 3).date(), actor=SYSTEM)
    services.set_target(new, metric="resolve", value=1, unit="hours", actor=SYSTEM)
    services.propose(new, actor=SYSTEM)
    services.agree(new, actor=SYSTEM)
    record = verbs.take(desk.report(), actor=desk.who("charlie"), at=at(4, 9))
    assert record.agreement_id == desk.promise.pk
    assert desk.report(at=at(4, 9)).agreement_id == new.pk


def test_without_a_promise_there_is_no_clock(desk) -> None:
    record = desk.report(service=None, team=None)
    assert (record.agreement, record.due_at) == (None, None)
    assert reads.clocks_of(record, MONDAY) == []
    sorted_ = desk.triage(record)
    assert (sorted_.agreement_id, sorted_.resolve_due) == (desk.promise.pk, at(2, 17))


def test_the_warning_comes_when_three_quarters_are_used(desk) -> None:
    record = desk.worked()
    verbs.comment(record, text="I look", actor=desk.who("charlie"), at=MONDAY)
    record = reads.one(desk.who("charlie"), record.pk)
    assert record.risk_at == MONDAY + timedelta(hours=6)


def test_a_request_counts_its_own_clock_in_working_days(desk) -> None:
    record = desk.report(kind="request")
    found = clock(record, "fulfil", MONDAY)
    assert (found.minutes, found.state.due_at) == (1200, at(4, 9))


def test_a_cancelled_record_has_no_due_date_and_no_result(desk) -> None:
    record = verbs.cancel(desk.report(), reason="Found it", actor=desk.who("alice"), at=after(1))
    assert (record.due_at, record.resolve_due) == (None, None)
    assert not TargetResult.objects.filter(record=record).exists()
