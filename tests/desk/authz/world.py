"""The things and people of the matrix: everything stands at Acme, Beta is the foreign customer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests import people
from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs as base
from trueup.desk.services import verbs as services
from trueup.desk.work import verbs as work
from trueup.desk.work.models import Approval

NOBODY = "nobody"
CALLERS = (
    NOBODY, "alice", "bert", "anna", "bella", "charlie", "olga", "audrey", "mona", "ada",
)  # fmt: skip
FOREIGN = ("bert", "bella")
MISSING = "00000000-0000-4000-8000-000000000000"


class World:
    """One of everything, with the ids that addresses and bodies ask for."""

    def __init__(self) -> None:
        self.cast = people.cast()
        cast = self.cast
        mail = services.add_service(name="Mail", owner=cast.olga, team=cast.desk, actor=SYSTEM)
        made = services.draft(
            service=mail, customer=cast.acme, start=date(2026, 1, 1), actor=SYSTEM
        )
        services.set_target(made, metric="resolve", value=8, unit="hours", actor=SYSTEM)
        self.agreement = services.propose(made, actor=SYSTEM)
        self.record = work.report(
            title="No mail", service=mail, customer=cast.acme, requester=cast.alice, actor=SYSTEM
        )
        self.file = base.attach(
            self.record, "a.txt", [b"hello"], declared_type="text/plain", actor=SYSTEM, via="web"
        )
        self.approval = Approval.objects.create(
            record=self.record, policy="B2", step="line manager", approver=cast.anna,
            requested_at=timezone.now(),
        )  # fmt: skip
        self.mail = mail

    def person(self, name: str) -> Any:
        """A caller by name."""
        return getattr(self.cast, name)

    def id_for(self, path: str) -> str:
        """The id that an address asks for, by what stands before it."""
        for word, thing in (
            ("people", self.cast.alice), ("customers", self.cast.acme), ("services", self.mail),
            ("agreements", self.agreement), ("approvals", self.approval),
            ("attachments/", self.file), ("files/", self.file), ("subjects", self.record),
            ("records", self.record), ("my/", self.record),
        ):  # fmt: skip
            if word in path:
                return str(thing.pk)
        return MISSING

    def value_for(self, name: str, schema: dict[str, Any]) -> Any:
        """A usable value for a required field of a body."""
        known = {
            "service": self.mail, "customer": self.cast.acme, "owner": self.cast.olga,
            "person": self.cast.alice, "incident_lead": self.cast.charlie,
            "communication_lead": self.cast.charlie, "other": self.record, "team": self.cast.desk,
        }  # fmt: skip
        if name in known:
            return str(known[name].pk)
        words = {
            "waiting_for": "supplier", "type": "relates", "decision": "approved", "field": "title",
            "after_change": "no", "close_code": "solved",
        }  # fmt: skip
        if name in words:
            return words[name]
        if schema.get("format") == "date-time":
            return (timezone.now() + timedelta(days=1)).isoformat()
        if schema.get("format") == "date":
            return "2027-01-01"
        return {"integer": 2, "number": 5.0, "boolean": True}.get(schema.get("type", ""), "word")
