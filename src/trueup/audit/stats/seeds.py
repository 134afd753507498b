"""Random numbers that neither row order, nor parallel work, nor the host can change."""

from __future__ import annotations

import hashlib

import numpy as np


def subseed(seed: int | str, ident: str, unit_key: str = "*") -> int:
    """The first 8 bytes of SHA-256(seed ‖ measure or check id ‖ unit key), as a number."""
    text = f"{seed}{ident}{unit_key}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")


def generator(seed: int | str, ident: str, unit_key: str = "*") -> np.random.Generator:
    """The random generator of one question about one unit."""
    return np.random.default_rng(subseed(seed, ident, unit_key))
