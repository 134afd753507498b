"""BPMN 2.0 as a Petri net: the order of work that a drawing allows.

Sequence flows are places; flows that meet at a task or a choice are one place. An exclusive or
event gateway has a silent step from it for every flow out, a parallel one a silent step from all
its flows to all its flows. An inclusive gateway and the one that joins its branches are like
parallel ones, where a silent step passes each branch over (that all are passed over goes
unnoticed); without such a join it has a silent step for every set of its flows. A task and a
message are steps with a label; timers, decisions and tellings are silent. A boundary event takes
the token before its task (interrupting) or adds one beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import defusedxml.ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from trueup.audit.conformance.net import Net, Transition
from trueup.core.refusals import Refused
from trueup.core.words import N_

OWN = "{urn:trueup:bpmn}"
TASKS = frozenset(
    {"task", "userTask", "serviceTask", "manualTask", "sendTask", "receiveTask",
     "businessRuleTask", "scriptTask", "callActivity"}
)  # fmt: skip
CHOICES = frozenset({"exclusiveGateway", "eventBasedGateway"})
EVENTS = frozenset({"intermediateCatchEvent", "intermediateThrowEvent"})
KNOWN = TASKS | CHOICES | EVENTS | {
    "startEvent", "endEvent", "boundaryEvent", "parallelGateway", "inclusiveGateway",
}  # fmt: skip
BESIDE = frozenset(
    {"sequenceFlow", "laneSet", "documentation", "extensionElements", "textAnnotation",
     "association", "dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification",
     "property"}
)  # fmt: skip
MOST_FLOWS = 6


@dataclass(slots=True)
class Node:
    """One element: its kind, the label of its step (None: silent), its flows in and out."""

    id: str
    kind: str
    label: str | None
    host: str = ""
    interrupts: bool = True
    into: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)


def read_bpmn(path: Path) -> Net:
    """The net of a BPMN file.

    Raises Refused where the file cannot be read, has no process, or holds an element that the
    net cannot tell (sub-processes, complex gateways), naming it.
    """
    try:
        root = SafeTree.fromstring(path.read_bytes(), forbid_dtd=True)
    except (SafeTree.ParseError, DefusedXmlException, ValueError) as error:
        raise Refused(N_("%(file)s is no BPMN file: %(why)s."), file=path.name,
                      why=type(error).__name__) from error  # fmt: skip
    return net_of(root, path.name)


def net_of(root: Any, name: str = "model") -> Net:
    """The net of the first process below the root of a BPMN document."""
    process = next((e for e in root.iter() if _tag(e) == "process"), None)
    if process is None:
        raise Refused(N_("%(file)s holds no process."), file=name)
    messages = {e.get("id"): e.get("name") for e in root.iter() if _tag(e) == "message"}
    nodes = dict(_nodes(process, messages))
    targets: dict[str, str] = {}
    for flow in (e for e in process if _tag(e) == "sequenceFlow"):
        id, source, target = (str(flow.get(k)) for k in ("id", "sourceRef", "targetRef"))
        if source not in nodes or target not in nodes:
            raise Refused(N_("The flow %(id)s leads nowhere."), id=id)
        nodes[source].out.append(id)
        nodes[target].into.append(id)
        targets[id] = target
    return _Builder(nodes, targets).net()


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _nodes(process: Any, messages: dict[Any, Any]) -> Iterator[tuple[str, Node]]:
    for element in process:
        kind = _tag(element)
        if kind in BESIDE:
            continue
        id = str(element.get("id"))
        if kind not in KNOWN:
            raise Refused(N_("The element %(id)s (%(kind)s) has no net."), id=id, kind=kind)
        node = Node(id, kind, _label(element, kind, messages))
        if kind == "boundaryEvent":
            node.host = str(element.get("attachedToRef"))
            node.interrupts = element.get("cancelActivity") != "false"
        yield id, node


def _label(element: Any, kind: str, messages: dict[Any, Any]) -> str | None:
    """The word of the log: the verb a task calls, a message's name, else the element's name."""
    if kind in TASKS:
        verb = element.get(f"{OWN}verb")
        own = any(str(key).startswith(OWN) for key in element.keys())  # noqa: SIM118 - an element
        name = None if own else element.get("name") or element.get("id")
        return str(verb or name) if verb or name else None
    heard = next((e for e in element if _tag(e) == "messageEventDefinition"), None)
    if heard is None or kind in ("startEvent", "endEvent"):
        return None
    said = messages.get(heard.get("messageRef")) or element.get("name")
    return str(said) if said else None


class _Builder:
    """Places are sets of flows that are one place, found by union."""

    def __init__(self, nodes: dict[str, Node], targets: dict[str, str]) -> None:
        self.nodes, self.targets = nodes, targets
        self.root: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.steps: list[Transition] = []
        self.joins = self._joined()
        self.main = self._reached([n.id for n in nodes.values() if n.kind == "startEvent"])

    def net(self) -> Net:
        for node in self.nodes.values():
            if node.kind not in ("parallelGateway", "inclusiveGateway"):
                self._unite(node.into)
        source, sink = self._place("@source"), self._place("@sink")
        for node in self.nodes.values():
            self._add(node, source, sink)
        return Net(len(self.numbers), tuple(self.steps), source, sink)

    def _unite(self, flows: Sequence[str]) -> None:
        for other in flows[1:]:
            self.root[self._top(other)] = self._top(flows[0])

    def _top(self, flow: str) -> str:
        while self.root.get(flow, flow) != flow:
            flow = self.root[flow]
        return flow

    def _place(self, flow: str) -> int:
        return self.numbers.setdefault(self._top(flow), len(self.numbers))

    def _places(self, flows: Sequence[str]) -> tuple[int, ...]:
        return tuple(self._place(flow) for flow in flows)

    def _before(self, node: Node) -> tuple[int, ...]:
        """The place before a task or event (its incoming flows are one place)."""
        return (self._place(node.into[0]),) if node.into else ()

    def _add(self, node: Node, source: int, sink: int) -> None:
        out = self._places(node.out)
        if node.kind == "startEvent":
            self.steps.append(Transition(None, (source,), out))
        elif node.kind == "endEvent":
            gives = (sink,) if node.id in self.main else ()
            self.steps.append(Transition(None, self._before(node), gives))
        elif node.kind == "boundaryEvent":
            self._boundary(node, out)
        elif node.kind == "parallelGateway":
            self.steps.append(Transition(None, self._places(node.into), out))
        elif node.kind == "inclusiveGateway":
            self._inclusive(node)
        elif node.kind in CHOICES:
            self.steps += [Transition(None, self._before(node), (place,)) for place in out]
        elif node.into:
            self.steps.append(Transition(node.label, self._before(node), out or (sink,)))

    def _boundary(self, node: Node, out: tuple[int, ...]) -> None:
        host = self.nodes.get(node.host)
        if host is None or not host.into:
            raise Refused(N_("The event %(id)s is attached to nothing."), id=node.id)
        if node.interrupts:
            self.steps.append(Transition(node.label, self._before(host), out))
        elif any(self.nodes[id].label for id in self._reached([node.id])):
            before = self._before(host)
            self.steps.append(Transition(node.label, before, (*before, *out)))

    def _inclusive(self, node: Node) -> None:
        """One step over all flows with a way past each branch, where the branches are joined."""
        if max(len(node.into), len(node.out)) > MOST_FLOWS:
            raise Refused(N_("The gateway %(id)s has too many flows."), id=node.id)
        into, out = self._places(node.into), self._places(node.out)
        if node.id in self.joins.values():
            self.steps.append(Transition(None, into, out))
        elif node.id in self.joins:
            self.steps.append(Transition(None, into, out))
            for flow in node.out:
                ends = self._arrivals(flow, self.joins[node.id])
                self.steps.append(Transition(None, (self._place(flow),), (self._place(ends[0]),)))
        else:
            for takes in _subsets(into):
                self.steps += [Transition(None, takes, gives) for gives in _subsets(out)]

    def _joined(self) -> dict[str, str]:
        """Inclusive gateways that split, with the one that joins each branch exactly once."""
        inclusive = [n for n in self.nodes.values() if n.kind == "inclusiveGateway"]
        found: dict[str, str] = {}
        for split in (n for n in inclusive if len(n.out) > 1):
            for join in (n for n in inclusive if len(n.into) == len(split.out)):
                ends = [self._arrivals(flow, join.id) for flow in split.out]
                if sorted(e for each in ends for e in each) == sorted(join.into):
                    found.setdefault(split.id, join.id)
        return found

    def _arrivals(self, flow: str, join: str) -> list[str]:
        """The flows by which a branch that begins with `flow` comes to a join."""
        found, waiting, seen = [], [flow], {flow}
        while waiting:
            here = waiting.pop()
            if self.targets[here] == join:
                found.append(here)
                continue
            following = [f for f in self.nodes[self.targets[here]].out if f not in seen]
            seen.update(following)
            waiting += following
        return found

    def _reached(self, start: Sequence[str]) -> set[str]:
        """The elements on the way from some, boundary events that interrupt included."""
        attached: dict[str, list[str]] = {}
        for node in self.nodes.values():
            if node.host and node.interrupts:
                attached.setdefault(node.host, []).append(node.id)
        found, waiting = set(start), list(start)
        while waiting:
            here = waiting.pop()
            following = [self.targets[flow] for flow in self.nodes[here].out]
            for each in following + attached.get(here, []):
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return found


def _subsets(places: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every non-empty set, the largest first."""
    sizes = range(len(places), 0, -1)
    return [chosen for size in sizes for chosen in combinations(places, size)]
