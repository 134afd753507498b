"""Types of inputs: bounded, exact, and free of what a database cannot hold."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

from trueup.core.money import Money


class Input(Schema):
    """A body: nothing beyond the declared fields is taken."""

    model_config = ConfigDict(extra="forbid")


def _only_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def canonical(value: Any) -> Any:
    """A key in its one usual form, so that no two texts mean the same row."""
    if isinstance(value, str) and len(value) != 36:
        raise ValueError("must be a UUID of 36 characters")
    return value


NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Whole = Annotated[int, Field(strict=True, ge=-(2**31), le=2**31 - 1)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_only_text)]
Instant = Annotated[AwareDatetime, BeforeValidator(_only_text)]
Key = Annotated[UUID, BeforeValidator(canonical)]
Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$", max_length=20)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
After = Annotated[UUID | None, BeforeValidator(canonical)]
Limit = Annotated[int, Field(ge=1, le=200)]


class Price(Input):
    """An amount of money, as a text so that no cent is lost."""

    amount: Amount
    currency: Currency

    def money(self) -> Money:
        """The amount to compute with."""
        return Money(Decimal(self.amount), self.currency)


PLAIN: dict[Any, Any] = {
    str: Text,
    int: Whole,
    float: Number,
    bool: Flag,
    date: Day,
    datetime: Instant,
    UUID: Key,
    Money: Price,
}
"""How a verb's parameter types are asked for."""
