"""Naming what was done to a chain from the places where it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trueup.desk.eventlog.canonical import chain_hash
from trueup.desk.eventlog.notes import Head


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, from where to where, in words."""

    kind: str
    first: int
    last: int
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A sealed row: its place, chain, the leaf as stored and as computed (empty: no event)."""

    seq: int
    chain: str
    leaf: str
    computed: str


@dataclass(slots=True)
class Break:
    """A row that does not follow from the chain before it; `earlier` is the chain one back."""

    before: str
    earlier: str | None
    row: Row
    following: Row | None = None


def swapped(edited: Sequence[tuple[int, str, str]]) -> list[Finding]:
    """Edited events, told apart from those whose contents changed places."""
    written = {leaf for _, _, leaf in edited}
    found: list[Finding] = []
    for seq, computed, _ in edited:
        if computed in written:
            found.append(Finding("swapped", seq, seq, "The event says what another one said."))
        else:
            found.append(Finding("edited", seq, seq, "The event was changed after it was written."))
    return found


def classify(
    breaks: Sequence[Break],
    heads: Sequence[Head],
    seen: Mapping[int, tuple[str, str]],
    copies: Callable[[str], bool],
) -> list[Finding]:
    """A finding for each break; what only follows from another break is left out.

    `seen` gives root and chain at places near checkpoints; `copies` says if a leaf is there twice.
    """
    found: list[Finding] = []
    truth: dict[int, str] = {}
    for each in breaks:
        row = each.row
        known = truth.get(row.seq)
        if known and chain_hash(known, row.leaf) == row.chain:
            continue
        before = known or each.before
        moved = _moved(each, before, breaks)
        if moved:
            truth[row.seq + 1] = moved.chain
            found.append(_place("reordered", row.seq, f"Place {moved.seq} belongs here."))
        elif _leaf_elsewhere(each, before, breaks):
            found.append(_place("swapped", row.seq, "The event belongs to another place."))
        elif each.following and _follows(before, each.following):
            truth[row.seq + 1] = before
            found.append(_extra(row.seq, row.leaf, copies))
        elif each.earlier and _follows(each.earlier, row):
            found.append(_extra(row.seq - 1, "", copies))
        else:
            found.append(_lost_or_changed(row.seq, heads, seen))
    return found


def _place(kind: str, seq: int, words: str) -> Finding:
    return Finding(kind, seq, seq, words)


def _follows(before: str, row: Row) -> bool:
    return bool(row.leaf) and chain_hash(before, row.leaf) == row.chain


def _moved(of: Break, before: str, breaks: Sequence[Break]) -> Row | None:
    """The row, now elsewhere, that with its chain follows here."""
    for other in breaks:
        if other is not of and _follows(before, other.row):
            rest = abs(other.row.seq - of.row.seq) > 1 or of.following is not other.row
            if rest or _exchanged(of, other, before):
                return other.row
    return None


def _exchanged(of: Break, other: Break, before: str) -> bool:
    """Whether two neighbours changed places, rather than one put in ahead of the other."""
    return _follows(other.row.chain, of.row) and _follows(before, other.row)


def _leaf_elsewhere(of: Break, before: str, breaks: Sequence[Break]) -> bool:
    return any(
        other is not of and chain_hash(before, other.row.leaf) == of.row.chain for other in breaks
    )


def _extra(seq: int, leaf: str, copies: Callable[[str], bool]) -> Finding:
    if leaf and copies(leaf):
        return _place("duplicated", seq, "The event stands in the log twice.")
    return _place("inserted", seq, "The event was put in later.")


def _lost_or_changed(
    seq: int, heads: Sequence[Head], seen: Mapping[int, tuple[str, str]]
) -> Finding:
    """Only a later checkpoint tells a lost event from one replaced with a fitting leaf."""
    for head in heads:
        if head.size > seq and seen.get(head.size - 1, ("", ""))[1] == head.chain:
            return _place("deleted", seq, "An event is gone and the others moved up.")
    return _place("edited", seq, "The event is not the one that was sealed here.")
