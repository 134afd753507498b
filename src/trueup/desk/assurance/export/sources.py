"""Which column of the evidence comes from which of the desk's tables.

Ids are those of the log. Columns under `texts` hold words of people.
"""

from __future__ import annotations

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from trueup.core import evidence
from trueup.desk.assurance.export.source import From, Source
from trueup.desk.base.models import Attachment, CalendarRow, Customer, Grant, Person
from trueup.desk.eventlog.models import Checkpoint
from trueup.desk.services.models import Agreement, Service, Target
from trueup.desk.services.reads import IN_FORCE
from trueup.desk.work.models import Approval, Link, Message, Record, TargetResult, WorkLog

POWERFUL = ("administrator",)


def _same(*names: str) -> dict[str, From]:
    """Columns that are named alike on both sides."""
    return {name: name for name in names}


def _linked(kind: str) -> Subquery:
    """The first record this one is linked to in this way."""
    found = Link.objects.filter(record=OuterRef("pk"), type=kind).order_by("pk")
    return Subquery(found.values("other")[:1])


def _kind() -> Combinable:
    known = evidence.TABLES["record"].column("kind").values or ()
    return Case(When(kind__in=known, then=F("kind")), default=Value("other"))


def _promised() -> QuerySet[Agreement]:
    """Agreements that hold or held; drafts promise nothing."""
    return Agreement.objects.filter(state__in=IN_FORCE)


def _calendar() -> Combinable:
    """The calendar a target runs on: its own, else the agreement's, the service's, its team's."""
    service = "agreement__service"
    return Coalesce(
        F("calendar_id"),
        F("agreement__calendar_id"),
        F(f"{service}__calendar_id"),
        F(f"{service}__team__calendar_id"),
    )


def _attached_to() -> Combinable:
    return Case(
        When(subject__record__isnull=False, then=Value("record")), default=F("subject__kind")
    )


SOURCES: tuple[Source, ...] = (
    Source(
        "record",
        Record.objects.all,
        {"id": "pk", "kind": _kind(), "source_state": "state", "state": "evidence"}
        | _same("title", "description", "service", "customer", "requester", "team", "assignee")
        | _same("level", "channel", "category", "subcategory", "priority", "impact", "urgency")
        | _same("major", "opened_at", "first_response_at", "resolved_at", "closed_at")
        | _same("reopen_count", "reassignment_count", "close_code", "parent", "reviewed_at")
        | {"problem": _linked("problem"), "caused_by_change": _linked("caused_by")},
        texts=frozenset({"title", "description"}),
    ),
    Source(
        "message",
        Message.objects.all,
        {"id": "pk"}
        | _same("record", "direction", "public", "author", "at", "automatic", "language", "text"),
        texts=frozenset({"text"}),
    ),
    Source(
        "worklog",
        WorkLog.objects.all,
        _same("record", "person", "team", "minutes", "started_at", "overtime"),
    ),
    Source(
        "approval",
        Approval.objects.all,
        {"id": "pk", "entity": Value("record"), "entity_id": "record"}
        | _same("step", "level", "approver", "decision", "requested_at", "at"),
    ),
    Source(
        "target_result",
        TargetResult.objects.all,
        _same("record", "target", "metric", "due_at", "met", "elapsed_min", "paused_min")
        | _same("computed_at", "rule_version"),
    ),
    Source(
        "service",
        Service.objects.all,
        {"id": "pk"}
        | _same("name", "owner", "state", "criticality", "function_tag", "revenue_model")
        | _same("launched", "rto_h", "rpo_h", "catalogue_entry", "cost_centre"),
    ),
    Source(
        "customer",
        Customer.objects.all,
        {"id": "pk"} | _same("name", "segment", "manager", "active"),
    ),
    Source(
        "person",
        Person.objects.all,
        {"id": "pk"} | _same("name", "kind", "customer", "team", "manager", "active", "left_on"),
        texts=frozenset({"name"}),
    ),
    Source(
        "agreement",
        _promised,
        {"id": "pk"}
        | _same("customer", "service", "kind", "start", "end", "price_month", "included_units")
        | _same("auto_renew", "notice_by", "review_due", "reviewed_on"),
    ),
    Source(
        "target",
        lambda: Target.objects.filter(agreement__state__in=IN_FORCE),
        {"id": "pk", "calendar": _calendar()}
        | _same("agreement", "metric", "priority", "value", "unit")
        | _same("clock_start", "clock_stop", "pause_states"),
        default={"calendar": "24x7"},
    ),
    Source(
        "calendar",
        CalendarRow.objects.all,
        {"id": "pk"} | _same("zone", "week", "holidays"),
    ),
    Source(
        "access",
        Grant.objects.all,
        _same("person", "role", "granted_by", "granted_at", "revoked_at")
        | {"privileged": Case(When(role__in=POWERFUL, then=Value(True)), default=Value(False))},
    ),
    Source(
        "attachment",
        Attachment.objects.all,
        {"id": "pk", "entity": _attached_to(), "entity_id": "subject", "kind": "sniffed_type"}
        | {"sha256": "sha256", "at": "added_at"},
    ),
    Source(
        "checkpoint",
        Checkpoint.objects.all,
        {
            "size": "size",
            "root": "root",
            "at": "at_utc",
            "sink": Value("file"),
            "signature": "note",
        },
    ),
)
