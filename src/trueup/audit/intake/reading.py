"""CSV to a table of texts: every cell as it stands, with its line; broken rows are told."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from trueup.audit.intake.opening import CELL_MOST, COLUMNS_MOST, Opened, encoding_of
from trueup.core.refusals import Refused
from trueup.core.words import N_

DELIMITERS = (",", ";", "\t", "|")
MISSING = (
    "", "?", "-", "--", "NULL", "None", "nil", "N/A", "(empty)", "[]", "Not Assigned", "#N/A",
    "null", "none", "n/a",
)  # fmt: skip
LINE = "__line"
SAMPLE = 200


@dataclass(slots=True)
class Rejected:
    """One input row or cell that was not used: where it stood and why."""

    file: str
    line: int
    record: str
    column: str
    code: str
    why: str
    raw: str


@dataclass(slots=True)
class Sheet:
    """A file as texts: one column per heading, plus the line; null where nothing is said."""

    file: Opened
    rows: pa.Table
    encoding: str
    delimiter: str
    headings: list[str]
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_csv(file: Opened) -> Sheet:
    """Read a delimited file.

    Raises Refused where no heading is found, there are too many columns, or it is no text.
    """
    encoding = encoding_of(file.path)
    delimiter, skip = _shape(file, encoding)
    headings = _headings(file, encoding, delimiter, skip)
    try:
        rows, rejected = _fast(file, encoding, delimiter, headings, skip)
    except pa.ArrowInvalid:
        rows, rejected = _careful(file, encoding, delimiter, headings, skip)
    notes = [f"lines before the heading: {skip}"] if skip else []
    return Sheet(file, rows, encoding, delimiter, headings, rejected, notes)


def _sample(file: Opened, encoding: str) -> list[str]:
    with file.path.open(encoding=encoding, errors="strict", newline="") as text:
        lines = []
        for _ in range(SAMPLE):
            line = text.readline(4 * CELL_MOST)
            if not line:
                break
            lines.append(line.replace("\0", ""))
    if not lines:
        raise Refused(N_("%(file)s is empty."), file=file.name)
    return lines


def _shape(file: Opened, encoding: str) -> tuple[str, int]:
    """The delimiter with the steadiest field count, and the lines before the heading."""
    try:
        lines = _sample(file, encoding)
    except UnicodeError as error:
        raise Refused(N_("%(file)s is no text that Trueup can read."), file=file.name) from error
    best = (0.0, 0, ",", 0)
    for delimiter in DELIMITERS:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        common, times = Counter(counts).most_common(1)[0]
        if common < 2:
            continue
        skip = next((i for i, n in enumerate(counts) if n == common), 0)
        best = max(best, (times / len(counts), common, delimiter, skip))
    if best[1] == 0:
        return ",", 0
    return best[2], best[3]


def _headings(file: Opened, encoding: str, delimiter: str, skip: int) -> list[str]:
    rows = csv.reader(_sample(file, encoding)[skip:], delimiter=delimiter)
    names = next(rows)
    while names and not names[-1].strip():
        names.pop()
    if len(names) > COLUMNS_MOST:
        raise Refused(
            N_("%(file)s has %(n)s columns; at most 2,000 can be read."),
            file=file.name,
            n=len(names),
        )
    seen: Counter[str] = Counter()
    out = []
    for index, name in enumerate(names):
        plain = re.sub(r"\s+", " ", name.replace("\ufeff", "")).strip() or f"col_{index + 1}"
        seen[plain] += 1
        out.append(plain if seen[plain] == 1 else f"{plain}#{seen[plain]}")
    return out


def _fast(
    file: Opened, encoding: str, delimiter: str, headings: list[str], skip: int
) -> tuple[pa.Table, list[Rejected]]:
    """The vectorised reader; rows with the wrong count are told by the reader itself."""
    rejected: list[Rejected] = []

    def wrong(row: pc.InvalidRow) -> str:
        why = f"{row.actual_columns} cells where {row.expected_columns} are expected"
        rejected.append(
            Rejected(file.name, row.number or 0, "", "", "cells", why, (row.text or "")[:500])
        )
        return "skip"

    table = pc.read_csv(
        file.path,
        read_options=pc.ReadOptions(
            encoding="utf8" if encoding.startswith("utf-8") else encoding,
            column_names=headings,
            skip_rows=skip + 1,
            use_threads=not rejected,
        ),
        parse_options=pc.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=wrong
        ),
        convert_options=pc.ConvertOptions(
            column_types={name: pa.string() for name in headings},
            null_values=list(MISSING),
            strings_can_be_null=True,
        ),
    )
    lines = pa.array(range(skip + 2, skip + 2 + table.num_rows), pa.int64())
    return table.append_column(LINE, lines), rejected


def _careful(
    file: Opened, encoding: str, delimiter: str, headings: list[str], skip: int
) -> tuple[pa.Table, list[Rejected]]:
    """Row by row: for files with NULs, broken quotes or cells beyond the limit."""
    csv.field_size_limit(8 * CELL_MOST)
    rejected: list[Rejected] = []
    columns: list[list[str | None]] = [[] for _ in headings]
    lines: list[int] = []
    with file.path.open(encoding=encoding, errors="strict", newline="") as text:
        reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
        for number, row in enumerate(_rows(reader, file, rejected), start=1):
            if number <= skip + 1 or not row:
                continue
            while len(row) > len(headings) and not row[-1].strip():
                row.pop()
            too_long = any(len(cell) > CELL_MOST for cell in row)
            if len(row) != len(headings) or too_long:
                why = (
                    "a cell is longer than 1 MiB"
                    if too_long
                    else f"{len(row)} cells where {len(headings)} are expected"
                )
                code = "cell_size" if too_long else "cells"
                raw = delimiter.join(row)[:500]
                rejected.append(Rejected(file.name, reader.line_num, "", "", code, why, raw))
                continue
            lines.append(reader.line_num)
            for column, cell in zip(columns, row, strict=True):
                column.append(None if cell in MISSING else cell)
    arrays = [pa.array(column, pa.string()) for column in columns]
    table = pa.table(dict(zip(headings, arrays, strict=True)))
    return table.append_column(LINE, pa.array(lines, pa.int64())), rejected


def _rows(
    reader: Iterator[list[str]], file: Opened, rejected: list[Rejected]
) -> Iterator[list[str]]:
    """The reader's rows; one that it cannot read is told and left out."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = getattr(reader, "line_num", 0)
            rejected.append(Rejected(file.name, line, "", "", "quote", str(error), ""))


def write_rejected(path: Path, rejected: list[Rejected]) -> None:
    """rejected.csv: file, line, record, column, reason code, reason in words, the raw cell."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["file", "line", "record", "column", "code", "reason", "raw"])
        for r in sorted(rejected, key=lambda r: (r.file, r.line, r.column)):
            raw = "'" + r.raw if r.raw[:1] in ("=", "+", "-", "@") else r.raw
            writer.writerow([r.file, r.line, r.record, r.column, r.code, r.why, raw])
