"""Verifying the log: everything is computed anew from the events and held against the chain,
the checkpoints in the database and those kept outside.

What is found has a kind and a position (`first` to `last`, as sealed; event numbers for events
outside the chain).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from django.core.exceptions import ObjectDoesNotExist

from trueup.desk.eventlog import merkle, notes
from trueup.desk.eventlog.breaks import Break, Finding, Row, classify, swapped
from trueup.desk.eventlog.canonical import LEAF_COLUMNS, START, chain_hash, commitment, leaf_hash
from trueup.desk.eventlog.models import Checkpoint, Event, EventPrivate, EventSeal, SealState
from trueup.desk.eventlog.notes import Head
from trueup.desk.eventlog.reads import head, private_bytes

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Report:
    """What a run looked at and what it found; `exposed` events no outside checkpoint covers."""

    events: int
    checkpoints: int
    exposed: int
    seconds: float
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(slots=True)
class _Walk:
    """What is gathered on the way through the chain."""

    chain: str | None
    seq: int
    wanted: frozenset[int]
    earlier: str | None = None
    frontier: list[str] = field(default_factory=list)
    seen: dict[int, tuple[str, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    edited: list[tuple[int, str, str]] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    hidden: int = 0
    events: int = 0


def verify(*, since_checkpoint: bool = False) -> Report:
    """Check the whole log, or only what came after the last outside checkpoint."""
    begun = time.perf_counter()
    heads, findings = _heads()
    start = max(heads, key=lambda each: each.size) if since_checkpoint and heads else None
    until = head()
    walk = _Walk(
        start.chain if start else START,
        start.size if start else 0,
        frozenset(each.size for each in heads) | {each.size - 1 for each in heads},
    )
    for row in _rows(walk, until):
        _step(walk, row)
    pairs = swapped(walk.edited)
    findings += walk.findings + pairs + classify(walk.breaks, heads, walk.seen, _copies)
    findings += _outside_chain() + _queue_state(walk, until)
    findings += _against(heads, walk, until, bool(start), findings)
    if start is None:
        findings += _lost_private(walk.hidden)
    covered = max((each.size for each in heads), default=0)
    return Report(
        walk.events,
        len(heads),
        max(until - covered, 0),
        time.perf_counter() - begun,
        tuple(sorted(set(findings), key=lambda each: (each.first, each.kind))),
    )


def _heads() -> tuple[list[Head], list[Finding]]:
    """All checkpoints that can be read, once each, and what is wrong with the others."""
    inside = list(Checkpoint.objects.order_by("size").values_list("note", flat=True))
    key, name = notes.public_key(), notes.origin()
    found: dict[int, Head] = {}
    wrong: list[Finding] = []
    for place, note in [("outside", n) for n in notes.outside()] + [("inside", n) for n in inside]:
        try:
            said = notes.read(note, key, name)
        except ValueError as fault:
            wrong.append(Finding("checkpoint", 0, 0, f"A checkpoint {place}: {fault}."))
            continue
        known = found.setdefault(said.size, said)
        if (known.root, known.chain) != (said.root, said.chain):
            words = "Two signed checkpoints of one size differ."
            wrong.append(Finding("forked", said.size, said.size, words))
    return [found[size] for size in sorted(found)], wrong


def _rows(walk: _Walk, until: int) -> Iterator[Row]:
    """The sealed rows in order, with what their events say now."""
    after = walk.seq
    while after < until:
        seals = list(
            EventSeal.objects.filter(seq__gt=after, seq__lte=until)
            .order_by("seq")
            .values_list("seq", "event_id", "chain")[:BATCH]
        )
        if not seals:
            return
        low, high = seals[0][0], seals[-1][0]
        events = Event.objects.filter(seal__seq__range=(low, high))
        columns = {row["id"]: row for row in events.values("id", "leaf", *LEAF_COLUMNS)}
        _check_private(walk, low, high, columns)
        for seq, event_id, chain in seals:
            row = columns.get(event_id)
            if row is None:
                yield Row(seq, chain, "", "")
            else:
                yield Row(seq, chain, row["leaf"], leaf_hash(row))
        after = high


def _step(walk: _Walk, row: Row) -> None:
    """Hold one row against the chain so far."""
    if row.seq != walk.seq + 1:
        words = "Sealed places are missing."
        walk.findings.append(Finding("deleted", walk.seq + 1, row.seq - 1, words))
        walk.chain = None
    walk.seq = row.seq
    walk.events += 1
    if not row.leaf:
        walk.findings.append(Finding("deleted", row.seq, row.seq, "The event is gone."))
    elif row.leaf != row.computed:
        walk.edited.append((row.seq, row.computed, row.leaf))
    if walk.breaks and walk.breaks[-1].row.seq == row.seq - 1:
        walk.breaks[-1].following = row
    if row.leaf and walk.chain is not None and chain_hash(walk.chain, row.leaf) != row.chain:
        walk.breaks.append(Break(walk.chain, walk.earlier, row))
    walk.earlier, walk.chain = walk.chain, row.chain
    merkle.add(walk.frontier, walk.events - 1, row.leaf or START)
    if row.seq in walk.wanted:
        walk.seen[row.seq] = (merkle.root(walk.frontier), row.chain)


def _copies(leaf: str) -> bool:
    """Whether more than one event says the very same."""
    return Event.objects.filter(leaf=leaf).count() > 1


def _check_private(walk: _Walk, low: int, high: int, columns: dict[int, dict[str, object]]) -> None:
    """Private texts must be what was committed to; those gone are counted."""
    found = EventPrivate.objects.filter(event__seal__seq__range=(low, high)).select_related("key")
    places = dict(
        EventSeal.objects.filter(seq__range=(low, high)).values_list("event_id", "seq"),
    )
    present = {row.event_id: row for row in found.iterator()}
    for event_id, row in columns.items():
        commit = str(row["private_commit"])
        kept = present.get(event_id)
        if commit and kept is None:
            walk.hidden += 1
        elif kept is not None and not _committed(kept, commit):
            words = "The private text is not what was written."
            place = places[event_id]
            walk.findings.append(Finding("private", place, place, words))


def _committed(row: EventPrivate, commit: str) -> bool:
    try:
        return commitment(bytes(row.salt), private_bytes(row, commit)) == commit
    except (InvalidTag, ObjectDoesNotExist, ValueError):
        return False


def _lost_private(hidden: int) -> list[Finding]:
    """More private texts gone than erasures account for."""
    texts = Event.objects.filter(kind="subject.Erased").values_list("public_json", flat=True)
    erased = sum(_count(text) for text in texts)
    if hidden <= erased:
        return []
    words = f"{hidden - erased} private texts are gone without an erasure."
    return [Finding("private_deleted", 0, 0, words)]


def _count(text: str) -> int:
    digits = text.partition('"texts":')[2]
    return int(digits.split("}")[0].split(",")[0] or 0)


def _outside_chain() -> list[Finding]:
    """Events neither sealed nor waiting, and waiting ones that were changed."""
    lone = Event.objects.filter(seal=None, pending=None).values_list("pk", flat=True)
    words = "The event was put in beside the sealer's queue (event number)."
    found = [Finding("inserted", pk, pk, words) for pk in lone]
    waiting = Event.objects.exclude(pending=None).select_related("pending")
    for row in waiting.filter(seal=None):
        now = leaf_hash({name: getattr(row, name) for name in LEAF_COLUMNS})
        if not now == row.leaf == row.pending.leaf:
            words = "The event was changed before it was sealed (event number)."
            found.append(Finding("edited", row.pk, row.pk, words))
    return found


def _queue_state(walk: _Walk, until: int) -> list[Finding]:
    """The sealer's own row must agree with the chain, unless it has moved on meanwhile."""
    state = SealState.objects.filter(pk=1).first()
    size, chain = (state.size, state.chain) if state else (0, START)
    if size == until and chain == (walk.chain or chain):
        return []
    if size > until and head() == size:
        return []
    kind = "truncated" if size > until else "state"
    words = "The sealer's own row does not agree with the chain."
    return [Finding(kind, until + 1, max(size, until + 1), words)]


