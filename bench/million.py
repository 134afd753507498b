"""A whole audit of 100,000 and of a million events. Run: ./trueup bench million [EVENTS ...].

Each size runs in a process of its own: all checks, result.json and the report. Printed are the
seconds by the clock and of the processor, the peak of memory, the most that was spilled to disk,
and how long one plain read of every Parquet file takes beside it; and, for the largest, the
questions that took longest. `--memory SIZE` limits the engine as in `trueup audit`. The evidence
is made up (seed 1) and thrown away; it is made in slices, so that ten million events fit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench import events, peak_mb
from trueup.audit.evidence.packs import Pack, file_sha256
from trueup.audit.report import write_reports
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample
from trueup.audit.sample.world import tables

SIZES = (100_000, 1_000_000)
EVENTS_A_RECORD = 6.6
SLICE = 150_000  # records made at once
WORST = 5
# The tables that grow with the records, and their columns that hold ids of them.
GROWING = {
    "record": ("id",), "event": ("entity_id",), "message": ("id", "record"),
    "worklog": ("record",), "target_result": ("record",), "survey": ("id", "record"),
    "complaint_step": ("record",), "change": ("record",), "change_ci": ("change",),
    "approval": ("id", "entity_id"),
}  # fmt: skip


# -- the evidence ----------------------------------------------------------------------------
def made_up(folder: Path, records: int) -> None:
    """A pack of many records: one sample, and further slices of it with ids of their own."""
    write_sample(folder, min(records, SLICE))
    if records <= SLICE:
        return
    with tempfile.TemporaryDirectory(prefix="trueup-slices-") as name:
        for number, start in enumerate(range(SLICE, records, SLICE), 1):
            for table, rows in slice_of(min(SLICE, records - start), number):
                pq.write_table(rows, Path(name, f"{table}-{number}.parquet"))
        told = json.loads((folder / "manifest.json").read_text())
        for table in GROWING:
            told["tables"][table] = joined(folder / f"{table}.parquet", Path(name), table)
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, "utf-8")


def slice_of(records: int, number: int) -> Iterator[tuple[str, pa.Table]]:
    """The growing tables of another sample, its ids told apart by the number of the slice."""
    for table, rows in tables(records, seed=1 + number):
        if table not in GROWING:
            continue
        for column in GROWING[table]:
            ids = pc.binary_join_element_wise(rows[column], f"{number}", ".")
            rows = rows.set_column(rows.column_names.index(column), column, ids)
        yield table, rows


def joined(first: Path, slices: Path, table: str) -> dict[str, Any]:
    """One file of a table from all its slices, in the order of its key; its manifest entry."""
    files = [str(first), *(str(path) for path in sorted(slices.glob(f"{table}-*.parquet")))]
    key = {"event": "at_occurred, entity_id, seq", "complaint_step": 'record, "at"'}
    order = key.get(table, ", ".join(GROWING[table][:1]))
    numbered = "row_number() OVER () AS seq, * EXCLUDE (seq)" if table == "event" else "*"
    out = slices / "joined.parquet"
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(slices)}) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(
            f"COPY (SELECT {numbered} FROM (SELECT * FROM read_parquet({files}, "
            f"union_by_name=true) ORDER BY {order})) TO '{out}' "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
    first.write_bytes(b"")
    out.replace(first)
    rows = pq.read_metadata(first).num_rows
    return {"rows": rows, "files": [{"name": first.name, "sha256": file_sha256(first)}]}


# -- the audit -------------------------------------------------------------------------------
class Spill(threading.Thread):
    """Watches the folders that the engine spills to; `most` is the largest sum in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.before = set(Path(tempfile.gettempdir()).glob("trueup-spill-*"))
        self.most, self.ended = 0.0, threading.Event()

    def run(self) -> None:
        """Look ten times a second."""
        while not self.ended.wait(0.1):
            found = set(Path(tempfile.gettempdir()).glob("trueup-spill-*")) - self.before
            self.most = max(self.most, sum(_size(path) for path in found))


