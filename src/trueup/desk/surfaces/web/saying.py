"""How pages say times and amounts: as people say them, in the language of the reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from trueup.core.money import Money
from trueup.desk.work import reads

DAY = {"en": "EEE d MMMM", "de": "EEE d. MMMM"}


def language() -> str:
    """The two letters of the language in use."""
    return (get_language() or "en")[:2]


def many(n: int) -> str:
    """A count; beyond what reads count it only says that there are more: 1,000+."""
    most = str(format_decimal(reads.MOST_COUNTED, locale=language()))
    return f"{n}" if n <= reads.MOST_COUNTED else f"{most}+"


def clock_time(when: datetime) -> str:
    """15:00."""
    return str(format_time(timezone.localtime(when), "HH:mm", locale=language()))


def day(when: date, today: date | None = None) -> str:
    """Fri 16 October; with the year where it is another one."""
    today = today or timezone.localdate()
    form = DAY.get(language(), DAY["en"])
    if when.year != today.year:
        form = form.replace("EEE ", "") + " y"
    return str(format_date(when, form, locale=language())).replace(".,", ",")


def moment(when: datetime, now: datetime | None = None) -> str:
    """15:00 today, tomorrow 11:00, Fri 16 October 11:00."""
    local, today = timezone.localtime(when), timezone.localtime(now).date()
    distance = (local.date() - today).days
    if distance == 0:
        return clock_time(when)
    if distance == 1:
        return gettext("tomorrow %(time)s") % {"time": clock_time(when)}
    if distance == -1:
        return gettext("yesterday %(time)s") % {"time": clock_time(when)}
    return f"{day(local.date(), today)} {clock_time(when)}"


def ago(when: datetime, now: datetime | None = None) -> str:
    """Just now, 5 minutes ago, 3 hours ago, then the moment itself."""
    now = now or timezone.now()
    passed = now - when
    if passed < timedelta(0) or passed >= timedelta(hours=12):
        return moment(when, now)
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}


def exact(when: datetime) -> str:
    """The instant to the second, for the hover."""
    return str(format_datetime(timezone.localtime(when), "full", locale=language()))


def money(amount: Money | Decimal | int, currency: str = "EUR") -> str:
    """€310,000; cents only where there are some."""
    if isinstance(amount, Money):
        return money(amount.rounded().amount, amount.currency)
    whole = amount == int(amount)
    form = ("#,##0 ¤" if language() == "de" else "¤#,##0") if whole else None
    text = format_currency(
        amount, currency, format=form, locale=language(), currency_digits=not whole
    )
    return str(text)


def number(value: float | Decimal, digits: int = 0) -> str:
    """1,240; with so many decimals."""
    form = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, format=form, locale=language()))


def span(length: timedelta) -> str:
    """25 min, 3 h 20 min, 2 days: a length in at most two units."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 60:
        return gettext("%(n)s min") % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        text = gettext("%(n)s h") % {"n": hours}
        return f"{text} {gettext('%(n)s min') % {'n': rest}}" if rest else text
    days = round(hours / 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def month(when: date) -> str:
    """October; with the year where it is another one."""
    form = "LLLL" if when.year == timezone.localdate().year else "LLLL y"
    return str(format_date(when, form, locale=language()))
