"""Benchmarks of the project; each is a command of its own: ./trueup bench NAME."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
MOST = 100_000_000


def events(text: str, command: str, least: int = 1_000) -> int | None:
    """How many events were asked for; None, and a sentence on standard error, for no such number.

    Thousands may be told apart by commas or underscores.
    """
    plain = text.replace(",", "").replace("_", "")
    if plain.isascii() and plain.isdigit() and least <= int(plain) <= MOST:
        return int(plain)
    print(f"How many events? {text!r} is no whole number from {least:,} to {MOST:,}. "
          f"For example: ./trueup bench {command} 1000000", file=sys.stderr)  # fmt: skip
    return None


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
