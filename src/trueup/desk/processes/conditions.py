"""Conditions and arguments in CEL, within fixed limits; nothing is ever run as host code.

Source of the limits: at most 500 characters, 50 nodes, one macro and none nested, 1,000 items in
a list, 10 KB of text. Variables are plain copies of facts; there is no clock and no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

import cel

from trueup.core.refusals import Refused
from trueup.core.words import N_

MAX_CHARS = 500
MAX_NODES = 50
MAX_ITEMS = 1_000
MAX_TEXT = 10_240
MAX_DEPTH = 20
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
FUNCTIONS = (
    frozenset({"size", "contains", "startsWith", "endsWith", "has", "int", "string"}) | MACROS
)
TEXT = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
TOKEN = re.compile(
    rf"\s+|(?P<text>{TEXT})|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||[=!<>]=|[<>!?:.,()\[\]+\-*/%])"
)


@dataclass(frozen=True, slots=True)
class Names(Mapping[str, object]):
    """Two mappings as one, the first before the second; nothing is looked up until asked for."""

    first: Mapping[str, object]
    then: Mapping[str, object]

    def __getitem__(self, name: str) -> object:
        return self.first[name] if name in self.first else self.then[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self.first, *self.then]))

    def __len__(self) -> int:
        return len(dict.fromkeys([*self.first, *self.then]))


@lru_cache(maxsize=1024)
def check(expression: str) -> frozenset[str]:
    """The names an expression reads; Refused with the reason where it is outside the limits."""
    if len(expression) > MAX_CHARS:
        raise Refused(
            N_("The condition has %(found)s characters; at most %(most)s are allowed."),
            found=len(expression), most=MAX_CHARS,
        )  # fmt: skip
    _check_tokens(_tokens(expression))
    try:
        program = cel.compile(expression)
        return frozenset(program.variables())
    except Exception as error:
        raise Refused(
            N_("The condition “%(said)s” cannot be read: %(why)s."),
            said=expression, why=_short(error),
        ) from error  # fmt: skip


def evaluate(expression: str, names: Mapping[str, object]) -> object:
    """The value of an expression over plain values.

    Refused where the expression is outside the limits, a name is unknown or types do not fit.
    """
    values = {name: plain(names[name]) for name in check(expression) if name in names}
    try:
        result = cel.evaluate(expression, values)
    except Exception as error:
        raise Refused(
            N_("The condition “%(said)s” has no value here: %(why)s."),
            said=expression, why=_short(error),
        ) from error  # fmt: skip
    return plain(result)


def holds(expression: str, names: Mapping[str, object]) -> bool:
    """Whether a condition is true; Refused where it is neither true nor false."""
    result = evaluate(expression, names)
    if not isinstance(result, bool):
        raise Refused(N_("The condition “%(said)s” is neither true nor false."), said=expression)
    return result


def plain(value: object, depth: int = 0) -> object:
    """A copy in plain types; Refused for objects, long lists, long texts and deep nesting."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return _inner(value, depth)


def _inner(value: object, depth: int) -> object:
    if depth >= 5 or not isinstance(value, list | tuple | dict) or len(value) > MAX_ITEMS:
        raise Refused(N_("A condition reads plain values only: text, numbers, short lists."))
    if isinstance(value, dict):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    return [plain(item, depth + 1) for item in value]


def _text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise Refused(N_("A text in a condition is longer than %(most)s letters."), most=MAX_TEXT)
    return value


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(expression):
        match = TOKEN.match(expression, at)
        if match is None:
            raise Refused(
                N_("The condition “%(said)s” contains “%(sign)s”, which is not allowed."),
                said=expression, sign=expression[at],
            )  # fmt: skip
        at = match.end()
        if match.lastgroup:
            found.append((match.lastgroup, match.group()))
    return found


def _check_tokens(tokens: list[tuple[str, str]]) -> None:
    nodes = [token for token in tokens if token not in (("sign", ")"), ("sign", "]"))]
    if not nodes or len(nodes) > MAX_NODES:
        raise Refused(
            N_("The condition has %(found)s parts; it needs one and may have %(most)s."),
            found=len(nodes), most=MAX_NODES,
        )  # fmt: skip
    hidden = sorted(text for kind, text in tokens if kind == "name" and text.startswith("_"))
    if hidden:
        raise Refused(N_("The name “%(name)s” is not allowed in conditions."), name=hidden[0])
    _check_depth(tokens)
    called = [
        name
        for (kind, name), after in pairwise(tokens)
        if kind == "name" and after == ("sign", "(")
    ]
    unknown = sorted(set(called) - FUNCTIONS)
    if unknown:
        raise Refused(N_("The function “%(name)s” is not allowed in conditions."), name=unknown[0])
    if sum(name in MACROS for name in called) > 1:
        raise Refused(N_("A condition may use one of all, exists, map or filter, once."))


def _check_depth(tokens: list[tuple[str, str]]) -> None:
    depth = 0
    for kind, sign in tokens:
        if kind == "sign":
            depth += (sign in "([") - (sign in ")]")
        if depth > MAX_DEPTH:
            raise Refused(N_("The condition is nested deeper than %(most)s."), most=MAX_DEPTH)


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__
