"""Who acts for somebody may do only what both may, and both are named."""

from __future__ import annotations

import pytest

from tests.desk.work.scene import after
from trueup.core.actors import Actor
from trueup.core.refusals import NotFound, Refused
from trueup.desk.base.access import viewer_of
from trueup.desk.base.verbs import deactivate
from trueup.desk.eventlog.reads import events_of
from trueup.desk.work import reads, verbs

pytestmark = pytest.mark.django_db


def test_a_lead_acts_for_a_technician(desk) -> None:
    record = desk.worked()
    both = viewer_of(desk.lea.pk, desk.cast.charlie.pk)
    verbs.note(record, text="Said on the phone", actor=both, at=after(1))
    last = events_of("record", record.pk)[-1]
    assert (last.actor, last.on_behalf_of) == (str(desk.lea.pk), str(desk.cast.charlie.pk))
    with pytest.raises(Refused):
        verbs.cancel(record, reason="x", actor=both)
    assert "cancel" not in reads.verbs_for(record, both)


def test_a_technician_does_not_become_the_requester(desk) -> None:
    record = desk.solve(desk.worked())
    both = viewer_of(desk.cast.charlie.pk, desk.cast.alice.pk)
    with pytest.raises(Refused):
        verbs.confirm(record, actor=both)
    bert = viewer_of(desk.cast.charlie.pk, desk.cast.bert.pk)
    with pytest.raises(NotFound):
        verbs.comment(record, text="x", actor=bert)


def test_private_words_are_for_those_who_may_both_see_them(desk) -> None:
    record = desk.worked()
    verbs.note(record, text="inner", actor=desk.who("charlie"))
    both = viewer_of(desk.cast.charlie.pk, desk.cast.alice.pk)
    assert "inner" not in str(reads.timeline(record, both))


def test_an_account_that_ended_does_nothing(desk) -> None:
    record = desk.report()
    actor = Actor("person", desk.tom.pk, "tom")
    assert verbs.take(record, actor=actor).assignee_id == desk.tom.pk
    deactivate(desk.tom, reason="left", actor=desk.who("ada"))
    with pytest.raises(Refused):
        verbs.release(record, actor=actor)
    with pytest.raises(Refused):
        verbs.report(title="x", customer=desk.cast.acme, actor=actor)
