"""What a verb refuses, and that a refused verb changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests import people
from tests.desk.work.scene import BERLIN, MONDAY, after
from trueup.core.refusals import Conflict, NotFound, Refused
from trueup.desk.base.verbs import deactivate
from trueup.desk.eventlog.reads import events_of
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

pytestmark = pytest.mark.django_db


def refuses(record, match: str, doing) -> None:
    """The verb says why, and nothing of the record is another."""
    before = Record.objects.values().get(pk=record.pk)
    events = len(events_of("record", record.pk))
    with pytest.raises(Refused, match=match):
        doing()
    assert Record.objects.values().get(pk=record.pk) == before
    assert len(events_of("record", record.pk)) == events


def hold(desk, record, **values):
    given = {
        "waiting_for": "supplier",
        "reason": "Their logs",
        "next_contact_at": after(48),
        "actor": desk.who("charlie"),
        "at": after(1),
    }
    return verbs.hold(record, **{**given, **values})


def test_the_next_contact_is_at_most_ten_working_days_away(desk) -> None:
    record = desk.worked()
    tenth = datetime(2026, 3, 16, 23, 0, tzinfo=BERLIN)
    late = tenth + timedelta(hours=2)
    refuses(record, "10 working days", lambda: hold(desk, record, next_contact_at=late))
    refuses(record, "past", lambda: hold(desk, record, next_contact_at=after(0.5)))
    assert hold(desk, record, next_contact_at=tenth).evidence == "waiting"


def test_waiting_for_the_customer_needs_a_question(desk) -> None:
    record = desk.worked()
    refuses(record, "Ask the requester", lambda: hold(desk, record, waiting_for="customer"))
    verbs.comment(record, text="When are you in?", actor=desk.who("charlie"), at=after(0.2))
    refuses(record, "Ask the requester", lambda: hold(desk, record, waiting_for="customer"))
    verbs.comment(record, text="When are you in?", actor=desk.who("charlie"), at=after(0.8))
    assert hold(desk, record, waiting_for="customer").waiting_for == "customer"


def test_what_must_be_filled(desk) -> None:
    record = desk.report()
    refuses(record, "component", lambda: desk.triage(record, ci_note=" "))
    refuses(record, "category", lambda: desk.triage(record, category=""))
    refuses(record, "1 to 4", lambda: desk.triage(record, impact=9))
    worked = desk.worked()
    refuses(worked, "Tell the requester", lambda: desk.solve(worked, closing_word=" "))
    refuses(worked, "which change", lambda: desk.solve(worked, after_change=""))
    refuses(worked, "how many minutes", lambda: desk.solve(worked, minutes=None))
    refuses(worked, "Say why", lambda: hold(desk, worked, reason=""))


def test_work_begun_is_cancelled_by_a_lead(desk) -> None:
    record = desk.worked()
    alice = desk.who("alice")
    refuses(record, "team lead", lambda: verbs.cancel(record, reason="x", actor=alice))
    lead = verbs.cancel(record, reason="Twice", actor=desk.who("lea"))
    assert (lead.state, lead.close_code) == ("cancelled", "cancelled")
    fresh = desk.report()
    charlie = desk.who("charlie")
    refuses(fresh, "role", lambda: verbs.cancel(fresh, reason="spam", actor=charlie))


def test_reopening_ends_after_two_weeks(desk) -> None:
    record = verbs.confirm(desk.solve(desk.worked()), actor=desk.who("alice"), at=after(2))
    late = after(2) + timedelta(days=14, minutes=1)
    alice = desk.who("alice")
    refuses(
        record,
        "two weeks",
        lambda: verbs.reopen(record, reason="Again", actor=alice, at=late),
    )
    soon = after(2) + timedelta(days=14)
    again = verbs.reopen(record, reason="Again", actor=alice, at=soon)
    assert (again.state, again.reopen_count, again.closed_at) == ("working", 1, None)


def test_a_team_gets_it_back_only_with_a_reason(desk) -> None:
    charlie = desk.who("charlie")
    record = verbs.assign(desk.worked(), team=desk.second, actor=charlie)
    assert (record.assignee_id, record.level, record.reassignment_count) == (None, 2, 1)
    back = desk.cast.desk
    refuses(record, "comes back", lambda: verbs.assign(record, team=back, actor=charlie))
    record = verbs.assign(record, team=back, reason="Not the network", actor=charlie)
    assert (record.team_id, record.reassignment_count) == (back.pk, 2)


def test_only_technicians_who_are_here_get_work(desk) -> None:
    record, charlie = desk.worked(), desk.who("charlie")
    refuses(
        record, "does not work", lambda: verbs.assign(record, person=desk.cast.anna, actor=charlie)
    )
    deactivate(desk.tom, reason="left", actor=desk.who("ada"))
    desk.tom.refresh_from_db()
    refuses(record, "has left", lambda: verbs.assign(record, person=desk.tom, actor=charlie))


def test_lowering_the_priority_late_needs_two(desk) -> None:
    record = desk.worked()
    late = after(6.5)
    charlie = desk.who("charlie")
    refuses(
        record,
        "second person",
        lambda: verbs.set_priority(record, impact=4, urgency=4, actor=charlie, at=late),
    )
    higher = verbs.set_priority(record, impact=2, urgency=2, actor=charlie, at=late)
    assert higher.priority == 3


def test_links_do_not_go_round(desk) -> None:
    charlie = desk.who("charlie")
    one, two, three = desk.report(), desk.report(), desk.report()
    verbs.link(one, type="parent", other=two, actor=charlie)
    verbs.link(two, type="parent", other=three, actor=charlie)
    refuses(three, "circle", lambda: verbs.link(three, type="parent", other=one, actor=charlie))
    refuses(one, "itself", lambda: verbs.link(one, type="relates", other=one, actor=charlie))
    refuses(one, "already", lambda: verbs.link(one, type="parent", other=two, actor=charlie))


def test_the_one_who_solved_it_does_not_confirm(desk) -> None:
    own = desk.report(requester=desk.cast.charlie, actor=desk.who("charlie"))
    own = desk.solve(own, category="mail", impact=4, urgency=3)
    charlie = desk.who("charlie")
    refuses(own, "solved it yourself", lambda: verbs.confirm(own, actor=charlie))


def test_what_does_not_fit_the_state(desk) -> None:
    charlie, alice = desk.who("charlie"), desk.who("alice")
    record = desk.report()
    refuses(record, "New", lambda: verbs.confirm(record, actor=alice))
    mine = verbs.take(record, actor=charlie)
    assert mine.version == 2
    solved = desk.solve(desk.worked())
    refuses(solved, "Open it again", lambda: hold(desk, solved))
    closed = verbs.confirm(solved, actor=alice)
    refuses(closed, "closed", lambda: desk.triage(closed))
    refuses(
        closed,
        "ended record",
        lambda: verbs.edit(closed, field="title", value="x", actor=charlie),
    )


def test_a_stale_version_is_a_conflict_with_names(desk) -> None:
    record = desk.report()
    desk.triage(record)
    with pytest.raises(Conflict) as raised:
        verbs.take(record, version=1, actor=desk.who("charlie"))
    named = {each.field: (each.was, each.now) for each in raised.value.fields}
    assert named["priority"] == ("3", "4")
    assert "category" in named
    assert verbs.take(record, version=2, actor=desk.who("charlie")).assignee_id


def test_a_stranger_hears_of_no_conflict(desk) -> None:
    record = desk.report()
    with pytest.raises(NotFound):
        verbs.comment(record, text="x", version=99, actor=desk.who("bert"))


def test_neither_the_future_nor_before_the_record(desk) -> None:
    record, charlie = desk.report(), desk.who("charlie")
    soon = timezone.now() + timedelta(hours=1)
    refuses(record, "future", lambda: verbs.take(record, actor=charlie, at=soon))
    before = MONDAY - timedelta(minutes=1)
    refuses(record, "before", lambda: verbs.take(record, actor=charlie, at=before))


def test_start_needs_the_one_who_has_it(desk) -> None:
    record = desk.report()
    refuses(record, "role", lambda: verbs.start(record, actor=desk.who("charlie")))
    given = verbs.assign(record, person=desk.tom, actor=desk.who("charlie"))
    refuses(given, "role", lambda: verbs.start(given, actor=desk.who("charlie")))
    assert verbs.start(given, actor=desk.who("tom")).state == "working"


def test_a_channel_service_or_view_that_is_not(desk) -> None:
    with pytest.raises(Refused, match="channel"):
        desk.report(channel="pigeon")
    with pytest.raises(Refused, match="kind"):
        desk.report(kind="wish")
    with pytest.raises(Refused, match="one line"):
        desk.report(title="  ")


def test_a_robot_may_report_and_no_more(desk) -> None:
    robot = people.person("probe", "user", customer=desk.cast.acme)
    record = verbs.report(
        title="Disk full",
        customer=desk.cast.acme,
        actor=people.looking(robot),
        channel="monitoring",
    )
    assert record.channel == "monitoring"
    refuses(record, "role", lambda: verbs.take(record, actor=people.looking(robot)))
