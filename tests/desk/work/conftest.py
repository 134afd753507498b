"""What the tests of this room stand on."""

from __future__ import annotations

import pytest

from tests.desk.work.scene import Scene, scene


@pytest.fixture
def desk(db) -> Scene:
    return scene()
