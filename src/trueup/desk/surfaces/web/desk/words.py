"""Times and spans in the few letters a dense row has; sentences use `web.saying`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trueup.desk.surfaces.web import saying

HOUR = 60
DAY = 24 * HOUR


def span(minutes: float) -> str:
    """A stretch of the calendar: ``35 min``, ``3 h 32``, ``2 d 4 h``, ``83 d``."""
    whole = round(abs(minutes))
    if whole < DAY:
        return worked(whole)
    hours = whole % DAY // HOUR if whole < 3 * DAY else 0
    days = _("%(d)s d %(h)s h") if hours else _("%(d)s d")
    return days % {"d": whole // DAY, "h": hours}


def worked(minutes: float) -> str:
    """A length of working time, never in days, for a day has no fixed length there: ``40 h``."""
    whole = round(abs(minutes))
    if whole < HOUR:
        return _("%(n)s min") % {"n": whole}
    if whole % HOUR and whole < 100 * HOUR:
        return _("%(h)s h %(m)02d") % {"h": whole // HOUR, "m": whole % HOUR}
    return _("%(h)s h") % {"h": whole // HOUR}


def brief(at: datetime, now: datetime) -> str:
    """An instant near now: ``15:07``, ``Tomorrow 11:00``, ``Thu 12:00``, ``14 Oct``."""
    local, days = timezone.localtime(at), _days(at, now)
    if days == 0:
        return saying.clock_time(at)
    if days == 1:
        return _("Tomorrow %(time)s") % {"time": saying.clock_time(at)}
    if 1 < days < 7:
        return date_format(local, "D H:i")
    return date_format(local, "j M")


def day(at: datetime, now: datetime) -> str:
    """The day of an instant: ``today``, ``tomorrow``, ``Wed``, ``14 Oct``."""
    days = _days(at, now)
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return date_format(timezone.localtime(at), "D" if 1 < days < 7 else "j M")


def end_of_today(now: datetime) -> datetime:
    """Midnight after now, where the reader is."""
    local = timezone.localtime(now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _days(at: datetime, now: datetime) -> int:
    return (timezone.localtime(at).date() - timezone.localtime(now).date()).days
