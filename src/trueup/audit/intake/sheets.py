"""Files of every tabular kind as sheets of texts: CSV, JSON, NDJSON and XLSX."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pyarrow as pa
from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from trueup.audit.intake.opening import (
    CELL_MOST,
    COLUMNS_MOST,
    NotOurs,
    Opened,
    encoding_of,
    refuse_bomb,
)
from trueup.audit.intake.reading import LINE, Layout, Rejected, Sheet, finished, numbered, read_csv
from trueup.audit.intake.records import is_footer
from trueup.core.refusals import Refused
from trueup.core.words import N_

LISTS = ("issues", "tickets", "records", "result", "items", "audits", "requests", "incidents",
         "entries", "value", "results", "data")  # fmt: skip
ROWS_MOST = 5_000_000
DEPTH_MOST = 64
HEADED = 200  # rows of a page among which its heading is looked for
JSON_MOST = 512 << 20


def read_sheet(file: Opened, told: Layout | None = None) -> Sheet:
    """One file as a sheet, by its ending.

    Raises Refused naming the file and the reason where it cannot be read.
    """
    if file.suffix in (".json", ".ndjson", ".jsonl"):
        return finished(_read_json(file), told.missing if told else ())
    if file.suffix == ".xlsx":
        return finished(_read_xlsx(file), told.missing if told else ())
    return read_csv(file, told)


# -- JSON --------------------------------------------------------------------------------------
def _read_json(file: Opened) -> Sheet:
    encoding = encoding_of(file.path)
    rejected: list[Rejected] = []
    if file.path.stat().st_size > JSON_MOST:
        raise Refused(
            N_("%(file)s is larger than 512 MiB. Split it, for example by year."), file=file.name
        )
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
    """The rows: a list, the list under a name of `LISTS`, or the only list of objects there is."""
    if isinstance(data, dict):
        lists = [v for v in data.values() if isinstance(v, list) and _objects(v)]
        named = next((data[name] for name in LISTS if isinstance(data.get(name), list)), None)
        data = named if named is not None else lists[0] if len(lists) == 1 else None
    if not isinstance(data, list):
        raise NotOurs(
            N_("%(file)s holds no list of rows; it may stand under %(names)s."),
            file=file.name, names=", ".join(LISTS),
        )  # fmt: skip
    return [_bare(row) for row in data]


def _objects(rows: list[Any]) -> bool:
    return bool(rows) and all(isinstance(row, dict) for row in rows[:20])


def _bare(row: Any) -> Any:
    """A row of an API that packs its fields under ``values``, beside links only."""
    packed = row.get("values") if isinstance(row, dict) else None
    if isinstance(packed, dict) and all(name.startswith("_") for name in row.keys() - {"values"}):
        return packed
    return row


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
        for name in [n for n, v in flat.items() if v is not None and _halved(v)]:
            why = "holds half of a character"
            rejected.append(Rejected(file.name, number, "", name, "cell", why, ""))
            flat[name] = None
        if any(value is not None and len(value) > CELL_MOST for value in flat.values()):
            why = "a cell is longer than 1 MiB"
            rejected.append(Rejected(file.name, number, "", "", "cell_size", why, ""))
            continue
        yield number, flat


def _flatten(value: dict[str, Any], prefix: str, out: dict[str, str | None], depth: int) -> None:
    """Nested names joined with a dot.

    A reference stands under its own name too: its ``value``, else its ``display_value``.
    """
    for name, inner in value.items():
        path = f"{prefix}{name}"
        if isinstance(inner, dict) and depth < DEPTH_MOST:
            told = next((inner[n] for n in ("value", "display_value") if n in inner), None)
            if told is not None and not isinstance(told, (dict, list)):
                out[path] = _cell(told)
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
    return str(value).replace("\0", "").strip() or None


def _halved(text: str) -> bool:
    """Whether a text holds one half of a pair, as a cut off emoji leaves it."""
    return any("\ud800" <= c <= "\udfff" for c in text)


# -- XLSX --------------------------------------------------------------------------------------
BROKEN = (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, ParseError, TypeError,
          AttributeError, IndexError, OverflowError, EOFError, DefusedXmlException, zlib.error,
          NotImplementedError)  # fmt: skip


def _read_xlsx(file: Opened) -> Sheet:
    """The first page that holds a table, values only: no formula is computed.

    A formula without a stored value is empty. Pages that were not read are named.
    """
    try:
        refuse_bomb(file)
        book = load_workbook(file.path, read_only=True, data_only=True, keep_links=False)
        pages = book.worksheets
        for page in pages:
            rejected: list[Rejected] = []
            notes: list[str] = []
            rows = _xlsx_rows(page.iter_rows(values_only=True), file, rejected, notes)
            sheet = _sheet(file, "utf-8", rows, rejected)
            if len(sheet.headings) > 1 and (sheet.rows.num_rows or rejected):
                break
        else:
            raise NotOurs(N_("%(file)s holds no rows."), file=file.name)
    except BROKEN as error:
        raise Refused(
            N_("%(file)s is damaged or no XLSX file (%(why)s)."),
            file=file.name, why=str(error)[:120],
        ) from error  # fmt: skip
    sheet.notes += notes
    others = [p.title for p in pages if p is not page]
    if others:
        which = "first" if page is pages[0] else f"{page.title}"
        sheet.notes.append(f"only the {which} sheet was read; not read: {', '.join(others)}"[:500])
    return sheet


def _xlsx_rows(
    rows: Iterator[tuple[Any, ...]], file: Opened, rejected: list[Rejected], notes: list[str]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    first = [(n, _excel_row(row)) for n, row in enumerate(islice(rows, HEADED), start=1)]
    place = _heading_row([cells for _, cells in first])
    if place is None:
        return
    names = numbered([c or "" for c in first[place][1]])
    if place:
        notes.append(f"lines before the heading: {place}")
    later = ((n, _excel_row(row)) for n, row in enumerate(rows, start=len(first) + 1))
    for number, cells in chain(first[place + 1 :], later):
        if not cells:
            continue
        code, why = _odd(cells, names)
        if code:
            raw = ",".join(c or "" for c in cells)[:500]
            rejected.append(Rejected(file.name, number, "", "", code, why, raw))
            continue
        yield number, dict(zip(names, cells, strict=False))


def _heading_row(rows: list[list[str | None]]) -> int | None:
    """The heading: the first row of words that is as wide as the rows after it commonly are.

    A title above a table is narrower; a table may have only two columns.
    """
    widths = Counter(len(cells) for cells in rows if sum(bool(c) for c in cells) > 1)
    if not widths:
        return None
    common = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    for place, cells in enumerate(rows):
        filled = [c for c in cells if c]
        words = {c for c in filled if re.search(r"[^\W\d_]", c)}
        wide = len(filled) > 1 and 2 * len(filled) >= common
        if wide and len(words) >= min(3, len(filled)):
            return place
    return None


def _excel_row(row: tuple[Any, ...]) -> list[str | None]:
    """The cells of a row as texts, without the empty ones at its end."""
    cells = [_excel(value) for value in row[: COLUMNS_MOST + 1]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _odd(cells: list[str | None], names: list[str]) -> tuple[str, str]:
    """Why a row of a workbook is none, or nothing."""
    if any(c is not None and len(c) > CELL_MOST for c in cells):
        return "cell_size", "a cell is longer than 1 MiB"
    if len(cells) > len(names):
        return "cells", f"{len(cells)} cells where {len(names)} are expected"
    if len(names) > 2 and is_footer([c or "" for c in cells]):
        return "footer", "a line of totals, no row"
    return "", ""


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
    headings = sorted(columns)
    cells = [pa.array(columns[name], pa.string()) for name in headings]
    names = [*numbered(headings), LINE]
    table = pa.Table.from_arrays([*cells, pa.array(lines, pa.int64())], names)
    return Sheet(file, table, encoding, "", numbered(headings), rejected)
