"""One set of Ibis expressions, two engines: DuckDB in this process, or a Spark session.

All instants are naive timestamps in UTC inside the engine, so that no session time zone can
change a result; local time is made by `trueup.audit.context.Context.local`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import ibis
import pyarrow as pa

from trueup.audit.engine.schema import schema_of
from trueup.audit.engine.spark import SparkBackend
from trueup.core.refusals import Refused
from trueup.core.words import N_

if TYPE_CHECKING:
    from trueup.audit.evidence.packs import Pack


class Backend(Protocol):
    """What the audit asks of an engine."""

    name: str

    def table(self, name: str) -> Any:
        """The relation of an evidence table, with every column of the schema."""

    def keep(self, expr: Any) -> Any:
        """Compute `expr` once and return it as a relation, so that several questions share it."""

    def fetch(self, expr: Any) -> pa.Table:
        """Run `expr` and return its rows."""

    def sql(self, expr: Any) -> str:
        """The statement that `fetch` would run."""

    def memory(self, rows: pa.Table) -> Any:
        """A small table made in Python, as a relation."""

    def close(self) -> None:
        """Give back what the engine holds, its folder on disk too; nothing can be asked then."""


@contextmanager
def _memory_told() -> Iterator[None]:
    """A memory that is full ends the audit in words; it never greys one question."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise Refused(
            N_(
                "The audit needs more memory than it may use (%(limit)s). Give it more with "
                "--memory, or narrow it with --period or --only."
            ),
            limit=str(error).splitlines()[0][:200],
        ) from error


class DuckBackend:
    """DuckDB in this process, started by the first question: bounded memory, spills to a folder.

    The folder is its own and goes with `close`.
    """

    name = "duckdb"

    def __init__(self, pack: Pack, memory_limit: str | None, threads: int | None) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="trueup-spill-")
        self._config: dict[str, Any] = {
            "temp_directory": self.folder.name,
            "preserve_insertion_order": False,
            "allocator_background_threads": True,  # what is freed goes back to the system
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if memory_limit:
            self._config["memory_limit"] = memory_limit
        self._config["threads"] = threads or os.cpu_count() or 2
        self.pack = pack
        self._con: Any = None
        self._closed = False
        self._tables: dict[str, Any] = {}
        self._kept = 0
        self._last: tuple[Any, str] | None = None

    @property
    def con(self) -> Any:
        """The connection, made when it is first needed."""
        if self._closed:
            raise RuntimeError("the engine was closed")
        if self._con is None:
            self._con = ibis.duckdb.connect(**self._config)
            self._con.raw_sql("SET TimeZone = 'UTC'")
        return self._con

    def close(self) -> None:
        """End the engine and remove its folder; a second time does nothing."""
        if self._con is not None:
            self._con.con.close()
        self._con, self._closed, self._last = None, True, None
        self._tables.clear()
        self.folder.cleanup()

    def table(self, name: str) -> Any:
        """The relation of an evidence table; absent tables are empty."""
        if name not in self._tables:
            self._tables[name] = self._view(name)
        return self._tables[name]

    def _view(self, name: str) -> Any:
        schema = schema_of(name)
        if name not in self.pack.tables:
            return self.con.create_table(f"e_{name}", schema=schema, temp=True)
        columns = ", ".join(
            f'CAST("{column}" AS TIMESTAMP) AS "{column}"' if kind.is_timestamp() else f'"{column}"'
            for column, kind in schema.items()
        )
        statement = f"SELECT {columns} FROM ({self.pack.relation_sql(name)})"  # noqa: S608
        self.con.raw_sql(f'CREATE TEMP VIEW "e_{name}" AS {statement}')
        return self.con.table(f"e_{name}")

    def keep(self, expr: Any) -> Any:
        """Compute once into a temporary table; a full memory is told in words."""
        self._kept += 1
        with _memory_told():
            return self.con.create_table(f"k_{self._kept}", obj=expr, temp=True)

    def fetch(self, expr: Any) -> pa.Table:
        """Run and return the rows; a full memory is told in words."""
        with _memory_told():
            return self.con.con.sql(self.sql(expr)).to_arrow_table()

    def sql(self, expr: Any) -> str:
        """The statement in DuckDB's words."""
        if self._last is None or self._last[0] is not expr:
            self._last = (expr, self.con.compile(expr))
        return self._last[1]

    def memory(self, rows: pa.Table) -> Any:
        """A small table made in Python."""
        self._kept += 1
        name = f"m_{self._kept}"
        self.con.con.register("incoming", rows)
        with _memory_told():
            self.con.raw_sql(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        self.con.con.unregister("incoming")
        return self.con.table(name)


def open_backend(
    pack: Pack, engine: str = "duckdb", memory_limit: str | None = None, threads: int | None = None
) -> Backend:
    """The engine by name: ``duckdb`` or ``spark``.

    Raises Refused for another name, or where the extra is not installed.
    """
    if engine == "duckdb":
        return DuckBackend(pack, memory_limit, threads)
    if engine == "spark":
        return SparkBackend(pack)
    raise Refused(N_("There is no engine %(name)s; there are duckdb and spark."), name=engine)
