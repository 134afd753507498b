"""Records of a delimited text, one by one: broken quotes end at their own line, nothing is lost.

A record that cannot be read costs its own line and no more: reading resumes at the next line
(imports.md section 2).
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

CELL_MOST = 1 << 20
LINE_MOST = 16 << 20
RECORD_MOST = 8 << 20
COUNT = "count"  # of a numbers-of-rows line, in the languages that exports come in
FOOTERS = ("rows", "row", "records", "total", "totals", "zeilen", "datensätze", "lignes", "filas",
           "righe", "gesamt", "summe", COUNT)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line, and its cells, or why it is none."""

    line: int
    cells: list[str]
    code: str = ""
    why: str = ""
    raw: str = ""


@dataclass(slots=True)
class _Feed:
    """Physical lines; those that a record took can be put back."""

    lines: Iterator[str]
    back: deque[str] = field(default_factory=deque)
    taken: list[str] = field(default_factory=list)
    size: int = 0
    number: int = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.size > RECORD_MOST:
            raise StopIteration
        line = self.back.popleft() if self.back else next(self.lines)
        self.taken.append(line)
        self.size += len(line)
        return line

    def keep(self, lines: int) -> None:
        """The first lines that were taken are done with; the others go back."""
        self.back.extendleft(reversed(self.taken[lines:]))
        self.number += lines
        self.taken, self.size = [], 0


def physical(text: TextIO) -> Iterator[str]:
    """Lines without NULs; the part of a line beyond 16 MiB is left out (its cell is refused)."""
    while line := text.readline(LINE_MOST):
        rest = line
        while rest and rest[-1] not in "\r\n":
            rest = text.readline(LINE_MOST)
        yield line.replace("\0", "")


def records(text: TextIO, delimiter: str, wanted: int, skip: int) -> Iterator[Record]:
    """Every record after the heading, whose line is `skip` + 1."""
    csv.field_size_limit(2 * LINE_MOST)
    feed = _Feed(physical(text))
    for _ in range(skip):
        next(feed, None)
        feed.keep(1)
    next(csv.reader(feed, delimiter=delimiter), None)
    feed.keep(len(feed.taken))
    while True:
        line = feed.number + 1
        cells, used = _next(feed, delimiter, wanted)
        if not used:
            return
        raw = "".join(feed.taken[:used])[:500]
        feed.keep(used)
        if cells:
            yield _judged(Record(line, cells, raw=raw), wanted)


def _next(feed: _Feed, delimiter: str, wanted: int) -> tuple[list[str], int]:
    """The cells of the next record and how many lines it took; no line at the end."""
    try:
        cells = _trimmed(next(csv.reader(feed, delimiter=delimiter, strict=True), []), wanted)
        if len(cells) == wanted or len(feed.taken) <= 1:
            return cells, len(feed.taken)
    except csv.Error:
        pass
    lines = feed.taken
    loose = _trimmed(next(csv.reader(iter(lines), delimiter=delimiter), []), wanted)
    whole = any(len(_alone(line, delimiter, wanted)) == wanted for line in lines[1:])
    if len(loose) == wanted and not whole and feed.size <= RECORD_MOST:
        took = csv.reader(iter(lines), delimiter=delimiter)
        next(took)
        return loose, took.line_num
    return _alone(lines[0], delimiter, wanted), 1


def _alone(line: str, delimiter: str, wanted: int) -> list[str]:
    """One line as a record; a quote that stays open ends with the line."""
    try:
        return _trimmed(next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), []), wanted)
    except csv.Error:
        return [line]


def _trimmed(cells: list[str], wanted: int) -> list[str]:
    """Without the empty cells that separators at the end of a line make."""
    while len(cells) > wanted and not cells[-1].strip():
        cells.pop()
    return cells


def _judged(record: Record, wanted: int) -> Record:
    cells = record.cells
    if any(len(cell) > CELL_MOST for cell in cells):
        return Record(record.line, cells, "cell_size", "a cell is longer than 1 MiB", record.raw)
    if len(cells) == wanted:
        return record
    if is_footer(cells):
        return Record(record.line, cells, "footer", "a line of totals, no row", record.raw)
    code = "quote" if record.raw.count('"') % 2 else "cells"
    why = f"{len(cells)} cells where {wanted} are expected"
    return Record(record.line, cells, code, why, record.raw)


def is_footer(cells: list[str]) -> bool:
    """Whether a line only counts or sums up: ``318 rows``, ``Total: 318``."""
    filled = [cell for cell in cells if cell.strip()]
    words = " ".join(filled).lower().replace(":", " ").replace("(s)", "").split()
    return (
        0 < len(words) <= 4
        and len(filled) <= 2
        and any(word in FOOTERS for word in words)
        and any(any(c.isdigit() for c in word) for word in words)
    )
