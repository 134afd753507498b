"""Numbers as they are written: six significant digits, so that hosts cannot differ."""

from __future__ import annotations

import math
from typing import SupportsFloat

DIGITS = 6


def sig6(x: SupportsFloat | None) -> float | None:
    """`x` rounded to 6 significant digits; None for None, not a number and the infinities."""
    if x is None:
        return None
    value = float(x)
    if not math.isfinite(value):
        return None
    if value == 0.0:
        return 0.0
    return float(f"{value:.{DIGITS - 1}e}")
