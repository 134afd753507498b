"""Decisions: one card each, answered once, never by anybody else."""

from __future__ import annotations

import pytest

from tests.desk.web.pages import client_for, text_of
from tests.journeys.story import harbour, looking
from trueup.core.actors import SYSTEM
from trueup.desk.work import verbs
from trueup.desk.work.models import Approval, Record
from trueup.desk.work.verbs import Asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return harbour()


@pytest.fixture
def asked(story) -> Approval:
    """Jette wants something; Mina is asked for a yes."""
    record = verbs.report(
        kind="request",
        title="A second screen",
        requester=story.jette,
        service=story.access,
        actor=looking(story.aylin),
    )
    if record.state == "submitted":
        steps = [Asked("line manager", story.mona)]
        verbs.request_approval(record, steps=steps, policy="small", actor=SYSTEM)
    return Approval.objects.get(approver=story.mona)


def test_the_card_says_who_asks_for_what(story, asked):
    text = text_of(client_for(story.mona).get("/approvals"))
    assert "1 decision waits for you" in text
    assert "A second screen" in text
    assert "Jette Brandt" in text
    assert "No decision waits for you" in text_of(client_for(story.tom).get("/approvals"))


def test_a_no_needs_a_reason_and_keeps_the_card(story, asked):
    client = client_for(story.mona)
    given = {"decision": "rejected", "version": asked.version}
    answer = client.post(f"/approvals/{asked.pk}", given)
    assert answer.status_code == 422
    assert "Say why not." in text_of(answer)
    client.post(f"/approvals/{asked.pk}", {**given, "reason": "There is one in the store."})
    assert Record.objects.get(pk=asked.record_id).state == "cancelled"


def test_a_yes_moves_the_request_on(story, asked):
    client = client_for(story.mona)
    done = client.post(f"/approvals/{asked.pk}", {"decision": "approved"}, follow=True)
    assert "You said yes." in text_of(done)
    assert Record.objects.get(pk=asked.record_id).state == "ready"
    page = text_of(client_for(story.aylin).get(f"/records/{asked.record_id}"))
    assert "line manager: said yes" in page


def test_nobody_answers_for_another(story, asked):
    answer = client_for(story.tom).post(f"/approvals/{asked.pk}", {"decision": "approved"})
    assert answer.status_code in (403, 422)
    assert Approval.objects.get(pk=asked.pk).decision == "pending"
