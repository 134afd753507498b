"""The engine keeps what it needs and no more, and gives the same answers from it."""

from __future__ import annotations

import json

from tests.desk.processes.models import arrows, bpmn
from trueup.desk.processes import engine, packages
from trueup.desk.processes.cases import _Written
from trueup.desk.processes.engine import Place
from trueup.desk.processes.running import settle

FACTS = {"state": "working", "triaged": True, "has_team": True, "service_has_team": True}
PARALLEL = bpmn(
    '<parallelGateway id="fork"/><parallelGateway id="join"/><endEvent id="e"/>'
    '<userTask id="a" trueup:verb="start"/><userTask id="b" trueup:verb="resolve"/>'
    '<userTask id="again" trueup:verb="resume"/>'
    '<boundaryEvent id="back" attachedToRef="b"><messageEventDefinition messageRef="m_end"/>'
    "</boundaryEvent>"
    + arrows("s>fork", "fork>a", "fork>b", "a>join", "b>join", "back>again", "again>b", "join>e")
)


def incident():
    return packages.read(next(iter(packages.shipped())))


def test_going_round_and_round_makes_it_neither_large_nor_forgetful() -> None:
    described = incident()
    model, host = described.model, _Written(FACTS, ())
    moved = settle(model, engine.start(model, FACTS), described.tables, host)
    sizes = []
    for _ in range(40):
        for message in ("paused", "answer"):
            stored = json.loads(json.dumps(moved.state))
            moved = engine.deliver(model, stored, message, FACTS)
            moved = settle(model, moved, described.tables, host)
        sizes.append(len(json.dumps(moved.state)))
    assert sizes[-1] < 1.1 * sizes[0] < 8_000
    assert Place("fix", 41) in moved.here


def test_branches_still_meet_after_one_went_round() -> None:
    model = engine.parse(PARALLEL.encode())
    moved = engine.start(model, {})
    moved = engine.complete(model, moved.state, Place("a", 1), {}, {})
    for visit in (1, 2, 3):
        moved = engine.deliver(model, moved.state, "withdrawn", {})
        moved = engine.complete(model, moved.state, Place("again", visit), {}, {})
    assert moved.outcome is None
    moved = engine.complete(model, moved.state, Place("b", 4), {}, {})
    assert (moved.outcome, moved.here) == ("e", ())


def test_carrying_out_twice_is_harmless() -> None:
    described = incident()
    model = described.model
    moved = engine.start(model, FACTS)
    again = engine.complete(model, moved.state, Place("fix", 7), {}, FACTS)
    assert (again.effects, again.left, again.state) == ((), (), moved.state)
    assert engine.deliver(model, moved.state, "nonsense", FACTS).effects == ()


def test_no_state_holds_a_field_of_the_record() -> None:
    described = incident()
    facts = {**FACTS, "category": "a very private word"}
    assert "private" not in json.dumps(engine.start(described.model, facts).state)
