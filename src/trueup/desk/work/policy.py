"""Who sees and does what with records, messages and approvals.

The words of the lifecycle tables (requester, technician, assignee, ...) get their meaning here,
once. A verb is allowed to whoever holds one of the parts its row names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Q

from trueup.core.actors import Actor
from trueup.core.lifecycles import KINDS, load
from trueup.desk.base import access, roles
from trueup.desk.base.access import ALL, NONE, Allow, Viewer, Who
from trueup.desk.services.models import Service
from trueup.desk.work.models import Approval, Message, Record, TargetResult, Watcher

WORKERS = roles.WORKERS
BEGUN = ("working", "fulfilment")
MAY_STOP = ("team_lead", "service_owner")
SYSTEM_PARTS = frozenset({"system", "anyone", "monitoring"})


def _records(viewer: Viewer) -> Q:
    """Own and watched ones, what one was asked to approve, the customer's, the worked scope."""
    if not viewer.grants:
        return NONE
    if viewer.has("auditor", "manager") or viewer.scope("process_owner").everything:
        return ALL
    seen = worked(viewer)
    if seen == ALL:
        return ALL
    seen |= Q(requester=viewer.person)
    seen |= Q(pk__in=Watcher.objects.filter(person=viewer.person).values("record"))
    seen |= Q(pk__in=Approval.objects.filter(approver=viewer.person).values("record"))
    if viewer.customers:
        seen |= Q(customer__in=viewer.customers)
    return seen | _owned(viewer)


def worked(viewer: Viewer) -> Q:
    """The records a technician works on: by team or service of the grant, or assigned."""
    if not viewer.has(*WORKERS):
        return NONE
    scope = viewer.scope(*WORKERS)
    if scope.everything:
        return ALL
    return Q(team__in=scope.ids) | Q(service__in=scope.ids) | Q(assignee=viewer.person)


def _owned(viewer: Viewer) -> Q:
    """What concerns the services one owns or answers for."""
    scope = viewer.scope(*roles.OWNERS)
    if viewer.scope("service_owner").everything:
        return Q(service__in=Service.objects.filter(owner=viewer.person).values("pk"))
    return Q(service__in=scope.ids) if scope.ids else NONE


def _messages(viewer: Viewer) -> Q:
    public = Q(public=True, record__in=Record.objects.filter(_records(viewer)).values("pk"))
    if not viewer.has(*WORKERS):
        return public
    mine = Record.objects.filter(worked(viewer)).values("pk")
    return public | Q(record__in=mine)


def _approvals(viewer: Viewer) -> Q:
    seen = Record.objects.filter(_records(viewer)).values("pk")
    return Q(approver=viewer.person) | Q(record__in=seen)


def _results(viewer: Viewer) -> Q:
    return Q(record__in=Record.objects.filter(_records(viewer)).values("pk"))


def works_on(viewer: Viewer, record: Record) -> bool:
    """Whether the record lies in what this technician works on."""
    if not viewer.has(*WORKERS):
        return False
    scope = viewer.scope(*WORKERS)
    return scope.covers(record.team_id, record.service_id) or record.assignee_id == viewer.person


def sees_private(who: Who, record: Record) -> bool:
    """Whether private notes of the record are for these eyes: technicians working on it only."""
    if isinstance(who, Actor):
        return who.kind == "system"
    return works_on(who, record) and (who.behalf is None or works_on(who.behalf, record))


def _assignee(viewer: Viewer, record: Record) -> bool:
    return record.assignee_id == viewer.person and viewer.has(*WORKERS)


def _leads(viewer: Viewer, record: Record) -> bool:
    if viewer.has("duty_lead"):
        return True
    if viewer.scope("team_lead").covers(record.team_id, record.service_id):
        return True
    team = record.team if viewer.has(*WORKERS) else None
    return team is not None and team.lead_id == viewer.person


def _owns(viewer: Viewer, record: Record) -> bool:
    if not viewer.has("service_owner") or record.service_id is None:
        return False
    if record.service_id in viewer.scope("service_owner").ids:
        return True
    return record.service is not None and record.service.owner_id == viewer.person


def _answers(viewer: Viewer, record: Record) -> bool:
    return viewer.scope("process_owner").covers(record.service_id)


def _watches(viewer: Viewer, record: Record) -> bool:
    return Watcher.objects.filter(record=record, person=viewer.person).exists()


def _approves(viewer: Viewer, record: Record) -> bool:
    return Approval.objects.filter(
        record=record, approver=viewer.person, decision="pending"
    ).exists()


PARTS: dict[str, Callable[[Viewer, Record], bool]] = {
    "anyone": lambda viewer, _: bool(viewer.grants),
    "monitoring": lambda viewer, _: viewer.kind == "robot",
    "system": lambda viewer, _: False,
    "requester": lambda viewer, record: record.requester_id == viewer.person,
    "technician": works_on,
    "assignee": _assignee,
    "team_lead": _leads,
    "duty_lead": lambda viewer, _: viewer.has("duty_lead"),
    "service_owner": _owns,
    "process_owner": _answers,
    "watcher": _watches,
    "approver": _approves,
}


def holds(viewer: Viewer, record: Record, parts: Iterable[str]) -> bool:
    """Whether somebody has one of the parts in a record."""
    return any(PARTS[part](viewer, record) for part in parts)


def begun(record: Record) -> bool:
    """Whether work on it has begun: then it takes a lead or the owner to cancel it."""
    return record.state in BEGUN or record.back_to in BEGUN


@lru_cache
def parts_anywhere(kind: str, verb: str) -> tuple[str, ...]:
    """The parts a verb names in any state of a kind."""
    steps = load(kind).steps.items()
    return tuple(
        dict.fromkeys(part for (_, name), step in steps if name == verb for part in step.who)
    )


def parts_for(record: Record, verb: str) -> tuple[str, ...]:
    """Who may do a verb now; where the state has no such verb, who could in another state."""
    step = load(record.kind).step(record.state, verb)
    return step.who if step else parts_anywhere(record.kind, verb)


def _allow(verb: str) -> Allow:
    def allowed(viewer: Viewer, record: Record | None) -> bool:
        if record is None:
            return bool(viewer.grants)
        return holds(viewer, record, parts_for(record, verb))

    return allowed


def _attach(viewer: Viewer, record: Record) -> bool:
    return holds(viewer, record, ("requester", "technician", "watcher"))


def _all_verbs() -> set[str]:
    return {verb for kind in KINDS for _, verb in load(kind).steps}


def _asked(viewer: Viewer, approval: Any) -> bool:
    return bool(approval.approver_id == viewer.person)


access.register(
    Record,
    visible=_records,
    inside=worked,
    kinds=tuple(KINDS),
    verbs={
        **{verb: _allow(verb) for verb in sorted(_all_verbs())},
        "attach": _attach,
        "attach_private": works_on,
    },
)
access.register(Message, visible=_messages)
access.register(
    Approval,
    visible=_approvals,
    verbs={"decide_approval": _asked, "lapse_approval": lambda viewer, _: False},
)
access.register(TargetResult, visible=_results)
