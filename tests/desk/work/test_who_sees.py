"""Who sees a record and what stands on it; what is not theirs looks as if it were not there."""

from __future__ import annotations

import pytest

from tests import people
from tests.desk.work.scene import after
from trueup.core.refusals import NotFound, Refused
from trueup.desk.base import access
from trueup.desk.base.verbs import attach, grant
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Message, Record

pytestmark = pytest.mark.django_db


def seen_by(desk, name: str, record) -> bool:
    return access.sees(desk.who(name), record)


def test_own_customer_work_and_watch(desk) -> None:
    record = desk.report()
    seers = {"alice", "anna", "charlie", "tom", "lea", "dora", "olga", "audrey", "mona"}
    everybody = {*seers, "bert", "bella", "ada"}
    assert {name for name in everybody if seen_by(desk, name, record)} == seers
    verbs.watch(record, person=desk.cast.bert, actor=desk.who("charlie"))
    assert seen_by(desk, "bert", record)
    verbs.unwatch(record, person=desk.cast.bert, actor=desk.who("charlie"))
    assert not seen_by(desk, "bert", record)


def test_a_technician_with_a_scope_sees_only_that(desk) -> None:
    someone = people.person("nina")
    grant(someone, "technician", scope=desk.second.pk, actor=desk.who("ada"))
    record = desk.report()
    assert not access.sees(people.looking(someone), record)
    record = verbs.assign(record, team=desk.second, actor=desk.who("charlie"))
    assert access.sees(people.looking(someone), record)
    record = verbs.assign(record, team=desk.cast.desk, reason="no", actor=desk.who("charlie"))
    with pytest.raises(NotFound):
        verbs.take(record, actor=people.looking(someone))


def test_missing_and_foreign_are_the_same(desk) -> None:
    record = desk.report()
    bert = desk.who("bert")
    told = []
    for doing in (
        lambda: reads.one(bert, record.pk),
        lambda: reads.one(bert, "6d1f3b0c-0000-4000-8000-000000000000"),
        lambda: reads.one(bert, "nonsense"),
        lambda: verbs.comment(record, text="x", actor=bert),
        lambda: access.behind(bert, record.pk),
    ):
        with pytest.raises(NotFound) as raised:
            doing()
        told.append(str(raised.value))
    assert len(set(told)) == 1


def test_private_words_stay_with_technicians(desk) -> None:
    record = desk.worked()
    verbs.note(record, text="The provider is to blame", actor=desk.who("charlie"))
    verbs.comment(record, text="We are on it", actor=desk.who("charlie"))
    for name, expected in (("alice", 1), ("anna", 1), ("audrey", 1), ("olga", 1), ("tom", 2)):
        who = desk.who(name)
        assert access.visible(who, Message.objects.all()).count() == expected, name
        texts = [entry.text for entry in reads.timeline(record, who) if entry.kind == "message"]
        assert len(texts) == expected, name
        assert ("The provider is to blame" in str(reads.timeline(record, who))) == (expected == 2)


def test_a_technician_is_a_user_on_what_others_work_on(desk) -> None:
    nina = people.person("nina", customer=desk.cast.acme)
    grant(nina, "technician", scope=desk.second.pk, actor=desk.who("ada"))
    record = desk.report(requester=nina, actor=desk.who("charlie"))
    verbs.note(record, text="Again her", actor=desk.who("charlie"))
    looks = people.looking(nina)
    assert [e.text for e in reads.timeline(record, looks) if e.kind == "message"] == []
    with pytest.raises(Refused):
        verbs.note(record, text="x", actor=looks)
    assert verbs.comment(record, text="More", actor=looks).direction == "in"


def test_private_files_stay_with_technicians(desk, tmp_path, settings) -> None:
    settings.ATTACHMENTS = tmp_path
    record = desk.report()
    attach(record, "trace.txt", [b"inner"], private=True, actor=desk.who("charlie"))
    attach(record, "screen.txt", [b"outer"], actor=desk.who("alice"))
    assert [row.name for row in reads.files_of(record, desk.who("alice"))] == ["screen.txt"]
    assert len(reads.files_of(record, desk.who("charlie"))) == 2
    with pytest.raises(Refused):
        attach(record, "x.txt", [b"x"], private=True, actor=desk.who("alice"))


def test_auditors_and_managers_change_nothing(desk) -> None:
    record = desk.worked()
    for name in ("audrey", "mona", "olga"):
        who = desk.who(name)
        for doing in (
            lambda who=who: verbs.comment(record, text="x", actor=who),
            lambda who=who: verbs.note(record, text="x", actor=who),
            lambda who=who: verbs.take(record, actor=who),
            lambda who=who: desk.solve(record, actor=who),
        ):
            with pytest.raises(Refused):
                doing()
    assert reads.verbs_for(record, desk.who("audrey")) == []
    assert reads.verbs_for(record, desk.who("olga")) == ["cancel"]


def test_users_report_for_themselves_managers_for_their_customer(desk) -> None:
    with pytest.raises(Refused):
        desk.report(requester=desk.cast.anna)
    with pytest.raises(Refused):
        desk.report(requester=desk.cast.bert)
    with pytest.raises(NotFound):
        desk.report(customer=desk.cast.beta)
    made = desk.report(requester=desk.cast.alice, actor=desk.who("anna"))
    assert (made.requester_id, made.customer_id) == (desk.cast.alice.pk, desk.cast.acme.pk)
    with pytest.raises(Refused):
        desk.report(requester=desk.cast.bert, actor=desk.who("anna"))
    with pytest.raises(NotFound):
        desk.report(requester=desk.cast.bert, customer=desk.cast.acme, actor=desk.who("anna"))
    other = desk.report(requester=desk.cast.bert, actor=desk.who("charlie"))
    assert other.customer_id == desk.cast.beta.pk


def test_nobody_adds_a_stranger_to_what_follows(desk) -> None:
    record = desk.report()
    with pytest.raises(NotFound):
        verbs.watch(record, person=desk.cast.bert, actor=desk.who("alice"))


def test_what_one_may_do_now_is_what_is_not_refused(desk) -> None:
    record = desk.worked()
    assert reads.verbs_for(record, desk.who("alice")) == ["comment", "watch", "unwatch"]
    assert "cancel" in reads.verbs_for(desk.report(), desk.who("alice"))
    charlie = set(reads.verbs_for(record, desk.who("charlie")))
    assert {"comment", "note", "ask", "hold", "resolve", "release", "log_work"} <= charlie
    assert not {"start", "triage", "confirm", "close", "cancel", "declare_major"} & charlie
    asked = verbs.ask(
        record, text="?", next_contact_at=after(24), actor=desk.who("charlie"), at=after(1)
    )
    assert "answer" in reads.verbs_for(asked, desk.who("alice"))
    assert "declare_major" in reads.verbs_for(record, desk.who("dora"))
    assert reads.verbs_for(record, desk.who("bert")) == []


def test_links_to_what_one_does_not_see_are_not_there(desk) -> None:
    one = desk.report()
    other = desk.report(requester=desk.cast.bert, actor=desk.who("charlie"))
    verbs.link(one, type="relates", other=other, actor=desk.who("charlie"))
    assert reads.links_of(one, desk.who("alice")) == []
    assert reads.links_of(one, desk.who("charlie")) == [("relates", other)]
    assert reads.links_of(other, desk.who("charlie")) == [("relates_of", one)]
    assert Record.objects.count() == 2
