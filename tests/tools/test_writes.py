"""Rules 1 and 2 are proved by a tool that catches planted violations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import writes

from .planting import plant

GOOD_VERB = """
def resolve(record, *, actor, note):
    record.state = "resolved"
    _keep(record)
    append(RecordResolved(note=note), actor=actor)

def _keep(record):
    record.save()
"""
SILENT_VERB = """
def resolve(record, *, actor, note):
    _keep(record)

def _keep(record):
    record.save()
"""


@pytest.mark.parametrize(
    "line",
    [
        "record.save()",
        "Record.objects.create(title='x')",
        "Record.objects.filter(pk=1).update(title='x')",
        "Record.objects.filter(pk=1).delete()",
        "record.delete()",
        "Record.objects.bulk_create([])",
        "Record.objects.get_or_create(pk=1)",
        "visible(viewer, rows).update(state='x')",
        "cursor.execute('UPDATE work_record SET state = 1')",
    ],
)
def test_a_write_outside_a_verb_is_caught(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "desk/work/reads.py", f"def read(record):\n    {line}\n")
    assert len(writes.outside_verbs(tmp_path)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "digest.update(b'x')",
        "found.update({'a': 1})",
        "cursor.execute('SELECT 1')",
        "path.exists()",
    ],
)
def test_what_changes_no_row_is_let_through(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "desk/work/reads.py", f"def read(record):\n    {line}\n")
    assert writes.outside_verbs(tmp_path) == []


def test_a_verb_may_write(tmp_path: Path) -> None:
    plant(tmp_path, "desk/work/verbs/resolve.py", GOOD_VERB)
    assert writes.violations(tmp_path) == []


def test_a_verb_without_its_event_is_caught_through_its_helpers(tmp_path: Path) -> None:
    plant(tmp_path, "desk/work/verbs/resolve.py", SILENT_VERB)
    found = writes.without_event(tmp_path)
    assert len(found) == 1
    assert "resolve()" in found[0]
