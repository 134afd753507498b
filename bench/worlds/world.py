"""One organisation as tables of columns that can be changed, and how it is written as a pack.

A column is a numpy array: text, json and booleans as objects (None = not recorded), numbers and
money as floats (NaN), days as `datetime64[D]`, instants as `datetime64[us]` (NaT). Every column of
the schema exists; one that is empty throughout is left out of the pack.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench.worlds.clock import HOUR, MINUTE, Array, Clock
from bench.worlds.shape import Shape
from trueup.audit.evidence.packs import Pack, PackWriter, schema_of
from trueup.core import evidence

Columns = dict[str, Array]
DTYPES = {"int": "f8", "float": "f8", "money": "f8", "date": "M8[D]", "time": "M8[us]"}


@dataclass
class World:
    """Mutable tables, the clock and the seed; `notes` carries facts between generators."""

    shape: Shape
    rng: np.random.Generator
    clock: Clock
    tables: dict[str, Columns] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    after_seal: list[Callable[[World], None]] = field(default_factory=list)

    @property
    def as_of(self) -> np.datetime64:
        """The instant of the pack."""
        return self.shape.as_of

    @property
    def since(self) -> np.datetime64:
        """The first instant of the judged period."""
        at: np.datetime64 = self.clock.utc(np.datetime64(self.shape.first, "us"))[()]
        return at

    def n(self, table: str) -> int:
        """Rows of a table."""
        columns = self.tables.get(table)
        return len(next(iter(columns.values()))) if columns else 0

    def col(self, dotted: str) -> Array:
        """A column, `world.col("record.team")`; changing it in place changes the world."""
        table, column = dotted.split(".")
        return self.tables[table][column]

    def where(self, table: str, **equals: Any) -> Array:
        """The rows whose columns equal a value, or lie in a list, set or tuple of values."""
        mask = np.ones(self.n(table), dtype=bool)
        for column, value in equals.items():
            values = self.tables[table][column]
            several = isinstance(value, set | list | tuple | np.ndarray)
            mask &= np.isin(values, list(value)) if several else np.asarray(values == value)
        return mask

    def inside(self, dotted: str, start: Any = None, end: Any = None) -> Array:
        """The rows whose instant or day lies in [start, end); the judged period if not said."""
        values = self.col(dotted)
        kind = values.dtype
        low = np.asarray(self.since if start is None else start).astype(kind)
        high = np.asarray(self.as_of if end is None else end).astype(kind)
        return np.asarray((values >= low) & (values < high))

    def set(self, table: str, mask: Array, column: str, value: Any) -> None:
        """Write a value (or one for each masked row) into a column."""
        values = self.tables[table][column]
        values[mask] = np.asarray(value, dtype=values.dtype)

    def append(self, table: str, **columns: Any) -> None:
        """Add rows; a scalar stands for every row, a column that is not named is empty."""
        sizes = [len(v) for v in columns.values() if isinstance(v, list | tuple | np.ndarray)]
        n = sizes[0] if sizes else 1
        known = {c.name: c for c in evidence.TABLES[table].columns}
        unknown = set(columns) - set(known)
        assert not unknown, f"{table} has no {unknown}"
        added = {name: _column(columns.get(name), c.type, n) for name, c in known.items()}
        before = self.tables.get(table)
        self.tables[table] = (
            added
            if before is None
            else {name: np.concatenate([before[name], added[name]]) for name in known}
        )

    def drop(self, table: str, mask: Array) -> None:
        """Take rows out."""
        self.tables[table] = {name: v[~mask] for name, v in self.tables[table].items()}

    def lookup(self, dotted: str, keys: Any, key: str = "id") -> Array:
        """The values of a column for some keys, in the order of the keys."""
        table, column = dotted.split(".")
        where = {k: i for i, k in enumerate(self.tables[table][key])}
        return self.tables[table][column][[where[k] for k in keys]]

    def index(self, table: str, key: str = "id") -> dict[Any, int]:
        """Row number by key."""
        return {k: i for i, k in enumerate(self.tables[table][key])}

    def pick(self, mask: Array, share: float) -> Array:
        """A random part of a mask, as a mask."""
        rows = np.flatnonzero(mask)
        chosen = self.rng.choice(rows, round(len(rows) * share), replace=False)
        out = np.zeros(len(mask), dtype=bool)
        out[chosen] = True
        return out

    def write(self, folder: Path) -> Pack:
        """Seal the log and write the pack."""
        seal(self)
        for change in self.after_seal:
            change(self)
        folder.mkdir(parents=True, exist_ok=True)
        writer = PackWriter(
            folder,
            organisation=self.shape.name,
            currency=self.shape.currency,
            timezone=self.shape.zone,
            as_of=self.shape.as_of_utc,
            appetite="2500000.00",
            period=(self.shape.first, self.shape.last),
            log_head=self.notes.get("log_head"),
        )
        for name in self.tables:
            if self.n(name):
                writer.write_table(name, arrow(name, self.tables[name]))
        return writer.close()


def unknown(values: Any) -> Array:
    """Where a text is not recorded."""
    return np.array([value is None for value in values], dtype=bool)


def _column(value: Any, kind: str, n: int) -> Array:
    dtype = DTYPES.get(kind, "O")
    empty: Any = None if dtype == "O" else (np.nan if dtype == "f8" else "NaT")
    if value is None:
        return np.full(n, empty, dtype=dtype)
    if isinstance(value, list | tuple | np.ndarray):
        if dtype == "O":
            out = np.empty(n, dtype=object)
            out[:] = list(value)
            return out
        plain = [empty if v is None else v for v in value] if isinstance(value, list) else value
        return np.array(plain, dtype=dtype)
    out = np.empty(n, dtype=dtype)
    out[:] = value
    return out


def arrow(table: str, columns: Columns) -> pa.Table:
    """The columns in the schema's types, without those that are empty throughout."""
    schema = schema_of(table)
    made = {}
    for name, values in columns.items():
        column = _typed(values, schema.field(name).type)
        if column.null_count < len(column) or _required(table, name):
            made[name] = column
    return pa.table(made)


