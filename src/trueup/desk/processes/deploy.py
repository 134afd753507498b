"""What may be published: the subset of BPMN, checked before the guest ever sees a model.

Everything outside the subset is refused with the element and the reason, so that what a model
does is known in advance: no code, no clock of the guest, no element the guest handles wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from trueup.core.refusals import Refused
from trueup.desk.processes import conditions
from trueup.desk.processes.diagram import (
    BPMN,
    GATEWAYS,
    OURS,
    TASKS,
    Diagram,
    Flow,
    Node,
    duration,
    local,
    read,
    walk,
)
from trueup.desk.processes.xml import parse_xml

MAX_NODES = 150
MAX_TIMES = 50
DRAWING = (
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
    "http://www.omg.org/spec/DD/20100524/DI",
)
XSI = "http://www.w3.org/2001/XMLSchema-instance"
COLOURS = (
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
)
WORDS = frozenset(
    [
        "definitions",
        "process",
        "startEvent",
        "endEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "callActivity",
        "exclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "intermediateCatchEvent",
        "boundaryEvent",
        "sequenceFlow",
        "incoming",
        "outgoing",
        "conditionExpression",
        "timerEventDefinition",
        "timeDuration",
        "timeDate",
        "messageEventDefinition",
        "terminateEventDefinition",
        "message",
        "multiInstanceLoopCharacteristics",
        "loopCardinality",
        "laneSet",
        "lane",
        "flowNodeRef",
        "documentation",
        "extensionElements",
        "textAnnotation",
        "text",
        "association",
        "collaboration",
        "participant",
    ]
)
REASONS = {
    "scriptTask": "a model never runs scripts; call a verb instead",
    "subProcess": "sub-processes inside a model are not supported; call another model instead",
    "adHocSubProcess": "ad-hoc sub-processes are not supported",
    "transaction": "transactions and compensation are not supported",
    "complexGateway": "complex gateways are not supported; use exclusive and parallel ones",
    "inclusiveGateway": "inclusive gateways are not supported; use exclusive and parallel ones",
    "linkEventDefinition": "link events lose their token; draw the arrow",
    "compensateEventDefinition": "transactions and compensation are not supported",
    "timeCycle": "repeating timers are not supported; draw the loop",
    "standardLoopCharacteristics": "standard loops are not supported; draw the loop",
}
OUR_ATTRIBUTES = frozenset(
    [
        "lane",
        "verb",
        "form",
        "checklist",
        "effect",
        "audience",
        "text",
        "policy",
        "answer_within",
        "kind",
        "template",
        "table",
        "result",
        "model",
        "share",
        "clock",
        "calendar",
        "outcome",
    ]
)
EFFECTS = {
    "call_verb": ("verb",),
    "tell": ("audience", "text"),
    "need_approval": ("policy",),
    "start_child": ("kind",),
}
WORD = re.compile(r"[a-z][a-z0-9_.-]{0,60}")
FACTS = frozenset(
    [
        "kind",
        "state",
        "priority",
        "impact",
        "urgency",
        "major",
        "reopened",
        "entry",
        "category",
        "subcategory",
        "channel",
        "service_criticality",
        "service_first_line",
        "item_team",
        "in_coverage",
        "customer_segment",
        "security_incident",
        "data_loss_suspected",
        "known_error",
        "like_incidents",
        "next_contact_at",
        "due_at",
        "plan_start",
        "plan_end",
        "close_code",
        "opened_at",
    ]
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against publication: the element and the reason."""

    element: str
    reason: str


