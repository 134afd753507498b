"""A model asks for a yes: by a table, never the requester, and goes on with the answer."""

from __future__ import annotations

import pytest

from tests import people
from tests.desk.processes.models import arrows, bpmn, package
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Refused
from trueup.desk.base import verbs as base
from trueup.desk.processes import verbs as processes
from trueup.desk.processes.models import Instance, Waiting
from trueup.desk.services import verbs as services
from trueup.desk.work import verbs
from trueup.desk.work.models import Approval, Record

pytestmark = pytest.mark.django_db

DIAGRAM = bpmn(
    '<businessRuleTask id="look" trueup:table="steps" trueup:result="policy"/>'
    '<serviceTask id="ask" trueup:effect="need_approval" trueup:policy="policy"'
    ' trueup:answer_within="P2D"/>'
    '<exclusiveGateway id="g" default="f_g_no"/><endEvent id="no" trueup:outcome="rejected"/>'
    '<userTask id="hand_out" trueup:verb="fulfil" trueup:lane="team"/>'
    '<endEvent id="e" trueup:outcome="fulfilled"/>'
    + arrows("s>look", "look>ask", "ask>g", "g>no", "hand_out>e")
    + '<sequenceFlow id="yes" sourceRef="g" targetRef="hand_out"><conditionExpression>'
    'ask.outcome == "approved"</conditionExpression></sequenceFlow>'
)
STEPS = "row,in:category,out:step,out:quorum,out:answer_within\n"
OWNER = 'B1,"""phone""","""service_owner""","""one""",\n'
MANAGER = 'B2,"""phone""","""line_manager""","""one""","""PT4H"""\n'
BOTH = 'B3,"""phone""","""approver""","""all""",\n'
NOBODY = 'B9,"""pen""",,,\n'
HEAD = '[tables.steps]\nfile = "tables/steps.csv"\nhit = "C"\n'


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def phones(cast):
    return services.add_service(name="Phones", owner=cast.olga, team=cast.desk, actor=SYSTEM)


def follow(*rows: str) -> None:
    """Let requests follow a model that asks whom these rows name."""
    content = package(
        DIAGRAM, name="ask", kind="request", head=HEAD, tables__steps=STEPS + "".join(rows)
    )
    made = processes.prove(processes.draft(content, actor=SYSTEM), actor=SYSTEM)
    processes.publish(made, actor=SYSTEM)


def wanted(cast, phones, category: str = "phone", requester=None) -> Record:
    return verbs.submit(
        title="A phone", service=phones, category=category,
        actor=people.looking(requester or cast.alice),
    )  # fmt: skip


def asked(record: Record) -> list[str]:
    rows = Approval.objects.filter(record=record, decision="pending")
    return sorted(rows.values_list("approver__name", flat=True))


def outcome(record: Record) -> str | None:
    instance = Instance.objects.get(subject=record.pk)
    return instance.outcome if instance.ended_at else None


def test_a_yes_lets_it_go_on(cast, phones) -> None:
    follow(OWNER)
    record = wanted(cast, phones)
    assert (record.state, asked(record)) == ("approval", ["olga"])
    row = Approval.objects.get(record=record)
    assert (row.element, row.visit, row.answer_by is not None) == ("ask", 1, True)
    verbs.decide(row, decision="approved", actor=people.looking(cast.olga))
    record.refresh_from_db()
    assert record.state == "ready"
    waits = Waiting.objects.filter(instance__subject=record.pk, ended_at=None)
    assert [wait.element for wait in waits] == ["hand_out"]


def test_a_no_ends_it(cast, phones) -> None:
    follow(OWNER)
    record = wanted(cast, phones)
    row = Approval.objects.get(record=record)
    verbs.decide(row, decision="rejected", reason="too dear", actor=people.looking(cast.olga))
    record.refresh_from_db()
    assert (record.state, outcome(record)) == ("cancelled", "rejected")


def test_all_steps_are_needed(cast, phones) -> None:
    follow(OWNER, MANAGER)
    base.change_person(cast.alice, manager=cast.anna, actor=SYSTEM)
    record = wanted(cast, phones)
    assert asked(record) == ["anna", "olga"]
    by_olga, by_anna = (Approval.objects.get(approver=p) for p in (cast.olga, cast.anna))
    assert by_anna.answer_by < by_olga.answer_by
    verbs.decide(by_olga, decision="approved", actor=people.looking(cast.olga))
    record.refresh_from_db()
    assert (record.state, asked(record)) == ("approval", ["anna"])
    verbs.decide(by_anna, decision="approved", actor=people.looking(cast.anna))
    record.refresh_from_db()
    assert record.state == "ready"


def test_the_requester_is_never_asked(cast, phones) -> None:
    follow(BOTH)
    first = people.person("arno", "user", "approver", customer=cast.acme)
    second = people.person("anton", "approver", customer=cast.acme)
    record = wanted(cast, phones, requester=first)
    assert asked(record) == ["anton"]
    with pytest.raises(Refused):
        verbs.decide(
            Approval.objects.get(record=record), decision="approved", actor=people.looking(first)
        )
    verbs.decide(
        Approval.objects.get(record=record), decision="approved", actor=people.looking(second)
    )


def test_where_nobody_else_can_be_asked_the_step_is_held(cast, phones) -> None:
    follow(MANAGER)
    record = wanted(cast, phones)
    held = Waiting.objects.get(instance__subject=record.pk, element="ask")
    assert (record.state, held.blocked) == (
        "submitted",
        "Nobody can be asked for the step “line_manager”. Name somebody first.",
    )
    base.change_person(cast.alice, manager=cast.anna, actor=SYSTEM)
    record = verbs.take(record, actor=people.looking(cast.charlie))
    held.refresh_from_db()
    assert (record.state, asked(record), held.blocked) == ("approval", ["anna"], "")


def test_what_asks_nobody_is_approved_at_once(cast, phones) -> None:
    follow(OWNER, NOBODY)
    record = wanted(cast, phones, category="pen")
    assert (record.state, asked(record)) == ("ready", [])
    assert Waiting.objects.filter(element="hand_out", ended_at=None).exists()


def test_the_shipped_model_lets_a_plain_request_through(cast, phones) -> None:
    processes.install_shipped()
    alice, charlie = people.looking(cast.alice), people.looking(cast.charlie)
    record = wanted(cast, phones)
    assert (record.state, asked(record)) == ("ready", [])
    assert not Waiting.objects.filter(element__startswith="ask", ended_at=None).exists()
    record = verbs.start(verbs.take(record, actor=charlie), actor=charlie)
    record = verbs.confirm(verbs.fulfil(record, actor=charlie), actor=alice)
    assert (record.state, outcome(record)) == ("closed", "confirmed")
    record = verbs.reopen(record, reason="the wrong one", actor=alice)
    open_steps = Waiting.objects.filter(instance__subject=record.pk, kind="task", ended_at=None)
    assert [wait.element for wait in open_steps] == ["hand_out"]
    assert not Waiting.objects.exclude(blocked="").exists()
