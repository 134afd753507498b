"""How often something held, and how sure we are: shares with their likely range."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

GOOD, LIMIT, FEWEST = 0.90, 0.80, 10
Z = NormalDist().inv_cdf(0.95)


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n`, with the range that is true with nine chances in ten (Wilson 1927)."""

    k: int
    n: int

    @property
    def likely(self) -> float:
        """The share itself; 0 where nothing was counted."""
        return self.k / self.n if self.n else 0.0

    @property
    def low(self) -> float:
        """The lower end of the range."""
        return max(0.0, self._middle - self._half) if self.k else 0.0

    @property
    def high(self) -> float:
        """The upper end of the range."""
        return min(1.0, self._middle + self._half) if self.n and self.k < self.n else 1.0

    @property
    def _middle(self) -> float:
        return (self.likely + Z * Z / (2 * self.n)) / (1 + Z * Z / self.n) if self.n else 0.5

    @property
    def _half(self) -> float:
        if not self.n:
            return 0.5
        spread = self.likely * (1 - self.likely) / self.n + Z * Z / (4 * self.n * self.n)
        return Z * sqrt(spread) / (1 + Z * Z / self.n)

    def __add__(self, other: Share) -> Share:
        return Share(self.k + other.k, self.n + other.n)

    @property
    def light(self) -> str:
        """The verdict about a promise that is to be kept nine times in ten."""
        return self.verdict(GOOD, LIMIT, FEWEST)

    def verdict(self, good: float, limit: float, fewest: int) -> str:
        """Good, watch or act; no verdict from too few, or where the range allows any."""
        if self.n < fewest:
            return "not_enough_evidence"
        if self.likely >= good and self.low >= limit:
            return "green"
        if self.likely < limit and self.high < good:
            return "red"
        return "amber"


NOTHING = Share(0, 0)
