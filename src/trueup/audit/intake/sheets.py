"""Files of every tabular kind as sheets of texts: CSV, JSON, NDJSON and XLSX."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zipfile import BadZipFile

import pyarrow as pa
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from trueup.audit.intake.opening import CELL_MOST, COLUMNS_MOST, Opened, encoding_of
from trueup.audit.intake.reading import LINE, MISSING, Rejected, Sheet, read_csv
from trueup.core.refusals import Refused
from trueup.core.words import N_

LISTS = ("issues", "tickets", "records", "result", "items", "audits")
ROWS_MOST = 5_000_000
DEPTH_MOST = 64


def read_sheet(file: Opened) -> Sheet:
    """One file as a sheet, by its ending.

    Raises Refused naming the file and the reason where it cannot be read.
    """
    if file.suffix in (".json", ".ndjson", ".jsonl"):
        return _read_json(file)
    if file.suffix == ".xlsx":
        return _read_xlsx(file)
    return read_csv(file)


# -- JSON --------------------------------------------------------------------------------------
def _read_json(file: Opened) -> Sheet:
    encoding = encoding_of(file.path)
    rejected: list[Rejected] = []
    try:
        if file.suffix == ".json":
            found = _listed(json.loads(file.path.read_text(encoding)), file)
            rows = list(enumerate(found, start=1))
        else:
            rows = list(_lines(file, encoding, rejected))
    except (ValueError, RecursionError) as error:
        raise Refused(
            N_("%(file)s is no JSON that can be read (%(why)s)."),
            file=file.name, why=str(error)[:120],
        ) from error  # fmt: skip
    return _sheet(file, encoding, _flattened(rows, file, rejected), rejected)


def _listed(data: Any, file: Opened) -> list[Any]:
    if isinstance(data, dict):
        data = next((data[name] for name in LISTS if isinstance(data.get(name), list)), None)
    if not isinstance(data, list):
        raise Refused(
            N_("%(file)s holds no list of rows; it may stand under %(names)s."),
            file=file.name, names=", ".join(LISTS),
        )  # fmt: skip
    return data


def _lines(file: Opened, encoding: str, rejected: list[Rejected]) -> Iterator[tuple[int, Any]]:
    with file.path.open(encoding=encoding) as text:
        for number, line in enumerate(text, start=1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                why = f"no JSON: {error}"[:200]
                rejected.append(Rejected(file.name, number, "", "", "cells", why, line[:500]))


def _flattened(
    rows: list[tuple[int, Any]], file: Opened, rejected: list[Rejected]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    for number, row in rows:
        if not isinstance(row, dict):
            why = "not an object with named values"
            rejected.append(Rejected(file.name, number, "", "", "cells", why, str(row)[:500]))
            continue
        flat: dict[str, str | None] = {}
        _flatten(row, "", flat, 0)
        if any(value is not None and len(value) > CELL_MOST for value in flat.values()):
            why = "a cell is longer than 1 MiB"
            rejected.append(Rejected(file.name, number, "", "", "cell_size", why, ""))
            continue
        yield number, flat


def _flatten(value: dict[str, Any], prefix: str, out: dict[str, str | None], depth: int) -> None:
    """Nested names joined with a dot; ``value`` and ``display_value`` of a reference shortened."""
    for name, inner in value.items():
        path = f"{prefix}{name}"
        if isinstance(inner, dict) and depth < DEPTH_MOST:
            if "value" in inner and not isinstance(inner["value"], (dict, list)):
                out[path] = _cell(inner["value"])
            _flatten(inner, f"{path}.", out, depth + 1)
        else:
            out[path] = _cell(inner)


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
    text = str(value).replace("\0", "").strip()
    return None if text in MISSING else text


# -- XLSX --------------------------------------------------------------------------------------
def _read_xlsx(file: Opened) -> Sheet:
    """The first sheet, values only: no formula is computed, a formula without a value is empty."""
    try:
        book = load_workbook(file.path, read_only=True, data_only=True, keep_links=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Refused(
            N_("%(file)s is damaged or no XLSX file (%(why)s)."),
            file=file.name, why=str(error)[:120],
        ) from error  # fmt: skip
    rejected: list[Rejected] = []
    rows = book.worksheets[0].iter_rows(values_only=True) if book.worksheets else iter(())
    return _sheet(file, "utf-8", _xlsx_rows(rows, file, rejected), rejected)


def _xlsx_rows(
    rows: Iterator[tuple[Any, ...]], file: Opened, rejected: list[Rejected]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    names: list[str] = []
    for number, row in enumerate(rows, start=1):
        cells = [_excel(value) for value in row[: COLUMNS_MOST + 1]]
        if len({c for c in cells if c}) >= 2 and not names:
            names = _numbered([c or f"col_{i}" for i, c in enumerate(cells, start=1)])
            continue
        if not names or not any(cells):
            continue
        if any(c is not None and len(c) > CELL_MOST for c in cells):
            why = "a cell is longer than 1 MiB"
            rejected.append(Rejected(file.name, number, "", "", "cell_size", why, ""))
            continue
        yield number, dict(zip(names, cells, strict=False))


def _numbered(headings: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        out.append(heading if seen[heading] == 1 else f"{heading}#{seen[heading]}")
    return out


def _excel(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _cell(value)


# -- common ------------------------------------------------------------------------------------
def _sheet(
    file: Opened,
    encoding: str,
    rows: Iterator[tuple[int, dict[str, str | None]]],
    rejected: list[Rejected],
) -> Sheet:
    """Rows of named texts as columns; names that only some rows have are empty in the others."""
    columns: dict[str, list[str | None]] = {}
    lines: list[int] = []
    for number, row in rows:
        for name in row.keys() - columns.keys():
            columns[name] = [None] * len(lines)
        if len(columns) > COLUMNS_MOST or len(lines) >= ROWS_MOST:
            raise Refused(
                N_("%(file)s has more than 2,000 columns or 5,000,000 rows; split it."),
                file=file.name,
            )
        for name, values in columns.items():
            values.append(row.get(name))
        lines.append(number)
    if not lines:
        raise Refused(N_("%(file)s holds no rows."), file=file.name)
    headings = sorted(columns)
    table = pa.table({name: pa.array(columns[name], pa.string()) for name in headings})
    table = table.append_column(LINE, pa.array(lines, pa.int64()))
    return Sheet(file, table, encoding, "", headings, rejected)
