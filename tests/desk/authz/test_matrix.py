"""Route × caller × own or foreign customer: what the written matrix says is what happens.

``TRUEUP_WRITE_MATRIX=1`` writes the matrix anew; its difference is read before it is committed.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.desk.authz.asking import Asker, Row, rows
from tests.desk.authz.world import CALLERS, FOREIGN, NOBODY, World
from trueup.desk.base.access import viewer_of

pytestmark = pytest.mark.django_db
MATRIX = Path(__file__).with_name("matrix.csv")
OPEN_TO_ALL = ("<uuid", "<str", "<slug")


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.HOME = tmp_path
    settings.ATTACHMENTS = tmp_path / "files"
    settings.API_CALLS_PER_MINUTE = 10**6
    return World()


def name_of(row: Row) -> str:
    return f"{row.method} {row.path}"


def test_every_address_answers_as_written(world) -> None:
    asker = Asker(world)
    found = {name_of(row): [asker.answer(row, who) for who in CALLERS] for row in rows()}
    if os.environ.get("TRUEUP_WRITE_MATRIX"):
        write(found)
    written = read()
    assert sorted(found) == sorted(written), "an address is new or gone: write the matrix anew"
    wrong = {name: (found[name], written[name]) for name in found if found[name] != written[name]}
    assert wrong == {}
    assert not any("BROKEN" in answers for answers in found.values())


def write(found: dict[str, list[str]]) -> None:
    with MATRIX.open("w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["address", *CALLERS])
        table.writerows([name, *found[name]] for name in sorted(found))


def read() -> dict[str, list[str]]:
    with MATRIX.open(newline="") as file:
        return {line[0]: line[1:] for line in list(csv.reader(file))[1:]}


@pytest.mark.parametrize("row", rows(), ids=name_of)
def test_what_is_written_fits_what_is_declared(row) -> None:
    """The written answers against the declarations, so that neither can be wrong alone."""
    answers = dict(zip(CALLERS, read()[name_of(row)], strict=True))
    if row.policy.needs_login:
        assert answers[NOBODY] in ("login", "-")
    if (
        any(mark in row.path for mark in ("<uuid:", "<uuidstr:"))
        and "anyone" not in row.policy.audiences
    ):
        shared = "/services/" in row.path or "/manage/" in row.path
        assert shared or all(answers[who] != "yes" for who in FOREIGN)


def test_who_is_not_named_gets_nothing(world) -> None:
    written = read()
    for row in rows():
        audiences = row.policy.audiences
        if audiences & {"anyone", "person"}:
            continue
        for who in CALLERS[1:]:
            viewer = viewer_of(world.person(who).pk)
            if viewer is not None and not viewer.has(*audiences):
                answer = written[name_of(row)][CALLERS.index(who)]
                assert answer in ("no", "missing", "-"), (name_of(row), who, answer)
