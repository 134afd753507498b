"""Rules run in a process of their own with bounded memory, time and rows (`child`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc as ipc

from trueup.audit.evidence.normal import SQL, relation_sql
from trueup.audit.evidence.packs import Pack
from trueup.core import evidence

Value = str | float | datetime | date


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rule may use: seconds, rows of its answer, bytes of memory, spill and addresses."""

    seconds: int = 60
    rows: int = 2_000_000
    memory: int = 1 << 30
    spill: int = 4 << 30
    address: int = 6 << 30


@dataclass(frozen=True, slots=True)
class Run:
    """One rule over one pack: the statement, the tables it may see, its parameters."""

    pack: Pack
    sql: str
    tables: tuple[str, ...]
    parameters: Mapping[str, Value]


class Failed(Exception):
    """A rule gave no answer: why, in one sentence."""


def run(runs: Sequence[Run], limits: Limits | None = None) -> list[pa.Table | Failed]:
    """The rows of each rule, or why there are none; the limits are those of each call."""
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="trueup-own-") as folder:
        outs = [Path(folder) / f"{index}.arrow" for index in range(len(runs))]
        job = {
            "limits": {name: getattr(limits, name) for name in Limits.__slots__},
            "spill": str(Path(folder) / "spill"),
            "runs": [_told(r, out) for r, out in zip(runs, outs, strict=True)],
        }
        lines = _carried_out(job, limits, folder)
        told = [json.loads(line) for line in lines if line.strip()]
        # time may run out after the last answer: what comes then belongs to no rule
        told = [*told, *[{"failed": "stopped"}] * len(runs)][: len(runs)]
        return [_answer(t, out, limits) for t, out in zip(told, outs, strict=True)]


def _carried_out(job: dict[str, Any], limits: Limits, folder: str) -> list[str]:
    """What the process said before it ended, or was ended."""
    places = os.pathsep.join(str(Path(place).absolute()) for place in sys.path if place)
    environment = {"PYTHONPATH": places, "PYTHONUTF8": "1"}
    environment |= {k: os.environ[k] for k in ("PATH", "SYSTEMROOT") if k in os.environ}
    command = [sys.executable, "-P", str(Path(__file__).with_name("child.py"))]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell, no words of the file
            command, input=json.dumps(job), env=environment, cwd=folder, text=True,
            encoding="utf-8", capture_output=True, timeout=limits.seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
        text = said.decode("utf-8") if isinstance(said, bytes) else said
        return [*text.splitlines(), '{"failed": "time"}']
    return done.stdout.splitlines()


def _told(run: Run, out: Path) -> dict[str, Any]:
    tables, files = {}, []
    for name in run.tables:
        here = [file.resolve() for file in _files(run.pack, name)]
        files += [str(file) for file in here]
        tables[name] = view_sql(run.pack, name, tuple(here))
    return {
        "sql": run.sql,
        "tables": tables,
        "files": files,
        "parameters": {name: _kind(value) for name, value in run.parameters.items()},
        "out": str(out),
    }


def _files(pack: Pack, name: str) -> tuple[Path, ...]:
    info = pack.tables.get(name)
    return info.files if info is not None and info.columns else ()


def view_sql(pack: Pack, name: str, files: tuple[Path, ...]) -> str:
    """A SELECT with every column of the schema, instants naive in UTC; no rows without files."""
    table = evidence.TABLES[name]
    if not files:
        empty = ", ".join(f'CAST(NULL AS {SQL[c.type]}) AS "{c.name}"' for c in table.columns)
        return f"SELECT {empty} WHERE false"
    columns = ", ".join(
        f'CAST("{c.name}" AS TIMESTAMP) AS "{c.name}"' if c.type == "time" else f'"{c.name}"'
        for c in table.columns
    )
    inner = relation_sql(table, files, pack.tables[name].physical, pack.faults(name))
    return f"SELECT {columns} FROM ({inner})"  # noqa: S608


def _kind(value: Value) -> tuple[str, Any]:
    if isinstance(value, datetime):
        return "time", value.isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    return "plain", value


def _answer(told: Mapping[str, Any], out: Path, limits: Limits) -> pa.Table | Failed:
    if "rows" in told:
        with pa.OSFile(str(out), "rb") as source:
            rows: pa.Table = ipc.open_file(source).read_all()
        return rows
    whys = {
        "time": f"its rule ran longer than {limits.seconds} seconds; make it simpler",
        "memory": f"its rule needs more memory than {limits.memory >> 20} MiB; make it simpler",
        "rows": f"its rule gives more than {limits.rows:,} rows; narrow its population",
        "stopped": "its rule needs more memory or time than a rule may use; make it simpler",
    }
    return Failed(whys.get(told["failed"]) or str(told["why"]))
