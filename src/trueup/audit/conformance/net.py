"""A Petri net and the replay of sequences on it (van der Aalst, Process Mining, 8.2).

Tokens are counted as in the book: the one that starts a case is produced, the one that ends it
consumed. A transition without a label is silent; it is fired where that lets the next recorded
step happen, by the shortest way (Berti and van der Aalst 2019).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

MOST_MARKINGS = 5000
Marking = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """A step: the places it takes a token from and puts one into; silent without a label."""

    label: str | None
    takes: tuple[int, ...]
    gives: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Net:
    """Places are numbered from 0; a case starts with a token in `source` and ends in `sink`."""

    places: int
    transitions: tuple[Transition, ...]
    source: int
    sink: int

    @property
    def labels(self) -> frozenset[str]:
        """Every label."""
        return frozenset(t.label for t in self.transitions if t.label is not None)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens missing, consumed, remaining and produced."""

    missing: int = 0
    consumed: int = 0
    remaining: int = 0
    produced: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.missing + other.missing,
            self.consumed + other.consumed,
            self.remaining + other.remaining,
            self.produced + other.produced,
        )

    def times(self, n: int) -> Tokens:
        """The tokens of n equal cases."""
        return Tokens(*(n * v for v in (self.missing, self.consumed, self.remaining,
                                        self.produced)))  # fmt: skip

    @property
    def fitness(self) -> float:
        """½(1 − missing/consumed) + ½(1 − remaining/produced); nan without a token."""
        if not self.consumed or not self.produced:
            return float("nan")
        return 0.5 * (1 - self.missing / self.consumed) + 0.5 * (1 - self.remaining / self.produced)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A log on a net: its tokens, cases, cases without a missing or remaining token.

    `unknown` counts the events whose label the net does not have; they were passed over.
    """

    tokens: Tokens
    cases: int
    fitting: int
    unknown: Mapping[str, int]
    worst: tuple[tuple[tuple[str, ...], int, float], ...] = ()


@dataclass(slots=True)
class Replay:
    """Replays sequences; what a marking does with a label is worked out once.

    A marking met is known by its place in `_markings`; `_after` holds for each place and label the
    place of the next one and the tokens missing, consumed and produced.
    """

    net: Net
    _markings: list[Marking] = field(default_factory=list)
    _met: dict[Marking, int] = field(default_factory=dict)
    _after: list[dict[str, tuple[int, int, int, int]]] = field(default_factory=list)
    _ends: dict[int, Tokens] = field(default_factory=dict)

    def log(self, variants: Iterable[tuple[Sequence[str], int]], worst: int = 10) -> Replayed:
        """Replay every distinct sequence once and count it as often as it happened."""
        total, cases, fitting = [0, 0, 0, 0], 0, 0
        unknown: dict[str, int] = {}
        misfits: list[tuple[tuple[str, ...], int, float]] = []
        labels = self.net.labels
        for sequence, n in variants:
            known = sequence
            if not labels.issuperset(sequence):
                known = [label for label in sequence if label in labels]
                for label in (label for label in sequence if label not in labels):
                    unknown[label] = unknown.get(label, 0) + n
            used = self._used(known)
            for i, tokens in enumerate(used):
                total[i] += n * tokens
            cases += n
            if used[0] or used[2]:
                misfits.append((tuple(sequence), n, Tokens(*used).fitness))
            else:
                fitting += n
        misfits.sort(key=lambda m: (-m[1], m[0]))
        ordered = dict(sorted(unknown.items()))
        return Replayed(Tokens(*total), cases, fitting, ordered, tuple(misfits[:worst]))

    def case(self, sequence: Sequence[str]) -> Tokens:
        """The tokens of one case whose labels the net has."""
        return Tokens(*self._used(sequence))

    def _used(self, sequence: Sequence[str]) -> tuple[int, int, int, int]:
        """Tokens missing, consumed, remaining and produced by one case."""
        if not self._markings:
            self._place(tuple(int(p == self.net.source) for p in range(self.net.places)))
        here, missing, consumed, produced = 0, 0, 0, 1
        for label in sequence:
            here, m, c, p = self._after[here].get(label) or self._learn(here, label)
            missing += m
            consumed += c
            produced += p
        if here not in self._ends:
            self._ends[here] = self._end(self._markings[here])
        end = self._ends[here]
        return (missing + end.missing, consumed + end.consumed, end.remaining,
                produced + end.produced)  # fmt: skip

    def _place(self, marking: Marking) -> int:
        if marking not in self._met:
            self._met[marking] = len(self._markings)
            self._markings.append(marking)
            self._after.append({})
        return self._met[marking]

    def _learn(self, here: int, label: str) -> tuple[int, int, int, int]:
        marking, used = self._step(self._markings[here], label)
        made = self._place(marking), used.missing, used.consumed, used.produced
        self._after[here][label] = made
        return made

    def _step(self, marking: Marking, label: str) -> tuple[Marking, Tokens]:
        """Fire the label: as it stands, after silent steps, or with the tokens it misses."""
        own = [t for t in self.net.transitions if t.label == label]
        way = self._way(marking, own)
        used = Tokens()
        if way is not None:
            for each in way:
                marking, spent = fired(marking, each)
                used = used + spent
        step = min(own, key=lambda t: _missing(marking, t))
        marking, spent = fired(marking, step)
        return marking, used + spent

    def _end(self, marking: Marking) -> Tokens:
        """Take the last token out; silent steps first where they lead to the end."""
        last = Transition(None, (self.net.sink,), ())
        way = self._way(marking, [last], clean=True)
        if way is None:
            way = self._way(marking, [last])
        used = Tokens()
        for each in way or ():
            marking, spent = fired(marking, each)
            used = used + spent
        marking, spent = fired(marking, last)
        return used + spent + Tokens(remaining=sum(marking))

    def _way(
        self, start: Marking, wanted: Sequence[Transition], clean: bool = False
    ) -> list[Transition] | None:
        """The shortest silent way to a marking that enables one of `wanted`; None without one.

        `clean`: to one in which nothing else is left over.
        """
        silent = [t for t in self.net.transitions if t.label is None]
        before: dict[Marking, tuple[Marking, Transition] | None] = {start: None}
        waiting = deque([start])
        while waiting and len(before) <= MOST_MARKINGS:
            here = waiting.popleft()
            if any(_missing(here, t) == 0 for t in wanted) and (not clean or sum(here) == 1):
                return _path(before, here)
            for step in silent:
                if _missing(here, step):
                    continue
                there, _ = fired(here, step)
                if there not in before:
                    before[there] = (here, step)
                    waiting.append(there)
        return None


def _path(
    before: Mapping[Marking, tuple[Marking, Transition] | None], end: Marking
) -> list[Transition]:
    steps: list[Transition] = []
    here = before[end]
    while here is not None:
        steps.append(here[1])
        here = before[here[0]]
    return steps[::-1]


def _missing(marking: Marking, step: Transition) -> int:
    """How many tokens a step misses."""
    return sum(max(step.takes.count(p) - marking[p], 0) for p in set(step.takes))


def fired(marking: Marking, step: Transition) -> tuple[Marking, Tokens]:
    """The marking after a step, missing tokens added, and what it used."""
    after = list(marking)
    missing = 0
    for place in step.takes:
        if after[place] == 0:
            missing += 1
        else:
            after[place] -= 1
    for place in step.gives:
        after[place] += 1
    return tuple(after), Tokens(missing, len(step.takes), 0, len(step.gives))
