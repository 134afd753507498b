"""Sequences of labels counted column by column: the cases of a log as slices of one buffer.

Every case becomes the bytes of its labels' numbers, so that equal sequences are equal bytes and
are counted without making one Python value an event. The same rows give the same counts in
whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.context import ranked

Array = np.ndarray[Any, Any]
Counts = Counter[tuple[str, ...]]
MOST_ROWS = 2**29
LOW = np.uint64(2**32 - 1)


def counted(parts: Iterable[pa.Table]) -> Counts:
    """How many cases took each sequence.

    A part holds whole cases in columns ``record``, ``at``, ``seq`` and ``label``, none null, and
    at most 2^29 rows; the events of a case follow each other by `at`, then `seq`, then `label`.
    """
    total: Counts = Counter()
    for rows in parts:
        if rows.num_rows:
            total.update(_counted(rows))
    return total


def _counted(rows: pa.Table) -> dict[tuple[str, ...], int]:
    assert rows.num_rows <= MOST_ROWS
    case = rows["record"].dictionary_encode().combine_chunks().indices.to_numpy()
    words, label = ranked(rows["label"])
    at, seq = rows["at"].to_numpy().astype(np.int64), rows["seq"].to_numpy()
    order = None if _ordered(at, seq) else np.lexsort((label, seq, at))
    key = (case if order is None else case[order]).astype(np.uint64) << np.uint64(32)
    key |= np.arange(len(key), dtype=np.uint64)
    key.sort()
    place = (key & LOW).astype(np.int64)
    steps = label[place if order is None else order[place]]
    starts = np.flatnonzero(np.diff((key >> np.uint64(32)).astype(np.int64), prepend=-1))
    width = steps.itemsize
    edges = (np.append(starts, len(steps)) * width).astype(np.int32)
    buffers = [None, pa.py_buffer(edges), pa.py_buffer(np.ascontiguousarray(steps))]
    ways = pa.Array.from_buffers(pa.binary(), len(starts), buffers).value_counts()
    numbers, found = ways.field("values").to_pylist(), ways.field("counts").to_pylist()
    return {
        tuple(words[i] for i in np.frombuffer(way, steps.dtype).tolist()): n
        for way, n in zip(numbers, found, strict=True)
    }


def _ordered(at: Array, seq: Array) -> bool:
    """Whether the rows stand in the order of time already, no two of them equal."""
    later, after = np.diff(at), np.diff(seq)
    return bool(np.all((later > 0) | ((later == 0) & (after > 0))))
