"""Tags and filters of the pages: icons, lights, times, amounts, places."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from trueup.core.money import Money
from trueup.core.words import N_
from trueup.desk.surfaces.web import drawings, places, saying

register = template.Library()
STAMP = Path(__file__).resolve().parents[1] / "static/built/.stamp"
LIGHT_WORDS = {
    "green": N_("Good"),
    "amber": N_("Watch"),
    "red": N_("Act"),
    "not_enough_evidence": N_("Not enough evidence"),
    "data_not_trustworthy": N_("Data not trustworthy"),
    "not_applicable": N_("Does not apply"),
}
TINTS = ("", "b", "d", "e")


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "search" %}`: one of our icons, without a name for screen readers."""
    return mark_safe(drawings.icon(name))  # noqa: S308 - a constant drawing


@register.simple_tag
def brand() -> SafeString:
    """The plumb of the product."""
    return mark_safe(drawings.BRAND)  # noqa: S308 - a constant drawing


@register.simple_tag
def plumb() -> SafeString:
    """The plumb at rest, for pages where nothing waits."""
    return mark_safe(drawings.PLUMB)  # noqa: S308 - a constant drawing


@register.simple_tag
def light(state: str, word: str | None = None, *, big: bool = False) -> SafeString:
    """`{% light "red" %}`: shape and word; a word of one's own for checks and promises."""
    css, shape = drawings.light(state)
    return format_html(
        '<span class="light {}{}">{}{}</span>',
        css,
        " big" if big else "",
        mark_safe(shape),  # noqa: S308 - a constant drawing
        gettext(LIGHT_WORDS[state]) if word is None else word,
    )


@register.simple_tag
def shape(state: str) -> SafeString:
    """The bare shape of a light, where its word stands beside it already."""
    return mark_safe(drawings.light(state)[1])  # noqa: S308 - a constant drawing


@register.filter
def drawing(chart: str) -> SafeString:
    """A chart of `core.charts` in the page; ValueError for anything that is not one."""
    if not str(chart).startswith("<svg "):
        raise ValueError("Only a chart may stand in the page as it is.")
    return mark_safe(chart)  # noqa: S308 - made by core.charts, which escapes every text


@register.simple_tag
def avatar(name: str, css: str = "") -> SafeString:
    """Two letters in a circle; the same person always has the same tint."""
    words = [word for word in name.split() if word[:1].isalnum()]
    letters = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
    tint = TINTS[zlib.crc32(name.encode()) % len(TINTS)]
    return format_html(
        '<span class="avatar {} {}" aria-hidden="true" data-letters="{}"></span>',
        tint,
        css,
        letters.upper()[:2],
    )


@register.simple_tag
def moment(when: datetime | None) -> SafeString | str:
    """A time as people say it, the exact instant on hover."""
    return _timed(when, saying.moment(when)) if when else ""


@register.filter
def way_back(kept: str) -> dict[str, Any] | None:
    """Where a message's Undo leads and what it carries; None where nothing leads back."""
    return json.loads(kept) if kept.startswith("{") else None


@register.filter
def ago(when: datetime | None) -> SafeString | str:
    """How long ago, the exact instant on hover."""
    return _timed(when, saying.ago(when)) if when else ""


@register.filter
def said(when: datetime | date | None) -> str:
    """A time or a day as plain words, for sentences and labels."""
    if isinstance(when, datetime):
        return saying.moment(when)
    return saying.day(when) if when else ""


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in at most two units."""
    return saying.span(length) if length is not None else ""


@register.filter
def minutes(length: float | None) -> str:
    """Minutes as a length of time."""
    return saying.span(timedelta(minutes=length)) if length is not None else ""


@register.filter
def month(when: date) -> str:
    """The name of a month."""
    return saying.month(when)


@register.filter
def money(amount: Money | Decimal | int | None, currency: str = "EUR") -> str:
    """An amount with its currency."""
    return saying.money(amount, currency) if amount is not None else ""


@register.filter
def number(value: float | Decimal | None, digits: int = 0) -> str:
    """A number with thousands marked."""
    return saying.number(value, digits) if value is not None else ""


@register.filter
def word(text: object) -> str:
    """A message id from code, in the reader's language."""
    return gettext(str(text)) if text else ""


@register.filter
def of(values: object, name: str) -> object:
    """`{{ errors|of:name }}`: what stands under this name, or nothing."""
    return values.get(name, "") if isinstance(values, Mapping) else ""


@register.simple_tag(takes_context=True)
def record_href(context: dict[str, Any], key: object) -> str:
    """The page of a record as this person sees it: the desk's, or the requester's."""
    viewer = context.get("viewer")
    desk = places.address("record", key) if viewer and places.at_desk(viewer) else None
    return desk or reverse("my_record", args=[key])


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file, new whenever the build is new."""
    return f"{static('built/' + name)}?v={_stamp()}"


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """This page's query with some values changed; an empty value takes one away."""
    held: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            held.pop(name, None)
        else:
            held[name] = str(value)
    return "?" + held.urlencode()


@cache
def _stamp() -> str:
    return STAMP.read_text()[:8] if STAMP.exists() else "0"


def _timed(when: datetime, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), saying.exact(when), words
    )
