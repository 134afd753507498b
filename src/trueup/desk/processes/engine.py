"""The guest: the only file that imports SpiffWorkflow. References go in, effects come out.

The guest moves tokens; it keeps no fields, no clock and runs no code. Timers become messages
that only our own due dates send; every task waits until its effect was carried out; conditions
are CEL. State is a compact list of tokens without the specification, which stays in the package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EventBasedGateway,
    IntermediateCatchEvent,
    StartEvent,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from trueup.core.refusals import Broken, Refusal, Refused
from trueup.core.words import N_
from trueup.desk.processes import conditions
from trueup.desk.processes.conditions import Names
from trueup.desk.processes.diagram import Diagram, Node, read
from trueup.desk.processes.effects import AnyEffect, DropTimer, End
from trueup.desk.processes.wishes import effect_of
from trueup.desk.processes.xml import parse_xml

MAX_STEPS = 500
State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Model:
    """A parsed diagram: its plain form, the digest of its bytes and the guest's own form."""

    diagram: Diagram
    digest: str
    spec: Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token stands: an element and how often a token came there."""

    element: str
    visit: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What one move did: the new state, what the host must do, places left, and the end."""

    state: State
    effects: tuple[AnyEffect, ...]
    left: tuple[Place, ...]
    here: tuple[Place, ...]
    outcome: str | None


class _Timed:
    """Mixed into event parsers: a timer becomes a message that only our due dates send."""

    node: Any

    def parse_timer_event(self, event: Any) -> MessageEventDefinition:
        return MessageEventDefinition(_due(self.node.get("id")), [], description="Timer")


class _Start(_Timed, StartEventParser):  # type: ignore[misc]
    pass


class _Catch(_Timed, IntermediateCatchEventParser):  # type: ignore[misc]
    pass


class _Boundary(_Timed, BoundaryEventParser):  # type: ignore[misc]
    pass


class _Parser(BpmnParser):  # type: ignore[misc]
    """Every task of the subset waits for the host; the guest never acts itself."""

    OVERRIDE_PARSER_CLASSES = {
        full_tag("startEvent"): (_Start, StartEvent),
        full_tag("intermediateCatchEvent"): (_Catch, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_Boundary, BoundaryEvent),
        full_tag("userTask"): (TaskParser, UserTask),
        full_tag("serviceTask"): (TaskParser, UserTask),
        full_tag("businessRuleTask"): (TaskParser, UserTask),
        full_tag("callActivity"): (TaskParser, UserTask),
    }


