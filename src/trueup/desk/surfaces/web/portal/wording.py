"""A record in the words of the person who asked: how far it is, and what comes next by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.surfaces.web import saying
from trueup.desk.work.models import Record

STEPS = {"open": 2, "waiting": 2, "resolved": 3, "closed": 4, "cancelled": 4}
MOST_STEPS = 4
NEW = ("new", "submitted", "approval", "ready")
IMPACTS = (
    (4, N_("Only me")),
    (3, N_("A few of us")),
    (2, N_("A whole department")),
    (1, N_("Everybody")),
)
URGENCIES = (
    (1, N_("We cannot work")),
    (2, N_("We can, with effort")),
    (3, N_("It is a nuisance")),
    (4, N_("It can wait")),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """The next thing a person may count on, and whether it is late already."""

    text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    """A record as its requester sees it in a list."""

    record: Record
    state: str
    promise: Promise | None
    step: int

    @property
    def steps(self) -> list[bool]:
        """Four strokes, the ones behind us filled."""
        return [place < self.step for place in range(MOST_STEPS)]

    @property
    def asks(self) -> bool:
        """Whether we wait for an answer."""
        return self.record.waiting_for == "customer"

    @property
    def done(self) -> bool:
        """Whether we think it is done."""
        return self.record.evidence == "resolved"


def step_of(record: Record) -> int:
    """How many of four steps are reached."""
    if record.evidence == "open" and record.state in NEW:
        return 1
    return STEPS.get(record.evidence, 1)


def promise_of(record: Record, now: datetime) -> Promise | None:
    """The next promise of an open record; None where nothing is promised or it is over."""
    if record.evidence not in ("open", "waiting") or record.waiting_for == "customer":
        return None
    for due, form, late in (
        (
            _first_word(record),
            N_("You hear from us by %(time)s"),
            N_("You should have heard from us by %(time)s; we are late"),
        ),
        (
            record.next_contact_at,
            N_("We write again by %(time)s"),
            N_("We should have written by %(time)s; we are late"),
        ),
        (
            record.resolve_due,
            N_("Done by %(time)s"),
            N_("It should have been done by %(time)s; we are late"),
        ),
    ):
        if due is not None:
            words = gettext(form if due > now else late)
            return Promise(words % {"time": saying.moment(due, now)}, due <= now)
    return None


def _first_word(record: Record) -> datetime | None:
    return record.response_due if record.first_response_at is None else None


def mine(record: Record, state: str, now: datetime) -> Mine:
    """A record as its requester sees it."""
    return Mine(record, state, promise_of(record, now), step_of(record))
