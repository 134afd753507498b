"""An audit is asked for by whoever may, carried out once by the worker, and kept by its digest."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests import people
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Broken, NotFound, Refused
from trueup.desk.assurance import carrying, due, reads, verbs
from trueup.desk.assurance.models import AuditRun
from trueup.desk.eventlog.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.mark.parametrize("name", ["audrey", "mona", "ada"])
def test_auditor_manager_and_administrator_may_ask(cast, name) -> None:
    run = verbs.run_now(actor=people.looking(getattr(cast, name)))
    assert (run.state, run.asked_by) == ("queued", getattr(cast, name))


@pytest.mark.parametrize("name", ["alice", "anna", "charlie", "olga"])
def test_nobody_else_may(cast, name) -> None:
    with pytest.raises(Refused):
        verbs.run_now(actor=people.looking(getattr(cast, name)))
    assert not AuditRun.objects.exists()


def test_asking_twice_is_one_audit(cast) -> None:
    mona = people.looking(cast.mona)
    assert verbs.run_now(actor=mona) == verbs.run_now(actor=people.looking(cast.ada))
    assert Event.objects.filter(name="run_now").count() == 1


def test_the_report_is_in_the_language_of_who_asked(cast) -> None:
    assert carrying.language_for(AuditRun(asked_by=None)) == "en"
    assert carrying.language_for(AuditRun(asked_by=cast.mona)) == cast.mona.language
    cast.mona.language = "de"
    assert carrying.language_for(AuditRun(asked_by=cast.mona)) == "de"
    cast.mona.language = "fr"
    assert carrying.language_for(AuditRun(asked_by=cast.mona)) == "en"


def test_the_worker_carries_it_out(cast) -> None:
    cast.mona.language = "de"
    cast.mona.save()
    mona = people.looking(cast.mona)
    asked = verbs.run_now(actor=mona)
    assert reads.latest(mona) is None
    assert carrying.carry_out()
    assert not carrying.carry_out()
    run = reads.latest(mona)
    assert run == asked
    assert (run.state, run.done, run.log_seq) == ("done", run.of, run.pack.log_seq)
    written = Path(settings.HOME) / run.folder / "result.json"
    assert hashlib.sha256(written.read_bytes()).hexdigest() == run.result_sha256
    data = reads.result(run)
    assert data == json.loads(written.read_text())
    assert data["pack"]["manifest_sha256"] == run.pack.manifest_sha256
    assert [row["id"] for row in run.summary["indicators"]] == [i["id"] for i in data["indicators"]]
    page = (Path(settings.HOME) / run.folder / "report.html").read_text("utf-8")
    assert '<html lang="de">' in page
    (event,) = Event.objects.filter(name="finish")
    assert json.loads(event.public_json)["result_sha256"] == run.result_sha256


def test_a_changed_result_is_not_shown(cast) -> None:
    verbs.run_now(actor=SYSTEM)
    carrying.carry_out()
    run = reads.latest(people.looking(cast.mona))
    path = Path(settings.HOME) / run.folder / "result.json"
    path.write_bytes(path.read_bytes().replace(b'"red"', b'"green"') + b" ")
    reads.forget()
    with pytest.raises(Broken):
        reads.result(run)


def test_a_dead_worker_gives_its_audit_up(cast) -> None:
    verbs.run_now(actor=SYSTEM)
    now = timezone.now()
    first = verbs.take(now)
    assert verbs.take(now) is None
    second = verbs.take(now + timedelta(minutes=6))
    assert second == first
    assert not verbs.tell(first, 1, 2, "late")
    verbs.fail(first, trouble="late", actor=SYSTEM)
    assert AuditRun.objects.get().state == "running"
    verbs.take(now + timedelta(minutes=12))
    assert verbs.take(now + timedelta(minutes=18)) is None
    assert AuditRun.objects.get().state == "failed"


def test_what_breaks_is_said(cast, monkeypatch) -> None:
    verbs.run_now(actor=SYSTEM)

    def broken(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(carrying, "audit", broken)
    assert carrying.carry_out()
    run = AuditRun.objects.get()
    assert (run.state, run.slot) == ("failed", None)
    assert "no space left" in run.trouble
    assert reads.latest(people.looking(cast.mona)) is None


def test_the_night_asks_once(cast, monkeypatch) -> None:
    assert not due.nightly()
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(due.timezone, "now", lambda: tomorrow)
    assert due.nightly()
    AuditRun.objects.update(asked_at=tomorrow)
    assert not due.nightly()


def test_a_customer_sees_no_audit(cast) -> None:
    verbs.run_now(actor=SYSTEM)
    carrying.carry_out()
    run = AuditRun.objects.get()
    for someone in (cast.alice, cast.anna, cast.bella, cast.charlie):
        viewer = people.looking(someone)
        assert reads.latest(viewer) is None
        with pytest.raises(NotFound):
            reads.run_of(viewer, run.pk)