def _required(table: str, name: str) -> bool:
    return evidence.TABLES[table].column(name).required


def _typed(values: Array, kind: pa.DataType) -> pa.Array:
    if values.dtype.kind == "M" and pa.types.is_timestamp(kind):
        return pa.array(values).cast(pa.timestamp("us")).cast(kind)
    if values.dtype.kind == "f":
        rounded = np.round(values, 4)
        return pa.array(rounded, from_pandas=True).cast(kind)
    if pa.types.is_boolean(kind):
        return pa.array([None if v is None else bool(v) for v in values], kind)
    return pa.array(values).cast(kind) if values.dtype.kind == "M" else pa.array(list(values), kind)


def seal(world: World) -> None:
    """Number the events in the order of recording and chain their hashes."""
    events = world.tables["event"]
    order = np.lexsort((events["at_occurred"], events["at_recorded"]))
    for name in events:
        events[name] = events[name][order]
    n = world.n("event")
    events["seq"] = np.arange(1, n + 1, dtype=float)
    previous, leaves, before, chain = "0" * 64, [], [], []
    parts = (
        events["entity_id"],
        events["activity"],
        events["actor"],
        events["at_occurred"],
        events["at_recorded"],
        events["old"],
        events["new"],
    )
    for number, row in enumerate(zip(*parts, strict=True), 1):
        leaf = hashlib.sha256(f"{number}|{row}".encode()).hexdigest()
        before.append(previous)
        previous = hashlib.sha256((previous + leaf).encode()).hexdigest()
        leaves.append(leaf)
        chain.append(previous)
    for name, told in (("leaf", leaves), ("prev_hash", before), ("hash", chain)):
        events[name] = np.array(told, dtype=object)
    world.notes["log_head"] = {"seq": n, "hash": previous}
    world.tables.pop("checkpoint", None)
    size = int((events["at_recorded"] < world.as_of - 6 * HOUR).sum())
    world.append(
        "checkpoint",
        size=[size],
        root=[chain[size - 1]],
        sink="archive",
        at=[world.as_of - 6 * HOUR + MINUTE],
    )
