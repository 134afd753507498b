"""A finding is agreed to, somebody takes the step, and its test stands from then on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from tests.desk.assurance.audited import audit, reports
from tests.desk.work.scene import scene
from trueup.core.refusals import Conflict, NotFound, Refused
from trueup.desk.assurance import reads, verbs
from trueup.desk.assurance.models import Action, Finding
from trueup.desk.eventlog.models import Event


class Planning(TestCase):
    """One audit, and what is made of its first finding."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.desk = scene()
        reports(cls.desk)
        cls.held = audit()

    def setUp(self) -> None:
        self.row = reads.result(self.held)["findings"][0]
        self.due = timezone.localdate() + timedelta(days=14)

    def plan(self, name: str = "mona", **values) -> Action:
        given = {"owner": self.desk.cast.charlie, "due": self.due, "actor": self.desk.who(name)}
        return verbs.plan(self.held, self.row["key"], **{**given, **values})

    def test_the_step_is_in_the_owners_hands(self) -> None:
        action = self.plan()
        assert action.step.lower() == self.row["do_first"]["text"].lower()
        assert [*reads.actions(self.desk.who("charlie"))] == [action]
        assert [*reads.actions(self.desk.who("mona"))] == [action]
        assert not reads.actions(self.desk.who("tom")).exists()
        assert action.finding.subject.number == "FND-1"
        names = Event.objects.filter(entity__in=("finding", "action")).values_list(
            "name", flat=True
        )
        assert list(names) == ["plan", "plan"]

    def test_the_test_is_that_of_the_finding(self) -> None:
        action, test = self.plan(), self.row["verification"]
        assert (action.measure, action.baseline) == (test["measure"], test["baseline"])
        assert (action.expected, action.n_min) == (test["expected"], test["n_min"])
        assert action.ready_on == self.due + timedelta(weeks=8)

    def test_nobody_plans_twice(self) -> None:
        self.plan()
        with pytest.raises(Conflict):
            self.plan()
        assert Action.objects.count() == Finding.objects.count() == 1

    def test_who_and_until_when_are_needed(self) -> None:
        for missing in ({"owner": None}, {"due": None}, {"due": self.due - timedelta(days=30)}):
            with pytest.raises(Refused):
                self.plan(**missing)
        assert not Finding.objects.exists()

    def test_auditors_and_technicians_do_not_plan(self) -> None:
        for name in ("audrey", "charlie", "anna"):
            with pytest.raises(Refused):
                self.plan(name)

    def test_only_the_owner_says_that_it_is_done(self) -> None:
        action = self.plan()
        for name, kind in (("mona", Refused), ("tom", NotFound)):
            with pytest.raises(kind):
                verbs.complete(action, proof="I think so.", actor=self.desk.who(name))
        with pytest.raises(Refused):
            verbs.complete(action, proof=" ", actor=self.desk.who("charlie"))
        done = verbs.complete(action, proof="The form refuses.", actor=self.desk.who("charlie"))
        assert done.done_at is not None
        with pytest.raises(Refused):
            verbs.complete(action, proof="Again.", actor=self.desk.who("charlie"))

    def test_an_unknown_finding_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            verbs.plan(
                self.held,
                "nothing",
                owner=self.desk.cast.charlie,
                due=self.due,
                actor=self.desk.who("mona"),
            )

    def test_the_next_audit_knows_the_test_and_whether_it_was_done(self) -> None:
        action = self.plan()
        verbs.complete(action, proof="The form refuses.", actor=self.desk.who("charlie"))
        later = audit()
        folder = Path(settings.HOME) / later.pack.folder

        def row(table: str) -> dict:
            (found,) = pq.read_table(folder / f"{table}.parquet").to_pylist()
            return found

        assert row("finding")["id"] == row("action")["finding"] == str(action.finding_id)
        assert row("action")["done_at"] is not None
        assert row("verification")["measure"] == action.measure
        assert row("verification")["frozen_at"] == action.created_at
