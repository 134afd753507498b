"""Views of records: which ones they show, and by which stretch of an index they are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Viewer
from trueup.desk.work.models.records import ENDED, OPEN, RESOLVED, WAITING

ACTIVE = ("open", "waiting")
WORDS = (("open",), ("waiting",), ("resolved",), ("closed", "cancelled"))
Condition = Callable[[Viewer, datetime], Q]
ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("rank", "due", "pk"),
    "priority": ("priority", "rank", "due", "pk"),
    "touched": ("-touched_at", "pk"),
}
OPENED = ("-opened_at", "pk")


def _all(who: Viewer, now: datetime) -> Q:
    return Q()


@dataclass(frozen=True, slots=True)
class View:
    """A saved way of looking at records: those from rank `first` to rank `last` that fulfil the
    condition, in an order.
    """

    name: str
    label: str
    condition: Condition = _all
    first: int = OPEN
    last: int = WAITING
    order: str = "due"
    counted: bool = True

    def stretches(self, order: str) -> list[Q]:
        """The ranks by the column that the index of an order has; each lies together in it."""
        if order == "due":
            same = self.first == self.last
            bounds = Q(rank__gte=self.first, rank__lte=self.last)
            return [Q(rank=self.first) if same else bounds]
        found = []
        if self.first < ENDED:
            some = Q() if (self.first, self.last >= RESOLVED) == (OPEN, True) else self.words()
            found.append(Q(ended=0) & some)
        return [*found, Q(ended=1)] if self.last == ENDED else found

    def words(self) -> Q:
        """The same ranks by a column without an index, where the records are known already."""
        if (self.first, self.last) == (OPEN, ENDED):
            return Q()
        held = WORDS[self.first : self.last + 1]
        return Q(evidence__in=[word for words in held for word in words])


def _my_teams(viewer: Viewer) -> set[UUID]:
    own = {viewer.team} if viewer.team else set()
    return own | viewer.scope("technician", "team_lead").ids


def _mine_or_nobodys(who: Viewer, now: datetime) -> Q:
    return Q(assignee=who.person) | Q(assignee=None, team__in=_my_teams(who))


VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("mine", N_("Mine"), lambda who, now: Q(assignee=who.person)),
        View("team", N_("My team"), lambda who, now: Q(team__in=_my_teams(who))),
        View("unassigned", N_("Nobody has it"), lambda who, now: Q(assignee=None)),
        View("at_risk", N_("At risk"), lambda who, now: Q(ended=0, risk_at__lte=now)),
        View(
            "breached_today",
            N_("Broken today"),
            lambda who, now: Q(due__gte=start_of_day(who, now), due__lt=now),
        ),
        View(
            "answered",
            N_("Answer came in"),
            lambda who, now: Q(last_word="in") & _mine_or_nobodys(who, now),
            last=OPEN,
        ),
        View("on_hold", N_("On hold"), first=WAITING),
        View("resolved", N_("Solved"), first=RESOLVED, last=RESOLVED, order="touched"),
        View("open", N_("All open")),
        View("closed", N_("Closed"), first=ENDED, last=ENDED, order="touched", counted=False),
        View("all", N_("All"), last=ENDED, order="touched", counted=False),
    )
}


def view_of(name: str) -> View:
    """The view of this name; Refused where there is none."""
    if name not in VIEWS:
        raise Refused(N_("There is no view “%(view)s”."), field="view", view=name)
    return VIEWS[name]


def start_of_day(who: Viewer, now: datetime) -> datetime:
    """Midnight before an instant, where the person is."""
    local = now.astimezone(ZoneInfo(who.timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def end_of_day(who: Viewer, now: datetime) -> datetime:
    """Midnight after an instant, where the person is."""
    return start_of_day(who, start_of_day(who, now) + timedelta(hours=36))
