"""Numbers of a result in words: shares as percent, amounts with their currency, ranges first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from trueup.core.words import N_
from trueup.desk.surfaces.web import saying

Row = Mapping[str, Any]
MONEY = ("money/year", "money/unit", "money/month", "money/record")
TAILS = {
    "money/year": N_("%(value)s a year"),
    "money/unit": N_("%(value)s a unit"),
    "money/month": N_("%(value)s a month"),
    "money/record": N_("%(value)s a record"),
    "share/year": N_("%(value)s a year"),
    "hours/month": N_("%(value)s hours a month"),
    "lead times": N_("%(value)s lead times"),
    "points": N_("%(value)s points"),
    "ratio": N_("%(value)s times"),
    "elements 0-4": N_("%(value)s of 4 elements"),
}


def is_share(unit: str) -> bool:
    """Whether values of this unit read as percent."""
    return unit.startswith("share") or unit == "probability"


def value(number: float | None, unit: str = "", currency: str = "EUR") -> str:
    """A single figure; a dash where it is not known."""
    if number is None:
        return "–"
    text = bare(number, unit, currency)
    tail = TAILS.get(unit)
    return gettext(tail) % {"value": text} if tail else text


def bare(number: float, unit: str = "", currency: str = "EUR") -> str:
    """The figure without the words of its unit."""
    if is_share(unit):
        return percent(number)
    if unit in MONEY:
        return saying.money(Decimal(str(round(number))), currency)
    size = abs(number)
    if size >= 100 or number == int(number):
        return saying.number(number)
    return saying.number(number, 1 if size >= 10 else 2)


def percent(share: float) -> str:
    """34 %, below a tenth with one decimal."""
    size = abs(share) * 100
    digits = 0 if size >= 10 or size == round(size) else 1
    text = gettext("%(n)s %%") % {"n": saying.number(share * 100, digits)}
    return text.replace(" ", "\u00a0")


def likely(row: Row, unit: str = "", currency: str = "EUR") -> str:
    """The range in words, nothing where it was counted exactly or is not known."""
    low, high = row.get("low"), row.get("high")
    if low is None or high is None or low == high:
        return ""
    words = {"low": bare(low, unit, currency), "high": bare(high, unit, currency)}
    if words["low"] == words["high"]:
        return ""
    sign = percent(1)[-2:]
    if words["low"].endswith(sign) and words["high"].endswith(sign):
        words["low"] = words["low"][: -len(sign)]
    return gettext("%(low)s to %(high)s") % words


def said(row: Row, unit: str = "", currency: str = "EUR") -> str:
    """Range first, then the single figure: "8 % to 12 %", or the figure alone where exact."""
    return likely(row, unit, currency) or value(row.get("value"), unit, currency)


def share_unit(row: Row) -> str:
    """Checks carry no unit: a share where value and interval lie within 0 and 1."""
    known = [row[name] for name in ("value", "low", "high") if row.get(name) is not None]
    return "share" if known and all(0 <= number <= 1 for number in known) else ""


def fits(limit: float | None, unit: str) -> bool:
    """Whether a limit can be one on values of this unit: some checks limit a count instead."""
    return limit is not None and not (is_share(unit) and abs(limit) > 1)


def limit_of(limit: float | None, unit: str) -> str:
    """A limit in words; nothing where there is none."""
    if limit is None:
        return ""
    return value(limit, unit if fits(limit, unit) else "")


def money_range(gain: Row, currency: str) -> str:
    """€42,000 to €44,000; nothing where no approved price turns it into money."""
    low, mid, high = (gain.get(name) for name in ("low", "likely", "high"))
    if mid is None:
        return ""
    ends = [saying.money(Decimal(str(round(Decimal(end or mid)))), currency) for end in (low, high)]
    if ends[0] == ends[1]:
        return ends[0]
    return gettext("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}


def hours_range(hours: Row) -> str:
    """12 to 30 hours."""
    low, high = hours.get("low"), hours.get("high")
    if low is None or high is None:
        return ""
    words = {"low": saying.number(low), "high": saying.number(high)}
    if words["low"] == words["high"]:
        return gettext("%(n)s h") % {"n": words["low"]}
    return gettext("%(low)s to %(high)s hours") % words


def cases(number: int | None) -> str:
    """1,204 cases."""
    if number is None:
        return ""
    return ngettext("%(n)s case", "%(n)s cases", number) % {"n": saying.number(number)}


def took(length: timedelta) -> str:
    """How long a run took."""
    seconds = round(length.total_seconds())
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    return saying.span(length)


NUMBER = r"\d+(?:[.,]\d+)*"
YEAR = r"(?:19|20)\d\d\b(?![.,]\d)"
DATED = r"\d{1,2}\.? [A-ZÄÖÜ]"
FIGURE = re.compile(
    rf"(?<![\w-])(?!{YEAR})(?!{DATED})[€$£]?{NUMBER}(?:\s?%| of {NUMBER})?(?![\w-])"
)
DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")
SPAN = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")


def spans(text: str) -> str:
    """Periods and days in a text as people say them."""
    text = SPAN.sub(lambda found: _days(found[1], found[2]), text)
    return DAY.sub(lambda found: saying.day(date.fromisoformat(found[0])), text)


def _days(first: str, last: str) -> str:
    ends = [saying.day(date.fromisoformat(each)) for each in (first, last)]
    if ends[0] == ends[1]:
        return ends[0]
    return gettext("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}


def short(text: str, most: int = 60) -> str:
    """A text cut at a word."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:") + " …"
