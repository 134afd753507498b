"""Decision tables as data: read from CSV (or DMN, see `dmn`), checked for gaps, evaluated.

A table's first line names its columns: ``row``, ``in:<name>`` and ``out:<name>``. Its hit policy
says what several fitting rows mean: U exactly one, A any (all agree), P by priority, F first,
R all in order, C all; C+ sum, C> highest, C< lowest, C# count.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, pairwise, product
from typing import Any

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.processes import sfeel

HITS = ("U", "A", "P", "F", "R", "C", "C+", "C>", "C<", "C#")
MAX_ROWS = 2_000
MAX_COMBINATIONS = 200_000
Domain = Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its id, a test per input, an output value per output."""

    id: str
    tests: tuple[sfeel.Tests, ...]
    outputs: tuple[sfeel.End, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a table answered: its outputs (a list where several rows count) and those rows."""

    table: str
    version: str
    outputs: Any
    rows: tuple[str, ...]
    inputs: dict[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table with its hit policy and version."""

    name: str
    version: str
    hit: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    priorities: Mapping[str, tuple[Any, ...]]

    def decide(self, facts: Mapping[str, object]) -> Decided:
        """The answer for some facts; an input that is not among them counts as null.

        Refused where a U table has no row or several, or an A table disagrees.
        """
        inputs = {name: facts.get(name) for name in self.inputs}
        fits = [row for row in self.rows if self._fits(row, inputs)]
        answers = [self._answer(row, inputs) for row in fits]
        outputs = self._collect(fits, answers)
        kept = fits[:1] if self.hit in ("F", "U") else fits
        return Decided(self.name, self.version, outputs, tuple(r.id for r in kept), inputs)

    def _fits(self, row: Row, inputs: Mapping[str, object]) -> bool:
        return all(
            test.holds(inputs[name], inputs)
            for name, test in zip(self.inputs, row.tests, strict=True)
        )

    def _answer(self, row: Row, inputs: Mapping[str, object]) -> dict[str, Any]:
        values = (_plain(sfeel.resolve(end, inputs)) for end in row.outputs)
        return dict(zip(self.outputs, values, strict=True))

    def _collect(self, fits: list[Row], answers: list[dict[str, Any]]) -> Any:
        if self.hit == "U" and len(fits) != 1:
            raise self._undecided(fits)
        if self.hit == "A" and any(answer != answers[0] for answer in answers):
            raise self._undecided(fits)
        if self.hit in ("R", "C"):
            return answers
        if self.hit.startswith("C"):
            return {name: self._sum([a[name] for a in answers]) for name in self.outputs}
        if self.hit == "P":
            answers = sorted(answers, key=self._rank)
        return answers[0] if answers else {}

    def _sum(self, values: list[Any]) -> Any:
        values = [value for value in values if value is not None]
        if self.hit == "C#":
            return len(values)
        if not values:
            return None
        if self.hit == "C+":
            return sum(values)
        return max(values) if self.hit == "C>" else min(values)

    def _rank(self, answer: dict[str, Any]) -> tuple[int, ...]:
        ranks = []
        for name in self.outputs:
            order = self.priorities.get(name, ())
            ranks.append(order.index(answer[name]) if answer[name] in order else len(order))
        return tuple(ranks)

    def _undecided(self, fits: list[Row]) -> Refused:
        return Refused(
            N_("The table “%(table)s” gives %(found)s answers here; it must give one."),
            table=self.name, found=len(fits),
        )  # fmt: skip


def read(
    name: str,
    text: str,
    *,
    hit: str = "U",
    version: str = "1",
    priorities: Mapping[str, tuple[Any, ...]] | None = None,
) -> Table:
    """A table from CSV; Refused naming line and cell where something is not understood."""
    lines = list(islice(csv.reader(io.StringIO(text)), MAX_ROWS + 2))
    return build(name, lines, hit=hit, version=version, priorities=priorities)


def build(
    name: str,
    lines: list[list[str]],
    *,
    hit: str = "U",
    version: str = "1",
    priorities: Mapping[str, tuple[Any, ...]] | None = None,
) -> Table:
    """A table from lines of cells, the first of which names the columns."""
    if hit not in HITS:
        raise Refused(N_("The hit policy “%(hit)s” is not known."), hit=hit)
    if len(lines) < 2 or len(lines) > MAX_ROWS + 1:
        raise Refused(
            N_("The table “%(table)s” needs a head and 1 to %(most)s rows."),
            table=name, most=MAX_ROWS,
        )  # fmt: skip
    head = [cell.strip() for cell in lines[0]]
    ins = [i for i, cell in enumerate(head) if cell.startswith("in:")]
    outs = [i for i, cell in enumerate(head) if cell.startswith("out:")]
    if head[0] != "row" or not outs or len(ins) + len(outs) + 1 != len(head):
        raise Refused(N_("The head of table “%(table)s” is not understood."), table=name)
    rows = [_row(name, number, line, ins, outs) for number, line in enumerate(lines[1:], 2) if line]
    ids = [row.id for row in rows]
    if len(set(ids)) != len(ids):
        raise Refused(N_("Two rows of table “%(table)s” have the same id."), table=name)
    names = [cell.partition(":")[2] for cell in head]
    return Table(
        name, version, hit, tuple(names[i] for i in ins), tuple(names[i] for i in outs),
        tuple(rows), dict(priorities or {}),
    )  # fmt: skip


def _row(table: str, number: int, line: list[str], ins: list[int], outs: list[int]) -> Row:
    if len(line) != len(ins) + len(outs) + 1:
        raise Refused(
            N_("Line %(line)s of table “%(table)s” has %(found)s cells."),
            line=number, table=table, found=len(line),
        )  # fmt: skip
    try:
        tests = tuple(sfeel.parse_tests(line[i]) for i in ins)
        return Row(line[0].strip(), tests, tuple(sfeel.parse_value(line[i]) for i in outs))
    except Refused as refusal:
        raise Refused(
            N_("Line %(line)s of table “%(table)s”: %(why)s"),
            line=number, table=table, why=str(refusal),
        ) from refusal  # fmt: skip


def _plain(value: sfeel.Value) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, bool | str):
        return value
    return value.isoformat()