class _Conditions:
    """Stands where the guest expects its script engine: CEL over facts, nothing to run."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        self.facts = facts
        self.environment = self

    def evaluate(self, task: Any, expression: str, external_context: object = None) -> object:
        return conditions.evaluate(expression, Names(task.data, self.facts))

    def execute(self, task: Any, script: str, external_context: object = None) -> None:
        raise Refused(N_("A process model never runs scripts."))

    call_service = execute


@lru_cache(maxsize=64)
def parse(xml: bytes) -> Model:
    """The model in some bytes; Refused where they are not safe to read or not understood.

    It is not validated: `deploy.validate` does that once, at publication.
    """
    root = parse_xml(xml)
    diagram = read(root)
    parser = _Parser()
    try:
        parser.add_bpmn_xml(etree.ElementTree(root))
        spec = parser.get_process_parser(diagram.id).get_spec()
    except Exception as error:
        raise Refused(
            N_("The model is not understood: %(why)s."),
            why=(str(error) or "?").splitlines()[0][:160],
        ) from error
    _connect_instances(spec)
    return Model(diagram, hashlib.sha256(xml).hexdigest(), spec)


def _connect_instances(spec: Any) -> None:
    """The guest connects instances when it makes them; a loaded state needs it as well."""
    for task in spec.task_specs.values():
        if isinstance(task, MultiInstanceTask):
            child = spec.task_specs[task.task_spec]
            if not child.completed_event.is_connected(task.merge_child):
                child.completed_event.connect(task.merge_child)


def start(model: Model, facts: Mapping[str, object]) -> Moved:
    """Put a first token on the start event and move until something must be waited for."""
    try:
        flow = BpmnWorkflow(model.spec, script_engine=_Conditions(facts))
        run = _Run(model, flow, {"visits": {}, "open": {}}, facts)
        _advance(flow)
        for node in model.diagram.nodes.values():
            if node.type == "startEvent" and node.definitions:
                _send(flow, _due(node.id) if node.timer else node.message)
        return run.moved()
    except Refusal:
        raise
    except Exception as error:
        raise _lost(error) from error


def complete(
    model: Model,
    state: State,
    place: Place,
    outputs: Mapping[str, object],
    facts: Mapping[str, object],
) -> Moved:
    """The effect at a place was carried out; `outputs` are what decisions and approvals said.

    A place where no token stands any more changes nothing: carrying out twice is harmless.
    """

    def act(run: _Run) -> None:
        task = run.task_at(place)
        if task is not None and task.has_state(TaskState.READY):
            task.data.update(conditions.plain(dict(outputs)))
            task.run()

    return _move(model, state, facts, act)


def fire(model: Model, state: State, place: Place, facts: Mapping[str, object]) -> Moved:
    """The due date of a timer came; a timer that no longer waits changes nothing."""

    def act(run: _Run) -> None:
        if run.task_at(place) is not None:
            _send(run.flow, _due(place.element))

    return _move(model, state, facts, act)


def deliver(model: Model, state: State, message: str, facts: Mapping[str, object]) -> Moved:
    """A message reached the record; where nobody waits for it nothing changes."""
    return _move(model, state, facts, lambda run: _send(run.flow, message))


def waits_for(model: Model, state: State) -> dict[str, Place]:
    """The messages that would move a token now, with the place each stands at."""
    found = {}
    for element, visit in state["open"].values():
        node = model.diagram.nodes[element]
        if node.message:
            found[node.message] = Place(element, visit)
    return found


def effect_at(
    model: Model, state: State, place: Place, facts: Mapping[str, object]
) -> AnyEffect | None:
    """What a standing place asks for, with the facts of now; None where no token stands there."""
    for id, (element, visit) in state["open"].items():
        if (element, visit) == (place.element, place.visit):
            key = id.partition("/")[0]
            data: dict[str, object] = next(
                (task[7] for task in state["tasks"] if task[0] == key), {}
            )
            return effect_of(model.diagram.nodes[element], visit, facts, data)
    return None


def _due(element: str) -> str:
    return f"timer:{element}"


def _send(flow: BpmnWorkflow, name: str) -> None:
    flow.catch(BpmnEvent(MessageEventDefinition(name)))
    flow.get_events()


def _advance(flow: BpmnWorkflow) -> None:
    """Run what needs nobody; Refused when a model turns for ever."""
    for _ in range(MAX_STEPS):
        task = next(
            (t for t in flow.get_tasks(state=TaskState.READY) if not t.task_spec.manual), None
        )
        if task is None:
            return
        task.run()
    raise Refused(
        N_("The process took %(most)s steps without waiting; it was stopped."), most=MAX_STEPS
    )


def _move(model: Model, state: State, facts: Mapping[str, object], act: Any) -> Moved:
    try:
        flow = _load(model, state, facts)
        run = _Run(model, flow, state, facts)
        act(run)
        return run.moved()
    except Refusal:
        raise
    except Exception as error:
        raise _lost(error) from error


def _lost(error: Exception) -> Broken:
    return Broken(N_("The process could not go on: %(why)s."), why=str(error)[:160])


class _Run:
    """One move: the guest's workflow, the places known before it, and those after it."""

    def __init__(
        self, model: Model, flow: BpmnWorkflow, state: State, facts: Mapping[str, object]
    ) -> None:
        self.model, self.flow, self.facts = model, flow, facts
        self.ended = {str(task.id) for task in self._ends()}
        self.visits: dict[str, int] = dict(state["visits"])
        self.open: dict[str, tuple[str, int]] = {k: (v[0], v[1]) for k, v in state["open"].items()}

    def task_at(self, place: Place) -> Task | None:
        for id, (element, visit) in self.open.items():
            if (element, visit) == (place.element, place.visit):
                return self.flow.tasks.get(UUID(id.partition("/")[0]))
        return None

    def moved(self) -> Moved:
        _advance(self.flow)
        standing = dict(self._standing())
        left = [Place(*place) for id, place in self.open.items() if id not in standing]
        effects: list[AnyEffect] = [
            DropTimer(element=place.element, visit=place.visit)
            for place in left
            if self.model.diagram.nodes[place.element].timer
        ]
        for id in [id for id in standing if id not in self.open]:
            effects.append(self._enter(id, *standing[id]))
        self.open = {id: place for id, place in self.open.items() if id in standing}
        outcome = self._outcome() if self.flow.is_completed() else None
        if outcome is not None:
            effects.append(End(element=outcome, visit=1, outcome=outcome))
        here = tuple(Place(*place) for place in self.open.values())
        return Moved(self._state(), tuple(effects), tuple(left), here, outcome)

    def _standing(self) -> list[tuple[str, tuple[Task, Node]]]:
        """What waits for us: ready tasks, catching events, and the events behind a gateway."""
        found: list[tuple[str, tuple[Task, Node]]] = []
        for task in self.flow.get_tasks(state=TaskState.READY | TaskState.WAITING):
            node = self.model.diagram.nodes.get(_element(task))
            if node is None:
                continue
            if isinstance(task.task_spec, EventBasedGateway):
                for flow in self.model.diagram.out_of(node.id):
                    target = self.model.diagram.nodes[flow.target]
                    found.append((f"{task.id}/{target.id}", (task, target)))
            elif self._waits(task, node):
                found.append((str(task.id), (task, node)))
        return found

    @staticmethod
    def _waits(task: Task, node: Node) -> bool:
        if isinstance(task.task_spec, CatchingEvent):
            return bool(node.definitions) and bool(task.has_state(TaskState.WAITING))
        return bool(task.task_spec.manual and task.has_state(TaskState.READY))

    def _enter(self, id: str, task: Task, node: Node) -> AnyEffect:
        visit = self.visits.get(node.id, 0) + 1
        self.visits[node.id] = visit
        self.open[id] = (node.id, visit)
        return effect_of(node, visit, self.facts, task.data)

    def _outcome(self) -> str:
        """The end event reached by this move, which is the last one of the instance."""
        new = [task for task in self._ends() if str(task.id) not in self.ended]
        if not new:
            return "ended"
        node = self.model.diagram.nodes[_element(new[-1])]
        return node.told.get("outcome") or node.id

    def _ends(self) -> list[Task]:
        nodes = self.model.diagram.nodes
        return [
            task
            for task in self.flow.get_tasks(state=TaskState.COMPLETED)
            if _element(task) in nodes and nodes[_element(task)].type == "endEvent"
        ]

    def _state(self) -> State:
        _forget(self.flow)
        return {
            "visits": self.visits,
            "open": {id: list(place) for id, place in self.open.items()},
            "root": str(self.flow.task_tree.id),
            "tasks": [_dump(task) for task in self.flow.tasks.values()],
        }


