"""The events of the records as numbers, straight from the Parquet files.

The files hold words as numbers into dictionaries already; they are read as such, and no word is
made for an event. The events stand case after case, each in the order of `at_occurred`, then
`seq`. Only evidence that lies in the files just as the schema wants it is read this way: for any
other, `log_of` is None and the engine answers, with the same ways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trueup.audit.conformance.sequences import Array, Counts, gathered, ordered, tallied
from trueup.audit.context import Context
from trueup.audit.evidence.packs import TableInfo

MOST_ROWS = 2**24  # of more, the engine counts parts of whole cases
WORDS = ("entity", "entity_id", "activity", "source_activity", "team")
NONE = -1


@dataclass(frozen=True, slots=True)
class Label:
    """What a step is called: `of` a relation with these columns, else the first with a value."""

    columns: tuple[str, ...]
    of: Callable[[Any], Any] | None = None

    def expression(self, events: Any) -> Any:
        """The label in the engine."""
        if self.of is not None:
            return self.of(events)
        first, *others = (events[column] for column in self.columns)
        return first.coalesce(*others) if others else first


@dataclass(frozen=True, slots=True)
class Words:
    """A word of each event: its number among the distinct ones, or `NONE`."""

    words: Sequence[str]
    numbers: Array


@dataclass(slots=True)
class Log:
    """`cases` are the ids of the records; `starts` where each begins in the order, and the end.

    `order` are the rows of the files.
    """

    info: TableInfo
    cases: pa.Array
    starts: Array
    order: Array
    _words: dict[str, Words] = field(default_factory=dict)

    def counted(self, label: Words, ids: pa.Array | None = None) -> Counts:
        """How many cases took each sequence of labels, events without one left out.

        `ids` are the records that count, None for all.
        """
        keep = label.numbers > NONE
        if ids is not None:
            mine = pc.is_in(self.cases, value_set=ids).to_numpy(zero_copy_only=False)
            keep &= np.repeat(mine, np.diff(self.starts))
        if keep.all():
            return tallied(label.words, label.numbers, self.starts)
        before = np.concatenate(([0], np.cumsum(keep)))
        return tallied(label.words, label.numbers[keep], before[self.starts])

    def labels(self, ctx: Context, label: Label) -> Words:
        """The label of each event."""
        if label.of is not None:
            return self._asked(ctx, label)
        first, *others = label.columns
        found = self.words(first)
        for other in others:
            if (found.numbers == NONE).any():
                found = _filled(found, self.words(other))
        return found

    def words(self, column: str) -> Words:
        """A column of the events, read once; no word where the files lack it."""
        if column not in self._words:
            if column in self.info.columns:
                coded = united(columns(self.info, [column])[column])
                self._words[column] = _narrow(coded, self.order)
            else:
                self._words[column] = Words((), np.full(len(self.order), NONE, np.int8))
        return self._words[column]

    def _asked(self, ctx: Context, label: Label) -> Words:
        """A label that the engine makes of every distinct combination of words."""
        parts = [self.words(column) for column in label.columns]
        key = np.zeros(len(self.order), np.int64)
        for part in parts:
            key = key * (len(part.words) + 1) + part.numbers + 1
        coded = pa.array(key).dictionary_encode()
        rest, made = coded.dictionary.to_numpy(), {}
        for column, part in zip(reversed(label.columns), reversed(parts), strict=True):
            rest, place = np.divmod(rest, len(part.words) + 1)
            words = [None, *part.words]
            made[column] = pa.array([words[i] for i in place.tolist()], pa.string())
        made["place"] = pa.array(np.arange(len(coded.dictionary)))
        t = ctx.backend.memory(pa.table(made))
        rows = ctx.fetch(t.select("place", label=label.expression(t)).order_by("place"))
        word = united(rows["label"].dictionary_encode())
        return _narrow(pa.DictionaryArray.from_arrays(
            word.indices.take(coded.indices), word.dictionary), slice(None))  # fmt: skip


def log_of(ctx: Context) -> Log | None:
    """The log of a pack, read once a run; None where only the engine can read it."""
    found: Log | None = ctx.value("log", _log)
    return found


def _log(ctx: Context) -> Log | None:
    info = ctx.pack.tables.get("event")
    if ctx.backend.name != "duckdb" or info is None or not _plain(ctx, info):
        return None
    rows = columns(info, ["entity", "entity_id", "seq", "at_occurred"])
    ids, mine = united(rows["entity_id"]), _of_records(united(rows["entity"]))
    case = ids.indices.to_numpy()[mine]
    at, seq = (_whole(rows[name])[mine] for name in ("at_occurred", "seq"))
    order, starts = gathered(case, len(ids.dictionary))
    if not ordered(at, seq) and not _in_turn(case, at, seq, order):
        order = np.lexsort((seq, at, case)).astype(np.int32)
        if not _in_turn(case, at, seq, order):
            return None  # events of a case with one time and number: the label decides
    order = order if isinstance(mine, slice) else np.flatnonzero(mine)[order]
    return Log(info, ids.dictionary, starts, order)


def _plain(ctx: Context, info: TableInfo) -> bool:
    """Whether all that is read here has the schema's types, and no row is to be left out."""
    kinds = {name: how.type for name, how in info.physical.items()}
    at = kinds.get("at_occurred")
    return (
        0 < info.rows <= MOST_ROWS
        and not any(fault.required for fault in ctx.pack.faults("event"))
        and all(_wordy(kinds[name]) for name in WORDS if name in kinds)
        and kinds.get("seq") == pa.int64()
        and at is not None
        and pa.types.is_timestamp(at)
        and at.unit == "us"
    )


