"""Amounts of money: decimal, with a currency, rounded in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
STORED = Decimal("0.0001")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in a currency (ISO 4217 code), kept to four places as it is stored.

    Two currencies never meet in one sum: ValueError.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, float):
            raise TypeError("An amount of money is a decimal number, not a binary one.")
        amount = Decimal(self.amount)
        if not amount.is_finite():
            raise ValueError("An amount of money is a finite number.")
        object.__setattr__(self, "amount", amount.quantize(STORED, ROUND_HALF_EVEN))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if isinstance(factor, float):
            raise TypeError("Money is multiplied by a decimal or whole number.")
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        return f"{self.rounded().amount:.2f} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be put together.")
        return other.amount

    def rounded(self) -> Money:
        """To whole cents, halves to the even cent."""
        return Money(self.amount.quantize(CENT, ROUND_HALF_EVEN), self.currency)

    def allocate(self, weights: Sequence[Decimal | int]) -> list[Money]:
        """Shares in whole cents by weight that add up to the rounded amount exactly.

        Cents left over go to the largest remainders, the first of equals. ValueError for
        weights that are negative or all zero.
        """
        whole = sum((Decimal(weight) for weight in weights), Decimal(0))
        if whole <= 0 or any(weight < 0 for weight in weights):
            raise ValueError("Weights are not negative, and one of them is more than 0.")
        cents = int(self.rounded().amount / CENT)
        exact = [abs(cents) * Decimal(weight) / whole for weight in weights]
        shares = [int(each) for each in exact]
        order = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
        for index in order[: abs(cents) - sum(shares)]:
            shares[index] += 1
        sign = -1 if cents < 0 else 1
        return [Money(sign * share * CENT, self.currency) for share in shares]
