"""Loading: through the verbs, stamped as it happened, sealed, with doors that open."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F, Max
from django.test import override_settings
from django.utils import timezone

from trueup.demo import LOG_INS
from trueup.demo.load import load
from trueup.desk.assurance.models import AuditRun
from trueup.desk.base import accounts
from trueup.desk.base.access import viewer_of
from trueup.desk.conf import demo as conf
from trueup.desk.eventlog import clock, verify
from trueup.desk.eventlog.models import Event, EventPending
from trueup.desk.work.models import Record


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """A home with the organisation and some records, loaded once and rolled back at the end."""
    home = tmp_path_factory.mktemp("demo")
    (home / clock.MARK).touch()
    demo = override_settings(HOME=home, DEMO=True)
    with django_db_blocker.unblock(), demo, transaction.atomic():
        load(home, records=40)
        yield home
        transaction.set_rollback(True)


def test_what_is_loaded_is_sound_sealed_and_not_backdated(loaded):
    assert Record.objects.count() > 60
    assert not EventPending.objects.exists()
    assert verify.verify().sound
    records = Event.objects.filter(entity="record")
    late = records.filter(at_recorded__gt=F("at_occurred") + timedelta(hours=1))
    assert late.count() == 0
    newest = records.aggregate(newest=Max("at_recorded"))["newest"]
    assert newest <= timezone.now()


def test_every_door_opens_and_shows_what_it_says(loaded):
    doors = json.loads((loaded / "demo.doors.json").read_text("utf-8"))
    assert [door["login"] for door in doors] == [login for login, _, _ in LOG_INS]
    for login, password, _ in LOG_INS:
        account = accounts.by_login(login)
        assert account.check_password(password)
        assert viewer_of(account.person_id).grants
    assert conf.log_ins().count("\n") == len(doors) - 1


def test_the_first_audit_is_done(loaded):
    run = AuditRun.objects.get()
    assert run.state == "done"
    assert len(run.summary["indicators"]) == 4
