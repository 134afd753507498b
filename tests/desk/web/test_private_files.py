"""Private files: only for technicians who work on the record, at every door alike."""

from __future__ import annotations

import pytest
from django.db.models import Count

from tests import people
from tests.desk.api.calls import Caller
from tests.desk.web.pages import client_for
from tests.desk.work.scene import scene
from trueup.desk.base import access, verbs
from trueup.desk.base.models import Attachment
from trueup.desk.work import reads
from trueup.desk.work import verbs as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(settings, tmp_path):
    settings.ATTACHMENTS = tmp_path / "files"
    return scene()


@pytest.fixture
def nina(desk):
    """A technician for another team only."""
    made = people.person("nina", "user")
    verbs.grant(made, "technician", scope=desk.second.pk, actor=desk.who("ada"))
    return made


def attached(desk, record):
    charlie = desk.who("charlie")
    open_ = verbs.attach(record, "open.txt", [b"for everybody"], actor=charlie)
    kept = verbs.attach(record, "kept.txt", [b"for us"], private=True, actor=charlie)
    return open_, kept


def watched(desk, nina):
    return work.watch(desk.report(), person=nina, actor=desk.who("charlie"))


def requested(desk, nina):
    return work.assign(
        work.report(title="Mine", requester=nina, service=desk.mail, actor=people.looking(nina)),
        team=desk.cast.desk,
        actor=desk.who("charlie"),
    )


def seen_at_every_door(person, record, files) -> list[set[str]]:
    """The names each way of asking gives this person: list, count, page, interface."""
    viewer, browser, caller = people.looking(person), client_for(person), Caller(person)
    rows = access.every(viewer, Attachment).filter(subject=record.pk)
    counted = rows.values("name").annotate(n=Count("pk"))
    listed = caller.get(f"/subjects/{record.pk}/attachments").json()["items"]
    doors = {
        "page": lambda each: browser.get(f"/files/{each.pk}"),
        "row": lambda each: caller.get(f"/attachments/{each.pk}"),
        "bytes": lambda each: caller.get(f"/attachments/{each.pk}/content"),
    }
    fetched = []
    for door in doors.values():
        told = {each.name: door(each).status_code for each in files}
        assert set(told.values()) <= {200, 404}
        fetched.append({name for name, status in told.items() if status == 200})
    return [
        {each.name for each in reads.files_of(record, viewer)},
        {each["name"] for each in counted},
        {each["name"] for each in listed},
        *fetched,
    ]


@pytest.mark.parametrize("made", [watched, requested])
def test_a_technician_of_another_team_sees_only_the_open_file(desk, nina, made) -> None:
    record = made(desk, nina)
    files = attached(desk, record)
    assert all(names == {"open.txt"} for names in seen_at_every_door(nina, record, files))


def test_who_works_on_it_sees_both(desk, nina) -> None:
    record = watched(desk, nina)
    files = attached(desk, record)
    record = work.assign(record, team=desk.second, actor=desk.who("charlie"))
    assert all(len(names) == 2 for names in seen_at_every_door(nina, record, files))


def test_who_acts_for_another_sees_what_both_may(desk, nina) -> None:
    record = watched(desk, nina)
    _open, kept = attached(desk, record)
    both = access.viewer_of(desk.cast.charlie.pk, nina.pk)
    assert not access.sees(both, kept)
    assert access.sees(desk.who("charlie"), kept)
