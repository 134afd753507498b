"""Money adds up to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.core.money import Money

amounts = st.decimals(-(10**9), 10**9, places=4)
weights = st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any)


@given(amounts, weights)
def test_shares_add_up_and_none_is_a_cent_off(amount, parts):
    whole = Money(amount, "EUR")
    shares = whole.allocate(parts)
    assert sum(share.amount for share in shares) == whole.rounded().amount
    for share, part in zip(shares, parts, strict=True):
        exact = whole.rounded().amount * part / sum(parts)
        assert abs(share.amount - exact) < Decimal("0.01")


def test_halves_go_to_the_even_cent():
    assert str(Money(Decimal("0.125"), "EUR")) == "0.12 EUR"
    assert str(Money(Decimal("0.135"), "EUR")) == "0.14 EUR"
    assert Money(Decimal("1.00005"), "EUR").amount == Decimal("1.0000")


def test_sums_and_products():
    ten = Money(Decimal(10), "EUR")
    assert ten + ten - ten == ten
    assert ten * Decimal("0.5") < ten
    assert -ten <= ten


def test_two_currencies_and_binary_numbers_are_refused():
    with pytest.raises(ValueError, match="cannot be put together"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "CHF")
    with pytest.raises(TypeError):
        Money(0.1, "EUR")
    with pytest.raises(TypeError):
        Money(Decimal(1), "EUR") * 0.1
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal("NaN"), "EUR")
    with pytest.raises(ValueError, match="Weights"):
        Money(Decimal(1), "EUR").allocate([0, 0])
