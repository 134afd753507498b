"""What the worker does again and again: carry out what was asked, and ask once a night."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from trueup.core.actors import SYSTEM
from trueup.core.refusals import Broken
from trueup.core.words import N_
from trueup.desk.assurance import verbs
from trueup.desk.assurance.models import AuditRun, WhatIf
from trueup.desk.assurance.verbs.leasing import waiting
from trueup.desk.base import ticks
from trueup.desk.eventlog.models import Event

NIGHT = time(2, 0)
CHILD = "trueup.desk.assurance.child"


def carry_out_apart() -> bool:
    """Let a process of its own carry out the audit or the what-if that waits; True where one was.

    Broken where that process ended otherwise than well; the work is then taken up again.
    """
    now = timezone.now()
    if waiting(AuditRun, now) is None and waiting(WhatIf, now) is None:
        return False
    done = subprocess.run([sys.executable, "-m", CHILD], check=False)  # noqa: S603 - our own module
    if done.returncode != 0:
        raise Broken(N_("An audit ended before it was done; it is tried again."))
    return True


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


ticks.register("assurance.audit", carry_out_apart, 1.0)
ticks.register("assurance.nightly", nightly, 60.0)
