"""A request waits for a yes of others, is fulfilled when its tasks have ended, or is withdrawn."""

from __future__ import annotations

import pytest

from tests.desk.work.replayed import assert_replays
from tests.desk.work.scene import after
from trueup.core.actors import SYSTEM
from trueup.core.refusals import NotFound, Refused
from trueup.desk.eventlog.reads import events_of
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Approval
from trueup.desk.work.verbs import Asked

pytestmark = pytest.mark.django_db


def asked(desk, *steps: Asked):
    """Alice asks for something; a process asks for a yes."""
    record = desk.report(kind="request", title="A second screen")
    chosen = steps or (Asked("budget", desk.cast.mona), Asked("service", desk.cast.olga))
    return verbs.request_approval(record, steps=chosen, policy="B4", actor=SYSTEM, at=after(1))


def row(record, step: str) -> Approval:
    return Approval.objects.get(record=record, step=step)


def ready(desk):
    record = desk.report(kind="request", title="A second screen")
    return verbs.approval_not_needed(record, policy="B1", actor=SYSTEM, at=after(1))


def begun(desk):
    record = verbs.take(ready(desk), actor=desk.who("charlie"), at=after(2))
    return verbs.start(record, actor=desk.who("charlie"), at=after(2))


def test_all_steps_say_yes(desk) -> None:
    record = asked(desk)
    assert (record.number, record.state) == ("REQ-1", "approval")
    first = verbs.decide(
        row(record, "budget"), decision="approved", actor=desk.who("mona"), at=after(2)
    )
    record.refresh_from_db()
    assert (first.level, record.state) == ("budget", "approval")
    last = verbs.decide(
        row(record, "service"), decision="approved", actor=desk.who("olga"), at=after(3)
    )
    record.refresh_from_db()
    assert (last.level, record.state) == ("B4", "ready")
    assert [e.activity for e in events_of("record", record.pk)][-1] == "approved"
    assert events_of("approval", last.pk)[-1].payload["approval_level"] == "B4"
    assert_replays(record)


def test_one_no_ends_it_with_its_reason(desk) -> None:
    record = asked(desk)
    with pytest.raises(Refused, match="why not"):
        verbs.decide(row(record, "budget"), decision="rejected", actor=desk.who("mona"))
    verbs.decide(
        row(record, "budget"),
        decision="rejected",
        reason="No money",
        actor=desk.who("mona"),
        at=after(2),
    )
    record.refresh_from_db()
    assert (record.state, record.close_code) == ("cancelled", "rejected")
    assert row(record, "service").decision == "abstained"
    shown = reads.timeline(record, desk.who("alice"))
    assert "No money" in {entry.text for entry in shown}
    assert_replays(record)


def test_of_several_one_is_enough_where_the_policy_says_so(desk) -> None:
    record = asked(
        desk,
        Asked("owner", desk.cast.olga, "one"),
        Asked("owner", desk.cast.mona, "one"),
    )
    mine = Approval.objects.get(record=record, approver=desk.cast.mona)
    verbs.decide(mine, decision="rejected", reason="no", actor=desk.who("mona"), at=after(2))
    record.refresh_from_db()
    assert record.state == "approval"
    other = Approval.objects.get(record=record, approver=desk.cast.olga)
    verbs.decide(other, decision="approved", actor=desk.who("olga"), at=after(2))
    record.refresh_from_db()
    assert record.state == "ready"


def test_who_never_decides(desk) -> None:
    with pytest.raises(Refused, match="own request"):
        asked(desk, Asked("budget", desk.cast.alice))
    record = asked(desk)
    budget = row(record, "budget")
    with pytest.raises(NotFound):
        verbs.decide(budget, decision="approved", actor=desk.who("bert"))
    with pytest.raises(Refused):
        verbs.decide(budget, decision="approved", actor=SYSTEM)
    for name in ("olga", "charlie", "alice"):
        with pytest.raises(Refused):
            verbs.decide(budget, decision="approved", actor=desk.who(name))
    verbs.decide(budget, decision="abstained", actor=desk.who("mona"), at=after(2))
    with pytest.raises(Refused, match="already"):
        verbs.decide(budget, decision="approved", actor=desk.who("mona"))


