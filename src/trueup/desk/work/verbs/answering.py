"""The answers to approvals, and what they come to together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from trueup.core.events.approvals import ApprovalGiven, ApprovalLapsed, ApprovalRefused
from trueup.desk.base.access import Who, actor_of
from trueup.desk.eventlog.verbs import append
from trueup.desk.work.models import Approval
from trueup.desk.work.verbs.door import Act

TOLD: dict[str, type[ApprovalGiven]] = {
    "approved": ApprovalGiven,
    "rejected": ApprovalRefused,
    "abstained": ApprovalLapsed,
    "expired": ApprovalLapsed,
}


def write(
    approval: Approval, decision: str, reason: str, actor: Who, via: str, now: datetime
) -> None:
    """Keep an answer; the one that completes the policy carries the policy's name."""
    approval.decision, approval.reason, approval.at = decision, reason.strip()[:2000], now
    completes = decision == "approved" and complete(group(approval), approval)
    approval.level = approval.policy if completes else approval.step
    approval.version += 1
    approval.save(update_fields=["decision", "reason", "at", "level", "version"])
    event = TOLD[decision](
        record=approval.record_id,
        step=approval.step,
        approval_level=approval.level,
        decision=decision,
        reason=reason,
    )
    append(
        event,
        actor=actor_of(actor),
        entity_id=approval.pk,
        via=via,
        at=now,
        object_version=approval.version,
    )


def group(approval: Approval) -> list[Approval]:
    """All rows asked together."""
    rows = Approval.objects.filter(
        record=approval.record_id,
        policy=approval.policy,
        element=approval.element,
        visit=approval.visit,
    )
    return list(rows.order_by("requested_at", "pk"))


def complete(rows: Iterable[Approval], latest: Approval) -> bool:
    """Whether every step has its yes; `latest` counts as it stands in memory."""
    steps: dict[str, list[Approval]] = {}
    for row in rows:
        steps.setdefault(row.step, []).append(latest if row.pk == latest.pk else row)
    return all(_given(held) for held in steps.values())


def _given(rows: list[Approval]) -> bool:
    """Whether a step has its yes: one is enough where it says so, else nobody may be missing."""
    said = [row.decision for row in rows]
    if rows[0].quorum == "one":
        return "approved" in said
    return "approved" in said and set(said) <= {"approved", "abstained"}


def impossible(rows: list[Approval]) -> bool:
    """Whether a step cannot get its yes any more."""
    said = [row.decision for row in rows]
    if rows[0].quorum == "one":
        return "rejected" in said and not {"pending", "approved"} & set(said)
    return "rejected" in said


def end_pending(act: Act) -> None:
    """What is not needed any more ends without an answer."""
    for row in Approval.objects.filter(record=act.record, decision="pending"):
        write(row, "abstained", "", act.actor, act.via, act.now)
