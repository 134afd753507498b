"""Asking others for a yes, and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trueup.core.events.approvals import (
    ApprovalAsked,
    ApprovalNotNeeded,
    ApprovalRequested,
    RecordApproved,
    RecordRejected,
)
from trueup.core.events.work import RecordCancelled
from trueup.core.lifecycles import load
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import NOT_YOURS, NotAllowed, Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.base.models import Person
from trueup.desk.eventlog.verbs import append
from trueup.desk.work import process
from trueup.desk.work.models import Approval, Record
from trueup.desk.work.verbs import answering, counting, dropping
from trueup.desk.work.verbs.door import Act, acting, moment


@dataclass(frozen=True, slots=True)
class Asked:
    """One person asked in one step; a step with the quorum ``one`` needs a single yes."""

    step: str
    approver: Person
    quorum: str = "all"
    answer_by: datetime | None = None


def request_approval(
    record: Record,
    *,
    steps: Sequence[Asked],
    policy: str,
    actor: Who,
    element: str = "",
    visit: int = 0,
    via: str = "process",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Ask people for a yes; never the requester."""
    with acting(record, "request_approval", actor, via, version, at) as act:
        act.need(steps=steps or None)
        act.move()
        names = tuple(dict.fromkeys(each.step for each in steps))
        act.log(ApprovalRequested(state=act.record.state, policy=policy, steps=names))
        for each in steps:
            _ask(act, each, policy, element, visit)
        counting.reckon(act)
    return act.record


def approval_not_needed(
    record: Record,
    *,
    actor: Who,
    policy: str = "",
    via: str = "process",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say that the rules ask nobody; the lifecycle's row ``decide``."""
    with acting(record, "decide", actor, via, version, at) as act:
        act.move()
        act.log(ApprovalNotNeeded(state=act.record.state, policy=policy))
    return act.record


def decide(
    approval: Approval,
    *,
    decision: str,
    actor: Who,
    reason: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Approval:
    """Answer when asked for a yes: approved, rejected (with a reason) or abstained.

    The answer that completes the policy moves the record on; a no ends it.
    """
    if decision not in ("approved", "rejected", "abstained"):
        raise Refused(N_("Say yes, no, or that you abstain."), field="decision")
    with transaction.atomic():
        record = claim(approval.record, None)
        approval = claim(approval, version)
        require(actor, "decide_approval", approval)
        if actor_of(actor).kind == "system":
            raise NotAllowed(NOT_YOURS, verb="decide")
        if approval.decision != "pending":
            raise Refused(N_("This was answered already."))
        if decision == "rejected" and not reason.strip():
            raise Refused(N_("Say why not."), field="reason")
        if decision == "approved":
            _check_independent(approval, record)
        now = moment(at, approval.requested_at)
        answering.write(approval, decision, reason, actor, via, now)
        _move_on(record, approval, reason, actor, via, now)
        process.offer(record, "decide", actor=actor, at=now)
    return approval


def lapse(
    approval: Approval, *, actor: Who, via: str = "timer", at: datetime | None = None
) -> Approval:
    """Let an approval end without an answer; never a yes."""
    with transaction.atomic():
        approval = claim(approval, None)
        require(actor, "lapse_approval", approval)
        if approval.decision == "pending":
            answering.write(approval, "expired", "", actor, via, moment(at, approval.requested_at))
    return approval


def _ask(act: Act, asked: Asked, policy: str, element: str, visit: int) -> None:
    if asked.approver.pk == act.record.requester_id:
        raise Refused(N_("Nobody decides on their own request."), field="steps")
    row = Approval.objects.create(
        record=act.record,
        policy=policy,
        step=asked.step,
        quorum=asked.quorum,
        approver=asked.approver,
        requested_at=act.now,
        answer_by=asked.answer_by,
        element=element,
        visit=visit,
    )
    event = ApprovalAsked(
        record=act.record.pk,
        policy=policy,
        step=row.step,
        quorum=row.quorum,
        approver=row.approver_id,
        answer_by=row.answer_by,
    )
    append(event, actor=actor_of(act.actor), entity_id=row.pk, via=act.via, at=act.now)


def _check_independent(approval: Approval, record: Record) -> None:
    """By rule, not by form: no yes from whom it benefits, none twice in one policy."""
    if approval.approver_id in (record.requester_id, record.assignee_id):
        raise Refused(N_("Nobody decides on their own request. Somebody else must be asked."))
    twice = Approval.objects.filter(
        record=record, policy=approval.policy, visit=approval.visit, decision="approved"
    )
    if twice.filter(approver=approval.approver_id).exists():
        raise Refused(N_("You said yes in another step already; this one needs somebody else."))


def _move_on(
    record: Record, approval: Approval, reason: str, actor: Who, via: str, now: datetime
) -> None:
    """Move the record where its lifecycle waits for this answer."""
    group = answering.group(approval)
    step_rows = [row for row in group if row.step == approval.step]
    if answering.complete(group, approval):
        act = _act(record, "approve", actor, via, now)
        if act is not None:
            answering.end_pending(act)
            act.move()
            act.log(RecordApproved(state=act.record.state, policy=approval.policy))
            counting.reckon(act)
            act.done()
    elif answering.impossible(step_rows):
        act = _act(record, "reject", actor, via, now)
        if act is not None:
            act.log(RecordRejected(policy=approval.policy, reason=reason))
            dropping.drop(act, RecordCancelled, "rejected", reason)
            act.done()


def _act(record: Record, verb: str, actor: Who, via: str, now: datetime) -> Act | None:
    step = load(record.kind).step(record.state, verb)
    return Act(record, verb, step, actor, via, now) if step else None