def _element(task: Task) -> str:
    return str(task.task_spec.name).removesuffix(" [child]")


def _forget(flow: BpmnWorkflow) -> None:
    """Leave out the past: what lies before the last task that all living ones come from.

    So a process that goes round and round stays as small and quick as on its first day.
    """
    living = [t for t in flow.tasks.values() if not t.has_state(TaskState.FINISHED_MASK)]
    living += [split for task in living if (split := _split_of(task)) is not None]
    if not living:
        return
    lines = [_line_of(task) for task in living]
    shared = set(lines[0]).intersection(*lines[1:])
    top = next(task for task in lines[0] if task in shared)
    root = flow.task_tree
    if top is root or top.parent is root:
        return
    kept = {root.id} | {task.id for task in flow.tasks.values() if top in _line_of(task)}
    root._children, top._parent = [top.id], root.id
    flow.tasks = {id: task for id, task in flow.tasks.items() if id in kept}


def _split_of(task: Task) -> Task | None:
    """The split that a living join will look for."""
    name = getattr(task.task_spec, "split_task", None)
    return task.find_ancestor(name) if name else None


def _line_of(task: Task) -> list[Task]:
    """A task and all it comes from, nearest first."""
    line = [task]
    while line[-1].parent is not None:
        line.append(line[-1].parent)
    return line


def _dump(task: Task) -> list[Any]:
    return [
        str(task.id),
        str(task._parent) if task._parent else None,
        [str(child) for child in task._children],
        task.task_spec.name,
        task.state,
        task.triggered,
        {k: v for k, v in task.internal_data.items() if k != "seen_events"},
        task.data,
    ]


def _load(model: Model, state: State, facts: Mapping[str, object]) -> BpmnWorkflow:
    """The guest's workflow from our compact state and the model's specification."""
    flow = BpmnWorkflow(model.spec, script_engine=_Conditions(facts), deserializing=True)
    for id, parent, children, name, at, triggered, internal, data in state["tasks"]:
        task = Task(flow, model.spec.task_specs[name], state=at, id=UUID(id))
        task._parent = UUID(parent) if parent else None
        task._children = [UUID(child) for child in children]
        task.triggered, task.internal_data, task.data = triggered, internal, data
        if isinstance(task.task_spec, CatchingEvent) and task.has_state(TaskState.WAITING):
            flow.event_manager.add_task(task)
    flow.task_tree = flow.tasks[UUID(state["root"])]
    return flow