def _size(folder: Path) -> float:
    total = 0
    for path in folder.glob("**/*"):
        try:
            total += path.stat().st_size
        except OSError:  # gone since it was listed
            continue
    return total / (1 << 20)


class Asked:
    """The seconds between the questions, as `run` tells them."""

    def __init__(self) -> None:
        self.seconds: list[tuple[float, str]] = []
        self._last: tuple[float, str] | None = None

    def __call__(self, done: int, of: int, question: str) -> None:
        """A question begins."""
        now = time.perf_counter()
        if self._last:
            self.seconds.append((now - self._last[0], self._last[1]))
        self._last = (now, question)


def audit(folder: Path, memory: str | None) -> dict[str, Any]:
    """Audit one pack in this process and measure it."""
    pack, spill, asked = Pack.open(folder), Spill(), Asked()
    spill.start()
    start, work = time.perf_counter(), time.process_time()
    with closing(run(pack, Options(memory_limit=memory), asked)) as result:
        result.write(folder / "out")
        write_reports(result, folder / "out")
    seconds, processor = time.perf_counter() - start, time.process_time() - work
    spill.ended.set()
    peak = peak_mb()
    start = time.perf_counter()
    read(pack)
    return {
        "events": pack.tables["event"].rows,
        "rows": sum(table.rows for table in pack.tables.values()),
        "seconds": seconds,
        "processor": processor,
        "reading": time.perf_counter() - start,
        "peak_mb": peak,
        "spilled_mb": spill.most,
        "asked": result.data["honesty"]["checks_run"],
        "judged": sum(m["value"] is not None for m in result.data["measures"]),
        "worst": sorted(asked.seconds, reverse=True)[:WORST],
    }


def read(pack: Pack) -> None:
    """Read every column of every table once, and do nothing with it."""
    with duckdb.connect() as con:
        for name, table in pack.tables.items():
            columns = ", ".join(f'max("{c}")' for c in sorted(table.columns))
            con.execute(f"SELECT {columns} FROM ({pack.relation_sql(name)})").fetchall()


def main(arguments: list[str]) -> int:
    """Measure every size and print one line for each, and how time grows."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(audit(Path(arguments[1]), next(iter(arguments[2:]), None))))
        return 0
    memory = arguments[1:2] if arguments[:1] == ["--memory"] else []
    asked = arguments[2:] if memory else arguments
    sizes = [events(text, "million") for text in asked] or list(SIZES)
    if None in sizes:
        return 2
    print(f"{'events':>10}{'rows':>11}{'clock':>9}{'processor':>11}{'peak':>9}{'spilled':>10}"
          f"{'reading':>9}{'checks':>8}{'measures':>10}", flush=True)  # fmt: skip
    done = [_measured(size, memory) for size in sizes if size]
    if len(done) > 1:
        first, last = done[0], done[-1]
        print(
            f"{last['events'] / first['events']:.1f} times the events take "
            f"{last['processor'] / first['processor']:.1f} times the processor."
        )
    for seconds, question in done[-1]["worst"]:
        print(f"{seconds:>7.1f} s  {question}")
    return 0


def _measured(count: int, memory: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="trueup-bench-") as folder:
        made_up(Path(folder), round(count / EVENTS_A_RECORD))
        command = [sys.executable, "-m", "bench.million", "--one", folder, *memory]
        told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    m: dict[str, Any] = json.loads(told)
    print(
        f"{m['events']:>10,}{m['rows']:>11,}{m['seconds']:>7.1f} s{m['processor']:>9.1f} s"
        f"{m['peak_mb']:>6.0f} MB{m['spilled_mb']:>7.0f} MB{m['reading']:>7.1f} s{m['asked']:>8}"
        f"{m['judged']:>10}",
        flush=True,
    )
    return m


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
