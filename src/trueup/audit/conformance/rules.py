"""The rules as data: read from ``rules.yaml``, checked, and turned into plans.

A rule is one sentence of one of ten types. Each type becomes a *plan*: which moments activate the
rule, and which tests each activation must pass (`steps`). A rule without a case that breaks it
and one that keeps it is refused. Source: the process models, section 5; the method, 5.1.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from trueup.audit.conformance.expressions import parsed
from trueup.core.refusals import Refused
from trueup.core.words import N_

TYPES = (
    "precedence", "response", "absence", "not-succession", "different-person",
    "same-unit return", "level order", "time window", "witness", "conditional",
)  # fmt: skip
UNITS = {"min": "clock", "ch": "clock", "d": "clock", "h": "business", "wd": "days"}
MINUTES = {"min": 1.0, "ch": 60.0, "d": 1440.0, "h": 60.0, "wd": 1.0}
OPERANDS = frozenset({"a", "b", "until", "unless", "every", "start", "upto"})
SPAN = re.compile(r"(\d+(?:\.\d+)?)(min|ch|d|h|wd)")
Rows = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `amount` in minutes (working days where `clock` is ``days``).

    `clock`: ``clock`` counts every minute, ``business`` the minutes of the calendar, ``days``
    working days after the local day of the start.
    """

    text: str
    amount: float
    clock: str

    @classmethod
    def of(cls, text: str) -> Span:
        """Read ``10wd``, ``8h`` (working hours), ``30min``, ``72ch`` (clock hours), ``60d``."""
        found = SPAN.fullmatch(str(text).strip())
        if not found:
            raise Refused(
                N_("“%(told)s” is no span such as 10wd, 8h, 30min, 72ch or 60d."), told=text
            )
        unit = found[2]
        return cls(found[0], float(found[1]) * MINUTES[unit], UNITS[unit])


@dataclass(frozen=True, slots=True)
class Atom:
    """One kind of moment: ``*``, ``activity``, ``activity/verb``, ``table.column`` or a name."""

    name: str
    where: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Operand:
    """Moments: all of `chains`; of a chain the first alternative that the source records."""

    chains: tuple[tuple[Atom, ...], ...]
    text: str

    @classmethod
    def of(cls, told: str | Sequence[str]) -> Operand:
        """Read ``x | y where field == z`` or a list of such."""
        texts = [told] if isinstance(told, str) else list(told)
        chains = tuple(tuple(_atom(part) for part in text.split(" | ")) for text in texts)
        return cls(chains, ", ".join(texts))


def _atom(text: str) -> Atom:
    name, _, where = text.strip().partition(" where ")
    return Atom(name.strip(), parsed(where) if where else None)


