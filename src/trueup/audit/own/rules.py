"""The rule of an own check: from its text to one statement with known columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trueup.audit.own import form
from trueup.audit.own.reading import Given
from trueup.audit.own.sql import Said, expression, statement
from trueup.core import evidence
from trueup.core.words import N_

# Kinds of the result contract that an own rule may name. Persons are named only by the method's
# own questions on duties and access; the organisation is always there.
KINDS = (
    "service", "team", "customer", "ci", "supplier", "line", "agreement", "product", "category",
    "class", "investment", "risk", "control",
)  # fmt: skip
GIVEN = ("from", "to", "as_of", "first_day", "last_day", "zone")
OUTPUTS = ("id", "exception", "at", "why", "critical", "table", *KINDS)


@dataclass(frozen=True, slots=True)
class Rule:
    """One statement: a row per member of the population with ``id`` and ``exception``.

    `table` is where the records stand, `needs` are the columns without which it cannot be asked.
    """

    sql: str
    table: str
    tables: tuple[str, ...]
    needs: tuple[str, ...]
    parameters: frozenset[str]
    kinds: tuple[str, ...]
    words: str


def rule_of(given: Given, units: Given | None, own: frozenset[str]) -> Rule:
    """The rule as it stands in the file; `own` are the names of its parameters.

    Raises BadCheck with the line where it says something that a rule may not say.
    """
    if given.parts is not None and "each" in given.parts:
        return _whole(given, units, own)
    return _of_parts(given, units, own)


def _whole(given: Given, units: Given | None, own: frozenset[str]) -> Rule:
    """A rule that is a SELECT of its own."""
    named = form.parts(given, ("each", "table"), ("optional",))
    table = form.choice(named["table"], evidence.TABLES)
    each = named["each"]
    form.text(each, 8000)
    said = statement(each)
    outputs = [name.lower() for name in said.outputs]
    for name in ("id", "exception"):
        if name not in outputs:
            raise each.refuse(N_("The SELECT gives no column “%(name)s”; add one."), name=name)
    for name in outputs:
        if name not in OUTPUTS or outputs.count(name) > 1:
            raise each.refuse(
                N_("The SELECT gives “%(name)s”; it may give each of these once: %(names)s."),
                name=name, names=", ".join(OUTPUTS),
            )  # fmt: skip
    kinds = tuple(name for name in outputs if name in KINDS)
    if units is not None:
        raise units.refuse(N_("A SELECT gives its units as columns; leave “unit:” out."))
    _parameters(each, said, own)
    needs = said.columns - _optional(named.get("optional"))
    sql = (each.text or "").strip().rstrip(";")
    return Rule(
        sql, table, tuple(sorted(said.tables)), tuple(sorted(needs)), said.parameters, kinds,
        f"a SELECT over {', '.join(sorted(said.tables))}",
    )  # fmt: skip


def _of_parts(given: Given, units: Given | None, own: frozenset[str]) -> Rule:
    """A rule of a population, an exception, and what is joined to it."""
    named = form.parts(
        given, ("population", "exception"), ("joins", "where", "why", "at", "critical", "optional")
    )
    table = form.choice(named["population"], evidence.TABLES)
    joins = _joins(named.get("joins"), table)
    picks = {"id": _id(table), "exception": _value(named["exception"])}
    for name in ("at", "why", "critical"):
        if name in named:
            picks[name] = _value(named[name])
    picks |= _units(units, table)
    where = f"\nWHERE {_value(named['where'])}" if "where" in named else ""
    columns = ",\n  ".join(f"{value} AS {name}" for name, value in picks.items())
    sql = f'SELECT\n  {columns}\nFROM "{table}"{joins}{where}'
    said = statement(Given(given.file, given.line, given.line, sql))
    _parameters(given, said, own)
    deciding = [named["exception"], *([named["where"]] if "where" in named else [])]
    needs = {c for part in deciding for c in _meant(part, said, table)}
    told = " ".join((named["exception"].text or "").split())
    return Rule(
        sql, table, tuple(sorted(said.tables)),
        tuple(sorted(needs - _optional(named.get("optional")))), said.parameters,
        tuple(name for name in picks if name in KINDS), f"{table}, an exception where {told}",
    )  # fmt: skip


def _value(given: Given) -> str:
    """An expression in brackets of its own, read before it is put among others."""
    form.text(given, 4000)
    expression(given)
    return f"({(given.text or '').strip()}\n)"


def _meant(given: Given, said: Said, table: str) -> frozenset[str]:
    """The columns that one part of a rule names, of those that the whole rule names."""
    names = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", given.text or ""))
    return frozenset(c for c in said.columns if c.partition(".")[2] in {n.lower() for n in names})


def _id(table: str) -> str:
    """The id of a row: its key, the parts joined by "|" (evidence schema)."""
    keys = evidence.TABLES[table].key
    if len(keys) == 1:
        return f'CAST("{table}"."{keys[0]}" AS VARCHAR)'
    return " || '|' || ".join(f'CAST("{table}"."{key}" AS VARCHAR)' for key in keys)


def _joins(given: Given | None, table: str) -> str:
    """LEFT JOINs by table name and condition."""
    if given is None:
        return ""
    if not given.parts:
        raise given.refuse(
            N_("Write joins as “table: condition”, like “change: change.record = record.id”.")
        )
    out = ""
    for name, condition in given.parts.items():
        if name not in evidence.TABLES or name == table:
            raise condition.refuse(
                N_("There is no other table “%(name)s” to join; docs/imports.md names them."),
                name=name,
            )
        out += f'\nLEFT JOIN "{name}" ON {_value(condition)}'
    return out


def _units(given: Given | None, table: str) -> dict[str, str]:
    """Unit kinds with their expressions: names of columns, or ``kind: expression``."""
    if given is None:
        return {}
    if given.parts is not None:
        for name, part in given.parts.items():
            form.choice(Given(part.file, part.line, part.line, name), KINDS)
        return {name: _value(part) for name, part in given.parts.items()}
    out = {}
    for item in given.items if given.items is not None else (given,):
        kind = form.choice(item, KINDS)
        if not evidence.TABLES[table].has(kind):
            raise item.refuse(
                N_("%(table)s has no column %(kind)s; write “unit:” as “%(kind)s: expression”."),
                table=table, kind=kind,
            )  # fmt: skip
        out[kind] = f'"{table}"."{kind}"'
    return out


def _parameters(given: Given, said: Said, own: frozenset[str]) -> None:
    known = {*GIVEN, *own}
    for name in sorted(said.parameters - known):
        raise given.refuse(
            N_("There is no parameter $%(name)s; there are: %(names)s."),
            name=name, names=", ".join(f"${n}" for n in sorted(known)),
        )  # fmt: skip


def _optional(given: Given | None) -> set[str]:
    """Columns that may be missing without silencing the check."""
    if given is None:
        return set()
    for item, name in zip(given.items or (given,), form.texts(given), strict=True):
        table, _, column = name.partition(".")
        if table not in evidence.TABLES or not evidence.TABLES[table].has(column):
            raise item.refuse(N_("There is no column “%(name)s” in the evidence."), name=name)
    return set(form.texts(given))


def shown(parameters: Mapping[str, float | str]) -> dict[str, str]:
    """Parameters as they stand in a sentence."""
    return {
        name: f"{value:g}" if isinstance(value, float) else value
        for name, value in parameters.items()
    }
