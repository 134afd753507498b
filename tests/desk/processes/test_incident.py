"""The shipped incident model at work: it proposes, the verbs dispose, dates come from calendars."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests import people
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Refused
from trueup.desk.base import timers
from trueup.desk.base.models import Timer
from trueup.desk.base.verbs import sign_calendar
from trueup.desk.eventlog.models import Event
from trueup.desk.processes import reads
from trueup.desk.processes import verbs as processes
from trueup.desk.processes.models import Instance, Waiting
from trueup.desk.services import verbs as services
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

pytestmark = pytest.mark.django_db
WEEK = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def cast() -> people.Cast:
    processes.install_shipped()
    return people.cast()


@pytest.fixture
def mail(cast):
    """A service with a promise: answered in 30 minutes, solved in 8 hours, on working days."""
    hours = sign_calendar(name="Office", zone="Europe/Berlin", week=WEEK, actor=SYSTEM)
    service = services.add_service(
        name="Mail", owner=cast.olga, team=cast.desk, calendar=hours, actor=SYSTEM
    )
    made = services.draft(service=service, customer=cast.acme, start=date(2026, 1, 1), actor=SYSTEM)
    services.set_target(made, metric="response", value=30, unit="minutes", actor=SYSTEM)
    services.set_target(made, metric="resolve", value=8, unit="hours", actor=SYSTEM)
    services.propose(made, actor=SYSTEM)
    services.agree(made, actor=SYSTEM)
    return service


def reported(cast, mail, **more) -> Record:
    return verbs.report(
        title="Mail is slow", service=mail, actor=people.looking(cast.alice), **more
    )


def sorted_out(record: Record, mail, charlie, impact: int = 3, urgency: int = 2) -> Record:
    return verbs.triage(
        record, service=mail, ci_note="none, because", category="mail",
        impact=impact, urgency=urgency, actor=charlie,
    )  # fmt: skip


def solved(record: Record, charlie) -> Record:
    return verbs.resolve(
        record, close_code="fixed", closing_word="It works again.", after_change="no",
        minutes=10, actor=charlie,
    )  # fmt: skip


def tasks(record: Record) -> list[str]:
    """The steps that wait for somebody."""
    waits = Waiting.objects.filter(instance__subject=record.pk, kind="task", ended_at=None)
    return sorted(waits.values_list("element", flat=True))


def running(record: Record) -> bool:
    return Instance.objects.filter(subject=record.pk, ended_at=None).exists()


def due(record: Record, element: str) -> Timer:
    """The armed timer of a step."""
    wait = Waiting.objects.get(instance__subject=record.pk, element=element, ended_at=None)
    return Timer.objects.get(subject=record.pk, name=f"process:{wait.pk}", state="armed")


def let_come(timer: Timer) -> None:
    """Let the instant of a timer be here."""
    Timer.objects.filter(pk=timer.pk).update(
        due_at=timezone.now() - timedelta(seconds=1), not_before=timezone.now()
    )
    timers.fire_due()


def test_the_plain_path_goes_from_triage_to_confirmation(cast, mail) -> None:
    charlie = people.looking(cast.charlie)
    record = reported(cast, mail)
    assert tasks(record) == ["triage"]
    record = sorted_out(record, mail, charlie)
    assert tasks(record) == ["fix"]
    record = solved(verbs.start(verbs.take(record, actor=charlie), actor=charlie), charlie)
    assert tasks(record) == ["confirm"]
    record = verbs.confirm(record, actor=people.looking(cast.alice))
    assert (record.state, running(record), tasks(record)) == ("closed", False, [])
    assert not Timer.objects.filter(subject=record.pk, state="armed").exists()


def test_what_the_tables_said_stands_in_the_log(cast, mail) -> None:
    record = sorted_out(reported(cast, mail), mail, people.looking(cast.charlie))
    told = Event.objects.filter(entity_id=str(record.pk), name="decided").order_by("pk")
    assert ["P-3-2" in told[0].public_json, "J5" in told[1].public_json] == [True, True]
    assert {event.via for event in told} == {"process"}


def test_shares_of_the_clock_come_from_the_calendar_of_the_promise(cast, mail) -> None:
    record = reported(cast, mail)
    half, full = due(record, "triage_half"), due(record, "triage_full")
    assert full.due_at == record.response_due
    assert half.due_at < full.due_at
    let_come(half)
    assert due(record, "triage_half").due_at == half.due_at, "not yet due: set back, not told"
    assert not Waiting.objects.filter(result="told").exists()


def test_a_warning_is_kept_for_the_outbox_once(cast, mail) -> None:
    charlie = people.looking(cast.charlie)
    opened = timezone.now() - timedelta(days=30)
    record = sorted_out(reported(cast, mail, at=opened), mail, charlie)
    timers.fire_due()
    told = Waiting.objects.filter(instance__subject=record.pk, result="told")
    assert sorted(told.values_list("element", flat=True)) == ["tell_over", "tell_warn"]
    asked = verbs.ask(
        record, text="Since when?", next_contact_at=timezone.now() + timedelta(days=1),
        actor=charlie,
    )  # fmt: skip
    verbs.answer(asked, text="Since today.", actor=people.looking(cast.alice))
    timers.fire_due()
    assert told.count() == 2


def test_an_answer_brings_it_back_to_where_it_was(cast, mail) -> None:
    charlie, alice = people.looking(cast.charlie), people.looking(cast.alice)
    tomorrow = timezone.now() + timedelta(days=1)
    record = reported(cast, mail)
    record = verbs.ask(record, text="Which one?", next_contact_at=tomorrow, actor=charlie)
    assert tasks(record) == ["wait"]
    record = verbs.answer(record, text="The old one.", actor=alice)
    assert tasks(record) == ["triage"]
    record = sorted_out(record, mail, charlie)
    record = verbs.hold(
        record, waiting_for="supplier", reason="part ordered", next_contact_at=tomorrow,
        awaited="the part", actor=charlie,
    )  # fmt: skip
    assert due(record, "wait_date").due_at == tomorrow
    record = verbs.resume(record, reason="the part is here", actor=charlie)
    assert tasks(record) == ["fix"]


def test_on_the_agreed_date_the_process_takes_it_up_again(cast, mail) -> None:
    charlie = people.looking(cast.charlie)
    record = sorted_out(reported(cast, mail), mail, charlie)
    past = timezone.now() - timedelta(hours=3)
    record = sorted_out_and_held(record, charlie)
    Record.objects.filter(pk=record.pk).update(next_contact_at=past)
    let_come(due(record, "wait_date"))
    record.refresh_from_db()
    assert (record.state, tasks(record)) == ("new", ["fix"])
    resumed = Event.objects.get(entity_id=str(record.pk), name="resume")
    assert (resumed.actor_kind, resumed.via) == ("system", "process")


def sorted_out_and_held(record: Record, charlie) -> Record:
    return verbs.hold(
        record, waiting_for="supplier", reason="part ordered", awaited="the part",
        next_contact_at=timezone.now() + timedelta(days=1), actor=charlie,
    )  # fmt: skip


def test_without_a_word_for_five_working_days_it_closes_itself(cast, mail) -> None:
    record = solved(
        sorted_out(reported(cast, mail), mail, people.looking(cast.charlie)),
        people.looking(cast.charlie),
    )
    timer = due(record, "confirm_over")
    assert timedelta(days=5) < timer.due_at - timezone.now() <= timedelta(days=9)
    wait = Waiting.objects.get(element="confirm_over", ended_at=None)
    Waiting.objects.filter(pk=wait.pk).update(since=timezone.now() - timedelta(days=15))
    let_come(timer)
    record.refresh_from_db()
    assert (record.state, running(record)) == ("closed", False)
    closed = Event.objects.get(entity_id=str(record.pk), name="close")
    assert (closed.actor_kind, closed.via) == ("system", "process")


def test_not_solved_brings_it_back_to_work(cast, mail) -> None:
    charlie, alice = people.looking(cast.charlie), people.looking(cast.alice)
    record = solved(sorted_out(reported(cast, mail), mail, charlie), charlie)
    record = verbs.reopen(record, reason="still slow", actor=alice)
    assert tasks(record) == ["fix"]
    record = verbs.confirm(solved(record, charlie), actor=alice)
    assert not running(record)
    record = verbs.reopen(record, reason="slow again", actor=alice)
    assert (running(record), tasks(record)) == (True, ["fix"])


def test_cancelling_ends_the_process_wherever_it_stands(cast, mail) -> None:
    record = reported(cast, mail)
    record = verbs.cancel(record, reason="my mistake", actor=people.looking(cast.alice))
    assert (running(record), tasks(record)) == (False, [])
    assert not Timer.objects.filter(subject=record.pk, state="armed").exists()


def test_a_refused_step_blocks_only_itself(cast, mail, monkeypatch) -> None:
    charlie, alice = people.looking(cast.charlie), people.looking(cast.alice)
    record = solved(sorted_out(reported(cast, mail), mail, charlie), charlie)
    Waiting.objects.filter(element="confirm_over").update(since=timezone.now() - timedelta(days=15))
    with monkeypatch.context() as patch:
        patch.setitem(process_verbs(), "close", refuse)
        let_come(due(record, "confirm_over"))
    held = Waiting.objects.get(instance__subject=record.pk, element="v_close", ended_at=None)
    assert held.blocked == "Not on a Sunday."
    assert reads.refused(people.looking(cast.audrey)).get() == held
    assert Event.objects.filter(entity_id=str(record.pk), name="refused").count() == 1
    record.refresh_from_db()
    assert record.state == "resolved"
    record = verbs.confirm(record, actor=alice)
    assert (record.state, running(record)) == ("closed", False)


def process_verbs() -> dict:
    from trueup.desk.work import process

    return process._verbs


def refuse(record, *, actor, via, at) -> Record:
    raise Refused("Not on a Sunday.")


def test_a_record_without_a_model_is_sound(cast, mail) -> None:
    package = reads.in_force("incident")
    assert package is not None
    processes.retire(package, actor=SYSTEM)
    charlie = people.looking(cast.charlie)
    record = solved(sorted_out(reported(cast, mail), mail, charlie), charlie)
    assert verbs.confirm(record, actor=people.looking(cast.alice)).state == "closed"
    assert not Instance.objects.exists()


def test_who_sees_the_record_sees_its_steps(cast, mail) -> None:
    record = reported(cast, mail)
    first, *_ = reads.steps(people.looking(cast.alice), record.pk)
    assert first.name == "Triage"
    assert reads.steps(people.looking(cast.bert), record.pk) == []
