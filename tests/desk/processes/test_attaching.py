"""A record that was there before its model finds its place in it, or stays sound without."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import people
from tests.desk.processes.test_incident import (
    due,
    mail,
    reported,
    running,
    solved,
    sorted_out,
    sorted_out_and_held,
    tasks,
)
from trueup.core.actors import SYSTEM
from trueup.desk.assurance.export import log as export
from trueup.desk.eventlog import reads as log
from trueup.desk.eventlog.models import Event
from trueup.desk.eventlog.seal import seal_pending
from trueup.desk.processes import verbs as processes
from trueup.desk.processes.models import Instance, Waiting
from trueup.desk.work import process, verbs

pytestmark = pytest.mark.django_db
__all__ = ["mail"]


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


def attached(record) -> list[str]:
    processes.install_shipped()
    process.attach_open()
    return tasks(record)


def test_each_state_has_its_place(cast, mail) -> None:
    charlie = people.looking(cast.charlie)
    made = {
        "triage": reported(cast, mail),
        "fix": sorted_out(reported(cast, mail), mail, charlie),
        "wait": sorted_out_and_held(sorted_out(reported(cast, mail), mail, charlie), charlie),
        "confirm": solved(sorted_out(reported(cast, mail), mail, charlie), charlie),
    }
    again = solved(reported_again(cast, mail, charlie), charlie)
    attached(again)
    assert {name: tasks(record) for name, record in made.items()} == {n: [n] for n in made}
    assert tasks(again) == ["confirm"]
    assert due(made["wait"], "wait_date").due_at == made["wait"].next_contact_at


def reported_again(cast, mail, charlie):
    record = solved(sorted_out(reported(cast, mail), mail, charlie), charlie)
    return verbs.reopen(record, reason="no", actor=people.looking(cast.alice))


def test_from_there_it_goes_on(cast, mail) -> None:
    charlie = people.looking(cast.charlie)
    record = sorted_out(reported(cast, mail), mail, charlie)
    assert attached(record) == ["fix"]
    record = verbs.confirm(solved(record, charlie), actor=people.looking(cast.alice))
    assert (record.state, running(record)) == ("closed", False)


def test_nothing_is_done_or_told_again(cast, mail) -> None:
    opened = timezone.now() - timedelta(days=20)
    record = reported(cast, mail, at=opened)
    before = Event.objects.filter(entity_id=str(record.pk)).count()
    attached(record)
    events = Event.objects.filter(entity_id=str(record.pk)).order_by("pk")
    assert [event.name for event in events[before:]] == ["process_started"]
    assert not Waiting.objects.filter(result="told").exists()
    assert Waiting.objects.get(element="triage").since == opened


def test_the_evidence_names_the_version_that_a_record_began_with(cast, mail) -> None:
    record = reported(cast, mail)
    attached(record)
    seal_pending()
    rows = [r for r in log.evidence() if r["entity_id"] == str(record.pk)]
    started = next(r for r in rows if r["source_activity"] == "process_started")
    assert (started["field"], started["old"]) == ("model_version", None)
    assert started["new"] == "incident 1"
    table = export.table(log.head(), texts=False).to_pylist()
    packed = next(r for r in table if r["seq"] == started["seq"])
    assert (packed["field"], packed["new"]) == (started["field"], started["new"])


def test_what_is_over_or_taken_out_stays_alone(cast, mail) -> None:
    charlie = people.looking(cast.charlie)
    record = solved(sorted_out(reported(cast, mail), mail, charlie), charlie)
    verbs.confirm(record, actor=people.looking(cast.alice))
    assert attached(record) == []
    left = reported(cast, mail)
    processes.end(Instance.objects.get(subject=left.pk), reason="wrong", actor=SYSTEM)
    assert process.attach_open() == 0


def test_no_fitting_place_leaves_it_as_it_is(cast, mail, monkeypatch) -> None:
    record = reported(cast, mail)
    monkeypatch.setattr(process.RecordHost, "possible", lambda self, verb: False)
    assert attached(record) == []
    assert process.attach_open() == 0, "it is not looked at again"
    assert verbs.take(record, actor=people.looking(cast.charlie)).assignee_id == cast.charlie.pk
