"""What the worker does again and again: carry out what was asked, and ask once a night."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from trueup.core.actors import SYSTEM
from trueup.desk.assurance import verbs
from trueup.desk.assurance.carrying import carry_out
from trueup.desk.assurance.models import AuditRun
from trueup.desk.base import ticks
from trueup.desk.eventlog.models import Event

NIGHT = time(2, 0)


def last_night(now: datetime) -> datetime:
    """The latest two o'clock, where the organisation is at home."""
    here = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    at = datetime.combine(here.date(), NIGHT, here.tzinfo)
    return at if at <= here else at - timedelta(days=1)


def nightly() -> bool:
    """Ask for the night's audit unless one was asked for since; a new desk waits for its first."""
    now = timezone.now()
    due = last_night(now)
    if AuditRun.objects.filter(asked_at__gte=due).exists():
        return False
    first = Event.objects.order_by("pk").values_list("at_recorded", flat=True).first()
    if first is None or first >= due:
        return False
    verbs.run_now(actor=SYSTEM, via="timer")
    return True


ticks.register("assurance.audit", carry_out, 1.0)
ticks.register("assurance.nightly", nightly, 60.0)
