"""The pack says what the tables and the log say: nothing more, nothing less."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings

from tests import people
from tests.desk.work.scene import scene
from trueup.audit.evidence.packs import Pack
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Refused
from trueup.desk.assurance.export.sources import SOURCES
from trueup.desk.assurance.models import EvidencePack
from trueup.desk.assurance.verbs import packing
from trueup.desk.base.models import Person
from trueup.desk.eventlog import reads as log
from trueup.desk.services import verbs as services
from trueup.desk.work import verbs as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def promised(cast):
    """A service with one promise in force and one that is only a draft."""
    mail = services.add_service(name="Mail", owner=cast.olga, actor=SYSTEM)
    start = date(2026, 1, 1)
    made = services.draft(service=mail, customer=cast.acme, start=start, actor=SYSTEM)
    services.set_target(made, metric="resolve", value=8, unit="hours", actor=SYSTEM)
    services.propose(made, actor=SYSTEM)
    services.draft(service=mail, customer=cast.beta, start=start, actor=SYSTEM)
    return services.agree(made, actor=SYSTEM)


def packed(**kwargs) -> tuple[EvidencePack, Pack]:
    row = packing.write_pack(actor=SYSTEM, **kwargs)
    return row, Pack.open(Path(settings.HOME) / row.folder)


def rows_of(pack: Pack, table: str) -> list[dict]:
    return pq.read_table(pack.folder / f"{table}.parquet").to_pylist()


def test_every_table_holds_its_rows(promised) -> None:
    row, pack = packed()
    pack.verify()
    for source in SOURCES:
        held = pack.tables[source.table].rows if source.table in pack.tables else 0
        assert held == source.rows().count() == row.rows.get(source.table, 0), source.table
        assert not (held and pack.faults(source.table)), source.table


def test_a_draft_promises_nothing(promised) -> None:
    _, pack = packed()
    (agreement,) = rows_of(pack, "agreement")
    assert agreement["id"] == str(promised.pk)
    (target,) = rows_of(pack, "target")
    assert (target["agreement"], target["value"], target["calendar"]) == (
        str(promised.pk),
        8.0,
        "24x7",
    )


def test_the_log_stands_in_the_pack_as_it_is_sealed(promised) -> None:
    row, pack = packed()
    told = {one["seq"]: one for one in log.evidence(until=row.log_seq, private=False)}
    written = rows_of(pack, "event")
    assert [one["seq"] for one in written] == sorted(told)
    for one in written:
        same = told[one["seq"]]
        for name in ("entity", "entity_id", "activity", "actor", "at_recorded", "leaf", "hash"):
            assert one[name] == same[name], name
        assert one["prev_hash"] == same["prev_hash"]
    assert pack.manifest.log_head == {"seq": row.log_seq, "hash": written[-1]["hash"]}


def test_packs_form_a_chain(promised) -> None:
    first, _ = packed()
    second, pack = packed()
    assert pack.manifest.previous == first.manifest_sha256 == second.previous
    assert second.log_seq == first.log_seq + 1


def test_names_and_texts_stay_at_home_unless_wanted(cast, settings) -> None:
    _, pack = packed()
    assert not pack.present("person", "name")
    assert cast.alice.name not in str([rows_of(pack, table) for table in pack.tables])
    settings.EVIDENCE_TEXTS = True
    row, pack = packed()
    assert row.texts
    assert {one["name"] for one in rows_of(pack, "person")} == set(
        Person.objects.values_list("name", flat=True)
    )


def test_the_work_is_one_query_a_table(promised, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(60):
        packed()


def test_a_technician_may_not_write_packs(cast) -> None:
    with pytest.raises(Refused):
        packing.write_pack(actor=people.looking(cast.charlie))


def test_what_a_record_touches_is_a_code_at_most(settings) -> None:
    desk = scene()
    for note in ("Print server", "print server", "none, because it is the provider's"):
        desk.triage(desk.report(), ci_note=note)
    _, pack = packed()
    first, second, third = sorted((one["ci"] or "~") for one in rows_of(pack, "record"))
    assert first == second
    assert first.startswith("ci-")
    assert third == "~"
    settings.EVIDENCE_TEXTS = True
    _, pack = packed()
    assert {one["ci"] for one in rows_of(pack, "record")} == {"Print server", "print server", None}


def test_team_and_level_hold_until_another_has_it() -> None:
    desk = scene()
    record = desk.triage(desk.report())
    work.comment(record, text="We look into it.", actor=desk.who("charlie"))
    work.assign(record, team=desk.second, actor=desk.who("charlie"))
    _, pack = packed()
    mine = [one for one in rows_of(pack, "event") if one["entity_id"] == str(record.pk)]
    teams = [one["team"] for one in mine]
    assert teams[0] == str(desk.cast.desk.pk)
    assert teams[-1] == str(desk.second.pk)
    assert None not in teams