@dataclass(frozen=True, slots=True)
class Step:
    """One test that each activation must pass; `args` are its operands, spans and conditions."""

    kind: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `kinds` are the kinds of case; `level` M is mandatory, E expected."""

    id: str
    level: Literal["M", "E"]
    kinds: tuple[str, ...]
    type: str
    sentence: str
    feeds: tuple[str, ...]
    where: ast.expr | None
    on: Operand | None
    steps: tuple[Step, ...]
    breaks: Rows = field(repr=False)
    keeps: Rows = field(repr=False)
    needs: tuple[str, ...] = ()


@cache
def shipped() -> tuple[Rule, ...]:
    """The rules that come with the product, in their order."""
    text = files("trueup.audit.conformance").joinpath("rules.yaml").read_text("utf-8")
    return load(text)


def load(text: str) -> tuple[Rule, ...]:
    """Read rules from YAML.

    Raises Refused naming the rule for an unknown type, an operand or condition that cannot be
    read, a missing sentence, a rule without both cases, and an id given twice.
    """
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Refused(N_("The rules are no YAML: %(why)s."), why=str(error)[:200]) from error
    rules = tuple(_rule(each) for each in told or ())
    ids = [rule.id for rule in rules]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise Refused(N_("The rule %(id)s is there twice."), id=twice[0])
    return rules


def _rule(told: Mapping[str, Any]) -> Rule:
    id = str(told.get("id") or "?") if isinstance(told, Mapping) else "?"
    try:
        return _read(id, dict(told))
    except (Refused, KeyError, TypeError, ValueError, AttributeError) as error:
        why = str(error) if isinstance(error, Refused) else f"{type(error).__name__} {error}"
        raise Refused(N_("The rule %(id)s cannot be used: %(why)s"), id=id, why=why) from error


def _read(id: str, told: dict[str, Any]) -> Rule:
    if not told.get("breaks") or not told.get("keeps"):
        raise Refused(N_("it needs a case that breaks it and one that keeps it."))
    strange = sorted(set(map(str, told)) - OWN_KEYS - STEP_KEYS)
    if strange:
        raise Refused(N_("it says “%(key)s”, which no rule has."), key=strange[0])
    if told["type"] not in TYPES or told["level"] not in ("M", "E"):
        raise Refused(N_("its type or level is not known."))
    kinds = [told["kind"]] if isinstance(told["kind"], str) else list(told["kind"])
    on, steps = _plan(told)
    return Rule(
        id=id,
        level=told["level"],
        kinds=tuple(kinds),
        type=told["type"],
        sentence=str(told["sentence"]),
        feeds=tuple(told.get("feeds") or ()),
        where=parsed(told["where"]) if told.get("where") else None,
        on=Operand.of(on) if on else None,
        steps=tuple(steps),
        breaks=told["breaks"],
        keeps=told["keeps"],
        needs=tuple(told.get("needs") or ()),
    )


def _plan(told: Mapping[str, Any]) -> tuple[Any, list[Step]]:
    """The activation and the steps of a rule, by its type."""
    kind = told["type"]
    pick = {key: value for key, value in told.items() if key in STEP_KEYS}
    if kind == "precedence":
        return told["b"], [_step({**pick, "is": "preceded"}, drop="b")]
    if kind == "response":
        return told["a"], [_step({**pick, "is": "followed"}, drop="a")]
    if kind == "absence":
        return None, [_step({**pick, "is": "fewer"})]
    if kind == "not-succession":
        return told["a"], [_step({**pick, "is": "none_after"}, drop="a")]
    if kind == "different-person":
        return told["b"], [_step({**pick, "is": "differs"}, drop="b")]
    if kind in ("same-unit return", "level order"):
        return None, [Step(kind, {})]
    return told.get("at"), [_step(each) for each in told["then"]]


OWN_KEYS = frozenset(
    {"id", "level", "kind", "type", "sentence", "where", "at", "then", "needs", "feeds", "breaks",
     "keeps"}
)  # fmt: skip
STEP_KEYS = OPERANDS | {
    "within", "before", "after", "all", "each", "strength", "must", "n", "count", "require",
    "ahead", "from", "to", "outside", "early",
}  # fmt: skip


def _step(told: Mapping[str, Any], drop: str = "") -> Step:
    """A step with its operands, spans and conditions read."""
    args: dict[str, Any] = {}
    for key, value in told.items():
        if key in (drop, "is"):
            continue
        if key not in STEP_KEYS:
            raise Refused(N_("it says “%(key)s”, which no step has."), key=key)
        args[key] = _argument(key, value)
    return Step(str(told["is"]), args)


def _argument(key: str, value: Any) -> Any:
    if key in OPERANDS:
        return Operand.of(value)
    if key == "each":
        return tuple(Operand.of(one) for one in value)
    if key in ("before", "after", "ahead"):
        return Span.of(value)
    if key == "within":
        if isinstance(value, list):
            return tuple((parsed(one["where"]) if "where" in one else None, Span.of(one["is"]))
                         for one in value)  # fmt: skip
        return ((None, Span.of(value)),)
    return parsed(value) if key == "require" else value
