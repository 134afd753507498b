"""What the tests of this room stand on."""

from __future__ import annotations

import pytest

from tests.desk.eventlog.conftest import committed, guards_back
from tests.desk.work.scene import Scene, scene

__all__ = ["committed", "guards_back"]


@pytest.fixture
def desk(db) -> Scene:
    return scene()
