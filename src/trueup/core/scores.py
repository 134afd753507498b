"""Scores as pure functions over named versions of their tables."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

PROVISIONAL = 3


def priority(impact: int | None, urgency: int | None, matrix: str = "2026-1") -> int:
    """Priority 1 (highest) to 5 from impact and urgency, 1 to 4 each.

    One of them missing gives 3, provisional. ValueError for other numbers or an unknown matrix.
    """
    table = _matrix(matrix)
    if any(value is not None and (value, value) not in table for value in (impact, urgency)):
        raise ValueError("Impact and urgency are numbers from 1 to 4.")
    if impact is None or urgency is None:
        return PROVISIONAL
    return table[impact, urgency]


def adjusted(
    result: int, *, major: bool = False, data_loss: bool = False, criticality: int = 4, impact: int
) -> int:
    """A priority after the first rule that applies: declared major, suspected loss of data in a
    security incident, or a most critical service (1) with impact 1 or 2: one step up.
    """
    if major:
        return 1
    if data_loss and result > 2:
        return 2
    if criticality == 1 and impact <= 2 and result > 1:
        return result - 1
    return result


@lru_cache
def _matrix(version: str) -> dict[tuple[int, int], int]:
    """A priority matrix by the name of its version."""
    found: dict[tuple[int, int], int] = {}
    text = files("trueup.core").joinpath("tables", "priority.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        if row["matrix"] == version:
            found[int(row["impact"]), int(row["urgency"])] = int(row["priority"])
    if not found:
        raise ValueError(f"There is no priority matrix {version!r}.")
    return found
