"""Benchmarks of the project; each is a command of its own: ./trueup bench NAME."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """The most memory this process has held, in MB; what its parent held before is not in it.

    The figure of `getrusage` is inherited from the process that started this one, so that it is
    taken only where the system does not tell its own (no Linux).
    """
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1024 * 1024 if sys.platform == "darwin" else 1024)
