"""Records: the same verbs as the pages, each for whom the lifecycle tables name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import BeforeValidator, Field, StringConstraints

from trueup.core.lifecycles import KINDS
from trueup.desk.base.roles import WORKERS
from trueup.desk.surfaces.api import record_shapes as shapes
from trueup.desk.surfaces.api.auth import viewer_in
from trueup.desk.surfaces.api.door import Reply, operation
from trueup.desk.surfaces.api.fields import NO_NUL, Limit, canonical
from trueup.desk.surfaces.api.paging import Page
from trueup.desk.surfaces.api.verbs import create, on_one
from trueup.desk.surfaces.policy import LOGGED_IN, Policy
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Approval, Record
from trueup.desk.work.policy import parts_anywhere

router = Router(tags=["records"])
Records = Page[shapes.RecordOut]
Approvals = Page[shapes.ApprovalOut]
Word = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
AView = Annotated[str, StringConstraints(pattern="^(" + "|".join(reads.VIEWS) + ")$")]
OneOf = Annotated[UUID | None, BeforeValidator(canonical)]
Rank = Annotated[int | None, Field(ge=1, le=5)]
FILTERS = ("service", "customer", "priority", "team", "assignee", "text")
ROLES: dict[str, frozenset[str]] = {
    "technician": frozenset(WORKERS),
    "assignee": frozenset(WORKERS),
    "team_lead": frozenset(WORKERS),
    "duty_lead": frozenset({"duty_lead"}),
    "service_owner": frozenset({"service_owner"}),
    "system": frozenset(),
    "monitoring": frozenset(),
}
ON_RECORDS: tuple[Callable[..., Any], ...] = (
    verbs.triage,
    verbs.start,
    verbs.take,
    verbs.assign,
    verbs.release,
    verbs.acknowledge,
    verbs.comment,
    verbs.note,
    verbs.ask,
    verbs.answer,
    verbs.hold,
    verbs.resume,
    verbs.classify,
    verbs.set_priority,
    verbs.escalate,
    verbs.link,
    verbs.unlink,
    verbs.watch,
    verbs.unwatch,
    verbs.resolve,
    verbs.fulfil,
    verbs.finish,
    verbs.skip,
    verbs.confirm,
    verbs.close,
    verbs.reopen,
    verbs.cancel,
    verbs.withdraw,
    verbs.log_work,
    verbs.edit,
    verbs.declare_major,
    verbs.end_major,
)
ADDS = frozenset({"comment", "note", "log_work", "watch", "unwatch", "link"})


def audiences(verb: str) -> frozenset[str]:
    """Who may do a verb in any state of any kind, as the lifecycle tables say."""
    parts = {part for kind in KINDS for part in parts_anywhere(kind, verb)}
    found = [ROLES.get(part, LOGGED_IN) for part in parts]
    return frozenset[str]().union(*found) or LOGGED_IN


def _filter_words(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name)}


@operation(router, "GET", "/records", policy=Policy("list", "record"), answer=Records)
def records(
    request: HttpRequest,
    view: AView = "open",
    service: OneOf = None,
    customer: OneOf = None,
    priority: Rank = None,
    team: OneOf = None,
    assignee: OneOf = None,
    text: Word = "",
    after: Word = "",
    limit: Limit = 50,
) -> Reply:
    """The records of a view, in its order; `next` is the key for `after`."""
    filters = _filter_words(request)
    found = reads.page(viewer_in(request), view, filters=filters, after_key=after, limit=limit)
    items = [shapes.record(row) for row in found.records]
    return Reply(Records(items=items, next=found.next_key or None))


@operation(
    router, "GET", "/records/{uuid:id}", policy=Policy("see", "record"), answer=shapes.RecordFull
)
def record(request: HttpRequest, id: UUID) -> Reply:
    """One record, with its clocks and what I may do with it now."""
    viewer = viewer_in(request)
    row = reads.one(viewer, id)
    return Reply(shapes.record_for(row, viewer), version=row.version)


@operation(
    router,
    "GET",
    "/records/{uuid:id}/timeline",
    policy=Policy("see", "record"),
    answer=shapes.Story,
)
def timeline(request: HttpRequest, id: UUID) -> Reply:
    """What happened to a record and what was said on it."""
    viewer = viewer_in(request)
    lines = reads.timeline(reads.one(viewer, id), viewer)
    return Reply(shapes.Story(items=[shapes.entry(each) for each in lines]))


@operation(router, "GET", "/approvals", policy=Policy("list", "approval"), answer=Approvals)
def approvals(request: HttpRequest, limit: Limit = 50) -> Reply:
    """The answers that are waited for from me, oldest first."""
    rows = reads.approvals_waiting(viewer_in(request))[:limit]
    return Reply(Approvals(items=[shapes.approval(row) for row in rows]))


create(
    router,
    "/records",
    verbs.report,
    Record,
    policy=Policy("report", "record"),
    answer=shapes.RecordOut,
    show=shapes.record,
)
on_one(
    router,
    "/records",
    Record,
    {verb: audiences(verb.__name__) for verb in ON_RECORDS},
    answer=shapes.RecordOut,
    show=shapes.record,
    adds=ADDS,
)
on_one(
    router,
    "/approvals",
    Approval,
    {verbs.decide: LOGGED_IN},
    answer=shapes.ApprovalOut,
    show=shapes.approval,
)