def _against(
    heads: list[Head], walk: _Walk, until: int, partial: bool, found: list[Finding]
) -> list[Finding]:
    """Hold the tree and chain against the checkpoints."""
    good, made = 0, []
    for each in heads:
        if each.size > until:
            words = f"A checkpoint of {each.size} events was signed, {until} are left."
            made.append(Finding("truncated", until + 1, each.size, words))
            continue
        if partial:
            continue
        root, chain = walk.seen.get(each.size, ("", "") if each.size else (merkle.EMPTY, START))
        if (root, chain) == (each.root, each.chain):
            good = each.size
        elif not any(good < f.first <= each.size for f in [*found, *made]):
            words = "The chain is whole, but it is not the one that was signed."
            made.append(Finding("rechained", good + 1, each.size, words))
    return made


def main(arguments: Sequence[str] = ()) -> int:
    """Print what a run found; 0 where the log is sound, else 1."""
    parser = argparse.ArgumentParser(prog="trueup verify log")
    parser.add_argument("--since-checkpoint", action="store_true", help="only the newest part")
    options = parser.parse_args(list(arguments))
    report = verify(since_checkpoint=options.since_checkpoint)
    for each in report.findings:
        span = f"{each.first}" if each.first == each.last else f"{each.first} to {each.last}"
        sys.stdout.write(f"{each.kind} at {span}: {each.words}\n")
    sys.stdout.write(
        f"{report.events} events and {report.checkpoints} checkpoints looked at in "
        f"{report.seconds:.1f} s; {report.exposed} events are not yet under a checkpoint.\n"
        f"{'The log is sound.' if report.sound else 'The log is not sound.'}\n"
    )
    return 0 if report.sound else 1
