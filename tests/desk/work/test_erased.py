"""After a person was erased, their words are gone from the records and the log still verifies."""

from __future__ import annotations

import pytest

from tests.desk.work.replayed import assert_replays
from trueup.core.actors import SYSTEM
from trueup.desk.eventlog import followers, seal
from trueup.desk.eventlog.reads import events_of
from trueup.desk.eventlog.verbs import erase
from trueup.desk.work import followers as ours
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Message, SearchTerm

pytestmark = pytest.mark.django_db


def test_words_of_the_erased_are_gone(desk) -> None:
    record = desk.report(title="My mail to doctor Who", description="private matter")
    verbs.comment(record, text="It is about my health", actor=desk.who("alice"))
    verbs.comment(record, text="We look into it", actor=desk.who("charlie"))
    erase(desk.cast.alice.pk, SYSTEM, "asked")
    while seal.seal_pending():
        pass
    followers.register(ours.Redaction())
    followers.run_followers(once=False)
    record.refresh_from_db()
    assert (record.title, record.description, record.subject.label) == (
        "[erased]",
        "",
        "[erased]",
    )
    kept = Message.objects.filter(record=record).order_by("at").values_list("text", flat=True)
    assert list(kept) == ["", "We look into it"]
    assert not SearchTerm.objects.filter(record=record).exists()
    assert reads.search(desk.who("charlie"), "doctor") == []
    told = str(events_of("record", record.pk, private=True))
    assert "doctor" not in told
    assert "health" not in told
    assert_replays(record)
    version = record.version
    verbs.redact(record, person=desk.cast.alice, actor=SYSTEM)
    record.refresh_from_db()
    assert record.version == version
