"""Agreeing to a finding: somebody takes the first step, and its test is frozen before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from trueup.core.events.assurance import ActionDone, ActionPlanned, FindingAgreed
from trueup.core.refusals import Conflict, Refused
from trueup.core.words import N_
from trueup.desk.assurance import reads
from trueup.desk.assurance.models import Action, AuditRun, Finding
from trueup.desk.assurance.names import Names
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.base.models import Person, Subject
from trueup.desk.base.numbering import next_number
from trueup.desk.eventlog.verbs import append

WAIT = timedelta(weeks=8)
LONGEST = 300


def plan(
    run: AuditRun,
    key: str,
    *,
    owner: Person | None,
    due: date | None,
    actor: Who,
    via: str = "web",
    at: datetime | None = None,
) -> Action:
    """Give the first step of a finding to somebody; the test stands from now on.

    The test is due eight weeks after the step, so that later records can show its effect.
    """
    require(actor, "plan", Finding)
    row = reads.row_of(reads.result(run), "findings", key, name="key")
    now = at or timezone.now()
    _check(owner, due, now.date())
    assert owner is not None
    assert due is not None
    names = Names(actor, row)
    try:
        with transaction.atomic():
            finding = _agree(run, row, names.say(row["headline"]), actor, via, now)
            step = names.say(row["do_first"]["text"])
            return _give(finding, row, step, owner, due, actor, via, now)
    except IntegrityError as taken:
        raise Conflict(N_("Somebody has planned this already. Look at the actions.")) from taken


def _check(owner: Person | None, due: date | None, today: date) -> None:
    if owner is None or not owner.active:
        raise Refused(N_("Say who does it."), field="owner")
    if due is None or due < today:
        raise Refused(N_("Say until when; the day must not be over."), field="due")


def _agree(
    run: AuditRun, row: Mapping[str, Any], headline: str, actor: Who, via: str, now: datetime
) -> Finding:
    """The finding, kept under a number of its own."""
    found = {reads.detection_of(reads.result(run), d)[0]["id"] for d in row["detections"]}
    number = next_number("FND")
    subject = Subject.objects.create(kind="finding", number=number, label=headline[:LONGEST])
    finding = Finding.objects.create(
        subject=subject,
        key=row["key"],
        run=run,
        checks=",".join(sorted(found)),
        grade=row["grade"],
        agreed_by_id=actor_of(actor).person,
        opened_at=now,
    )
    event = FindingAgreed(
        number=number,
        key=finding.key,
        checks=tuple(sorted(found)),
        grade=finding.grade,
        run=run.pk,
    )
    append(event, actor=actor_of(actor), entity_id=finding.pk, via=via, at=now, object_version=1)
    return finding


def _give(
    finding: Finding,
    row: Mapping[str, Any],
    step: str,
    owner: Person,
    due: date,
    actor: Who,
    via: str,
    now: datetime,
) -> Action:
    """The step in the owner's hands, with its frozen test."""
    test = row["verification"]
    action = Action.objects.create(
        finding=finding,
        step=step[:1].upper() + step[1:],
        owner=owner,
        due=due,
        created_at=now,
        measure=test["measure"],
        baseline=test["baseline"],
        expected=test["expected"],
        n_min=test["n_min"],
        ready_on=due + WAIT,
    )
    event = ActionPlanned(
        finding=finding.pk,
        step=action.step,
        owner=owner.pk,
        due=due.isoformat(),
        measure=action.measure,
        baseline=str(action.baseline),
        expected=str(action.expected),
        n_min=action.n_min,
        ready_on=action.ready_on.isoformat(),
    )
    append(event, actor=actor_of(actor), entity_id=action.pk, via=via, at=now, object_version=1)
    return action


def complete(
    action: Action,
    *,
    proof: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Action:
    """Say that the step was taken, and what shows it; the owner says so, nobody else."""
    with transaction.atomic():
        action = claim(action, version)
        require(actor, "complete", action)
        if action.done_at is not None:
            raise Refused(N_("This step was already reported as taken."))
        if not proof.strip():
            raise Refused(N_("Say what shows that it was done."), field="proof")
        action.done_at, action.proof = at or timezone.now(), proof.strip()[:1000]
        action.version += 1
        action.save(update_fields=["done_at", "proof", "version"])
        event = ActionDone(finding=action.finding_id, proof=action.proof)
        append(
            event,
            actor=actor_of(actor),
            entity_id=action.pk,
            via=via,
            at=at,
            object_version=action.version,
        )
    return action
