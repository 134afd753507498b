"""Whatever people do in whatever order: no undefined state, events suffice, clocks add up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.desk.work.replayed import row_of
from tests.desk.work.scene import MONDAY, Scene
from trueup.core.actors import SYSTEM
from trueup.core.lifecycles import load
from trueup.core.refusals import Refusal
from trueup.desk.eventlog.reads import events_of
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Record, TargetResult, Wait
from trueup.desk.work.replay import INDEX, replay
from trueup.desk.work.verbs.counting import clocks_now, dues

pytestmark = pytest.mark.django_db
LIKELY = ("charlie", "charlie", "charlie", "alice", "alice", "lea", "system")
ACTORS = ("alice", "anna", "bert", "charlie", "tom", "lea", "dora", "olga", "audrey", "system")
LATER = timedelta(hours=30)


def arguments(desk: Scene, name: str, now: datetime) -> dict[str, Any]:
    """Inputs that could be right; many still do not fit."""
    return {
        "triage": {
            "service": desk.mail, "ci_note": "none: web", "category": "mail", "impact": 2,
            "urgency": 2,
        },
        "assign": {"team": desk.second, "reason": "theirs"},
        "comment": {"text": "Hello"},
        "note": {"text": "Odd"},
        "acknowledge": {"text": "Arrived"},
        "ask": {"text": "Which?", "next_contact_at": now + LATER},
        "answer": {"text": "This"},
        "hold": {"waiting_for": "supplier", "reason": "theirs", "next_contact_at": now + LATER},
        "resume": {"reason": "there"},
        "classify": {"category": "network"},
        "set_priority": {"impact": 1, "urgency": 2},
        "escalate": {"to": "lead", "reason": "big"},
        "declare_major": {
            "impact_sentence": "all", "incident_lead": desk.tom, "communication_lead": desk.lea,
        },
        "resolve": {
            "close_code": "fixed", "closing_word": "Done", "after_change": "no", "minutes": 5,
            "category": "mail", "impact": 3, "urgency": 3,
        },
        "review": {"text": "late"},
        "redact": {"person": desk.cast.alice},
        "reopen": {"reason": "again"},
        "cancel": {"reason": "no more"},
        "log_work": {"minutes": 5, "started_at": now},
        "edit": {"field": "title", "value": f"Mail at {now.hour}"},
        "watch": {"person": desk.cast.anna},
        "unwatch": {"person": desk.cast.anna},
    }.get(name, {})  # fmt: skip


NAMES = sorted({verb for _, verb in load("incident").steps} - {"report", "link", "unlink"})
steps = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=1000),
        st.sampled_from((*LIKELY, *ACTORS)),
        st.integers(min_value=0, max_value=1500),
        st.sampled_from(("any verb", "allowed", "moving", "moving", "moving")),
    ),
    min_size=8,
    max_size=30,
)


def chosen(record: Record, number: int, who: Any, how: str) -> str:
    """Some verb: one that the person may do now, rather one that moves the record, or any."""
    fresh = Record.objects.get(pk=record.pk)
    allowed = [] if how == "any verb" else reads.verbs_for(fresh, who)
    known = [name for name in allowed if name in NAMES]
    steps_now = {name: load("incident").step(fresh.state, name) for name in known}
    moves = [name for name, step in steps_now.items() if step and step.next != fresh.state]
    names = (moves if how == "moving" else None) or known or NAMES
    return names[number % len(names)]


def act(desk: Scene, record: Record, name: str, who: Any, now: datetime) -> None:
    before = row_of(record)
    try:
        getattr(verbs, name)(record, actor=who, at=now, **arguments(desk, name, now))
    except Refusal:
        assert row_of(record) == before


@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(course=steps)
def test_any_course(desk, course) -> None:
    people = {name: desk.who(name) for name in ACTORS if name != "system"}
    with transaction.atomic():
        record = desk.report(impact=3, urgency=3)
        now = MONDAY
        for number, actor, minutes, how in course:
            now += timedelta(minutes=minutes)
            who = people.get(actor, SYSTEM)
            act(desk, record, chosen(record, number, who, how), who, now)
        check(Record.objects.get(pk=record.pk), now)
        transaction.set_rollback(True)


def check(record: Record, now: datetime) -> None:
    life = load("incident")
    assert record.state in life.states
    assert record.evidence == life.evidence(record.state)
    assert (record.evidence == "waiting") == bool(record.waiting_for) == bool(record.back_to)
    told = events_of("record", record.pk, private=True)
    assert replay(told) == row_of(record)
    assert [each.object_version for each in told] == sorted(e.object_version for e in told)
    assert told[-1].object_version == record.version
    waits = list(Wait.objects.filter(record=record).order_by("began_at"))
    assert sum(wait.ended_at is None for wait in waits) <= 1
    assert all(one.ended_at <= two.began_at for one, two in pairwise(waits))
    for clock in reads.clocks_of(record, now):
        state = clock.state
        whole = (clock.stopped_at or now) - record.opened_at
        spent = state.elapsed_min + state.paused_min + state.outside_min
        assert clock.metric == "update" or spent == pytest.approx(whole.total_seconds() / 60)
    last = TargetResult.objects.filter(record=record, metric="resolve").order_by("computed_at")
    stopped = [c for c in clocks_now(record, now) if c.metric == "resolve" and c.stopped_at]
    if record.evidence in ("resolved", "closed"):
        assert last.last().elapsed_min == pytest.approx(stopped[0].state.elapsed_min)
    index = dues(record, clocks_now(record, record.touched_at), record.touched_at)
    running = record.evidence == "open"
    kept = {name: getattr(record, name) for name in INDEX}
    assert not running or kept["resolve_due"] == index["resolve_due"]
