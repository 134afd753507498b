"""One move of one instance: effects become rows, due dates, events and calls of the host.

Nothing here is called from outside the room's verbs. All of a move stands in one transaction, so
a step is carried out once; (instance, element, visit) is unique in the table as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import local
from typing import Any
from uuid import UUID

from trueup.core.actors import SYSTEM
from trueup.core.events.base import Event
from trueup.core.events.processes import Decided as DecidedEvent
from trueup.core.events.processes import ProcessEnded, StepRefused
from trueup.core.refusals import Refusal
from trueup.desk.base import timers
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.verbs import append
from trueup.desk.processes import engine
from trueup.desk.processes.decisions import Decided
from trueup.desk.processes.effects import (
    KINDS,
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
    Tell,
)
from trueup.desk.processes.engine import Moved, Place
from trueup.desk.processes.hosts import Host
from trueup.desk.processes.models import Instance, Waiting
from trueup.desk.processes.packages import Described
from trueup.desk.processes.running import Outcome, settle

TIMER = "process"
_here = local()


@contextmanager
def alone(subject: UUID) -> Iterator[list[str] | None]:
    """Hold a subject's process; None where this very thread holds it already.

    What a step does to the subject comes back as an offer: it is put on the list and offered
    when the step is over, since the process stands between two places until then.
    """
    held: dict[UUID, list[str]] = _here.__dict__.setdefault("held", {})
    if subject in held:
        yield None
        return
    later: list[str] = []
    held[subject] = later
    try:
        yield later
    finally:
        del held[subject]


def queue(subject: UUID, verb: str) -> None:
    """Offer a verb once the step that caused it is over."""
    _here.held[subject].append(verb)


class Drive:
    """The carrier of one instance, and the rows that the move changes."""

    def __init__(
        self, instance: Instance, described: Described, host: Host, at: datetime | None
    ) -> None:
        self.instance, self.described, self.host = instance, described, host
        self.now = at or clock.now()
        self.at = at
        self.waits: dict[Place, Waiting] = {}
        self.made: list[Waiting] = []
        self.ended: list[Waiting] = []
        self.armed: list[tuple[Waiting, datetime]] = []
        self.dropped: list[str] = []
        self.children: list[CallModel] = []
        self.stuck: set[Place] = set()
        self.by: tuple[Place, str] | None = None
        self.outcome: str | None = None
        self.told_parent = False

    def load(self) -> Drive:
        """Read the open steps of an instance that runs already."""
        for wait in self.instance.waits.filter(ended_at=None):
            self.waits[Place(wait.element, wait.visit)] = wait
        return self

    # What a move asks of its carrier (running.Carrier).

    def facts(self) -> Mapping[str, object]:
        """The published facts of the subject."""
        return self.host.facts()

    def carry(self, effect: AnyEffect) -> Outcome | None:
        """Carry one effect out, or keep that it waits."""
        match effect:
            case End():
                self.outcome = effect.outcome
            case DropTimer():
                self._drop(Place(effect.element, effect.visit))
            case NeedTimer():
                self._arm(effect)
            case Await() | NeedDecision():
                return None
            case CallModel():
                self._wait(effect, name=effect.model)
                self.children.append(effect)
            case _:
                return self._through_host(effect)
        return None

    def decided(self, effect: NeedDecision, answer: Decided) -> None:
        """Write down which rows of a table answered, and from what."""
        self.log(
            DecidedEvent(
                instance=self.instance.pk,
                table=answer.table,
                table_version=answer.version,
                field=effect.element,
                new="+".join(answer.rows),
                inputs=_json(answer.inputs),
                outputs=_json(answer.outputs),
            )
        )

    def blocked(self, effect: AnyEffect, refusal: Refusal) -> None:
        """Keep the sentence with the step; write it to the log where it is new."""
        wait = self._wait(effect)
        self.stuck.add(Place(effect.element, effect.visit))
        sentence = str(refusal)[:500]
        if wait.blocked == sentence:
            return
        wait.blocked = sentence
        if wait.pk:
            wait.save(update_fields=["blocked"])
        self.log(StepRefused(instance=self.instance.pk, field=effect.element, reason=sentence))

    def left(self, place: Place) -> None:
        """End the row of a place without a token."""
        wait = self.waits.pop(place, None)
        if wait is None:
            return
        by = self.by[1] if self.by and self.by[0] == place else "left"
        wait.ended_at, wait.result, wait.blocked = self.now, by, ""
        if wait.pk:
            self.ended.append(wait)

    # The move itself.

    def go(self, moved: Moved) -> Moved:
        """Settle a move and keep what it changed."""
        moved = settle(self.described.model, moved, self.described.tables, self)
        held, self.instance.state = self.instance, moved.state
        if self.outcome is not None:
            held.ended_at, held.outcome = self.now, self.outcome
        if held._state.adding:
            held.save(force_insert=True)
        else:
            held.version += 1
            held.save(update_fields=["state", "version", "ended_at", "outcome"])
        self._flush()
        if self.outcome is not None:
            self._finish()
        return moved

    def again(self, wait: Waiting) -> None:
        """Try a blocked step once more."""
        place, state = Place(wait.element, wait.visit), self.instance.state
        effect = engine.effect_at(self.described.model, state, place, self.facts())
        if effect is None:
            return
        self.by = (place, "done")
        self.go(Moved(state, (effect,), (), (), None))
        if place not in self.stuck and not self.children:
            self.free(place)

    def stand(self, effect: NeedTask | NeedApproval | NeedTimer, since: datetime) -> None:
        """Keep a step that stands open already; a warning that is late by now is not given."""
        values = {"lane": effect.lane, "verb": effect.verb} if isinstance(effect, NeedTask) else {}
        if isinstance(effect, NeedApproval):
            values = {"name": effect.policy}
        wait = self._wait(effect, **values)
        wait.since = since
        if isinstance(effect, NeedTimer):
            due = self.host.due(effect, since)
            if due is not None and (due > self.now or effect.interrupting):
                self.armed.append((wait, due))

    def free(self, place: Place) -> None:
        """A step that was held is held no more."""
        wait = self.waits.get(place)
        if wait is not None and wait.blocked:
            wait.blocked = ""
            wait.save(update_fields=["blocked"])

    def log(self, event: Event) -> None:
        """Write an event about the subject, as the process."""
        append(event, actor=SYSTEM, entity_id=self.host.subject, via="process", at=self.at)

    def _through_host(self, effect: Any) -> Outcome | None:
        place = Place(effect.element, effect.visit)
        if isinstance(effect, Tell):
            self._told(effect)
        elif isinstance(effect, NeedTask):
            self._wait(effect, lane=effect.lane, verb=effect.verb)
        outcome = self.host.carry(effect)
        if isinstance(effect, NeedApproval) and outcome is None:
            self._wait(effect, name=effect.policy)
        if outcome is not None and isinstance(effect, CallVerb):
            self.by = (place, "done")
        return outcome

    def _wait(self, effect: AnyEffect, **values: str) -> Waiting:
        """The row of a step that waits; the same effect again finds the row it has."""
        place = Place(effect.element, effect.visit)
        known = self.waits.get(place)
        if known is not None:
            return known
        if isinstance(effect, CallVerb):
            values["verb"] = effect.verb
        wait = Waiting(
            instance=self.instance, element=effect.element, visit=effect.visit,
            kind=KINDS[type(effect)], since=self.now, **{"name": effect.name, **values},
        )  # fmt: skip
        self.waits[place] = wait
        self.made.append(wait)
        return wait

    def _told(self, effect: Tell) -> None:
        """Words to be sent: kept for the outbox, nothing to wait for."""
        wait = self._wait(effect, name=effect.text, lane=effect.audience)
        wait.ended_at, wait.result = self.now, "told"
        self.waits.pop(Place(effect.element, effect.visit))

    def _arm(self, effect: NeedTimer) -> None:
        """A warning that was given once is not given again when its step comes round again."""
        due = None
        if effect.visit == 1 or effect.interrupting or not self._fired_before(effect):
            due = self.host.due(effect, self.now)
        wait = self._wait(effect)
        if due is not None:
            self.armed.append((wait, due))

    def _fired_before(self, effect: NeedTimer) -> bool:
        return self.instance.waits.filter(name=effect.name, result="fired").exists()

    def _drop(self, place: Place) -> None:
        wait = next((w for w in self.ended if (w.element, w.visit) == _key(place)), None)
        if wait is not None and wait.result != "fired":
            self.dropped.append(timer_name(wait))

    def _flush(self) -> None:
        """Write the rows of the move: new ones, ended ones, due dates."""
        if self.made:
            Waiting.objects.bulk_create(self.made)
        for result in {wait.result for wait in self.ended}:
            keys = [wait.pk for wait in self.ended if wait.result == result]
            rows = Waiting.objects.filter(pk__in=keys)
            rows.update(ended_at=self.now, result=result, blocked="")
        if self.dropped:
            timers.drop(self.host.subject, *self.dropped)
        due = [(timer_name(w), at, {"wait": w.pk}) for w, at in self.armed if w.ended_at is None]
        if due:
            timers.arm_new(self.host.subject, due, SYSTEM)
        self.made, self.ended, self.armed, self.dropped = [], [], [], []

    def _finish(self) -> None:
        if self.waits:
            rows = self.instance.waits.filter(ended_at=None)
            rows.update(ended_at=self.now, result="left", blocked="")
        self.log(ProcessEnded(instance=self.instance.pk, new=self.outcome or ""))


def timer_name(wait: Waiting) -> str:
    """Under which name a step's due date is armed."""
    return f"{TIMER}:{wait.pk}"


def _key(place: Place) -> tuple[str, int]:
    return place.element, place.visit


def _json(value: object) -> str:
    """A value for the log, as one line of text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
