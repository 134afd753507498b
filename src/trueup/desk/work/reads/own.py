"""Lists of one's own: what a person asked for, a customer's people, an agreement's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from trueup.desk.base.access import Viewer, Who, visible
from trueup.desk.work.models import Record, Watcher
from trueup.desk.work.models.records import ENDED, RESOLVED
from trueup.desk.work.reads.counting import capped
from trueup.desk.work.reads.pages import Page, page_of
from trueup.desk.work.reads.views import OPENED, ORDERS, VIEWS, View

SHOWN = {"open": View("open", "", last=RESOLVED), "done": View("done", "", first=ENDED, last=ENDED)}


@dataclass(frozen=True, slots=True)
class Began:
    """The records that began under an agreement from one instant until before another."""

    agreement: UUID
    since: datetime
    until: datetime | None = None


def mine(who: Viewer, shown: str = "", *, after_key: str = "", limit: int = 50) -> Page:
    """What this person reported or follows, last touched first: ``open``, ``done`` or all."""
    return page_of(_mine(who, shown), ORDERS["touched"], after_key, limit)


def mine_count(who: Viewer) -> int:
    """How many they are; MOST_COUNTED + 1 means more."""
    return capped({"all": visible(who, Record.objects.filter(_reported(who) | _watched(who)))})[
        "all"
    ]


def of_customers(who: Viewer, shown: str = "", *, after_key: str = "", limit: int = 50) -> Page:
    """The records of the customers one speaks for, last touched first: open, done or all."""
    rows = [
        visible(who, Record.objects.filter(ranks, customer=customer))
        for customer in sorted(who.customers)
        for ranks in _shown(shown).stretches("touched")
    ]
    return page_of(rows, ORDERS["touched"], after_key, limit)


def under(who: Who, began: Began, *, after_key: str = "", limit: int = 50) -> Page:
    """The records that began under an agreement in a time, the latest first."""
    return page_of([_under(who, began)], OPENED, after_key, limit)


def under_count(who: Who, began: Began) -> int:
    """How many they are; MOST_COUNTED + 1 means more."""
    return capped({"all": _under(who, began)})["all"]


def _under(who: Who, began: Began) -> QuerySet[Record]:
    rows = Record.objects.filter(agreement=began.agreement, opened_at__gte=began.since)
    return visible(who, rows.filter(opened_at__lt=began.until) if began.until else rows)


def _shown(shown: str) -> View:
    return SHOWN.get(shown, VIEWS["all"])


def _reported(who: Viewer) -> Q:
    return Q(requester=who.person)


def _watched(who: Viewer) -> Q:
    return Q(pk__in=Watcher.objects.filter(person=who.person).values("record"))


def _mine(who: Viewer, shown: str) -> list[QuerySet[Record]]:
    view = _shown(shown)
    parts = [_reported(who) & ranks for ranks in view.stretches("touched")]
    return [
        visible(who, Record.objects.filter(part)) for part in (*parts, _watched(who) & view.words())
    ]
