"""An event without its change is refused."""

from __future__ import annotations

import pytest

from tests.desk.eventlog.logs import ALICE, Said
from trueup.core.refusals import Broken
from trueup.desk.eventlog.models import Event
from trueup.desk.eventlog.verbs import append


def test_outside_a_transaction_nothing_is_written(committed):
    with pytest.raises(Broken):
        append(Said(number=1), actor=ALICE, entity_id="r1", via="web")
    assert not Event.objects.exists()