def faults(table: Table, domain: Domain | None = None) -> list[str]:
    """Names that are no input; gaps and overlaps of a U table over its whole input domain.

    `domain` lists the values of an input where they are known; else the constants in the cells
    and values between and beyond them stand for all others.
    """
    strangers = list(islice(_strangers(table), 5))
    if strangers or table.hit != "U":
        return strangers
    values = [_values(table, index, domain or {}) for index in range(len(table.inputs))]
    size = 1
    for found in values:
        size *= len(found)
    if size > MAX_COMBINATIONS:
        return [f"{size} combinations are too many to check; name the values of its inputs"]
    return list(islice(_uncovered(table, values), 5))


def _strangers(table: Table) -> Iterator[str]:
    """Cells with a bare word: most often a text without its quotes, which would never fit."""
    for row in table.rows:
        ends = [*row.outputs, *(end for test in row.tests for end in test.ends())]
        for end in ends:
            if isinstance(end, sfeel.Name) and end.name not in table.inputs:
                yield f"row {row.id} names “{end.name}”, which is no input; texts stand in quotes"


def _uncovered(table: Table, values: list[list[Any]]) -> Iterator[str]:
    for combination in product(*values):
        inputs = dict(zip(table.inputs, combination, strict=True))
        fits = [row.id for row in table.rows if table._fits(row, inputs)]
        told = ", ".join(f"{name} = {value}" for name, value in inputs.items())
        if not fits:
            yield f"no row for {told}"
        elif len(fits) > 1:
            yield f"rows {', '.join(fits)} all fit {told}"


def _values(table: Table, index: int, domain: Domain) -> list[Any]:
    if table.inputs[index] in domain:
        return list(domain[table.inputs[index]])
    ends = [
        e for row in table.rows for e in row.tests[index].ends() if not isinstance(e, sfeel.Name)
    ]
    numbers = sorted({e for e in ends if isinstance(e, Decimal)})
    texts = sorted({e for e in ends if isinstance(e, str)})
    if any(isinstance(e, bool) for e in ends):
        return [True, False]
    if numbers:
        between = [(a + b) / 2 for a, b in pairwise(numbers)]
        return [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]
    return [*texts, "(any other)"] if texts else [None]