def validate(xml: bytes, *, facts: Iterable[str] = (), tables: Iterable[str] = ()) -> list[Problem]:
    """All problems of a model; an empty list means it may be published.

    `facts` are names beyond the standard ones that conditions may read, `tables` the decision
    tables of the package. Never raises for bad input; the time is bounded by the limits of size.
    """
    try:
        root = parse_xml(xml)
    except Refused as refusal:
        return [Problem("(file)", str(refusal))]
    problems = list(_vocabulary(root))
    if problems:
        return problems
    try:
        diagram = read(root)
    except Refused as refusal:
        return [Problem("(file)", str(refusal))]
    problems = [*_ids(root, diagram), *_counts(diagram)]
    if problems:
        return problems
    known = FACTS | set(facts) | _results(diagram)
    checks: list[Callable[[Diagram], Iterator[Problem]]] = [
        _arrows, _starts, _boundaries, _events, _tasks, _gateways, _reachable, _endless,
    ]  # fmt: skip
    found = [problem for check in checks for problem in check(diagram)]
    found += _conditions(diagram, known)
    found += _tables(diagram, frozenset(tables))
    return found


def _results(diagram: Diagram) -> set[str]:
    """Names that decisions, approvals and called models put beside the facts."""
    names = {
        n.told.get("result") or n.told.get("table", "") for n in _of(diagram, "businessRuleTask")
    }
    names |= {n.told.get("result") or n.id for n in _of(diagram, "serviceTask", "callActivity")}
    return {name for name in names if name}


def _of(diagram: Diagram, *types: str) -> list[Node]:
    return [node for node in diagram.nodes.values() if node.type in types]


def _vocabulary(root: etree._Element) -> Iterator[Problem]:
    for element in walk(root):
        space, _, name = str(element.tag).rpartition("}")
        space = space.removeprefix("{")
        where = _where(element)
        if space in DRAWING:
            continue
        if space == BPMN and name in WORDS:
            yield from _attributes(element, where)
        elif space == OURS and name == "argument":
            continue
        elif space == BPMN:
            reason = REASONS.get(
                name, f"the element “{name}” is outside the supported part of BPMN"
            )
            yield Problem(where, reason)
        else:
            yield Problem(where, f"the element “{name}” of “{space[:60]}” is not known here")
    if local(root) != "definitions":
        yield Problem(_where(root), "a model file starts with definitions")


def _attributes(element: etree._Element, where: str) -> Iterator[Problem]:
    for key in element.attrib:
        space, _, name = str(key).rpartition("}")
        space = space.removeprefix("{")
        if space == OURS and name not in OUR_ATTRIBUTES:
            yield Problem(where, f"the attribute “{name}” is not known here")
        elif space and space not in (OURS, XSI, *COLOURS):
            yield Problem(where, f"the attribute “{name}” of “{space[:60]}” is not known here")
    if element.get("triggeredByEvent") == "true":
        yield Problem(where, "event sub-processes are not supported")
    if element.get("isForCompensation") == "true":
        yield Problem(where, "transactions and compensation are not supported")
    if element.get("implementation") or element.get("operationRef") or element.get("calledElement"):
        yield Problem(where, "calls outside are not supported; name one effect")


def _where(element: etree._Element) -> str:
    """The id of the nearest element that has one."""
    at: etree._Element | None = element
    while at is not None:
        if at.get("id"):
            return str(at.get("id"))
        at = at.getparent()
    return local(element)


def _ids(root: etree._Element, diagram: Diagram) -> Iterator[Problem]:
    seen: set[str] = set()
    for element in walk(root):
        id = element.get("id")
        if id and id in seen:
            yield Problem(id, "two elements have this id")
        seen.add(id or "")
    for node in diagram.nodes.values():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,80}", node.id):
            yield Problem(node.id[:80] or node.type, "an id is a short word of letters and digits")


def _counts(diagram: Diagram) -> Iterator[Problem]:
    if len(diagram.nodes) > MAX_NODES or len(diagram.flows) > 2 * MAX_NODES:
        yield Problem(
            diagram.id,
            f"the model has {len(diagram.nodes)} steps and {len(diagram.flows)} arrows;"
            f" at most {MAX_NODES} and {2 * MAX_NODES} are allowed",
        )


