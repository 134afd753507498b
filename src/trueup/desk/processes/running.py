"""Driving a model: effects are carried out until something must be waited for.

Pure but for its host: the verbs drive it with the desk as host, golden histories with a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.processes import engine
from trueup.desk.processes.conditions import Names
from trueup.desk.processes.decisions import Decided, Table
from trueup.desk.processes.effects import AnyEffect, NeedDecision
from trueup.desk.processes.engine import Model, Moved, Place

MAX_EFFECTS = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """An effect was carried out at once; `outputs` are what later conditions may read."""

    outputs: Mapping[str, object] = field(default_factory=dict)


class Carrier(Protocol):
    """Whoever carries effects out for one instance."""

    def facts(self) -> Mapping[str, object]:
        """The published facts of the subject as they stand now."""

    def carry(self, effect: AnyEffect) -> Outcome | None:
        """Carry one effect out: an outcome where it is done, None where it waits; may refuse."""

    def decided(self, effect: NeedDecision, answer: Decided) -> None:
        """A decision table answered."""

    def blocked(self, effect: AnyEffect, refusal: Refusal) -> None:
        """A step was refused; its token stays where it is."""

    def left(self, place: Place) -> None:
        """A token left a place."""


def settle(model: Model, moved: Moved, tables: Mapping[str, Table], carrier: Carrier) -> Moved:
    """Carry out all effects of a move and of the moves they cause; return the last move.

    Refused where a model asks for more than 200 effects without waiting.
    """
    queue = _taken(moved, carrier)
    for _ in range(MAX_EFFECTS):
        if not queue:
            return moved
        effect = queue.pop(0)
        try:
            outcome = _carry(effect, tables, carrier)
        except Refusal as refusal:
            carrier.blocked(effect, refusal)
            continue
        if outcome is None:
            continue
        place = Place(effect.element, effect.visit)
        moved = engine.complete(model, moved.state, place, outcome.outputs, carrier.facts())
        # What hangs on a step that is over already is not wanted any more.
        queue = [e for e in queue if Place(e.element, e.visit) not in moved.left]
        queue += _taken(moved, carrier)
    raise Refused(
        N_("The process asked for %(most)s things without waiting; it was stopped."),
        most=MAX_EFFECTS,
    )


def _taken(moved: Moved, carrier: Carrier) -> list[AnyEffect]:
    for place in moved.left:
        carrier.left(place)
    return list(moved.effects)


def _carry(effect: AnyEffect, tables: Mapping[str, Table], carrier: Carrier) -> Outcome | None:
    if not isinstance(effect, NeedDecision):
        return carrier.carry(effect)
    if effect.table not in tables:
        raise Refused(N_("The table “%(table)s” is not in the model."), table=effect.table)
    answer = tables[effect.table].decide(Names(effect.known, carrier.facts()))
    carrier.decided(effect, answer)
    return Outcome({effect.result: answer.outputs})
