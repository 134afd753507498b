"""After a grave case that nobody was asked about, a lead calls; it is no answer in any figure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import people
from tests.desk.feedback.closing import closed, invited, mail, sampled, solved
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Refusal, Refused
from trueup.desk.base import verbs as base
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.models import Event
from trueup.desk.feedback import sampling, verbs
from trueup.desk.feedback.models import Survey
from trueup.desk.feedback.sampling import grave, table
from trueup.desk.processes import decisions
from trueup.desk.work import verbs as work
from trueup.desk.work.models import Record

pytestmark = pytest.mark.django_db
PLAIN = {
    "somebody": True, "days_since_closed": 0, "close_code": "fixed", "kind": "incident",
    "priority": 3, "major": False, "reopened": False,
}  # fmt: skip
URGENT = {"impact": 1, "urgency": 1}


@pytest.fixture
def cast(monkeypatch) -> people.Cast:
    """Nobody is drawn, and Lena leads the desk."""
    monkeypatch.setattr(sampling, "drawn", lambda key, year: 1.0)
    found = people.cast()
    lead = people.person("lena", "team_lead", "technician", team=found.desk)
    base.change_team(found.desk, lead=lead, actor=SYSTEM)
    return found


@pytest.mark.parametrize(
    ("facts", "rule", "due"),
    [
        ({}, "C7", False),
        ({"priority": 2}, "C5-priority", True),
        ({"major": True}, "C5-major", True),
        ({"reopened": True}, "C5-reopened", True),
        ({"kind": "request", "priority": 1}, "C5-priority", True),
        ({"kind": "task", "priority": 1}, "C7", False),
        ({"priority": 1, "somebody": False}, "C1", False),
        ({"priority": 1, "close_code": "spam"}, "C3", False),
        ({"priority": 1, "days_since_closed": 15}, "C0", False),
    ],
)
def test_the_first_row_that_fits_says_who_is_called(facts, rule, due) -> None:
    call = grave({**PLAIN, **facts})
    assert (call.rule, call.due) == (rule, due)


def test_the_table_names_nothing_it_is_not_told() -> None:
    assert decisions.faults(table("calling")) == []
    assert set(table("calling").inputs) == set(PLAIN)


def on(monkeypatch, at) -> int:
    """The day goes on until an instant; says what was brought forward then."""
    monkeypatch.setattr(clock, "now", lambda: at)
    return verbs.bring_forward(at)


def asked_to_call(cast, monkeypatch) -> Survey:
    survey = sampled(closed(cast, mail(cast), **URGENT))
    assert on(monkeypatch, survey.call_at) == 1
    survey.refresh_from_db()
    return survey


def test_the_lead_gets_a_task_four_hours_later_and_finishes_it(cast, monkeypatch) -> None:
    survey = asked_to_call(cast, monkeypatch)
    task = survey.call
    assert (task.kind, task.parent_id, task.assignee.name) == ("task", survey.record_id, "lena")
    assert task.title == f"Call alice: how did it go with {survey.record.number}?"
    assert task.opened_at == survey.record.closed_at + timedelta(hours=4)
    lead = people.looking(task.assignee)
    task = work.finish(work.start(task, actor=lead), minutes=6, actor=lead)
    assert task.evidence == "closed"
    assert on(monkeypatch, task.opened_at + timedelta(days=30)) == 0


def test_a_call_is_no_answer_and_the_no_is_kept_with_its_row(cast, monkeypatch) -> None:
    survey = asked_to_call(cast, monkeypatch)
    assert (survey.state, survey.rule, survey.call_rule) == ("skipped", "S6", "C5-priority")
    assert (survey.sent_at, survey.csat) == (None, None)
    event = Event.objects.get(entity="survey", name="call")
    assert (event.activity, event.actor_kind) == ("other", "system")


def test_who_was_asked_is_called_only_when_no_answer_came(cast, monkeypatch) -> None:
    monkeypatch.setattr(sampling, "drawn", lambda key, year: 0.0)
    survey = invited(closed(cast, mail(cast), **URGENT))
    assert survey.call_at is None
    on(monkeypatch, survey.remind_at)
    on(monkeypatch, survey.expires_at)
    survey.refresh_from_db()
    assert (survey.state, survey.call.kind) == ("expired", "task")


def test_who_said_it_unasked_is_not_called(cast) -> None:
    survey = verbs.rate(solved(cast, mail(cast), **URGENT), people.looking(cast.alice), 2)
    assert survey.call_at is None


def test_no_call_while_the_work_goes_on(cast, monkeypatch) -> None:
    record = closed(cast, mail(cast), **URGENT)
    survey = sampled(record)
    work.reopen(record, reason="still slow", actor=people.looking(cast.alice))
    assert on(monkeypatch, survey.call_at) == 1
    assert not Record.objects.filter(kind="task").exists()
    assert Event.objects.filter(entity="survey", name="leave_out_call").count() == 1


def test_without_a_lead_the_team_has_the_task_and_nobody_asks_by_hand(cast, monkeypatch) -> None:
    base.change_team(cast.desk, lead=None, actor=SYSTEM)
    survey = sampled(closed(cast, mail(cast), **URGENT))
    monkeypatch.setattr(clock, "now", lambda: survey.call_at)
    with pytest.raises(Refusal):
        verbs.call(survey, actor=people.looking(cast.charlie))
    task = verbs.call(survey, actor=SYSTEM).call
    assert (task.team, task.assignee) == (cast.desk, None)
    with pytest.raises(Refused):
        verbs.call(survey, actor=SYSTEM)
