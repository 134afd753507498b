"""Cells of decision tables: the S-FEEL part of FEEL, read by hand, never evaluated as code.

Understood: ``-`` (anything), literals, lists ``1, 2``, ``not(...)``, comparisons ``< <= > >=``,
ranges ``[1..5]`` ``(1..5)`` ``]1..5[``, text, numbers, true, false, null, ``date("...")``,
``date and time("...")`` and names of inputs. Source: DMN 1.3, chapter 9 (grammar of unary tests).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from trueup.core.refusals import Refused
from trueup.core.words import N_

MAX_CHARS = 400
TOKEN = re.compile(
    r"\s+|(?P<text>\"(?:[^\"\\]|\\.)*\")|(?P<number>-?(?:\d+(?:\.(?!\.)\d+)?|\.\d+))"
    r"|(?P<call>date and time|date)(?=\s*\()|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\.\.|<=|>=|[<>()\[\],-])"
)
ESCAPE = re.compile(r"\\(.)")
Value = Decimal | str | bool | date | datetime | None
Operator = Literal["=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Name:
    """A value read from the inputs."""

    name: str


End = Value | Name


@dataclass(frozen=True, slots=True)
class Compare:
    """Compares the input with an endpoint."""

    operator: Operator
    end: End

    def holds(self, value: Value, inputs: Mapping[str, object]) -> bool:
        """Whether the input stands so to the endpoint; values of unlike kinds never do."""
        return _compare(value, self.operator, _resolve(self.end, inputs))

    def ends(self) -> tuple[End, ...]:
        """The constants that divide the domain of the input."""
        return (self.end,)


@dataclass(frozen=True, slots=True)
class Range:
    """Between two endpoints, each inside or outside."""

    low: End
    high: End
    with_low: bool
    with_high: bool

    def holds(self, value: Value, inputs: Mapping[str, object]) -> bool:
        """Whether the input lies in the range."""
        low, high = _resolve(self.low, inputs), _resolve(self.high, inputs)
        return _compare(value, ">=" if self.with_low else ">", low) and _compare(
            value, "<=" if self.with_high else "<", high
        )

    def ends(self) -> tuple[End, ...]:
        """The constants that divide the domain of the input."""
        return (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Tests:
    """A cell: any of its tests, or none of them where negated; no tests means anything fits."""

    tests: tuple[Compare | Range, ...]
    negated: bool = False

    def holds(self, value: object, inputs: Mapping[str, object]) -> bool:
        """Whether the input fits the cell."""
        if not self.tests:
            return True
        plain = value_of(value)
        return any(test.holds(plain, inputs) for test in self.tests) is not self.negated

    def ends(self) -> tuple[End, ...]:
        """The constants that divide the domain of the input."""
        return tuple(end for test in self.tests for end in test.ends())


def parse_tests(cell: str) -> Tests:
    """A cell of an input column; Refused with the reason where it is not understood."""
    reader = _Reader(cell)
    if not reader.tokens or reader.tokens == [("sign", "-")]:
        return Tests(())
    if reader.take("name", "not"):
        reader.need("(")
        tests = reader.tests()
        reader.need(")")
        reader.end_here()
        return Tests(tests, negated=True)
    tests = reader.tests()
    reader.end_here()
    return Tests(tests)


def parse_value(cell: str) -> End:
    """A cell of an output column: one literal or the name of an input."""
    if not cell.strip():
        return None
    reader = _Reader(cell)
    end = reader.end()
    reader.end_here()
    return end


def value_of(value: object) -> Value:
    """An input as a FEEL value: all numbers are decimals; other things are their text."""
    if value is None or isinstance(value, bool | str | date | datetime | Decimal):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    return str(value)


def resolve(end: End, inputs: Mapping[str, object]) -> Value:
    """The value of an output cell."""
    return _resolve(end, inputs)


def _resolve(end: End, inputs: Mapping[str, object]) -> Value:
    return value_of(inputs.get(end.name)) if isinstance(end, Name) else end


def _compare(left: Value, operator: Operator, right: Value) -> bool:
    if operator == "=":
        return type(left) is type(right) and left == right
    if left is None or right is None or type(left) is not type(right) or isinstance(left, bool):
        return False
    a: Any = left
    b: Any = right
    try:
        return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])
    except TypeError:
        return False


class _Reader:
    """Reads tokens from left to right; no recursion, so no depth to exhaust."""

    def __init__(self, cell: str) -> None:
        self.cell = cell
        self.at = 0
        self.tokens: list[tuple[str, str]] = []
        if len(cell) > MAX_CHARS:
            raise Refused(N_("A cell has more than %(most)s characters."), most=MAX_CHARS)
        place = 0
        while place < len(cell):
            match = TOKEN.match(cell, place)
            if match is None:
                raise self.error()
            place = match.end()
            if match.lastgroup:
                self.tokens.append((match.lastgroup, match.group()))

    def error(self) -> Refused:
        return Refused(N_("The cell “%(cell)s” is not understood."), cell=self.cell[:80])

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self, kind: str, text: str) -> bool:
        if self.peek() != (kind, text):
            return False
        self.at += 1
        return True

    def need(self, sign: str) -> None:
        if not self.take("sign", sign):
            raise self.error()

    def end_here(self) -> None:
        if self.at != len(self.tokens):
            raise self.error()

    def tests(self) -> tuple[Compare | Range, ...]:
        found = [self.test()]
        while self.take("sign", ","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> Compare | Range:
        kind, text = self.peek()
        if kind == "sign" and text in ("<", "<=", ">", ">="):
            self.at += 1
            operator: Any = text
            return Compare(operator, self.end())
        if kind == "sign" and text in ("[", "]", "("):
            return self.range()
        return Compare("=", self.end())

    def range(self) -> Range:
        opened = self.peek()[1]
        self.at += 1
        low = self.end()
        self.need("..")
        high = self.end()
        closed = self.peek()[1]
        if closed not in ("]", ")", "["):
            raise self.error()
        self.at += 1
        return Range(low, high, opened == "[", closed == "]")

    def end(self) -> End:
        kind, text = self.peek()
        self.at += 1
        if kind == "text":
            return ESCAPE.sub(r"\1", text[1:-1])
        if kind == "number":
            return Decimal(text)
        if kind == "call":
            return self.moment(text)
        if kind == "name":
            words: dict[str, Value] = {"true": True, "false": False, "null": None}
            return words[text] if text in words else Name(text)
        raise self.error()

    def moment(self, call: str) -> Value:
        self.need("(")
        kind, text = self.peek()
        self.at += 1
        self.need(")")
        if kind != "text":
            raise self.error()
        try:
            if call == "date":
                return date.fromisoformat(text[1:-1])
            return datetime.fromisoformat(text[1:-1].replace("Z", "+00:00"))
        except ValueError as error:
            raise self.error() from error
