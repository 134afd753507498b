"""Which column of the evidence comes from which of the desk's tables.

Ids are those of the log. Columns under `texts` hold words of people.
"""

from __future__ import annotations

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from trueup.core import evidence
from trueup.desk.assurance.export.source import From, Source
from trueup.desk.assurance.models import Action, Finding
from trueup.desk.base.models import Attachment, CalendarRow, Customer, Grant, Person
from trueup.desk.eventlog.models import Checkpoint
from trueup.desk.feedback.models import Survey
from trueup.desk.services.models import Agreement, Service, Target
from trueup.desk.services.reads import IN_FORCE
from trueup.desk.work.models import Approval, Link, Message, Record, TargetResult, WorkLog

ASKED = ("invited", "answered", "expired")
POWERFUL = ("administrator",)


def _columns(*names: str, **others: From) -> dict[str, From]:
    """Columns that are named alike on both sides, and those that are not."""
    return {name: name for name in names} | others


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
        _columns(
            *("title", "description", "service", "customer", "requester", "team", "assignee"),
            *("level", "channel", "category", "subcategory", "priority", "impact", "urgency"),
            *("major", "opened_at", "first_response_at", "resolved_at", "closed_at"),
            *("reopen_count", "reassignment_count", "close_code", "parent", "reviewed_at"),
            id="pk",
            kind=_kind(),
            ci="ci_note",
            state="evidence",
            source_state="state",
            problem=_linked("problem"),
            caused_by_change=_linked("caused_by"),
        ),
        texts=frozenset({"title", "description"}),
        named=frozenset({"ci"}),
    ),
    Source(
        "message",
        Message.objects.all,
        _columns(
            *("record", "direction", "public", "author", "at", "automatic", "language", "text"),
            id="pk",
        ),
        texts=frozenset({"text"}),
    ),
    Source(
        "worklog",
        WorkLog.objects.all,
        _columns("record", "person", "team", "minutes", "started_at", "overtime"),
    ),
    Source(
        "approval",
        Approval.objects.all,
        _columns(
            *("step", "level", "approver", "decision", "requested_at", "at"),
            id="pk",
            entity=Value("record"),
            entity_id="record",
        ),
    ),
    Source(
        "target_result",
        TargetResult.objects.all,
        _columns(
            *("record", "target", "metric", "due_at", "met", "elapsed_min", "paused_min"),
            *("computed_at", "rule_version"),
        ),
    ),
    Source(
        "service",
        Service.objects.all,
        _columns(
            *("name", "owner", "state", "criticality", "function_tag", "revenue_model"),
            *("launched", "rto_h", "rpo_h", "catalogue_entry", "cost_centre"),
            id="pk",
        ),
    ),
    Source(
        "customer",
        Customer.objects.all,
        _columns("name", "segment", "manager", "active", id="pk"),
    ),
    Source(
        "person",
        Person.objects.all,
        _columns("name", "kind", "customer", "team", "manager", "active", "left_on", id="pk"),
        texts=frozenset({"name"}),
    ),
    Source(
        "agreement",
        _promised,
        _columns(
            *("customer", "service", "kind", "start", "end", "price_month", "included_units"),
            *("auto_renew", "notice_by", "review_due", "reviewed_on"),
            id="pk",
        ),
    ),
    Source(
        "target",
        lambda: Target.objects.filter(agreement__state__in=IN_FORCE),
        _columns(
            *("agreement", "metric", "priority", "value", "unit"),
            *("clock_start", "clock_stop", "pause_states"),
            id="pk",
            calendar=_calendar(),
        ),
        default={"calendar": "24x7"},
    ),
    Source(
        "survey",
        lambda: Survey.objects.filter(state__in=ASKED, sent_at__isnull=False),
        _columns(
            *("record", "relationship", "customer", "person", "team", "service", "sent_at"),
            *("sent_by", "reminder", "answered_at", "csat", "nps", "ces", "expected_h"),
            *("lost_minutes", "comment", "language"),
            id="pk",
        ),
        texts=frozenset({"comment"}),
    ),
    Source(
        "finding",
        Finding.objects.all,
        _columns("scope", "grade", "opened_at", "closed_at", "result", id="pk", check="checks"),
    ),
    Source(
        "action",
        Action.objects.all,
        _columns(
            *("finding", "owner", "due", "created_at", "done_at"),
            id="pk",
            evidence="proof",
            kind=Value("corrective"),
            source=Value("audit"),
        ),
        texts=frozenset({"evidence"}),
    ),
    Source(
        "verification",
        Action.objects.all,
        _columns(
            *("finding", "measure", "baseline", "expected", "n_min", "ready_on"),
            frozen_at="created_at",
        ),
    ),
    Source("calendar", CalendarRow.objects.all, _columns("zone", "week", "holidays", id="pk")),
    Source(
        "access",
        Grant.objects.all,
        _columns(
            *("person", "role", "granted_by", "granted_at", "revoked_at"),
            privileged=Case(When(role__in=POWERFUL, then=Value(True)), default=Value(False)),
        ),
    ),
    Source(
        "attachment",
        Attachment.objects.all,
        _columns(
            "sha256",
            id="pk",
            entity=_attached_to(),
            entity_id="subject",
            kind="sniffed_type",
            at="added_at",
        ),
    ),
    Source(
        "checkpoint",
        Checkpoint.objects.all,
        _columns("size", "root", at="at_utc", sink=Value("file"), signature="note"),
    ),
)
