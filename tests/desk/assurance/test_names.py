"""From rows of the evidence back to the desk's own things, for those who may see them."""

from __future__ import annotations

import pytest

from tests import people
from tests.desk.work.scene import scene
from trueup.desk.assurance.names import shown
from trueup.desk.assurance.reads import Named
from trueup.desk.eventlog import seal
from trueup.desk.eventlog.models import EventSeal

pytestmark = pytest.mark.django_db


def test_an_event_is_shown_as_the_record_it_happened_to() -> None:
    desk = scene()
    record = desk.report(title="Mail is late", actor=desk.who("alice"))
    seal.seal_pending()
    sealed = EventSeal.objects.get(event__entity_id=record.pk, event__name="report")
    id = f"{sealed.seq}|record|{record.pk}|opened|2026-03-02T08:00:00Z|2026-03-02T08:00:00Z"
    row = Named("event", id, "nobody answered")
    (seen,) = shown(people.looking(desk.cast.mona), [row])
    assert (seen.label.text, seen.why) == (record.number, "nobody answered")
    (hidden,) = shown(people.looking(desk.cast.bella), [row])
    assert (hidden.label, hidden.why) == (None, "")
