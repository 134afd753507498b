"""A model for a subject that has none yet: its place is found by replaying what was done.

The replay moves tokens only: nothing is called, asked or told again. Where it ends at a place
that does not fit the subject, the subject stays without a process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from trueup.core.refusals import Refusal
from trueup.desk.eventlog import clock
from trueup.desk.processes import engine, reads
from trueup.desk.processes.conditions import Names
from trueup.desk.processes.decisions import Decided
from trueup.desk.processes.effects import (
    AnyEffect,
    CallVerb,
    NeedApproval,
    NeedDecision,
    NeedTask,
    NeedTimer,
    StartChild,
    Tell,
)
from trueup.desk.processes.engine import Moved, Place
from trueup.desk.processes.hosts import Host
from trueup.desk.processes.models import Instance, Package
from trueup.desk.processes.packages import Described
from trueup.desk.processes.running import Outcome, settle
from trueup.desk.processes.verbs.driving import Drive, alone
from trueup.desk.processes.verbs.moving import ENTRY, log_start

Done = tuple[str, datetime]


def attach(host: Host, kind: str, history: Sequence[Done], *, began: datetime) -> Instance | None:
    """Let a subject follow the model in force from where it stands; None where no place fits.

    `history` are the verbs done to it so far, oldest first.
    """
    package = reads.in_force(kind)
    if package is None:
        return None
    with transaction.atomic(), alone(host.subject):
        found = _replay(host, reads.described(package.pk), history, began)
        return None if found is None else _stand(host, package, found)


@dataclass(slots=True)
class _Replay:
    """The carrier of a replay, and what stands open with the instant it began to."""

    host: Host
    now: datetime
    open: dict[Place, tuple[AnyEffect, datetime]] = field(default_factory=dict)
    held: bool = False

    def facts(self) -> Mapping[str, object]:
        return self.host.facts()

    def carry(self, effect: AnyEffect) -> Outcome | None:
        place = Place(effect.element, effect.visit)
        if isinstance(effect, CallVerb | Tell | StartChild):
            return Outcome()
        if isinstance(effect, NeedApproval):
            answer = self.host.approval(place)
            if answer is not None or not effect.asked:
                return Outcome({effect.element: dict(answer or {"outcome": "approved"})})
        self.open[place] = (effect, self.now)
        return None

    def decided(self, effect: NeedDecision, answer: Decided) -> None:
        """What a table says now may not be what it said then; it is not told again."""

    def blocked(self, effect: AnyEffect, refusal: Refusal) -> None:
        self.held = True

    def left(self, place: Place) -> None:
        self.open.pop(place, None)


def _replay(
    host: Host, described: Described, history: Sequence[Done], began: datetime
) -> tuple[Moved, _Replay] | None:
    """Where the verbs lead to; None where that is an end, a held step or no fitting place."""
    carrier = _Replay(host, began)
    model = described.model
    try:
        moved = engine.start(model, Names({ENTRY: "start"}, host.facts()))
        moved = settle(model, moved, described.tables, carrier)
        for verb, carrier.now in history:
            if verb in described.ends_on or moved.outcome is not None:
                return None
            moved = _do(described, moved, carrier, verb)
    except Refusal:
        return None
    tasks = [each for each, _ in carrier.open.values() if isinstance(each, NeedTask)]
    fits = all(host.possible(task.verb) for task in tasks)
    if carrier.held or moved.outcome is not None or not fits:
        return None
    return moved, carrier


def _do(described: Described, moved: Moved, carrier: _Replay, verb: str) -> Moved:
    model = described.model
    for place, (effect, _) in list(carrier.open.items()):
        if isinstance(effect, NeedTask) and effect.verb == verb and place in carrier.open:
            after = engine.complete(model, moved.state, place, {}, carrier.facts())
            moved = settle(model, after, described.tables, carrier)
    for message in described.heard_as(verb):
        if moved.outcome is None and message in engine.waits_for(model, moved.state):
            after = engine.deliver(model, moved.state, message, carrier.facts())
            moved = settle(model, after, described.tables, carrier)
    return moved


def _stand(host: Host, package: Package, found: tuple[Moved, _Replay]) -> Instance:
    """Keep the place, with the steps that are open there and their dates."""
    moved, replay = found
    now = clock.now()
    instance = Instance(subject_id=host.subject, package=package, started_at=now)
    drive = Drive(instance, reads.described(package.pk), host, now)
    log_start(drive, package)
    for effect, since in replay.open.values():
        if isinstance(effect, NeedTask | NeedApproval | NeedTimer):
            drive.stand(effect, since)
    drive.go(Moved(moved.state, (), (), moved.here, None))
    return instance
