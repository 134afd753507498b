"""The same outside of a test's transaction: one view of the database, and nobody held up."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection

from tests import people
from tests.desk.eventlog.conftest import committed, guards_back
from trueup.audit.evidence.packs import Pack
from trueup.core.actors import SYSTEM
from trueup.desk.assurance.export.pack import one_view
from trueup.desk.assurance.verbs import packing
from trueup.desk.base.models import Team

__all__ = ["committed", "guards_back"]


def test_a_pack_is_written_from_one_view(committed) -> None:
    people.cast()
    row = packing.write_pack(actor=SYSTEM)
    assert not connection.in_atomic_block
    pack = Pack.open(Path(settings.HOME) / row.folder)
    pack.verify()
    assert pack.tables["person"].rows == row.rows["person"] > 0
    with one_view():
        assert Team.objects.count() == 1
    people.person("later", "user")
