"""Does the verdict survive other fair ways to count?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

AGREE = 0.80


@dataclass(frozen=True, slots=True)
class Robustness:
    """Share of specifications with the verdict of the base, and those that differ."""

    share: float
    differ: tuple[str, ...]
    holds: bool


def spec_vector(verdicts: Mapping[str, Hashable], base: str) -> Robustness:
    """Specification vector (Simonsohn and others 2020): who agrees with `base`, itself included.

    Fewer than 80 % → the answer depends on how you count. Specifications whose verdict is None
    could not be computed and do not vote.
    """
    voting = {name: v for name, v in verdicts.items() if v is not None}
    if base not in voting:
        return Robustness(0.0, tuple(sorted(voting)), False)
    differ = tuple(sorted(name for name, v in voting.items() if v != voting[base]))
    share = 1 - len(differ) / len(voting)
    return Robustness(share, differ, share >= AGREE - 1e-12)
