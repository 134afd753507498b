"""What the user's pages cost, in queries, however much somebody has reported."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.web.pages import client_for
from tests.journeys.story import harbour, looking
from trueup.desk.work import verbs

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.mark.parametrize("address", ["/portal", "/my"])
def test_a_page_costs_the_same_however_much_is_reported(address):
    story = harbour()
    client = client_for(story.jette)
    client.get(address)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
        for number in range(5):
            verbs.report(title=f"Late again {number}", actor=looking(story.jette))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES
