"""CSV to a table of texts: every cell as it stands, with its line; broken rows are told."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from trueup.audit.evidence.normal import connection
from trueup.audit.intake.opening import (
    CELL_MOST,
    COLUMNS_MOST,
    PIECE,
    NotOurs,
    Opened,
    encoding_of,
    is_binary,
)
from trueup.audit.intake.records import physical, records
from trueup.audit.languages import said
from trueup.core.refusals import Refused
from trueup.core.words import N_

DELIMITERS = (",", ";", "\t", "|")
MISSING = (
    "", "?", "-", "--", "null", "none", "nil", "n/a", "(empty)", "[]", "not assigned", "#n/a",
    "#nv", "#nd", "#n/d",
)  # fmt: skip
LINE = "__line"
SAMPLE = 200
TWICE = "Ã[\u0080-\u00bf]|â‚¬|â€"


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
    """A file as texts: one column per heading, plus the line; null where nothing is said.

    `merged` counts rows that repeat an earlier one in every cell; they are not in `rows`.
    """

    file: Opened
    rows: pa.Table
    encoding: str
    delimiter: str
    headings: list[str]
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    merged: int = 0

    @property
    def read(self) -> int:
        """Rows that the file held: those to use, those merged, those rejected."""
        lost = {(r.file, r.line) for r in self.rejected if r.code != "cell"}
        return int(self.rows.num_rows) + self.merged + len(lost)


FILE_STEP = 10**9


def combined(sheets: list[Sheet]) -> Sheet:
    """Several files of one kind as one sheet; `LINE` is then place * FILE_STEP + line.

    Rows that two files share in every cell are merged.
    """
    tables, names = [], []
    for place, sheet in enumerate(sheets):
        lines = pc.add(sheet.rows[LINE], place * FILE_STEP)
        at = sheet.rows.schema.get_field_index(LINE)
        tables.append(sheet.rows.set_column(at, LINE, lines))
        names += [h for h in sheet.headings if h not in names]
    rows = pa.concat_tables(tables, promote_options="default")
    whole = Sheet(
        sheets[0].file, rows, sheets[0].encoding, sheets[0].delimiter, names,
        [r for s in sheets for r in s.rejected], [n for s in sheets for n in s.notes],
        sum(s.merged for s in sheets),
    )  # fmt: skip
    if len(sheets) > 1:
        _doubles(whole)
    return whole


@dataclass(frozen=True, slots=True)
class Layout:
    """What a mapping says of a file's form; what is empty is found out."""

    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    encoding: str
    delimiter: str
    skip: int
    headings: list[str]
    trailing: int


def read_csv(file: Opened, told: Layout | None = None) -> Sheet:
    """Read a delimited file.

    Raises Refused where no heading is found, there are too many columns, or it is no text.
    """
    told = told or Layout()
    try:
        form = _form(file, told)
        rows = _fast(file, form)
        rejected: list[Rejected] = []
        nuls = 0
        if rows is None:
            rows, rejected = _careful(file, form)
            nuls = 0 if form.encoding.startswith(("utf-16", "utf-32")) else _nuls(file)
    except (UnicodeError, LookupError) as error:
        raise NotOurs(N_("%(file)s is no text that Trueup can read."), file=file.name) from error
    notes = [f"lines before the heading: {form.skip}"] if form.skip else []
    notes += [f"NUL characters taken out: {nuls}"] if nuls else []
    sheet = Sheet(file, rows, form.encoding, form.delimiter, form.headings, rejected, notes)
    return finished(sheet, told.missing)


def _nuls(file: Opened) -> int:
    with file.path.open("rb") as raw:
        return sum(piece.count(0) for piece in iter(lambda: raw.read(PIECE), b""))


# -- form --------------------------------------------------------------------------------------
def _form(file: Opened, told: Layout) -> _Form:
    if is_binary(file.path):
        raise NotOurs(
            N_(
                "%(file)s is no table of text, whatever its name ends with. Trueup reads CSV, TSV, "
                "JSON, XES and XLSX; save it as one of them."
            ),
            file=file.name,
        )
    encoding = told.encoding or encoding_of(file.path)
    with file.path.open(encoding=encoding, errors="strict", newline="") as text:
        lines = list(islice(physical(text), SAMPLE))
    if not any(line.strip() for line in lines):
        raise NotOurs(N_("%(file)s is empty."), file=file.name)
    if lines[0].lstrip("\ufeff \t").lower().startswith(("<!doctype html", "<html")):
        raise NotOurs(
            N_("%(file)s is a web page, no export: perhaps the page for signing in."),
            file=file.name,
        )
    delimiter, skip = _shape(lines, told)
    names = next(csv.reader(lines[skip:], delimiter=delimiter), [])
    trailing = 0
    while names and not names[-1].strip():
        names.pop()
        trailing += 1
    if len(names) > COLUMNS_MOST:
        raise Refused(
            N_("%(file)s has %(n)s columns; at most 2,000 can be read."),
            file=file.name,
            n=len(names),
        )
    return _Form(encoding, delimiter, skip, numbered(names), trailing)


def _shape(lines: list[str], told: Layout) -> tuple[str, int]:
    """The delimiter with the steadiest field count, and the lines before the heading."""
    csv.field_size_limit(1 << 25)
    best = (0.0, 0, told.delimiter or ",", 0)
    for delimiter in (told.delimiter,) if told.delimiter else DELIMITERS:
        found = list(csv.reader(lines, delimiter=delimiter))
        counts = [len(row) for row in found]
        common, times = Counter(n for n in counts if n).most_common(1)[0]
        if common < 2:
            continue
        skip = next((i for i, row in enumerate(found) if len(row) == common and _names(row)), None)
        if skip is None:
            skip = counts.index(common)
        best = max(best, (times / len(counts), common, delimiter, skip))
    return best[2], told.header_row - 1 if told.header_row else best[3]


def _names(row: list[str]) -> bool:
    """Whether a row may be a heading: different cells that are no numbers."""
    words = {cell.strip() for cell in row if re.search(r"[^\W\d_]", cell)}
    return len(words) >= min(3, sum(bool(cell.strip()) for cell in row) or 1)


def numbered(names: list[str]) -> list[str]:
    """Headings with joined blanks; those that repeat, also in another case, get a number."""
    taken = {LINE}
    out = []
    for index, name in enumerate(names):
        text = re.sub(r"[\ufeff\x00-\x08\x0e-\x1f]", "", name)
        text = text.encode("utf-8", "replace").decode("utf-8")
        plain = unique = re.sub(r"\s+", " ", text).strip() or f"col_{index + 1}"
        times = 1
        while unique.lower() in taken:
            times += 1
            unique = f"{plain}#{times}"
        taken.add(unique.lower())
        out.append(unique)
    return out


# -- rows --------------------------------------------------------------------------------------
def _fast(file: Opened, form: _Form) -> pa.Table | None:
    """The vectorised reader, for files without any fault; None where there is one."""
    extra = [f"__extra_{i}" for i in range(form.trailing)]
    columns = [*form.headings, *extra]
    encoding = "utf8" if form.encoding.startswith("utf-8") else form.encoding
    try:
        table = pacsv.read_csv(
            file.path,
            read_options=pacsv.ReadOptions(
                encoding=encoding, column_names=columns, skip_rows=form.skip + 1
            ),
            parse_options=pacsv.ParseOptions(delimiter=form.delimiter, newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in columns},
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, UnicodeError):
        return None
    if any(table[name].null_count < table.num_rows for name in extra):
        return None
    table = table.select(form.headings)
    breaks = _breaks(table, form)
    if breaks is None:
        return None
    lines = [form.skip + 2 + i for i in range(table.num_rows)]
    if any(breaks):
        before = 0
        for index, n in enumerate(breaks):
            lines[index] += before
            before += n
    return table.append_column(LINE, pa.array(lines, pa.int64()))


def _breaks(table: pa.Table, form: _Form) -> list[int] | None:
    """Line breaks inside the cells of each row; None where a cell shows that a quote was open."""
    total = None
    width = len(form.headings) - 1
    for name in form.headings:
        column = table[name]
        longest = pc.max(pc.binary_length(column)).as_py() or 0
        if longest > CELL_MOST or pc.any(pc.match_substring(column, "\0")).as_py():
            return None
        inside = pc.fill_null(pc.count_substring(column, "\n"), 0)
        if not pc.any(pc.greater(inside, 0)).as_py():
            continue
        many = pc.greater_equal(pc.count_substring(column, form.delimiter), width)
        doubted = column.filter(pc.and_(pc.greater(inside, 0), pc.fill_null(many, False)))
        if any(_swallowed(cell, form.delimiter, width) for cell in doubted.to_pylist()):
            return None
        total = inside if total is None else pc.add(total, inside)
    return [] if total is None else [int(n) for n in total.to_pylist()]


def _swallowed(cell: str, delimiter: str, width: int) -> bool:
    return any(line.count(delimiter) >= width for line in cell.split("\n")[1:])


