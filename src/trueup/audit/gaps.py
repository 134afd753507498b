"""What is missing, as the result contract names it: each entry a column of the schema.

Inside the audit a table that is not there is named by its name alone; in result.json it is named
by the columns of it that the row needs (`missing: [table.column]`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from trueup.audit.declare import Check, Measure
from trueup.core import evidence


def columns(asked: Check | Measure, missing: Iterable[str]) -> list[str]:
    """The missing names as ``table.column``, each once, in the order they came."""
    out: list[str] = []
    for name in missing:
        out += [name] if "." in name else [f"{name}.{c}" for c in needed(asked, name)]
    return list(dict.fromkeys(out))


def needed(asked: Check | Measure, table: str) -> tuple[str, ...]:
    """The columns of a table without which a row cannot speak, in the order of the schema.

    Of a required table: those declared as needed and those the catalogue's words name that the
    schema requires in every row; where there are none, those the words name; else the required
    ones. Of a table read only where it is recorded: those declared as used, else the required.
    """
    schema = evidence.TABLES[table]
    required = {column.name for column in schema.columns if column.required}
    if table not in asked.tables:
        chosen = _of(table, asked.uses) or required
    else:
        words = asked.rule if isinstance(asked, Check) else asked.formula
        named = {name for name in re.findall(rf"\b{table}\.(\w+)", words) if schema.has(name)}
        chosen = _of(table, asked.needs) | (named & required) or named or required
    return tuple(column.name for column in schema.columns if column.name in chosen)


def _of(table: str, names: Iterable[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith(f"{table}.")}


def told(missing: Iterable[str]) -> str:
    """The names for a sentence: a table that is missing whole stands for its columns."""
    names = list(dict.fromkeys(missing))
    return ", ".join(n for n in names if "." not in n or n.split(".")[0] not in names)
