"""Budgets per minute that hold across processes and restarts, without writing to the database.

One small file per key below settings.HOME/rates, changed under a file lock: reading pages and
calls therefore never take the database's only writer. With several hosts the budget is per host.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
from pathlib import Path

from django.conf import settings

WINDOW = 60
_FORM = struct.Struct("<QQ")


def spend(key: str, budget: int, now: float) -> int:
    """Count one use of `key`; 0 while within the budget, else the seconds to wait."""
    folder = Path(settings.HOME) / "rates"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return _count(handle, budget, int(now))
    finally:
        os.close(handle)


def _count(handle: int, budget: int, now: int) -> int:
    stored = os.pread(handle, _FORM.size, 0)
    start, used = _FORM.unpack(stored) if len(stored) == _FORM.size else (0, 0)
    if not start <= now < start + WINDOW:
        start, used = now, 0
    if used >= budget:
        return int(start + WINDOW - now)
    os.pwrite(handle, _FORM.pack(start, used + 1), 0)
    return 0
