"""The timeline tells in order what was said and done, to each as much as is theirs."""

from __future__ import annotations

import pytest

from tests.desk.work.scene import after
from trueup.core.actors import SYSTEM
from trueup.desk.work import reads, verbs

pytestmark = pytest.mark.django_db


def lines(record, who) -> list[str]:
    return [
        f"{entry.actor_name}: {entry.text if entry.kind == 'message' else entry.sentence}"
        for entry in reads.timeline(record, who)
    ]


@pytest.fixture
def told(desk):
    charlie, alice = desk.who("charlie"), desk.who("alice")
    record = desk.report()
    verbs.acknowledge(record, text="We have it", actor=SYSTEM, at=after(0.1))
    verbs.assign(record, team=desk.second, reason="Routers", actor=charlie, at=after(0.2))
    record = verbs.take(record, actor=desk.who("tom"), at=after(0.3))
    record = verbs.start(record, actor=desk.who("tom"), at=after(0.4))
    verbs.note(record, text="Old router", actor=charlie, at=after(0.5))
    verbs.ask(
        record,
        text="Which room?",
        next_contact_at=after(24),
        actor=desk.who("tom"),
        at=after(0.6),
    )
    return verbs.answer(record, text="Room 4", actor=alice, at=after(0.7))


def test_for_a_technician(desk, told) -> None:
    assert lines(told, desk.who("charlie")) == [
        "alice: opened INC-1",
        "Trueup: We have it",
        "charlie: gave it to Network",
        "tom: took it",
        "tom: began to work on it",
        "charlie: Old router",
        "tom: Which room?",
        "tom: waits for the answer",
        "alice: Room 4",
        "alice: the answer ended the wait",
    ]
    reasons = [entry.text for entry in reads.timeline(told, desk.who("charlie"))]
    assert "Routers" in reasons


def test_for_the_requester(desk, told) -> None:
    alice = desk.who("alice")
    assert not any("Old router" in line for line in lines(told, alice))
    assert "charlie: gave it to Network" in lines(told, alice)
    assert "Routers" not in str(reads.timeline(told, alice))


def test_who_sorted_what_is_not_for_the_requester(desk) -> None:
    record = desk.triage(desk.report())
    names = {entry.activity for entry in reads.timeline(record, desk.who("alice"))}
    assert names == {"opened", "priority_changed"}
    said = lines(record, desk.who("charlie"))
    assert "charlie: changed category from “–” to “mail”" in said


def test_a_state_has_a_word_for_each(desk, told) -> None:
    asked = verbs.ask(told, text="?", next_contact_at=after(24), actor=desk.who("tom"), at=after(1))
    words = [reads.state_word(asked, each) for each in ("technician", "user", "customer")]
    assert words == ["On hold", "We need your answer", "Waiting for you"]
