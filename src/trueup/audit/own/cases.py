"""Test cases of an own check: small tables, and the ids that its rule must name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa

from trueup.audit.evidence.packs import Pack, PackWriter, schema_of
from trueup.audit.own import form
from trueup.audit.own.reading import Given
from trueup.core import evidence
from trueup.core.words import N_

PERIOD = (date(2026, 1, 1), date(2026, 12, 31))
BOOLS = {"true": True, "false": False}
Rows = Mapping[str, tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class TestCase:
    """Tables and what the rule must name in them; a negative case names nothing."""

    __test__ = False

    name: str
    exceptions: frozenset[str]
    tables: Rows
    period: tuple[date, date]
    as_of: datetime

    @property
    def positive(self) -> bool:
        """Whether the rule must find something here."""
        return bool(self.exceptions)


def cases_of(given: Given) -> tuple[TestCase, ...]:
    """All cases; refused without at least one that finds and one that finds nothing."""
    named = form.parts(given, ("positive", "negative"))
    found: list[TestCase] = []
    for kind in ("positive", "negative"):
        if not named[kind].items:
            raise named[kind].refuse(
                N_("Without at least one %(kind)s case nobody can trust the check; add one."),
                kind=kind,
            )
        found += [_case(item, kind == "positive") for item in named[kind].items or ()]
    return tuple(found)


def _case(given: Given, positive: bool) -> TestCase:
    required = ("name", "tables", *(("exceptions",) if positive else ()))
    named = form.parts(given, required, ("period", "as_of"))
    period = _period(named["period"]) if "period" in named else PERIOD
    end = datetime.combine(period[1] + timedelta(days=1), datetime.min.time(), UTC)
    as_of = cell(named["as_of"], evidence.Column("as_of", "time")) if "as_of" in named else end
    ids = frozenset(form.texts(named["exceptions"])) if positive else frozenset()
    return TestCase(form.text(named["name"]), ids, _tables(named["tables"]), period, as_of or end)


def _period(given: Given) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(p.strip()) for p in form.text(given).split(".."))
    except ValueError as error:
        raise given.refuse(
            N_("A period is FROM..TO, for example 2026-01-01..2026-06-30.")
        ) from error
    return first, last


def _tables(given: Given) -> Rows:
    if not given.parts:
        raise given.refuse(N_("Here belong tables with rows, for example “record:”."))
    out: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for name, rows in given.parts.items():
        if name not in evidence.TABLES:
            raise rows.refuse(
                N_("There is no table “%(name)s” in the evidence; docs/imports.md names them."),
                name=name,
            )
        out[name] = tuple(_row(evidence.TABLES[name], row) for row in rows.items or ())
    return out


def _row(table: evidence.Table, given: Given) -> Mapping[str, Any]:
    if given.parts is None:
        raise given.refuse(N_("A row is written as {id: R1, kind: incident, …}."))
    for name, part in given.parts.items():
        if not table.has(name):
            raise part.refuse(
                N_("%(table)s has no column “%(name)s”."), table=table.name, name=name
            )
    row = {name: cell(part, table.column(name)) for name, part in given.parts.items()}
    for column in table.columns:
        if column.required and row.get(column.name) is None:
            raise given.refuse(
                N_("%(table)s needs “%(name)s” in every row."), table=table.name, name=column.name
            )
    return row


def cell(given: Given, column: evidence.Column) -> Any:
    """A cell in the column's type; None where it is empty. Raises BadCheck for a wrong value."""
    if given.text is None:
        if given.items is not None or given.parts is not None:
            raise given.refuse(N_("A cell holds one value."))
        return None
    try:
        value = _typed(given.text.strip(), column.type)
    except (ValueError, KeyError, InvalidOperation) as error:
        raise given.refuse(
            N_("“%(word)s” is no %(type)s, which %(name)s holds."),
            word=given.text, type=column.type, name=column.name,
        ) from error  # fmt: skip
    if column.values and value not in column.values:
        raise given.refuse(
            N_("“%(word)s” is not one of: %(names)s."),
            word=given.text, names=", ".join(column.values),
        )  # fmt: skip
    return value


def _typed(text: str, kind: str) -> Any:
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    if kind == "bool":
        return BOOLS[text.lower()]
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "time":
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return Decimal(text).quantize(Decimal("0.0001")) if kind == "money" else text


def packed(case: TestCase, folder: Path) -> Pack:
    """The case as an evidence pack."""
    writer = PackWriter(
        folder, organisation="A test case", currency="EUR", timezone="UTC", as_of=case.as_of,
        period=case.period,
    )  # fmt: skip
    for name, rows in case.tables.items():
        columns = {key for row in rows for key in row}
        wanted = [f for f in schema_of(name) if f.name in columns]
        data = [{f.name: row.get(f.name) for f in wanted} for row in rows]
        writer.write_table(name, pa.Table.from_pylist(data, schema=pa.schema(wanted)))
    return writer.close()
