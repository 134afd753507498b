"""Sequences of labels counted column by column: the cases of a log as slices of one buffer.

Every case becomes the bytes of its labels' numbers, so that equal sequences are equal bytes and
are counted without making one Python value an event. The same rows give the same counts in
whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array

from trueup.audit.context import ranked

Array = np.ndarray[Any, Any]
Counts = Counter[tuple[str, ...]]
MOST_ROWS = 2**28


def counted(parts: Iterable[pa.Table]) -> Counts:
    """How many cases took each sequence.

    A part holds whole cases in columns ``record``, ``at``, ``seq`` and ``label``, none null, and
    at most 2^28 rows; the events of a case follow each other by `at`, then `seq`, then `label`.
    """
    total: Counts = Counter()
    for rows in parts:
        if rows.num_rows:
            total.update(_counted(rows))
    return total


def _counted(rows: pa.Table) -> Counts:
    assert rows.num_rows <= MOST_ROWS
    coded = rows["record"].dictionary_encode().combine_chunks()
    case, cases = coded.indices.to_numpy(), len(coded.dictionary)
    words, label = ranked(rows["label"])
    at, seq = rows["at"].to_numpy().astype(np.int64), rows["seq"].to_numpy()
    if not ordered(at, seq):
        order = np.lexsort((label, seq, at))
        case, label = case[order], label[order]
    place, starts = gathered(case, cases)
    return tallied(words, label[place], starts)


def ordered(at: Array, seq: Array) -> bool:
    """Whether the rows stand in the order of time already, no two of them equal."""
    later, same = at[1:] > at[:-1], at[1:] == at[:-1]
    return bool(np.all(later | (same & (seq[1:] > seq[:-1]))))


def gathered(case: Array, cases: int) -> tuple[Array, Array]:
    """The rows case after case, those of a case in the order they stand, and where each begins.

    `case` numbers the case of each row below `cases`. This is a sort by counting: turning the
    coordinates of a sparse matrix, one row a case, into compressed rows.
    """
    rows = np.arange(len(case), dtype=np.int32)
    marks = coo_array((np.ones(len(case), np.int8), (case, rows)), shape=(cases, len(case)))
    packed = marks.tocsr()
    return packed.indices, packed.indptr


def tallied(words: Sequence[str], steps: Array, starts: Array) -> Counts:
    """How many cases took each sequence of words.

    `steps` are the numbers of the words, none negative, case after case; `starts` where each case
    begins, and the end. A case without a step is none.
    """
    starts = starts[np.append(starts[1:] > starts[:-1], True)]
    edges = (starts * steps.itemsize).astype(np.int32)
    buffers = [None, pa.py_buffer(edges), pa.py_buffer(np.ascontiguousarray(steps))]
    ways = pa.Array.from_buffers(pa.binary(), len(starts) - 1, buffers).value_counts()
    found: Counts = Counter()
    for way, n in zip(
        ways.field("values").to_pylist(), ways.field("counts").to_pylist(), strict=True
    ):
        numbers = way if steps.itemsize == 1 else np.frombuffer(way, steps.dtype).tolist()
        found[tuple([words[i] for i in numbers])] = n
    return found
