"""A whole audit of a million events under `--memory 300MB` stays below a stated peak.

`--memory` limits the engine; this limits what Python holds beside it, imports and all. Measured in
a process of its own (`bench.million`), never timed. docs/speed.md states the same figure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from trueup.audit.sample import write_sample

ROOT = Path(__file__).parents[3]
RECORDS = 150_000
MEMORY = "300MB"
PEAK_MB = 1_200


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is told by Linux")
def test_the_peak_of_a_whole_audit_is_bounded(tmp_path: Path) -> None:
    write_sample(tmp_path / "pack", RECORDS)
    command = [sys.executable, "-m", "bench.million", "--one", str(tmp_path / "pack"), MEMORY]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(made.stdout)
    assert told["events"] > 950_000
    assert told["asked"] > 60
    assert told["judged"] > 45
    assert told["peak_mb"] < PEAK_MB