def test_nobody_says_yes_twice_in_one_policy(desk) -> None:
    record = asked(desk, Asked("budget", desk.cast.mona), Asked("service", desk.cast.mona))
    verbs.decide(row(record, "budget"), decision="approved", actor=desk.who("mona"), at=after(2))
    with pytest.raises(Refused, match="somebody else"):
        verbs.decide(row(record, "service"), decision="approved", actor=desk.who("mona"))


def test_no_answer_is_never_a_yes(desk) -> None:
    record = asked(desk, Asked("budget", desk.cast.mona))
    assert verbs.lapse(row(record, "budget"), actor=SYSTEM, at=after(2)).decision == "expired"
    record.refresh_from_db()
    assert record.state == "approval"
    with pytest.raises(Refused):
        verbs.lapse(row(record, "budget"), actor=desk.who("mona"))


def test_the_one_asked_sees_the_record_and_is_told_so(desk) -> None:
    from tests import people

    boss = people.person("boris", "approver")
    record = asked(desk, Asked("line manager", boss))
    looks = people.looking(boss)
    assert reads.one(looks, record.pk) == record
    assert "decide" in reads.verbs_for(record, looks)
    assert [each.record for each in reads.approvals_waiting(looks)] == [record]
    verbs.decide(row(record, "line manager"), decision="approved", actor=looks, at=after(2))
    assert not reads.approvals_waiting(looks)


def test_fulfilled_when_every_task_has_ended(desk) -> None:
    record, charlie = begun(desk), desk.who("charlie")
    task = verbs.report(kind="task", title="Order it", parent=record, actor=charlie, at=after(3))
    assert (task.number, task.state, task.service_id) == ("TSK-1", "new", record.service_id)
    with pytest.raises(Refused, match="tasks"):
        verbs.fulfil(record, actor=charlie, at=after(4))
    task = verbs.take(task, actor=charlie, at=after(4))
    task = verbs.start(task, actor=charlie, at=after(4))
    task = verbs.finish(task, actor=charlie, minutes=20, at=after(5))
    assert (task.state, task.evidence, task.closed_at) == ("closed", "closed", after(5))
    assert_replays(task)
    record = verbs.fulfil(record, closing_word="On your desk", actor=charlie, at=after(6))
    assert (record.state, record.evidence) == ("fulfilled", "resolved")
    assert_replays(record)
    assert verbs.confirm(record, actor=desk.who("alice"), at=after(7)).state == "closed"


def test_a_task_that_is_not_needed_is_skipped(desk) -> None:
    record, charlie = begun(desk), desk.who("charlie")
    task = verbs.report(kind="task", title="Order it", parent=record, actor=charlie)
    task = verbs.take(task, actor=charlie)
    task = verbs.skip(task, reason="In stock", actor=charlie)
    assert (task.state, task.evidence) == ("cancelled", "cancelled")
    with pytest.raises(Refused, match="belongs"):
        verbs.report(kind="task", title="Order it", actor=charlie)
    with pytest.raises(Refused):
        verbs.report(kind="task", title="Order it", parent=record, actor=desk.who("alice"))


def test_no_way_round_the_approval(desk) -> None:
    record, charlie = asked(desk), desk.who("charlie")
    with pytest.raises(Refused):
        verbs.fulfil(record, actor=charlie)
    held = verbs.hold(
        record,
        waiting_for="supplier",
        reason="x",
        next_contact_at=after(24),
        actor=charlie,
        at=after(2),
    )
    with pytest.raises(Refused, match="not begun"):
        verbs.fulfil(held, actor=charlie, at=after(3))
    with pytest.raises(Refused):
        verbs.approval_not_needed(record, actor=charlie)


def test_withdrawn_before_work_begins(desk) -> None:
    record = verbs.withdraw(asked(desk), actor=desk.who("alice"), at=after(2))
    assert (record.state, record.close_code) == ("cancelled", "withdrawn")
    assert {each.decision for each in record.approvals.all()} == {"abstained"}
    assert_replays(record)
    with pytest.raises(Refused):
        verbs.withdraw(begun(desk), actor=desk.who("alice"))