def _arrows(diagram: Diagram) -> Iterator[Problem]:
    for flow in diagram.flows:
        for end in (flow.source, flow.target):
            if end not in diagram.nodes:
                yield Problem(flow.id, f"the arrow leads from or to “{end}”, which does not exist")
        if flow.condition and _type(diagram, flow.source) != "exclusiveGateway":
            yield Problem(
                flow.id, "a condition stands on an arrow that leaves an exclusive gateway"
            )
        if _type(diagram, flow.target) in ("startEvent", "boundaryEvent"):
            yield Problem(flow.id, "no arrow leads into a start or an attached event")
    for node in diagram.nodes.values():
        out = len(diagram.out_of(node.id))
        if node.type not in GATEWAYS and out > 1:
            yield Problem(node.id, "two arrows leave this element; put a gateway there")
        if node.type == "endEvent" and out:
            yield Problem(node.id, "an arrow leaves an end")
        if node.type != "endEvent" and not out:
            yield Problem(node.id, "no arrow leaves this element; it would be stuck here")


def _type(diagram: Diagram, id: str) -> str:
    return diagram.nodes[id].type if id in diagram.nodes else ""


def _starts(diagram: Diagram) -> Iterator[Problem]:
    starts = _of(diagram, "startEvent")
    if len(starts) != 1:
        yield Problem(diagram.id, f"a model has one start; this one has {len(starts)}")
    if not _of(diagram, "endEvent"):
        yield Problem(diagram.id, "a model has an end")


def _boundaries(diagram: Diagram) -> Iterator[Problem]:
    for node in _of(diagram, "boundaryEvent"):
        if _type(diagram, node.attached_to) not in TASKS:
            yield Problem(node.id, "an attached event hangs on a task")


def _events(diagram: Diagram) -> Iterator[Problem]:
    for node in _of(diagram, "intermediateCatchEvent", "boundaryEvent", "startEvent", "endEvent"):
        needed = node.type in ("intermediateCatchEvent", "boundaryEvent")
        if node.definitions > 1 or (needed and not node.definitions):
            yield Problem(node.id, "an event waits for one thing: a timer or a message")
        if node.type == "endEvent" and node.definitions and not node.terminates:
            yield Problem(node.id, "an end is plain or ends everything")
        if node.type != "endEvent" and node.terminates:
            yield Problem(node.id, "only an end may end everything")
        if node.message and not WORD.fullmatch(node.message):
            yield Problem(node.id, "a message has a name of small letters")
        if node.timer is not None:
            yield from _timer(node)


def _timer(node: Node) -> Iterator[Problem]:
    timer = node.timer
    assert timer is not None
    if (bool(timer.after) + bool(timer.at) + bool(timer.share)) != 1:
        yield Problem(node.id, "a timer has one of: a duration, a date, a share of a clock")
    if timer.after and (duration(timer.after) or (0, 0)) == (0, 0):
        yield Problem(node.id, "a duration is written like P5D or PT1H30M and is not zero")
    if timer.at and timer.at not in FACTS:
        yield Problem(node.id, f"the date “{timer.at[:60]}” is not a known fact")
    if timer.share and not (timer.share <= 500 and WORD.fullmatch(timer.clock)):
        yield Problem(node.id, "a share is 1 to 500 percent of a named clock")
    if not WORD.fullmatch(timer.calendar):
        yield Problem(node.id, "a calendar has a name of small letters")


def _tasks(diagram: Diagram) -> Iterator[Problem]:
    for node in _of(diagram, *TASKS):
        told = node.told.get
        if node.times and node.type != "userTask":
            yield Problem(node.id, "only a user task may be given to several people")
        if node.times and not (node.times.isdecimal() and 1 <= int(node.times[:4]) <= MAX_TIMES):
            yield Problem(node.id, f"a task is given to 1 to {MAX_TIMES} people, as a number")
        if node.type == "userTask" and not (told("verb") or told("form")):
            yield Problem(node.id, "a user task names the verb or the form that ends it")
        if node.type == "businessRuleTask" and not told("table"):
            yield Problem(node.id, "a decision names its table")
        if node.type == "callActivity" and not told("model"):
            yield Problem(node.id, "a call names the model")
        if node.type == "serviceTask":
            yield from _service(node)
        for name in ("verb", "form", "table", "model", "policy", "kind", "result", "audience"):
            if told(name) and not WORD.fullmatch(told(name, "")):
                yield Problem(node.id, f"the {name} has a name of small letters")


