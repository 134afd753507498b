"""What happened to a question, replayed from its events alone, is the question as it is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from tests import people
from tests.desk.feedback.closing import closed, invited, mail, sampled, solved
from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs as base
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.reads import StoredEvent, events_of
from trueup.desk.feedback import reads, sampling, verbs
from trueup.desk.feedback.models import Survey
from trueup.desk.work import verbs as work

pytestmark = pytest.mark.django_db
STATES = {
    "sample": "sampled", "skip": "skipped", "invite": "invited", "expire": "expired",
    "answer": "answered", "change_answer": "answered",
}  # fmt: skip
SAID = ("csat", "nps", "ces", "comment")
ABOUT = ("record", "person", "customer", "team", "service", "agreement", "language", "rule")


def replayed(events: list[StoredEvent]) -> dict[str, Any]:
    """The columns of a survey, from its events."""
    made: dict[str, Any] = {"reminder": 0, "csat": None, "comment": "", "sent_by": "", "told": 0}
    made["call"] = None
    for event in events:
        told = event.payload
        made["state"] = STATES.get(event.name, made.get("state"))
        if event.name in ("sample", "skip"):
            made |= {name: told[name] for name in ABOUT}
            made |= {name: told[name] for name in ("invite_at", "call_rule", "call_at")}
        elif event.name == "invite":
            made |= {"sent_by": told["sent_by"], "sent_at": event.at_occurred}
        elif event.name in ("answer", "change_answer"):
            made |= {name: told.get(name, "") for name in SAID}
            made.setdefault("answered_at", event.at_occurred)
        elif event.name == "remind":
            made["reminder"] = told["reminder"]
        elif event.name == "follow_up":
            made["told"] += 1
        elif event.name == "expire":
            made["call_at"] = told["call_at"]
        elif event.name in ("call", "leave_out_call"):
            made |= {"call": told["task"], "call_at": None}
        if event.name == "answer":
            made["call_at"] = None
    return made


def stored(survey: Survey) -> dict[str, Any]:
    survey.refresh_from_db()
    values = {name: getattr(survey, name) for name in ("state", "reminder", "sent_by", *SAID)}
    values |= {name: getattr(survey, f"{name}_id", None) for name in ABOUT[:6]}
    values |= {"language": survey.language, "rule": survey.rule, "call": survey.call_id}
    values |= {"call_rule": survey.call_rule, "call_at": survey.call_at}
    values |= {"told": int(survey.followed_up_at is not None), "invite_at": survey.invite_at}
    for name in ("sent_at", "answered_at"):
        if getattr(survey, name) is not None:
            values[name] = getattr(survey, name)
    return values


def same(value: object) -> object:
    """Instants and ids as they stand in the log."""
    if isinstance(value, str) and value[:2] == "20" and value.endswith("Z"):
        return datetime.fromisoformat(value)
    return str(value) if isinstance(value, UUID) else value


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


def followed(cast) -> Survey:
    survey = invited(closed(cast, mail(cast)))
    verbs.answer_by_token(reads.token_of(survey), 1, "Slow.")
    verbs.answer_by_token(reads.token_of(survey), 2)
    lead = people.person("lena", "team_lead", team=cast.desk)
    base.change_team(cast.desk, lead=lead, actor=SYSTEM)
    return verbs.follow_up(survey, text="Called.", actor=people.looking(lead))


def over(cast) -> Survey:
    survey = invited(closed(cast, mail(cast)))
    verbs.bring_forward(survey.remind_at)
    verbs.bring_forward(survey.expires_at)
    return survey


def unasked(cast) -> Survey:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "drawn", lambda key, year: 1.0)
        return verbs.rate(solved(cast, mail(cast)), people.looking(cast.alice), 5, "Good")


def called(cast, again: bool = False) -> Survey:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "drawn", lambda key, year: 1.0)
        record = closed(cast, mail(cast), impact=1, urgency=1)
        survey = sampled(record)
        if again:
            work.reopen(record, reason="still slow", actor=people.looking(cast.alice))
        patch.setattr(clock, "now", lambda: survey.call_at)
        verbs.bring_forward(survey.call_at)
    return survey


def grave_and_over(cast) -> Survey:
    survey = invited(closed(cast, mail(cast), impact=1, urgency=1))
    return verbs.expire(survey, actor=SYSTEM)


CASES = {
    "called": called,
    "not called, open again": lambda cast: called(cast, again=True),
    "grave and over": grave_and_over,
    "sampled": lambda cast: sampled(closed(cast, mail(cast))),
    "skipped": lambda cast: sampled(closed(cast, mail(cast), close_code="spam")),
    "invited": lambda cast: invited(closed(cast, mail(cast))),
    "answered, changed and spoken about": followed,
    "reminded and over": over,
    "rated before it was asked": lambda cast: verbs.rate(
        solved(cast, mail(cast)), people.looking(cast.alice), 4, at=timezone.now()
    ),
    "rated unasked": unasked,
}


@pytest.mark.parametrize("name", CASES)
def test_events_suffice(cast, name) -> None:
    survey = CASES[name](cast)
    found = replayed(events_of("survey", survey.pk, private=True))
    expected = {"nps": None, "ces": None} | stored(survey)
    assert {k: same(v) for k, v in ({"nps": None, "ces": None} | found).items()} == {
        k: same(v) for k, v in expected.items()
    }
