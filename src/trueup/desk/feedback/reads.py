"""What people said: one's own question, and how satisfied a group is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from trueup.core.actors import Actor
from trueup.core.intervals import wilson
from trueup.core.refusals import NotFound
from trueup.desk.base import roles
from trueup.desk.base.access import NOTHING, Who, sees, visible
from trueup.desk.base.models import Customer, Team
from trueup.desk.eventlog import clock
from trueup.desk.feedback.links import survey_of, token_of
from trueup.desk.feedback.models import OptOut, Survey
from trueup.desk.feedback.policy import LOW
from trueup.desk.feedback.verbs.answering import CHANGE_WITHIN
from trueup.desk.services.models import Agreement, Service
from trueup.desk.work.models import Record

GROUP = 5
CONTENT = 4

__all__ = ["Mine", "Satisfaction", "answers", "my_survey", "satisfaction", "survey_of", "token_of"]


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own question about a record; `may_answer` also where nobody asked.

    `asks_for_word` where a low score has no word yet; `until` is when the answer is fixed.
    """

    csat: int | None
    comment: str
    asked: bool
    may_answer: bool
    asks_for_word: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How satisfied a group is: asked, answered, and the share of 4 and 5 with its interval.

    Numbers are None (and `hidden` true) where the group is too small for these eyes. `unasked`
    counts answers nobody asked for; they are in no share.
    """

    asked: int
    answered: int | None
    satisfied: int | None
    unhappy: int | None
    share: float | None
    low: float | None
    high: float | None
    unasked: int | None
    hidden: bool = False


def my_survey(record: Record, who: Who) -> Mine | None:
    """The question about the present ending of a record; None where it is not one's to answer."""
    person = None if isinstance(who, Actor) else who.person
    if record.requester_id is None or record.requester_id != person:
        return None
    if record.evidence not in ("resolved", "closed") or record.resolved_at is None:
        return None
    rows = Survey.objects.filter(record=record, person=person, sampled_at__gte=record.resolved_at)
    return mine(rows.order_by("-sampled_at").first())


def mine(survey: Survey | None) -> Mine:
    """A question as its person sees it."""
    if survey is None:
        return Mine(None, "", False, True, False, None)
    until = survey.answered_at + CHANGE_WITHIN if survey.answered_at else None
    now = clock.now()
    open_still = survey.state != "expired" and (until is None or now <= until)
    low = survey.csat is not None and survey.csat <= LOW and not survey.comment
    word = low and (open_still or (survey.expires_at is not None and now < survey.expires_at))
    return Mine(survey.csat, survey.comment, survey.sent_at is not None, open_still, word, until)


def satisfaction(
    who: Who,
    *,
    since: datetime,
    until: datetime,
    agreement: Agreement | None = None,
    customer: Customer | None = None,
    service: Service | None = None,
    team: Team | None = None,
) -> Satisfaction:
    """How satisfied those were who were asked in a period, of whatever is named.

    NotFound where something named is not visible. A customer's manager sees the customer's own
    answers; technicians see groups of five and more.
    """
    wanted = {"agreement": agreement, "customer": customer, "service": service, "team": team}
    named = {name: thing for name, thing in wanted.items() if thing is not None}
    if any(not sees(who, thing) for thing in named.values()):
        raise NotFound(NOTHING)
    rows = _countable(who).filter(**named)
    asked = Q(sent_at__gte=since, sent_at__lt=until)
    said = asked & Q(csat__isnull=False)
    counts = rows.aggregate(
        asked=Count("pk", filter=asked),
        answered=Count("pk", filter=said),
        satisfied=Count("pk", filter=said & Q(csat__gte=CONTENT)),
        unhappy=Count("pk", filter=said & Q(csat__lte=LOW)),
        unasked=Count("pk", filter=Q(sent_at=None, answered_at__gte=since, answered_at__lt=until)),
    )
    if counts["answered"] < GROUP and _only_groups(who):
        return Satisfaction(counts["asked"], None, None, None, None, None, None, None, hidden=True)
    return _told(**counts)


def answers(who: Who) -> QuerySet[Survey]:
    """The answers these eyes may read one by one, newest first, with what they are about."""
    rows = visible(who, Survey.objects.filter(csat__isnull=False))
    return rows.select_related("record", "service", "customer", "person").order_by("-answered_at")


def to_follow_up(who: Who) -> QuerySet[Survey]:
    """Low answers that nobody has spoken about yet, oldest first."""
    rows = visible(who, Survey.objects.filter(csat__lte=LOW, followed_up_at=None))
    return rows.select_related("record", "person").order_by("answered_at")


def may_be_asked(person: UUID) -> bool:
    """Whether somebody did not say that they do not want to be asked."""
    return not OptOut.objects.filter(person=person).exists()


def _told(*, asked: int, answered: int, satisfied: int, unhappy: int, unasked: int) -> Satisfaction:
    if not answered:
        return Satisfaction(asked, 0, 0, 0, None, None, None, unasked)
    low, high = wilson(satisfied, answered)
    return Satisfaction(
        asked, answered, satisfied, unhappy, satisfied / answered, low, high, unasked
    )


def _countable(who: Who) -> QuerySet[Survey]:
    """Staff may count everything; others what is their customer's."""
    if isinstance(who, Actor) or who.has(*roles.STAFF):
        return Survey.objects.all()
    return Survey.objects.filter(customer__in=who.customers)


def _only_groups(who: Who) -> bool:
    """Whether somebody may only see groups, since single answers are not for these eyes."""
    if isinstance(who, Actor):
        return False
    return not who.customers and not who.has("manager", "auditor", "process_owner", "service_owner")
