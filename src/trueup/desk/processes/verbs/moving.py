"""Starting a model on a subject, telling it what happened, and moving it on.

`start`, `offer` and `fire` are called by the verb or the due date that caused them and ask for no
permission of their own: all they do to the subject goes through its verbs. A process that cannot
go on never stops the verb: its move is undone, the sentence is kept, the subject stays sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from trueup.core.actors import SYSTEM
from trueup.core.events.processes import ProcessEnded, ProcessStarted, StepDone, StepRefused
from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base import timers
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.base.models import Timer
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.verbs import append
from trueup.desk.processes import engine, hosts, reads
from trueup.desk.processes.conditions import Names
from trueup.desk.processes.effects import CallModel, NeedTimer
from trueup.desk.processes.engine import Place
from trueup.desk.processes.hosts import Host
from trueup.desk.processes.models import Instance, Package, Waiting
from trueup.desk.processes.verbs.driving import Drive, alone, queue, timer_name

MAX_OFFERS = 20
ENTRY = "entry"


def start(host: Host, kind: str, *, at: datetime | None = None) -> Instance | None:
    """Let a subject follow the model in force for its kind; None where there is none."""
    package = reads.in_force(kind)
    if package is None:
        return None
    with alone(host.subject) as later:
        if later is None:
            return None
        made = _guarded(host, "start", at, lambda: _start(host, package, at))
        _catch_up(host, later, at)
    return made


def offer(host: Host, verb: str, *, at: datetime | None = None) -> bool:
    """Tell a subject's process that a verb was done; whether a process heard it.

    A step that waited for the verb is done; a message of that name is delivered; a blocked step
    is tried again. A verb that the model names ends it, or starts it again after its end.
    """
    with alone(host.subject) as later:
        if later is None:
            queue(host.subject, verb)
            return True
        heard = _offer(host, verb, at)
        _catch_up(host, later, at)
    return heard


def fire(timer: Timer) -> None:
    """The date of a step came; where its clock stood still meanwhile, the date is moved."""
    wait = Waiting.objects.filter(pk=timer.payload.get("wait"), ended_at=None).first()
    if wait is None:
        return
    instance = _claimed(wait.instance_id)
    if instance is None:
        return
    host = hosts.host_of(instance.subject_id)
    with alone(host.subject) as later:
        drive = Drive(instance, reads.described(instance.package_id), host, None).load()
        place, model = Place(wait.element, wait.visit), drive.described.model
        effect = engine.effect_at(model, instance.state, place, drive.facts())
        due = host.due(effect, wait.since) if isinstance(effect, NeedTimer) else None
        if due is None or due > drive.now:
            _later(host, wait, due)
            return
        drive.by = (place, "fired")
        drive.go(engine.fire(model, instance.state, place, drive.facts()))
        _after(drive, None)
        _catch_up(host, later or [], None)


def complete(
    instance: Instance,
    element: str,
    *,
    reason: str,
    actor: Who,
    outputs: Mapping[str, object] | None = None,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Instance:
    """Move a waiting step on by hand, with a reason; only the process, never the subject, moves."""
    if not reason.strip():
        raise Refused(N_("Say why this step is moved on by hand."), field="reason")
    with transaction.atomic():
        instance = claim(instance, version)
        require(actor, "move_on", instance)
        host = hosts.host_of(instance.subject_id)
        with alone(host.subject) as later:
            drive = Drive(instance, reads.described(instance.package_id), host, at).load()
            place = next((p for p in drive.waits if p.element == element), None)
            if place is None:
                raise Refused(N_("Nothing waits at the step “%(step)s”."), step=element)
            append(
                StepDone(instance=instance.pk, field=element, reason=reason),
                actor=actor_of(actor), entity_id=host.subject, via=via, at=at,
            )  # fmt: skip
            _complete(drive, place, outputs or {})
            _catch_up(host, later or [], at)
    return instance


def end(
    instance: Instance,
    *,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Instance:
    """Take a subject out of its process; the subject lives on without one."""
    if not reason.strip():
        raise Refused(N_("Say why the process ends here."), field="reason")
    with transaction.atomic():
        instance = claim(instance, version)
        require(actor, "end_process", instance)
        if instance.ended_at is not None:
            raise Refused(N_("This process has ended already."))
        _stop(instance, "left", at)
        event = ProcessEnded(instance=instance.pk, new=f"left: {reason}")
        append(event, actor=actor_of(actor), entity_id=instance.subject_id, via=via, at=at)
    return instance


def _start(
    host: Host,
    package: Package,
    at: datetime | None,
    entry: str = "start",
    parent: tuple[Instance, CallModel] | None = None,
) -> Instance:
    described = reads.described(package.pk)
    instance = Instance(subject_id=host.subject, package=package, started_at=at or clock.now())
    if parent is not None:
        instance.parent, effect = parent
        instance.parent_element, instance.parent_visit = effect.element, effect.visit
    moved = engine.start(described.model, Names({ENTRY: entry}, host.facts()))
    drive = Drive(instance, described, host, at)
    log_start(drive, package)
    drive.go(moved)
    _after(drive, at)
    return instance


def log_start(drive: Drive, package: Package) -> None:
    """Write down which version a subject follows from now on."""
    event = ProcessStarted(
        instance=drive.instance.pk,
        model=package.name,
        number=package.number,
        digest=package.digest,
    )
    drive.log(event)


def _offer(host: Host, verb: str, at: datetime | None) -> bool:
    running = reads.running_of(host.subject, lock=True)
    for instance in running:
        described = reads.described(instance.package_id)
        if not described.hears(verb, instance.state):
            continue
        _guarded(host, verb, at, partial(_hear, instance, host, verb, at))
    if not running:
        return _resume(host, verb, at)
    return True


def _resume(host: Host, verb: str, at: datetime | None) -> bool:
    """Follow the same version again where its end was taken back."""
    last = reads.last_of(host.subject)
    if last is None or verb not in reads.described(last.package_id).resumes_on:
        return False
    return _guarded(host, verb, at, lambda: _start(host, last.package, at, verb)) is not None


def _hear(instance: Instance, host: Host, verb: str, at: datetime | None) -> Instance:
    described = reads.described(instance.package_id)
    if verb in described.ends_on:
        _stop(instance, verb, at)
        Drive(instance, described, host, at).log(ProcessEnded(instance=instance.pk, new=verb))
        return instance
    drive = Drive(instance, described, host, at).load()
    for place, wait in list(drive.waits.items()):
        if wait.verb == verb and place in drive.waits and instance.ended_at is None:
            _complete(drive, place, {})
    for message in described.heard_as(verb):
        _deliver(drive, message, at)
    _try_again(drive, at)
    return instance


def _deliver(drive: Drive, message: str, at: datetime | None) -> None:
    model, held = drive.described.model, drive.instance
    if held.ended_at is None and message in engine.waits_for(model, held.state):
        drive.go(engine.deliver(model, held.state, message, drive.facts()))
        _after(drive, at)


def _try_again(drive: Drive, at: datetime | None) -> None:
    """Steps that may go on now: those that were refused, and approvals that were answered."""
    for place, wait in list(drive.waits.items()):
        if place not in drive.waits or drive.instance.ended_at is not None:
            continue
        if wait.blocked:
            drive.again(wait)
            _after(drive, at)
        elif wait.kind == "approval":
            answer = drive.host.approval(place)
            if answer is not None:
                _complete(drive, place, {wait.element: dict(answer)})


def _complete(drive: Drive, place: Place, outputs: Mapping[str, object]) -> None:
    drive.by = (place, "done")
    model, state = drive.described.model, drive.instance.state
    drive.go(engine.complete(model, state, place, outputs, drive.facts()))
    _after(drive, drive.at)


def _after(drive: Drive, at: datetime | None) -> None:
    """Called models begin; a model that ended lets the one that called it go on."""
    calls, drive.children = drive.children, []
    for effect in calls:
        package = reads.in_force_named(effect.model)
        if package is None:
            refusal = Refused(N_("No model “%(name)s” is in force."), name=effect.model)
            drive.blocked(effect, refusal)
        else:
            drive.free(Place(effect.element, effect.visit))
            _start(drive.host, package, at, parent=(drive.instance, effect))
    held = drive.instance
    if held.ended_at is not None and held.parent_id is not None and not drive.told_parent:
        drive.told_parent = True
        parent = _claimed(held.parent_id)
        if parent is not None:
            above = Drive(parent, reads.described(parent.package_id), drive.host, at).load()
            place = Place(held.parent_element, held.parent_visit)
            _complete(above, place, {held.parent_element: {"outcome": held.outcome}})


def _stop(instance: Instance, outcome: str, at: datetime | None) -> None:
    now = at or clock.now()
    instance.ended_at, instance.outcome = now, outcome
    instance.version += 1
    instance.save(update_fields=["ended_at", "outcome", "version"])
    waits = instance.waits.filter(ended_at=None, kind="timer")
    names = [timer_name(wait) for wait in waits]
    if names:
        timers.drop(instance.subject_id, *names)
    instance.waits.filter(ended_at=None).update(ended_at=now, result="left")


def _catch_up(host: Host, later: list[str], at: datetime | None) -> None:
    """Offer what the steps themselves did to the subject."""
    for _ in range(MAX_OFFERS):
        if not later:
            return
        _offer(host, later.pop(0), at)


def _guarded(
    host: Host, step: str, at: datetime | None, move: Callable[[], Instance]
) -> Instance | None:
    """Make a move; where it cannot be made, undo it and keep the sentence."""
    try:
        with transaction.atomic():
            return move()
    except Refusal as refusal:
        event = StepRefused(instance=None, field=step, reason=str(refusal)[:500])
        append(event, actor=SYSTEM, entity_id=host.subject, via="process", at=at)
        return None


def _claimed(instance: UUID) -> Instance | None:
    return Instance.objects.select_for_update().filter(pk=instance, ended_at=None).first()


def _later(host: Host, wait: Waiting, due: datetime | None) -> None:
    if due is not None:
        timers.arm(host.subject, timer_name(wait), due, {"wait": wait.pk}, SYSTEM)
