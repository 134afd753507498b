"""Each attack at the first, a middle and the last place is found, named and located."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from tests.desk.eventlog.logs import ALICE, log_of, raw, say
from trueup.desk.eventlog import merkle, notes, seal
from trueup.desk.eventlog.canonical import LEAF_COLUMNS, START, chain_hash, leaf_hash
from trueup.desk.eventlog.models import Event, EventSeal
from trueup.desk.eventlog.verbs import erase
from trueup.desk.eventlog.verify import main, verify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tampering")]
SIZE = 40
PLACES = (1, 20, SIZE)


def kinds(report):
    return {(each.kind, each.first) for each in report.findings}


def event_at(seq):
    return EventSeal.objects.get(seq=seq).event_id


def relabel(event_id):
    """Make the stored leaf fit the changed event."""
    row = Event.objects.filter(pk=event_id).values(*LEAF_COLUMNS)[0]
    raw(f"UPDATE event SET leaf='{leaf_hash(row)}' WHERE id={event_id}")


def rechain(after=1):
    chain = START
    for row in EventSeal.objects.order_by("seq").select_related("event"):
        chain = chain_hash(chain, row.event.leaf)
        raw(f"UPDATE event_seal SET chain='{chain}' WHERE seq={row.seq}")
    frontier, size = [], EventSeal.objects.count()
    for at, row in enumerate(EventSeal.objects.order_by("seq").select_related("event")):
        merkle.add(frontier, at, row.event.leaf)
    state = json.dumps(frontier)
    raw(f"UPDATE event_seal_state SET size={size}, chain='{chain}', frontier='{state}'")


def other(seq):
    return seq + 1 if seq < SIZE else seq - 1


def test_an_untouched_log_is_sound():
    log_of(SIZE, text="private")
    report = verify()
    assert report.findings == ()
    assert (report.events, report.checkpoints, report.exposed) == (SIZE, 4, 0)


@pytest.mark.parametrize("place", PLACES)
def test_an_edited_event(place):
    log_of(SIZE)
    raw(f"UPDATE event SET via='api' WHERE id={event_at(place)}")
    assert kinds(verify()) == {("edited", place)}


@pytest.mark.parametrize("place", PLACES)
def test_an_edited_event_with_a_fitting_leaf(place):
    log_of(SIZE)
    raw(f"UPDATE event SET via='api' WHERE id={event_at(place)}")
    relabel(event_at(place))
    assert kinds(verify()) == {("edited", place)}


@pytest.mark.parametrize("place", PLACES)
def test_an_event_deleted_alone(place):
    log_of(SIZE)
    raw(f"DELETE FROM event WHERE id={event_at(place)}")
    assert kinds(verify()) == {("deleted", place)}


@pytest.mark.parametrize("place", PLACES[:2])
def test_a_deleted_place(place):
    log_of(SIZE)
    gone = event_at(place)
    raw(f"DELETE FROM event_seal WHERE seq={place}", f"DELETE FROM event WHERE id={gone}")
    assert kinds(verify()) == {("deleted", place)}


@pytest.mark.parametrize("place", PLACES[:2])
def test_a_deleted_place_with_the_rest_moved_up(place):
    log_of(SIZE)
    gone = event_at(place)
    raw(
        f"DELETE FROM event_seal WHERE seq={place}",
        f"DELETE FROM event WHERE id={gone}",
        f"UPDATE event_seal SET seq=-(seq-1) WHERE seq>{place}",
        "UPDATE event_seal SET seq=-seq WHERE seq<0",
    )
    assert ("deleted", place) in kinds(verify())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("far", [False, True])
def test_two_places_exchanged(place, far):
    log_of(SIZE)
    there = 10 if far else other(place)
    raw(
        f"UPDATE event_seal SET seq=-1 WHERE seq={place}",
        f"UPDATE event_seal SET seq={place} WHERE seq={there}",
        f"UPDATE event_seal SET seq={there} WHERE seq=-1",
    )
    assert kinds(verify()) >= {("reordered", min(place, there))}
    assert {kind for kind, _ in kinds(verify())} <= {"reordered", "state"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("with_leaf", [False, True])
def test_two_contents_exchanged(place, with_leaf):
    log_of(SIZE)
    one, two = event_at(place), event_at(other(place))
    names = ["entity_id", "public_json", "at_occurred", "at_recorded"]
    names += ["leaf"] if with_leaf else []
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM event WHERE id IN ({one},{two}) ORDER BY id")
        first, second = cursor.fetchall()
    if one > two:
        first, second = second, first
    sets = ", ".join(f"{name}=%s" for name in names)
    raw("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE event SET {sets} WHERE id={one}", second)
        cursor.execute(f"UPDATE event SET {sets} WHERE id={two}", first)
    assert kinds(verify()) == {("swapped", place), ("swapped", other(place))}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("copy", [False, True])
def test_an_event_put_in_and_the_rest_moved_down(place, copy):
    log_of(SIZE)
    new = insert_event(event_at(place) if copy else None)
    raw(
        f"UPDATE event_seal SET seq=-(seq+1) WHERE seq>={place}",
        "UPDATE event_seal SET seq=-seq WHERE seq<0",
        f"INSERT INTO event_seal (seq, event_id, chain) VALUES ({place}, {new}, '{'ab' * 32}')",
    )
    kind = "duplicated" if copy else "inserted"
    assert (kind, place) in kinds(verify())


def insert_event(copy_of=None):
    """An event row put in past the application; returns its number."""
    names = ", ".join([*LEAF_COLUMNS, "leaf"])
    source = copy_of or event_at(1)
    raw(f"INSERT INTO event ({names}) SELECT {names} FROM event WHERE id={source}")
    new = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    if copy_of is None:
        raw(f"UPDATE event SET entity_id='forged' WHERE id={new}")
        relabel(new)
    return new


def test_an_event_past_the_queue():
    log_of(SIZE)
    new = insert_event()
    assert kinds(verify()) == {("inserted", new)}


def test_a_waiting_event_changed_before_it_is_sealed():
    log_of(SIZE)
    number = say(99)
    raw(f"UPDATE event SET via='api' WHERE id={number}")
    relabel(number)
    assert kinds(verify()) == {("edited", number)}


@pytest.mark.parametrize("left", [0, 20, SIZE - 1])
def test_a_cut_tail_is_found_by_the_checkpoints_outside(left):
    log_of(SIZE)
    raw(
        f"DELETE FROM event_seal WHERE seq>{left}",
        "DELETE FROM event WHERE id NOT IN (SELECT event_id FROM event_seal)",
        f"DELETE FROM checkpoint WHERE size>{left}",
    )
    rechain() if left else raw("DELETE FROM event_seal_state")
    report = verify()
    assert ("truncated", left + 1) in kinds(report)
    assert {each.kind for each in report.findings} == {"truncated"}
    assert max(each.last for each in report.findings) == SIZE


@pytest.mark.parametrize("place", PLACES)
def test_a_rechained_log_is_found_between_two_checkpoints(place):
    log_of(SIZE)
    raw(f"UPDATE event SET via='api' WHERE id={event_at(place)}", "DELETE FROM checkpoint")
    relabel(event_at(place))
    rechain()
    found = [each for each in verify().findings if each.kind == "rechained"]
    assert found
    assert found[0].first <= place <= found[0].last
    assert found[0].last - found[0].first < 10


def test_a_checkpoint_of_another_log_or_with_a_changed_line(outside_file):
    log_of(SIZE)
    lines = outside_file.read_text().splitlines()
    outside_file.write_text(
        "\n".join([lines[0].replace("\\n10\\n", "\\n11\\n"), *lines[1:]]) + "\n"
    )
    assert {each.kind for each in verify().findings} == {"checkpoint"}
    head = notes.Head("someone/else", 3, "00" * 32, "00" * 32, "2026-01-01T00:00:00.000000Z")
    notes.copy_outside([notes.sign(head)[0]])
    assert any("another log" in each.words for each in verify().findings)


def test_two_signed_heads_of_one_size_are_a_fork():
    log_of(SIZE)
    head = notes.Head(notes.origin(), SIZE, "11" * 32, "22" * 32, "2026-01-01T00:00:00.000000Z")
    notes.copy_outside([notes.sign(head)[0]])
    assert ("forked", SIZE) in kinds(verify())


def test_an_unknown_key_signed(settings, tmp_path):
    log_of(SIZE)
    key = tmp_path / "keys" / "log-signing"
    key.unlink()
    assert any("unknown key" in each.words for each in verify().findings)


def test_erasing_keeps_the_log_sound():
    log_of(SIZE, text="about me")
    assert erase(ALICE.person, ALICE, "request", via="web") == SIZE
    seal.seal_pending()
    seal.checkpoint()
    assert verify().findings == ()


def test_private_text_gone_without_erasing():
    log_of(SIZE, text="about me")
    raw(f"DELETE FROM event_private WHERE event_id={event_at(3)}")
    assert kinds(verify()) == {("private_deleted", 0)}


@pytest.mark.parametrize("place", PLACES)
def test_private_text_replaced(place):
    log_of(SIZE, text="about me")
    raw(
        "UPDATE event_private SET blob=(SELECT blob FROM event_private AS o WHERE o.event_id="
        f"{event_at(other(place))}) WHERE event_id={event_at(place)}"
    )
    assert kinds(verify()) == {("private", place)}


def test_the_part_since_the_last_checkpoint():
    log_of(SIZE)
    for number in range(5):
        say(number)
    seal.seal_pending()
    report = verify(since_checkpoint=True)
    assert (report.events, report.exposed, report.findings) == (5, 5, ())
    raw(f"UPDATE event SET via='api' WHERE id={event_at(SIZE + 2)}")
    assert kinds(verify(since_checkpoint=True)) == {("edited", SIZE + 2)}


def test_the_command_prints_the_place_and_fails(capsys):
    log_of(SIZE)
    assert main([]) == 0
    assert "The log is sound." in capsys.readouterr().out
    raw(f"UPDATE event SET via='api' WHERE id={event_at(7)}")
    assert main([]) == 1
    assert "edited at 7" in capsys.readouterr().out
