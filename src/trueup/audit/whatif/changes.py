"""One change of a scenario, as it was made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One change that was made: what, of which name, from and to, in how many rows."""

    what: str
    name: str
    old: str
    new: str
    rows: int = 1
