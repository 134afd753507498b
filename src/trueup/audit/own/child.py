"""The process in which rules of an organisation run: few tables, no files, no network, an end.

Reads a job as JSON from standard input, writes the rows of each run as Arrow files and one JSON
line about each to standard output. Started by `trueup.audit.own.sandbox`; loads no part of the
audit but this file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.ipc as ipc

try:
    import resource
except ImportError:  # no such limits on this system; the engine's own and the clock remain
    resource = None  # type: ignore[assignment]

SETTINGS = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def bound(limits: Mapping[str, int]) -> None:
    """Hard limits of this process: address space, processor seconds, size of files, no cores."""
    if resource is None:
        return
    for name, most in (
        (resource.RLIMIT_AS, limits["address"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, limits["spill"]),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (least, least))


def opened(job: Mapping[str, Any], run: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
    """An engine that sees the named tables and nothing else, and whose settings are locked."""
    config: dict[str, Any] = SETTINGS | {
        "memory_limit": f"{job['limits']['memory'] >> 20}MiB",
        "temp_directory": job["spill"],
        "max_temp_directory_size": f"{job['limits']['spill'] >> 20}MiB",
    }
    con = duckdb.connect(config=config)
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET python_enable_replacements = false")
    names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in run["files"])
    con.execute(f"SET allowed_paths = [{names}]")
    con.execute("SET enable_external_access = false")
    for name, select in run["tables"].items():
        con.execute(f'CREATE TEMP VIEW "{name}" AS {select}')
    con.execute("SET lock_configuration = true")
    return con


def value(told: tuple[str, Any]) -> Any:
    """A parameter: its kind and its text."""
    kind, text = told
    readers = {"time": datetime.fromisoformat, "date": date.fromisoformat}
    return readers[kind](text) if kind in readers else text


def answered(job: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """Run one rule, write its rows; what there is to say of it."""
    most = job["limits"]["rows"]
    params = {name: value(told) for name, told in run["parameters"].items()}
    try:
        con = opened(job, run)
        statement = f"SELECT * FROM ({run['sql']}\n) LIMIT {most + 1}"  # noqa: S608 - checked before
        rows = con.execute(statement, params or None).to_arrow_table()
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"failed": "memory"}
    except duckdb.Error as error:
        return {"failed": "sql", "why": " ".join(str(error).split("\n\n")[0].split())[:300]}
    if rows.num_rows > most:
        return {"failed": "rows"}
    with pa.OSFile(run["out"], "wb") as sink, ipc.new_file(sink, rows.schema) as writer:
        writer.write_table(rows)
    return {"rows": rows.num_rows}


def main() -> None:
    """Every run of the job, one after the other."""
    job = json.load(sys.stdin)
    bound(job["limits"])
    for run in job["runs"]:
        sys.stdout.write(json.dumps(answered(job, run)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
