"""A desk with some history, and the audit of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from tests.desk.work.scene import Scene
from trueup.core.actors import SYSTEM
from trueup.desk.assurance import carrying, verbs
from trueup.desk.assurance.models import AuditRun

REPORTED = 36


def last_month(day: int, hour: int) -> datetime:
    """A day of the month that closed last."""
    first = timezone.localtime().replace(day=1, hour=hour, minute=0, second=0, microsecond=0)
    return (first - timedelta(days=20)).replace(day=day)


def reports(desk: Scene) -> None:
    """Three dozen reports of last month: every third sorted, not one solved."""
    for number in range(REPORTED):
        at = last_month(1 + number % 12, 8 + number % 8)
        who = desk.who("alice" if number % 2 else "bert")
        record = desk.report(title=f"Mail {number} is late", actor=who, at=at)
        if number % 3 == 0:
            desk.triage(record, at=at + timedelta(minutes=20))


def audit() -> AuditRun:
    """Ask for an audit, let the worker carry it out, and hand back the run."""
    asked = verbs.run_now(actor=SYSTEM)
    assert carrying.carry_out()
    run = AuditRun.objects.get(pk=asked.pk)
    assert run.state == "done", run.trouble
    return run
