"""What an element of a diagram asks of the host, as an effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.processes import conditions
from trueup.desk.processes.conditions import Names
from trueup.desk.processes.diagram import Node
from trueup.desk.processes.effects import (
    AnyEffect,
    Await,
    CallModel,
    CallVerb,
    NeedApproval,
    NeedDecision,
    NeedTask,
    NeedTimer,
    StartChild,
    Tell,
)


def effect_of(
    node: Node, visit: int, facts: Mapping[str, object], data: Mapping[str, object]
) -> AnyEffect:
    """What a node asks of the host; arguments that start with = are CEL over facts and data.

    `data` is what earlier tables, approvals and called models answered.
    """
    key: dict[str, Any] = {"element": node.id, "visit": visit, "name": node.name}
    if node.timer is not None:
        t = node.timer
        return NeedTimer(
            **key, after=t.after, at=t.at, share=t.share, clock=t.clock, calendar=t.calendar,
            interrupting=node.interrupting,
        )  # fmt: skip
    if node.message:
        return Await(**key, message=node.message, interrupting=node.interrupting)
    told = node.told.get
    if node.type == "userTask":
        return NeedTask(
            **key, lane=node.lane, verb=told("verb", ""), form=told("form", ""),
            checklist=told("checklist", ""),
        )  # fmt: skip
    if node.type == "businessRuleTask":
        table = told("table", "")
        return NeedDecision(
            **key, table=table, result=told("result", table), known=_answers(data)
        )  # fmt: skip
    if node.type == "callActivity":
        return CallModel(**key, model=told("model", ""))
    return _service(node, key, facts, data)


def _service(
    node: Node, key: dict[str, Any], facts: Mapping[str, object], data: Mapping[str, object]
) -> AnyEffect:
    told = node.told.get
    values = {name: _value(text, Names(data, facts)) for name, text in node.arguments.items()}
    match told("effect", ""):
        case "call_verb":
            return CallVerb(**key, verb=told("verb", ""), arguments=values)
        case "tell":
            return Tell(**key, audience=told("audience", ""), text=told("text", ""), facts=values)
        case "need_approval":
            return NeedApproval(
                **key, policy=told("policy", ""), amount=str(values.get("amount", "")),
                answer_within=told("answer_within", ""), asked=_asked(data, told("policy", "")),
            )  # fmt: skip
        case "start_child":
            return StartChild(**key, kind=told("kind", ""), template=told("template", ""))
    raise Refused(N_("The element “%(id)s” names no known effect."), id=node.id)


def _answers(data: Mapping[str, object]) -> dict[str, object]:
    """What earlier tables answered, one name for each output."""
    return {
        f"{result}_{output}": value
        for result, outputs in data.items()
        if isinstance(outputs, dict)
        for output, value in outputs.items()
    }


def _asked(data: Mapping[str, object], policy: str) -> tuple[dict[str, object], ...]:
    """The steps a table named for an approval; a row that names no step asks nobody."""
    found = data.get(policy)
    rows = found if isinstance(found, list) else [found]
    return tuple(row for row in rows if isinstance(row, dict) and row.get("step"))


def _value(text: str, names: Mapping[str, object]) -> object:
    return conditions.evaluate(text[1:], names) if text.startswith("=") else text
