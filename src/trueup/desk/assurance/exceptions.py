"""The exceptions behind detections as the pages read them: a small file with an index.

The pages need neither the audit nor its engine to open the records behind a figure. The file is
made from the same rows as `evidence.parquet` and lies beside it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from trueup.core.refusals import Broken
from trueup.core.words import N_

FILE = "exceptions.sqlite3"
MISSING = N_("The records behind this audit are gone. Run the audit again.")
TABLE = (
    "CREATE TABLE exception (detection TEXT, place INTEGER, held TEXT, id TEXT, why TEXT, "
    "PRIMARY KEY (detection, place)) WITHOUT ROWID"
)
Row = tuple[str, str, str]


def keep(folder: Path, rows: Iterable[Mapping[str, str | None]]) -> None:
    """Write the exceptions of a result (columns detection, table, id, why), in their order."""
    places: Counter[str] = Counter()

    def told() -> Iterator[tuple[str | None, int, str | None, str | None, str]]:
        for row in rows:
            key = str(row["detection"])
            yield key, places[key], row["table"], row["id"], row["why"] or ""
            places[key] += 1

    with closing(sqlite3.connect(folder / FILE)) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.execute(TABLE)
        file.executemany("INSERT INTO exception VALUES (?, ?, ?, ?, ?)", told())
        file.commit()


def count(folder: Path, detection: str) -> int:
    """How many exceptions a detection has."""
    with closing(_open(folder)) as file:
        asked = file.execute("SELECT count(*) FROM exception WHERE detection = ?", [detection])
        return int(asked.fetchone()[0])


def some(folder: Path, detection: str, after: int, most: int) -> list[Row]:
    """Exceptions from a place on, as (table, id, why)."""
    with closing(_open(folder)) as file:
        asked = file.execute(
            "SELECT held, id, why FROM exception WHERE detection = ? AND place >= ? "
            "ORDER BY place LIMIT ?",
            [detection, after, most],
        )
        return list(asked)


def _open(folder: Path) -> sqlite3.Connection:
    """The file, to be read only; Broken where it is not there."""
    path = (folder / FILE).resolve()
    if not path.is_file():
        raise Broken(MISSING)
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
