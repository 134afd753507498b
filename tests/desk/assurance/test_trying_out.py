"""What if: asked for by those who may, counted once by the worker, kept, and never an audit."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import TestCase
from django.utils import timezone

from tests import people
from tests.desk.assurance.audited import audit, reports
from tests.desk.work.scene import scene
from trueup.audit.whatif.scenario import Scenario
from trueup.core.actors import SYSTEM
from trueup.core.refusals import NotFound, Refused
from trueup.desk.assurance import due, reads, trying_out, verbs
from trueup.desk.assurance.models import AuditRun, WhatIf
from trueup.desk.eventlog.models import Event

STRICTER = Scenario.of({"name": "stricter", "thresholds": {"MC-06": {"target": 1, "limit": 1}}})


class Tried(TestCase):
    """One audited desk on which things are tried."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.desk = scene()
        reports(cls.desk)
        cls.held = audit()

    def looking(self, name: str) -> object:
        return people.looking(getattr(self.desk.cast, name))

    def test_counted_once_and_kept(self) -> None:
        before = reads.result_bytes(self.held)
        asked = verbs.try_out(STRICTER, actor=self.looking("mona"))
        assert trying_out.carry_out()
        assert not trying_out.carry_out()
        done = reads.what_if_of(self.looking("audrey"), asked.pk)
        assert (done.state, done.run, done.done) == ("done", self.held, done.of)
        assert [row["id"] for row in done.outcome["indicators"]] == [
            "growth_value", "budget_adherence", "risk_impact", "communication"]  # fmt: skip
        (moved,) = [row for row in done.outcome["measures"] if row["id"] == "MC-06"]
        assert (moved["after"]["target"], moved["after"]["limit"]) == (1, 1)
        assert moved["before"]["target"] != 1
        assert done.outcome["scenario"] == STRICTER.told() == done.scenario
        assert reads.result_bytes(self.held) == before
        assert AuditRun.objects.count() == 1
        names = Event.objects.filter(entity="what_if").values_list("name", flat=True)
        assert sorted(names) == ["finish", "try_out"]

    def test_a_name_that_does_not_exist_is_said(self) -> None:
        wrong = Scenario.of({"thresholds": {"MC-99": {"target": 1}}})
        asked = verbs.try_out(wrong, actor=self.looking("mona"))
        assert trying_out.carry_out()
        asked.refresh_from_db()
        assert (asked.state, asked.outcome) == ("failed", {})
        assert "MC-99" in asked.trouble
        assert "Near it" in asked.trouble

    def test_nothing_different_is_refused(self) -> None:
        with pytest.raises(Refused, match="Nothing would be different"):
            verbs.try_out(Scenario.of({"name": "same"}), actor=self.looking("mona"))
        assert not WhatIf.objects.exists()

    def test_only_some_may_ask_and_only_readers_see(self) -> None:
        for name in ("alice", "anna", "charlie", "ada"):
            with pytest.raises(Refused):
                verbs.try_out(STRICTER, actor=self.looking(name))
        asked = verbs.try_out(STRICTER, actor=self.looking("audrey"))
        for name in ("alice", "anna", "bella", "charlie"):
            with pytest.raises(NotFound):
                reads.what_if_of(self.looking(name), asked.pk)
            assert not reads.what_ifs(self.looking(name)).exists()

    def test_not_more_than_five_wait(self) -> None:
        mona = self.looking("mona")
        for _ in range(5):
            verbs.try_out(STRICTER, actor=mona)
        with pytest.raises(Refused, match="waiting already"):
            verbs.try_out(STRICTER, actor=mona)

    def test_a_dead_worker_gives_it_up(self) -> None:
        verbs.try_out(STRICTER, actor=self.looking("mona"))
        now = timezone.now()
        first = verbs.take_what_if(now)
        assert verbs.take_what_if(now) is None
        second = verbs.take_what_if(now + timedelta(minutes=6))
        assert second == first
        assert not verbs.tell(first, 1, 2, "late")
        verbs.finish_what_if(first, outcome={"late": True}, actor=SYSTEM)
        fresh = WhatIf.objects.get()
        assert (fresh.state, fresh.outcome) == ("running", {})

    def test_the_worker_starts_for_it(self) -> None:
        started = []
        verbs.try_out(STRICTER, actor=self.looking("mona"))
        original = due.subprocess.run
        due.subprocess.run = lambda *_, **__: started.append(1) or type("R", (), {"returncode": 0})
        try:
            assert due.carry_out_apart()
            verbs.take_what_if(timezone.now())
            assert not due.carry_out_apart()
        finally:
            due.subprocess.run = original
        assert started == [1]


@pytest.mark.django_db
def test_before_the_first_audit_there_is_nothing_to_compare_with() -> None:
    cast = people.cast()
    with pytest.raises(Refused, match="Run the first audit"):
        verbs.try_out(STRICTER, actor=people.looking(cast.mona))


def test_a_scenario_is_plain_json() -> None:
    assert Scenario.of(json.loads(json.dumps(STRICTER.told()))) == STRICTER
