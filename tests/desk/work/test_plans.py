"""Every list is read as one stretch of an index in its order: nothing is sorted, nothing skipped.

SQLite is asked without table statistics, as a young desk is; ``bench/pages.py`` measures both.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trueup.desk.work import reads

SOMETHING = "7f0c1d52-1f4e-4c5a-9a55-3d3c0f5b7a11"
VIEWS = ("mine", "unassigned", "on_hold", "open", "closed")
FILTERS = (
    ("team", SOMETHING),
    ("service", SOMETHING),
    ("customer", SOMETHING),
    ("assignee", "me"),
    ("kind", "task"),
    ("priority", "1"),
)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are SQLite's"),
]


def plan(doing) -> str:
    """How SQLite reads what is asked last."""
    with CaptureQueriesContext(connection) as asked:
        doing()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[-1]['sql']}")
        return "\n".join(row[3] for row in cursor.fetchall())


def in_order(steps: str) -> bool:
    """One search of an index of ours, and no sorting but of who is here."""
    outer = steps[: steps.index("CORRELATED")] if "CORRELATED" in steps else steps
    after = steps[steps.index("CORRELATED") :] if "CORRELATED" in steps else ""
    return "USING INDEX rec_" in outer and after.count("TEMP B-TREE FOR ORDER BY") <= 1


@pytest.mark.parametrize("view", VIEWS)
def test_a_view(desk, view) -> None:
    steps = plan(lambda: reads.page(desk.who("charlie"), view))
    assert in_order(steps), steps


@pytest.mark.parametrize(("name", "value"), FILTERS)
@pytest.mark.parametrize("view", ["open", "closed"])
def test_a_filter(desk, view, name, value) -> None:
    steps = plan(lambda: reads.page(desk.who("charlie"), view, filters={name: value}))
    assert in_order(steps), steps
    word = "due" if view == "open" else "latest"
    assert f"USING INDEX rec_{name}_{word}" in steps, steps