def _careful(file: Opened, form: _Form) -> tuple[pa.Table, list[Rejected]]:
    """Row by row: for files with NULs, broken quotes, odd rows or cells beyond the limit."""
    rejected: list[Rejected] = []
    columns: list[list[str | None]] = [[] for _ in form.headings]
    lines: list[int] = []
    with file.path.open(encoding=form.encoding, errors="strict", newline="") as text:
        for record in records(text, form.delimiter, len(form.headings), form.skip):
            if record.code:
                rejected.append(
                    Rejected(file.name, record.line, "", "", record.code, record.why, record.raw)
                )
                continue
            lines.append(record.line)
            for column, cell in zip(columns, record.cells, strict=True):
                column.append(cell)
    arrays = [pa.array(column, pa.string()) for column in columns]
    table = pa.table(dict(zip(form.headings, arrays, strict=True)))
    return table.append_column(LINE, pa.array(lines, pa.int64())), rejected


# -- the same for every kind of file -------------------------------------------------------------
def finished(sheet: Sheet, missing: tuple[str, ...] = ()) -> Sheet:
    """Markers of nothing become null; repeated headings and rows go, and both are counted."""
    if not sheet.headings or (not sheet.rows.num_rows and not sheet.rejected):
        raise NotOurs(N_("%(file)s holds no rows."), file=sheet.file.name)
    markers = pa.array(sorted({*MISSING, *(word.strip().lower() for word in missing)}))
    columns = {}
    for name in sheet.headings:
        plain = pc.utf8_lower(pc.utf8_trim_whitespace(sheet.rows[name]))
        nothing = pc.is_in(plain, value_set=markers)
        columns[name] = pc.if_else(nothing, pa.scalar(None, pa.string()), sheet.rows[name])
    empty = [n for n in sheet.headings if re.fullmatch(r"col_\d+", n)
             and columns[n].null_count == sheet.rows.num_rows]  # fmt: skip
    sheet.headings = [name for name in sheet.headings if name not in empty]
    if not sheet.headings:
        raise NotOurs(N_("%(file)s holds no rows."), file=sheet.file.name)
    lines = sheet.rows[LINE]
    sheet.rows = pa.table({**{n: columns[n] for n in sheet.headings}, LINE: lines})
    _headings_again(sheet)
    _doubles(sheet)
    twice = sum(
        pc.sum(pc.match_substring_regex(sheet.rows[n], TWICE)).as_py() or 0 for n in sheet.headings
    )
    if twice:
        sheet.notes.append(f"cells whose text was encoded twice: {twice}")
    return sheet


def _headings_again(sheet: Sheet) -> None:
    """A heading further down, as joined files have it, is no row."""
    same = None
    for name in sheet.headings[:8]:
        if "#" in name or name.startswith("col_"):
            continue
        here = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(sheet.rows[name]), name), False)
        same = here if same is None else pc.and_(same, here)
    if same is None or len(sheet.headings) < 2 or not pc.any(same).as_py():
        return
    for line in sheet.rows[LINE].filter(same).to_pylist():
        why = "the heading again, no row"
        sheet.rejected.append(Rejected(sheet.file.name, line, "", "", "header", why, ""))
    sheet.rows = sheet.rows.filter(pc.invert(same))


def _doubles(sheet: Sheet) -> None:
    """Rows that say the same as an earlier one in every cell are merged with it."""
    names = ", ".join('"' + name.replace('"', '""') + '"' for name in sheet.headings)
    with connection() as con:
        con.register("rows_read", sheet.rows)
        seen = con.execute(f"SELECT count(*), count(DISTINCT hash({names})) FROM rows_read")
        rows, different = seen.fetchone() or (0, 0)
        if rows == different:
            return
        first = con.execute(f"SELECT min({LINE}) FROM rows_read GROUP BY {names}").fetchall()
    kept = pc.is_in(sheet.rows[LINE], value_set=pa.array([line for (line,) in first], pa.int64()))
    sheet.merged += rows - len(first)
    sheet.rows = sheet.rows.filter(kept)


def write_rejected(path: Path, rejected: list[Rejected]) -> None:
    """rejected.csv: file, line, record, column, reason code, reason in words, the raw cell.

    The words are in the language of now; everything else is the same in each.
    """
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["file", "line", "record", "column", "code", "reason", "raw"])
        for r in sorted(rejected, key=lambda r: (r.file, r.line, r.column)):
            raw = "'" + r.raw if r.raw[:1] in ("=", "+", "-", "@") else r.raw
            writer.writerow([r.file, r.line, r.record, r.column, r.code, said(r.why), raw])