def _service(node: Node) -> Iterator[Problem]:
    effect = node.told.get("effect", "")
    if effect not in EFFECTS:
        yield Problem(node.id, f"a service task has one effect: {', '.join(sorted(EFFECTS))}")
        return
    for name in EFFECTS[effect]:
        if not node.told.get(name):
            yield Problem(node.id, f"the effect {effect} needs “{name}”")


def _gateways(diagram: Diagram) -> Iterator[Problem]:
    for node in _of(diagram, *GATEWAYS):
        out = diagram.out_of(node.id)
        if node.type == "eventBasedGateway":
            targets = [diagram.nodes[f.target] for f in out if f.target in diagram.nodes]
            if any(t.type != "intermediateCatchEvent" for t in targets) or len(targets) < 2:
                yield Problem(node.id, "an event gateway leads to two or more events")
            if sum(t.timer is not None for t in targets) > 1:
                yield Problem(node.id, "an event gateway has at most one timer")
            if any(len(diagram.into(t.id)) != 1 for t in targets):
                yield Problem(node.id, "an event behind an event gateway has no other arrow")
        if node.type == "exclusiveGateway" and len(out) > 1:
            plain = [flow.id for flow in out if not flow.condition and flow.id != node.default]
            if plain:
                yield Problem(plain[0], "this arrow needs a condition, or be the default")
            if not any(flow.id == node.default for flow in out):
                yield Problem(node.id, "a choice has a default arrow")


def _reachable(diagram: Diagram) -> Iterator[Problem]:
    seen: set[str] = set()
    todo = [node.id for node in _of(diagram, "startEvent")]
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        todo += [flow.target for flow in diagram.out_of(at)]
        todo += [node.id for node in diagram.boundaries(at)]
    for id in diagram.nodes:
        if id not in seen:
            yield Problem(id, "no way leads here from the start")


def _endless(diagram: Diagram) -> Iterator[Problem]:
    """A loop in which nothing waits for a person, a message or a date would turn for ever."""
    quick = {node.id for node in diagram.nodes.values() if _is_quick(node)}
    for id in sorted(quick):
        todo, seen = [f.target for f in diagram.out_of(id)], set()
        while todo:
            at = todo.pop()
            if at == id:
                yield Problem(id, "this loop never waits; it would turn for ever")
                return
            if at in quick and at not in seen:
                seen.add(at)
                todo += [flow.target for flow in diagram.out_of(at)]


def _is_quick(node: Node) -> bool:
    if node.type == "serviceTask":
        return node.told.get("effect") != "need_approval"
    return node.type in ("exclusiveGateway", "parallelGateway", "businessRuleTask")


def _conditions(diagram: Diagram, known: frozenset[str] | set[str]) -> Iterator[Problem]:
    texts = [(flow.id, flow.condition) for flow in diagram.flows if flow.condition]
    for node in diagram.nodes.values():
        texts += [(node.id, v[1:]) for v in node.arguments.values() if v.startswith("=")]
    for id, text in texts:
        try:
            unknown = sorted(conditions.check(text) - known)
        except Refused as refusal:
            yield Problem(id, str(refusal))
            continue
        if unknown:
            yield Problem(id, f"“{unknown[0]}” is not a published fact or a result")


def _tables(diagram: Diagram, tables: frozenset[str]) -> Iterator[Problem]:
    for node in _of(diagram, "businessRuleTask"):
        table = node.told.get("table", "")
        if tables and table not in tables:
            yield Problem(node.id, f"the table “{table}” is not in the package")


__all__ = ["FACTS", "Diagram", "Flow", "Problem", "validate"]
