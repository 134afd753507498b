"""A model is written down, proved, published by another person, and replaced, never changed."""

from __future__ import annotations

import time

import pytest

from tests import people
from tests.desk.processes.models import TASK, arrows, bpmn, package
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Conflict, NotFound, Refused
from trueup.desk.eventlog.models import Event
from trueup.desk.processes import packages, reads, verbs
from trueup.desk.processes.models import Package

pytestmark = pytest.mark.django_db
CASE = 'facts = {}\nexpect = ["task work"]\n[[step]]\ndo = "verb:start"\nexpect = ["end e"]\n'


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def owners(cast):
    """Two process owners."""
    return [
        people.looking(people.person(name, "process_owner", team=cast.desk))
        for name in ("paula", "peter")
    ]


def test_the_author_does_not_publish(owners) -> None:
    paula, peter = owners
    made = verbs.prove(verbs.draft(package(cases__plain=CASE), actor=paula), actor=paula)
    with pytest.raises(Refused, match="Who wrote a model does not publish it"):
        verbs.publish(made, actor=paula)
    assert verbs.publish(made, actor=peter).state == "published"
    told = Event.objects.filter(entity="configuration", entity_id=str(made.pk)).order_by("pk")
    assert [event.activity for event in told] == ["opened", "confirmed", "approved"]


def test_only_process_owners_write_models(cast, owners) -> None:
    for someone in (cast.charlie, cast.mona, cast.ada):
        with pytest.raises(Refused, match="role does not include"):
            verbs.draft(package(), actor=people.looking(someone))
    made = verbs.draft(package(), actor=owners[0])
    with pytest.raises(NotFound):
        verbs.publish(made, actor=people.looking(cast.alice))


def test_what_is_not_proved_is_not_published(owners) -> None:
    made = verbs.draft(package(), actor=owners[0])
    with pytest.raises(Refused, match="the model is draft"):
        verbs.publish(made, actor=owners[1])


def test_a_history_that_comes_out_otherwise_is_named(owners) -> None:
    wrong = CASE.replace('"end e"', '"end f"')
    made = verbs.draft(package(cases__plain=wrong), actor=owners[0])
    with pytest.raises(Refused, match=r"plain\.toml: after verb:start: expected end f; came end e"):
        verbs.prove(made, actor=owners[0])
    made.refresh_from_db()
    assert made.state == "draft"


def test_the_next_version_retires_the_one_before(owners) -> None:
    first, second = (
        verbs.publish(verbs.prove(verbs.draft(package(number=n), actor=SYSTEM), actor=SYSTEM),
                      actor=SYSTEM)
        for n in (1, 2)
    )  # fmt: skip
    first.refresh_from_db()
    assert (first.state, reads.in_force("task")) == ("retired", second)
    with pytest.raises(Refused, match="exists already"):
        verbs.draft(package(number=2), actor=owners[0])


def test_two_people_at_one_model(owners) -> None:
    made = verbs.draft(package(), actor=owners[0])
    verbs.prove(made, actor=owners[0])
    with pytest.raises(Conflict):
        verbs.prove(made, actor=owners[1], version=1)


def test_content_changed_behind_our_back_is_noticed(owners) -> None:
    made = verbs.draft(package(), actor=owners[0])
    Package.objects.filter(pk=made.pk).update(content=package(name="other"))
    with pytest.raises(Refused, match="changed behind"):
        verbs.prove(made, actor=owners[0])


def test_the_shipped_models_prove_themselves() -> None:
    for content in packages.shipped():
        described = packages.read(content)
        assert packages.faults(described) == []
        assert len(described.cases) >= 20


def test_every_wish_of_the_shipped_diagram_stands_in_a_history() -> None:
    """Each task, timer and verb of a shipped model is reached by some history."""
    for content in packages.shipped():
        _check_histories(packages.read(content))


def _check_histories(described: packages.Described) -> None:
    said = " ".join(
        line
        for case in described.cases.values()
        for part in (case, *case.get("step", ()))
        for line in part["expect"]
    ).split()
    done = " ".join(
        step["do"] for case in described.cases.values() for step in case.get("step", ())
    )
    for node in described.model.diagram.nodes.values():
        if node.timer:
            assert f"due:{node.id}" in done
        elif node.type == "userTask":
            assert node.id in said
        elif node.told.get("effect") == "call_verb":
            assert node.told["verb"] in said
            assert f"v_{node.told['verb']}" in said, "and one in which it is refused"
        elif node.type == "businessRuleTask":
            assert node.told["table"] in said


def test_installing_again_changes_nothing_and_costs_little() -> None:
    assert [made.name for made in verbs.install_shipped()] == ["incident", "request"]
    count = Event.objects.count()
    began = time.process_time()
    assert verbs.install_shipped() == []
    assert time.process_time() - began < 0.05
    assert Event.objects.count() == count


def test_an_own_model_is_not_replaced_by_a_shipped_one(owners) -> None:
    own = verbs.draft(package(name="incident", number=7, kind="incident"), actor=owners[0])
    own = verbs.publish(verbs.prove(own, actor=owners[0]), actor=owners[1])
    made, _ = verbs.install_shipped()
    assert (made.state, reads.in_force("incident")) == ("tested", own)


def test_the_diagram_is_there_for_staff_only(cast) -> None:
    made, _ = verbs.install_shipped()
    assert "BPMNDiagram" in reads.drawing(people.looking(cast.charlie), made.pk)
    with pytest.raises(NotFound):
        reads.drawing(people.looking(cast.alice), made.pk)


def test_two_arrows_out_of_a_task_are_named() -> None:
    twice = bpmn(
        TASK + '<endEvent id="e"/><endEvent id="g"/>' + arrows("s>work", "work>e", "work>g")
    )
    with pytest.raises(Refused, match="“work” stands against it: two arrows leave this element"):
        verbs.draft(package(twice), actor=SYSTEM)
    assert not Package.objects.exists()
