"""A process model as plain values: nodes, flows and what each asks for, read from its XML.

The validator and the engine both work on this; only the engine also knows its guest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from trueup.core.refusals import Refused
from trueup.core.words import N_

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "urn:trueup:bpmn"
TASKS = frozenset({"userTask", "serviceTask", "businessRuleTask", "callActivity"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"})
NODES = TASKS | GATEWAYS | EVENTS
DURATION = re.compile(r"P(?=\d|T\d)(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?")


@dataclass(frozen=True, slots=True)
class Timer:
    """When an event is due: after a duration, at a fact, or at a share of a clock."""

    after: str = ""
    at: str = ""
    share: int = 0
    clock: str = ""
    calendar: str = "record"


@dataclass(frozen=True, slots=True)
class Node:
    """One element that a token can stand on; `told` are our own attributes on it."""

    id: str
    type: str
    name: str
    lane: str
    attached_to: str = ""
    interrupting: bool = True
    timer: Timer | None = None
    message: str = ""
    terminates: bool = False
    times: str = ""
    default: str = ""
    definitions: int = 0
    told: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """One arrow, with its condition where it has one."""

    id: str
    source: str
    target: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """One process of a model file."""

    id: str
    name: str
    nodes: dict[str, Node]
    flows: tuple[Flow, ...]

    def out_of(self, node: str) -> list[Flow]:
        """The arrows that leave a node."""
        return [flow for flow in self.flows if flow.source == node]

    def into(self, node: str) -> list[Flow]:
        """The arrows that reach a node."""
        return [flow for flow in self.flows if flow.target == node]

    def boundaries(self, node: str) -> list[Node]:
        """The events attached to a node."""
        return [n for n in self.nodes.values() if n.attached_to == node]


def read(root: etree._Element) -> Diagram:
    """The one process below a definitions element; Refused where there is not exactly one."""
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        raise Refused(
            N_("A model file holds exactly one process; this one holds %(found)s."),
            found=len(processes),
        )
    process = processes[0]
    messages = {m.get("id", ""): m.get("name", "") for m in root.findall(f"{{{BPMN}}}message")}
    lanes = _lanes(process)
    nodes = {
        node.id: node for node in (_node(e, lanes, messages) for e in process if local(e) in NODES)
    }
    flows = tuple(_flow(e) for e in process if local(e) == "sequenceFlow")
    name = process.get("name") or process.get("id", "")
    return Diagram(process.get("id", ""), name, nodes, flows)


def local(element: etree._Element) -> str:
    """The tag without namespace where it is BPMN, else with it."""
    tag = str(element.tag)
    return tag.removeprefix(f"{{{BPMN}}}")


def walk(root: etree._Element) -> Iterator[etree._Element]:
    """All elements below and including `root`."""
    yield from root.iter("*")


def _lanes(process: etree._Element) -> dict[str, str]:
    return {
        str(ref.text).strip(): lane.get("name", "")
        for lane in process.iter(f"{{{BPMN}}}lane")
        for ref in lane.findall(f"{{{BPMN}}}flowNodeRef")
    }


def _node(element: etree._Element, lanes: dict[str, str], messages: dict[str, str]) -> Node:
    told = {
        key.removeprefix(f"{{{OURS}}}"): value
        for key, value in element.attrib.items()
        if key.startswith(f"{{{OURS}}}")
    }
    id = element.get("id", "")
    definition = _child(element, "timerEventDefinition")
    message = _child(element, "messageEventDefinition")
    times = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics/{{{BPMN}}}loopCardinality")
    return Node(
        id=id,
        type=local(element),
        name=" ".join(element.get("name", "").split()),
        lane=told.get("lane") or lanes.get(id, ""),
        attached_to=element.get("attachedToRef", ""),
        interrupting=element.get("cancelActivity", "true").lower() == "true",
        timer=None if definition is None else _timer(definition, told),
        message="" if message is None else messages.get(message.get("messageRef", ""), "?"),
        terminates=_child(element, "terminateEventDefinition") is not None,
        times="" if times is None else (times.text or "").strip(),
        default=element.get("default", ""),
        definitions=sum(local(e).endswith("EventDefinition") for e in element),
        told=told,
        arguments={
            a.get("name", ""): a.get("value", "") for a in element.iter(f"{{{OURS}}}argument")
        },
    )


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(f"{{{BPMN}}}{name}")


def _timer(definition: etree._Element, told: dict[str, str]) -> Timer:
    after, at = _child(definition, "timeDuration"), _child(definition, "timeDate")
    share = told.get("share", "")
    return Timer(
        after="" if after is None else (after.text or "").strip(),
        at="" if at is None else (at.text or "").strip(),
        share=int(share) if share.isdecimal() and len(share) < 4 else 0,
        clock=told.get("clock", ""),
        calendar=told.get("calendar", "record"),
    )


def _flow(element: etree._Element) -> Flow:
    condition = _child(element, "conditionExpression")
    return Flow(
        element.get("id", ""),
        element.get("sourceRef", ""),
        element.get("targetRef", ""),
        "" if condition is None else (condition.text or "").strip(),
    )


def duration(text: str) -> tuple[int, int] | None:
    """An ISO 8601 duration as (working days, minutes); None where it is none: P5D, PT1H30M."""
    match = DURATION.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return days, hours * 60 + minutes
