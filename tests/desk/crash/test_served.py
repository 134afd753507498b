"""Web and worker are killed while people write: nothing acknowledged is lost, nothing doubled.

The hundred cycles are `./trueup bench crash`; here are a few, without waiting for leases.
"""

from __future__ import annotations

import pytest
from bench import crash


@pytest.mark.slow
def test_sudden_ends_of_served_processes_lose_and_double_nothing(tmp_path):
    found = crash.run(6, tmp_path, lease=2.0)
    assert found.kills == {"web": 4, "worker": 4}
    assert found.acknowledged >= 5
    assert found.findings == []
    assert (found.lost, found.doubled, found.unlogged) == (0, 0, 0)
