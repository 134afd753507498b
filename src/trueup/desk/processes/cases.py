"""Golden histories: a model is run through a written course and must propose what was written.

A case names facts and steps. A step is ``verb:<name>`` (a person did it), ``due:<element>`` (the
timer's date came), ``say:<message>`` or ``done:<element>`` (an approval came back, with outputs);
`expect` lists the effects that follow, in order, as ``<effect> <what>``. `refuse` names verbs that
the lifecycle refuses in this case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.processes import engine
from trueup.desk.processes.decisions import Decided
from trueup.desk.processes.effects import (
    AnyEffect,
    Await,
    CallModel,
    CallVerb,
    DropTimer,
    End,
    NeedApproval,
    NeedDecision,
    NeedTask,
    NeedTimer,
    StartChild,
    Tell,
)
from trueup.desk.processes.engine import Moved, Place
from trueup.desk.processes.packages import Described
from trueup.desk.processes.running import Outcome, settle


class _Written:
    """A host that only writes down what it was asked."""

    def __init__(self, facts: Mapping[str, object], refuse: tuple[str, ...]) -> None:
        self.known = dict(facts)
        self.refuse = refuse
        self.said: list[str] = []
        self.open: dict[Place, AnyEffect] = {}

    def facts(self) -> Mapping[str, object]:
        return self.known

    def carry(self, effect: AnyEffect) -> Outcome | None:
        line = _line(effect)
        if line:
            self.said.append(line)
        if isinstance(effect, CallVerb) and effect.verb in self.refuse:
            raise Refused(N_("This step is not possible now."))
        if isinstance(effect, CallVerb | Tell | StartChild):
            return Outcome()
        if not isinstance(effect, DropTimer | End):
            self.open[Place(effect.element, effect.visit)] = effect
        return None

    def decided(self, effect: NeedDecision, answer: Decided) -> None:
        self.said.append(f"decide {effect.table} {'+'.join(answer.rows)}")

    def blocked(self, effect: AnyEffect, refusal: Refusal) -> None:
        self.said.append(f"blocked {effect.element}")

    def left(self, place: Place) -> None:
        self.open.pop(place, None)


def _line(effect: AnyEffect) -> str:
    """How a case writes an effect; empty for those it does not write (dropped timers)."""
    match effect:
        case NeedTask():
            return f"task {effect.element}"
        case NeedApproval():
            return f"approval {effect.policy}"
        case NeedTimer():
            return f"timer {effect.element}"
        case CallVerb():
            return f"verb {effect.verb}"
        case Tell():
            return f"tell {effect.audience}"
        case StartChild():
            return f"child {effect.kind}"
        case CallModel():
            return f"model {effect.model}"
        case Await():
            return f"await {effect.message}"
        case End():
            return f"end {effect.outcome}"
    return ""


def play(described: Described, case: Mapping[str, Any]) -> list[str]:
    """Play one case; return the differences as sentences, none where all came as written."""
    host = _Written(dict(case.get("facts", {})), tuple(case.get("refuse", ())))
    model = described.model
    moved = settle(model, engine.start(model, host.facts()), described.tables, host)
    found = _differences("start", list(case.get("expect", [])), host)
    for step in case.get("step", []):
        host.known.update(step.get("facts", {}))
        moved = _step(described, host, moved, step)
        found += _differences(str(step.get("do")), list(step.get("expect", [])), host)
    return found


def play_all(described: Described) -> list[str]:
    """Differences of all cases of a package, each named by its file."""
    return [
        f"{name}: {difference}"
        for name, case in described.cases.items()
        for difference in play(described, case)
    ]


def _step(described: Described, host: _Written, moved: Moved, step: Mapping[str, Any]) -> Moved:
    model, facts = described.model, host.facts()
    what, _, name = str(step.get("do", "")).partition(":")
    if what == "say":
        after = engine.deliver(model, moved.state, name, facts)
        return settle(model, after, described.tables, host)
    for place, effect in list(host.open.items()):
        if what == "verb" and isinstance(effect, NeedTask) and effect.verb == name:
            after = engine.complete(model, moved.state, place, {}, facts)
        elif what == "due" and place.element == name:
            after = engine.fire(model, moved.state, place, facts)
        elif what == "done" and place.element == name:
            after = engine.complete(model, moved.state, place, step.get("outputs", {}), facts)
        else:
            continue
        return settle(model, after, described.tables, host)
    host.said.append(f"nobody waits for {what}:{name}")
    return moved


def _differences(step: str, expected: list[str], host: _Written) -> list[str]:
    said, host.said = host.said, []
    if said == expected:
        return []
    return [f"after {step}: expected {', '.join(expected)}; came {', '.join(said)}"]
