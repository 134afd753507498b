"""The canonical tables of the evidence schema, the fixed contract of the audit's input.

`contracts/evidence-tables.csv` is the same as `contracts/evidence-schema.yaml` in a form that
the standard library reads; a test holds the two together.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `type` is str, int, float, bool, date, time, money or json.

    `required` means in every row; `values` is a closed list; `ref` names the table whose id it is.
    """

    name: str
    type: str
    required: bool = False
    values: tuple[str, ...] | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its area and its columns in the order of the schema."""

    name: str
    area: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that identify a row: id (or seq), else the required columns in order."""
        for column in self.columns:
            if column.name in ("id", "seq") and column.required:
                return (column.name,)
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """A column by name; KeyError where the schema has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the schema has a column of this name."""
        return any(column.name == name for column in self.columns)


def _read() -> dict[str, Table]:
    text = files("trueup.core.contracts").joinpath("evidence-tables.csv").read_text("utf-8")
    columns: dict[tuple[str, str], list[Column]] = {}
    for row in csv.DictReader(text.splitlines()):
        columns.setdefault((row["table"], row["area"]), []).append(
            Column(
                row["column"],
                row["type"],
                row["required"] == "yes",
                tuple(row["values"].split()) or None,
                row["ref"] or None,
            )
        )
    return {name: Table(name, area, tuple(found)) for (name, area), found in columns.items()}


TABLES: dict[str, Table] = _read()
