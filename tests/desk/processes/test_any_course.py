"""Whatever people do in whatever order, the process stands where the record stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from tests.desk.work.conftest import desk
from tests.desk.work.scene import MONDAY
from tests.desk.work.test_any_course import ACTORS, act, chosen, steps
from trueup.core.actors import SYSTEM
from trueup.core.lifecycles import load
from trueup.desk.base.models import Timer
from trueup.desk.eventlog.models import Event
from trueup.desk.processes import verbs as processes
from trueup.desk.processes.models import Instance, Waiting
from trueup.desk.work.models import Record

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@settings(
    max_examples=6,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(course=steps)
def test_any_course(desk, course) -> None:
    people = {name: desk.who(name) for name in ACTORS if name != "system"}
    with transaction.atomic():
        processes.install_shipped()
        record = desk.report(impact=3, urgency=3)
        now = MONDAY
        for number, actor, minutes, how in course:
            now += timedelta(minutes=minutes)
            who = people.get(actor, SYSTEM)
            act(desk, record, chosen(record, number, who, how), who, now)
            check(Record.objects.get(pk=record.pk))
        transaction.set_rollback(True)


def check(record: Record) -> None:
    """Steps that wait are possible, ended ones hold nothing, and nothing was refused."""
    running = Instance.objects.filter(subject=record.pk, ended_at=None)
    over = record.evidence in ("closed", "cancelled")
    assert running.count() == (0 if over else 1), record.state
    waits = Waiting.objects.filter(instance__subject=record.pk, ended_at=None)
    tasks = list(waits.filter(kind="task"))
    assert len(tasks) == (0 if over else 1), [task.element for task in tasks]
    for task in tasks:
        assert load("incident").step(record.state, task.verb), (record.state, task.element)
    armed = Timer.objects.filter(subject=record.pk, state="armed", name__startswith="process:")
    standing = {f"process:{key}" for key in waits.filter(kind="timer").values_list("pk", flat=True)}
    assert set(armed.values_list("name", flat=True)) <= standing
    assert not Event.objects.filter(entity_id=str(record.pk), name="refused").exists()
