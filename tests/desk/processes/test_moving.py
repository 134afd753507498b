"""A process owner moves a step on by hand or ends a process; a model may call another."""

from __future__ import annotations

import pytest

from tests import people
from tests.desk.processes.models import TASK, arrows, bpmn, package
from trueup.core.actors import SYSTEM
from trueup.core.refusals import NotFound, Refused
from trueup.desk.eventlog.models import Event
from trueup.desk.processes import reads, verbs
from trueup.desk.processes.models import Instance, Waiting
from trueup.desk.services import verbs as services
from trueup.desk.work import verbs as work
from trueup.desk.work.models import Record

pytestmark = pytest.mark.django_db
CALLING = bpmn(
    '<callActivity id="call" trueup:model="part"/><exclusiveGateway id="g" default="f_g_e"/>'
    '<endEvent id="e" trueup:outcome="plain"/><endEvent id="other" trueup:outcome="called"/>'
    + arrows("s>call", "call>g", "g>e")
    + '<sequenceFlow id="yes" sourceRef="g" targetRef="other"><conditionExpression>'
    'call.outcome == "worked"</conditionExpression></sequenceFlow>'
)
PART = bpmn(TASK + '<endEvent id="e" trueup:outcome="worked"/>' + arrows("s>work", "work>e"))
BEYOND = bpmn(
    '<serviceTask id="x" trueup:effect="call_verb" trueup:verb="explode"/><endEvent id="e"/>'
    + arrows("s>x", "x>e")
)


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def paula(cast):
    return people.looking(people.person("paula", "process_owner", team=cast.desk))


def publish(diagram: str, name: str, kind: str) -> None:
    made = verbs.draft(package(diagram, name=name, kind=kind), actor=SYSTEM)
    verbs.publish(verbs.prove(made, actor=SYSTEM), actor=SYSTEM)


def reported(cast) -> Record:
    mail = services.add_service(name="Mail", owner=cast.olga, team=cast.desk, actor=SYSTEM)
    return work.report(title="Slow", service=mail, actor=people.looking(cast.alice))


def open_steps(record: Record) -> list[str]:
    waits = Waiting.objects.filter(instance__subject=record.pk, ended_at=None)
    return sorted(waits.values_list("element", flat=True))


def test_a_step_is_moved_on_by_hand_with_a_reason(cast, paula) -> None:
    publish(bpmn(), "incident", "incident")
    record = reported(cast)
    [instance] = reads.running_of(record.pk)
    with pytest.raises(Refused, match="Say why"):
        verbs.complete(instance, "work", reason=" ", actor=paula)
    with pytest.raises(Refused, match="role does not include"):
        verbs.complete(instance, "work", reason="hurry", actor=people.looking(cast.charlie))
    with pytest.raises(NotFound):
        verbs.complete(instance, "work", reason="hurry", actor=people.looking(cast.bert))
    with pytest.raises(Refused, match="Nothing waits at the step “play”"):
        verbs.complete(instance, "play", reason="hurry", actor=paula)
    verbs.complete(instance, "work", reason="done by phone", actor=paula)
    record.refresh_from_db()
    assert (reads.running_of(record.pk), record.state) == ([], "new")
    assert Event.objects.get(name="step_done").actor == str(paula.person)


def test_a_record_is_taken_out_of_its_process(cast, paula) -> None:
    publish(bpmn(), "incident", "incident")
    record = reported(cast)
    [instance] = reads.running_of(record.pk)
    verbs.end(instance, reason="wrong model", actor=paula)
    assert open_steps(record) == []
    with pytest.raises(Refused, match="ended already"):
        verbs.end(instance, reason="again", actor=paula)
    taken = work.take(record, actor=people.looking(cast.charlie))
    assert work.start(taken, actor=people.looking(cast.charlie)).state == "working"


def test_a_called_model_gives_its_outcome_back(cast) -> None:
    publish(PART, "part", "part")
    publish(CALLING, "incident", "incident")
    record = reported(cast)
    assert open_steps(record) == ["call", "work"]
    charlie = people.looking(cast.charlie)
    work.start(work.take(record, actor=charlie), actor=charlie)
    ended = Instance.objects.filter(subject=record.pk).order_by("parent_element")
    assert [instance.outcome for instance in ended] == ["called", "worked"]


def test_a_model_that_is_not_there_holds_the_step(cast, paula) -> None:
    publish(CALLING, "incident", "incident")
    record = reported(cast)
    work.take(record, actor=people.looking(cast.charlie))
    assert reads.refused(paula).get().blocked == "No model “part” is in force."
    assert Event.objects.filter(name="refused").count() == 1
    publish(PART, "part", "part")
    work.release(record, actor=people.looking(cast.charlie))
    assert open_steps(record) == ["call", "work"]


def test_a_verb_that_does_not_exist_holds_the_step_and_nothing_else(cast) -> None:
    publish(BEYOND, "incident", "incident")
    record = reported(cast)
    [step] = reads.steps(people.looking(cast.charlie), record.pk)
    assert step.blocked == "Models cannot call the verb “explode”."
    work.take(record, actor=people.looking(cast.charlie))
    assert Event.objects.filter(entity_id=str(record.pk), name="refused").count() == 1


def test_the_same_verb_twice_moves_once(cast) -> None:
    publish(bpmn(), "incident", "incident")
    record, charlie = reported(cast), people.looking(cast.charlie)
    record = work.take(record, actor=charlie)
    work.start(record, actor=charlie)
    with pytest.raises(Refused):
        work.start(record, actor=charlie)
    ended = Event.objects.filter(entity_id=str(record.pk), name="process_ended")
    assert ended.count() == 1


def test_a_running_record_keeps_the_version_it_began_with(cast) -> None:
    publish(bpmn(), "incident", "incident")
    record = reported(cast)
    content = package(BEYOND, name="incident", number=2, kind="incident")
    made = verbs.prove(verbs.draft(content, actor=SYSTEM), actor=SYSTEM)
    verbs.publish(made, actor=SYSTEM)
    charlie = people.looking(cast.charlie)
    work.start(work.take(record, actor=charlie), actor=charlie)
    instance = Instance.objects.get(subject=record.pk)
    assert (instance.package.number, instance.outcome) == (1, "e")
