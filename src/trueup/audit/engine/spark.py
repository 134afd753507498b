"""The distributed engine: the same expressions in a Spark session (extra ``trueup[spark]``).

The session is the one that is already there (a notebook, ``spark-submit``, a cluster named by
``SPARK_MASTER`` or the installation's own settings), else one of this machine's cores.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.parquet as pq

from trueup.audit.engine.schema import schema_of
from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

if TYPE_CHECKING:
    from trueup.audit.evidence.packs import Pack

KINDS = {
    "str": "STRING",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP_NTZ",
    "money": "DECIMAL(18,4)",
    "json": "STRING",
}
# What a result must not depend on: the zone, the reading of instants, and rewriting by size.
FIXED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
OWN = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}


def _session() -> Any:
    """The session that is there, or one of our own; set to UTC.

    Raises Refused where the extra or Java is missing.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, absent by default
    except ImportError as error:
        raise Refused(
            N_("The Spark engine is not installed. Install it with: pip install 'trueup[spark]'")
        ) from error
    session = SparkSession.getActiveSession()
    if session is None:
        builder = SparkSession.builder.appName("trueup")
        if master := os.environ.get("SPARK_MASTER"):
            builder = builder.master(master)
        else:
            cores = os.cpu_count() or 2
            builder = builder.config("spark.sql.shuffle.partitions", str(2 * cores))
        for name, value in OWN.items():
            builder = builder.config(name, value)
        try:
            session = builder.getOrCreate()
        except Exception as error:
            raise Refused(
                N_(
                    "Spark does not start: %(why)s. It needs Java 17 or later on this machine "
                    "(java -version) and, where SPARK_MASTER is set, a cluster at that address."
                ),
                why=str(error).splitlines()[0][:200],
            ) from error
    for name, value in FIXED.items():
        session.conf.set(name, value)
    return session


def typed_sql(column: evidence.Column, found: pa.DataType | None) -> str:
    """The column's value in the schema's type, in Spark's words; null where it has none.

    `found` is the type in the files, None where they lack the column.
    """
    name, kind = f"`{column.name}`", KINDS[column.type]
    if found is None:
        return f"CAST(NULL AS {kind})"
    if pa.types.is_timestamp(found) and found.unit == "ns":
        # Spark knows no nanoseconds and reads them as whole numbers.
        name = f"timestamp_micros({name} div 1000)"
    typed = f"try_cast({name} AS {kind})"
    if column.type == "int" and pa.types.is_floating(found):
        typed = f"CASE WHEN {name} = floor({name}) THEN {typed} END"
    elif column.type == "float" and pa.types.is_floating(found):
        infinite = "CAST('Infinity' AS DOUBLE)"
        typed = f"CASE WHEN NOT isnan({name}) AND abs({name}) < {infinite} THEN {typed} END"
    if column.values:
        words = ", ".join(f"'{word}'" for word in column.values)
        return f"CASE WHEN {typed} IN ({words}) THEN {typed} END"
    return typed


def _alike(files: Iterable[Path]) -> list[tuple[list[str], dict[str, pa.DataType]]]:
    """The files by layout, each layout with its columns and their plain types."""
    groups: dict[tuple[tuple[str, str], ...], tuple[list[str], dict[str, pa.DataType]]] = {}
    for file in files:
        fields = {
            f.name: f.type.value_type if pa.types.is_dictionary(f.type) else f.type
            for f in pq.read_schema(file)
        }
        layout = tuple(sorted((name, str(kind)) for name, kind in fields.items()))
        groups.setdefault(layout, ([], fields))[0].append(str(file.resolve()))
    return list(groups.values())


class SparkBackend:
    """A Spark session: the same expressions on many machines (extra ``trueup[spark]``).

    The files of the pack must be readable under the same path on every machine. What the pack's
    footers and counts tell is read by the driver; all rows are read by the executors.
    """

    name = "spark"

    def __init__(self, pack: Pack, session: Any = None) -> None:
        self.session = session or _session()
        self.con = ibis.pyspark.connect(self.session)
        self.pack = pack
        self._tables: dict[str, Any] = {}
        self._names = self._numbered()
        self._frames: list[Any] = []

    def _numbered(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"trueup_{id(self)}_{number}"

    def table(self, name: str) -> Any:
        """The relation of an evidence table, read from the same Parquet files."""
        if name not in self._tables:
            self._tables[name] = self._view(name)
        return self._tables[name]

    def _view(self, name: str) -> Any:
        schema = schema_of(name)
        if name not in self.pack.tables:
            return self.memory(schema.to_pyarrow().empty_table())
        faults = [f.column for f in self.pack.faults(name) if f.required]
        parts = [
            self._part(name, files, fields, faults)
            for files, fields in _alike(self.pack.tables[name].files)
        ]
        return self._named(reduce(lambda one, other: one.unionAll(other), parts), schema)

    def _part(
        self, name: str, files: list[str], fields: dict[str, pa.DataType], faults: list[str]
    ) -> Any:
        """The rows of files with one layout, in the schema's types.

        Rows without a required value are left out, as on the embedded engine.
        """
        table = evidence.TABLES[name]
        frame = self.session.read.parquet(*files)
        for column in faults:
            typed = typed_sql(table.column(column), fields.get(column))
            frame = frame.where(f"({typed}) IS NOT NULL")
        picks = [f"{typed_sql(c, fields.get(c.name))} AS `{c.name}`" for c in table.columns]
        return frame.selectExpr(*picks)

    def _named(self, frame: Any, schema: ibis.Schema) -> Any:
        """A view over a frame; `schema` is ours, since Spark's own forgets a time's precision."""
        name = next(self._names)
        frame.createOrReplaceTempView(name)
        return ops.DatabaseTable(name=name, schema=schema, source=self.con).to_expr()

    def keep(self, expr: Any) -> Any:
        """Keep in the session's storage, so that several questions share it."""
        frame = self.session.sql(self.sql(expr)).persist()
        self._frames.append(frame)
        return self._named(frame, expr.schema())

    def fetch(self, expr: Any) -> pa.Table:
        """Run on the cluster and collect."""
        wanted = expr.as_table().schema().to_pyarrow()
        rows: pa.Table = self.session.sql(self.sql(expr)).toArrow()
        return rows.cast(wanted)

    def sql(self, expr: Any) -> str:
        """The statement in Spark's words."""
        return str(self.con.compile(expr))

    def memory(self, rows: pa.Table) -> Any:
        """A small table made in Python."""
        return self._named(
            self.session.createDataFrame(rows), ibis.Schema.from_pyarrow(rows.schema)
        )

    def close(self) -> None:
        """Let the session's storage go; the session itself is another's."""
        while self._frames:
            self._frames.pop().unpersist()
