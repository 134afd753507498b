"""A whole audit of 100,000 and of a million events. Run: ./trueup bench million [EVENTS ...].

Each size runs in a process of its own: all checks, result.json and the report. Printed are the
seconds by the clock and of the processor, the peak of memory, and how long one plain read of
every Parquet file takes beside it. The evidence is made up (seed 1) and thrown away.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from trueup.audit.evidence.packs import Pack
from trueup.audit.report import write_reports
from trueup.audit.run import run
from trueup.audit.sample import write_sample

SIZES = (100_000, 1_000_000)
EVENTS_A_RECORD = 6.6


def audit(folder: Path) -> dict[str, Any]:
    """Audit one pack in this process and measure it."""
    pack = Pack.open(folder)
    start, work = time.perf_counter(), time.process_time()
    result = run(pack)
    result.write(folder / "out")
    write_reports(result, folder / "out")
    seconds, processor = time.perf_counter() - start, time.process_time() - work
    start = time.perf_counter()
    read(pack)
    return {
        "events": pack.tables["event"].rows,
        "rows": sum(table.rows for table in pack.tables.values()),
        "seconds": seconds,
        "processor": processor,
        "reading": time.perf_counter() - start,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "asked": result.data["honesty"]["checks_run"],
        "judged": sum(m["value"] is not None for m in result.data["measures"]),
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
        print(json.dumps(audit(Path(arguments[1]))))
        return 0
    done = [_measured(int(size)) for size in arguments or SIZES]
    print(f"{'events':>10}{'rows':>11}{'clock':>9}{'processor':>11}{'peak':>9}{'reading':>9}"
          f"{'checks':>8}{'measures':>10}")  # fmt: skip
    for m in done:
        print(
            f"{m['events']:>10,}{m['rows']:>11,}{m['seconds']:>7.1f} s{m['processor']:>9.1f} s"
            f"{m['peak_mb']:>6.0f} MB{m['reading'] / m['seconds']:>9.0%}{m['asked']:>8}"
            f"{m['judged']:>10}"
        )
    if len(done) > 1:
        first, last = done[0], done[-1]
        print(
            f"{last['events'] / first['events']:.1f} times the events take "
            f"{last['processor'] / first['processor']:.1f} times the processor."
        )
    return 0


def _measured(events: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="trueup-bench-") as folder:
        write_sample(Path(folder), round(events / EVENTS_A_RECORD))
        command = [sys.executable, "-m", "bench.million", "--one", folder]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        measured: dict[str, Any] = json.loads(told)
        return measured


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