def _wordy(kind: pa.DataType | None) -> bool:
    if kind is not None and pa.types.is_dictionary(kind):
        kind = kind.value_type
    return kind in (pa.string(), pa.large_string())


def columns(info: TableInfo, names: Sequence[str]) -> pa.Table:
    """Columns of all files of a table, one file after the other; words as numbers."""
    if len(info.files) == 1:
        return _read(info.files[0], names, names)
    return pa.concat_tables(_read(path, names, pq.read_schema(path).names) for path in info.files)


def _read(path: Path, names: Sequence[str], there: Sequence[str]) -> pa.Table:
    """Columns of one file, those that are not there without a value."""
    mine = [name for name in names if name in there]
    words = [name for name in mine if name in WORDS]
    with pq.ParquetFile(path, read_dictionary=words) as file:
        rows = file.read(mine)
    for name in names:
        if name not in mine:
            nothing = pa.nulls(rows.num_rows, pa.dictionary(pa.int32(), pa.string()))
            rows = rows.append_column(name, nothing)
    return rows.select(names)


def united(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """One array with one dictionary of distinct words; a null keeps no number."""
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0)
    return pa.DictionaryArray.from_arrays(whole.indices, whole.dictionary.cast(pa.string()))


def _narrow(coded: pa.DictionaryArray, order: Any) -> Words:
    words = coded.dictionary.to_pylist()
    kind = np.min_scalar_type(-max(len(words), 1))
    numbers = coded.indices.fill_null(NONE) if coded.null_count else coded.indices
    return Words(words, numbers.to_numpy().astype(kind)[order])


def _filled(first: Words, other: Words) -> Words:
    """The first word where there is one, else the other."""
    words = list(dict.fromkeys([*first.words, *other.words]))
    place = {word: i for i, word in enumerate(words)}
    kind = np.min_scalar_type(-max(len(words), 1))
    there = np.array([*(place[word] for word in other.words), NONE], kind)
    filled = np.where(first.numbers > NONE, first.numbers, there[other.numbers])
    return Words(words, filled.astype(kind))


def _of_records(entity: pa.DictionaryArray) -> Any:
    """Which events are those of records; a slice where all are."""
    words = entity.dictionary.to_pylist()
    if words == ["record"] and not entity.null_count:
        return slice(None)
    number = words.index("record") if "record" in words else NONE - 1
    return entity.indices.fill_null(NONE).to_numpy() == number


def _whole(column: pa.ChunkedArray) -> Array:
    """Whole numbers or instants, none missing, as 64 bits."""
    return np.asarray(column.to_numpy()).view(np.int64)


def _in_turn(case: Array, at: Array, seq: Array, order: Array) -> bool:
    """Whether the events of each case stand in the order of time, no two of them equal."""
    case, at, seq = case[order], at[order], seq[order]
    later, same = at[1:] > at[:-1], at[1:] == at[:-1]
    told = (case[1:] != case[:-1]) | later | (same & (seq[1:] > seq[:-1]))
    return bool(np.all(told))
