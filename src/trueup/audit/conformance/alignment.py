"""Optimal alignments: the least that must be passed over or added to make a story a planned one.

A step in both costs nothing; a recorded step the plan does not allow there (extra) costs 1, a
step the plan asks for that was not recorded (skipped) costs 1, a silent one nothing. The search
is A* over pairs of place in the story and marking of the net. Fitness is 1 − cost / (all recorded
steps + shortest run of the plan). Source: Adriansyah 2014; van der Aalst, Process Mining, 8.3; the
method, 5.2.

The bound of the search: a token in place p needs at least as many labelled steps as the cheapest
way to use it up, and each recorded step still to come can be one of them. It never says too much.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from trueup.audit.conformance.net import Marking, Net, Transition, fired

MOST_STATES = 50_000  # pairs looked at for one story
MOST_IN_ALL = 1_000_000  # pairs looked at for one log
NEVER = 10**9
Kind = Literal["sync", "skipped", "extra"]
State = tuple[int, Marking]
Edge = tuple[int, Kind, str, State]


@dataclass(frozen=True, slots=True)
class Move:
    """One move: the step, and whether it is in both, skipped, or extra (silent ones are none)."""

    kind: Kind
    step: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """One story on a plan: its moves, their cost, and the cost of sharing nothing with the plan."""

    moves: tuple[Move, ...]
    cost: int
    worst: int

    @property
    def fitness(self) -> float:
        """1 − cost/worst; 1 where neither has a step."""
        return 1.0 - self.cost / self.worst if self.worst else 1.0

    @property
    def run(self) -> tuple[str, ...]:
        """The steps of the plan's own run nearest to the story."""
        return tuple(m.step for m in self.moves if m.kind != "extra")


@dataclass(slots=True)
class _Search:
    """What one search knows: the least cost so far, what waits by bound, how it was come by."""

    cost: dict[State, int]
    waiting: list[tuple[int, int, int, State]]
    done: set[State] = field(default_factory=set)
    before: dict[State, tuple[State, Kind | None, str]] = field(default_factory=dict)
    looked: int = 0

    def look(self, here: State, edge: Edge, bound: int) -> None:
        """Keep where an edge leads, if it is cheaper than any way there so far."""
        price, kind, step, there = edge
        new = self.cost[here] + price
        if bound >= NEVER or there in self.done or new >= self.cost.get(there, NEVER):
            return
        self.looked += 1
        self.cost[there] = new
        self.before[there] = (here, kind if step else None, step)
        heapq.heappush(self.waiting, (new + bound, -there[0], self.looked, there))


@dataclass(slots=True)
class Aligner:
    """Aligns stories with one net; what a marking allows is worked out once."""

    net: Net
    states: int = MOST_STATES
    left: int = MOST_IN_ALL
    shortest: int | None = None
    _ways: list[int] = field(default_factory=list)
    _next: dict[Marking, tuple[tuple[Transition, Marking], ...]] = field(default_factory=dict)
    _far: dict[Marking, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ways = ways_out(self.net)
        empty = self._search(())
        self.shortest = empty[0] if empty else None

    def align(self, story: Sequence[str]) -> Aligned | None:
        """The cheapest alignment; None where the plan cannot end or too many pairs were looked at.

        Of equally cheap ones always the same.
        """
        if self.shortest is None:
            return None
        found = self._search(tuple(story))
        if found is None:
            return None
        cost, moves = found
        return Aligned(moves, cost, len(story) + self.shortest)

    def _search(self, story: tuple[str, ...]) -> tuple[int, tuple[Move, ...]] | None:
        start: State = (0, tuple(int(p == self.net.source) for p in range(self.net.places)))
        search = _Search({start: 0}, [(self._bound(start, story), 0, 0, start)])
        found = self._found(search, story)
        self.left -= len(search.done)
        return None if found is None else (search.cost[found], _moves(search.before, found))

    def _found(self, search: _Search, story: tuple[str, ...]) -> State | None:
        """The end of the cheapest alignment; None where it is not found within the bounds."""
        budget, most = min(self.states, self.left), len(story) + 1
        while search.waiting and len(search.done) < budget:
            here = heapq.heappop(search.waiting)[3]
            if here in search.done:
                continue
            search.done.add(here)
            if here[0] == len(story) and self._ended(here[1]):
                return here
            for edge in self._edges(here, story, most):
                search.look(here, edge, self._bound(edge[3], story))
        return None

    def _edges(self, here: State, story: tuple[str, ...], most: int) -> Iterable[Edge]:
        place, marking = here
        label = story[place] if place < len(story) else None
        for step, after in self._allowed(marking):
            if max(after) > most:
                continue
            if step.label is None:
                yield 0, "skipped", "", (place, after)
            elif step.label == label:
                yield 0, "sync", step.label, (place + 1, after)
        if label is not None:
            yield 1, "extra", label, (place + 1, marking)
        for step, after in self._allowed(marking):
            if step.label is not None and max(after) <= most:
                yield 1, "skipped", step.label, (place, after)

    def _allowed(self, marking: Marking) -> tuple[tuple[Transition, Marking], ...]:
        if marking not in self._next:
            self._next[marking] = tuple(
                (step, fired(marking, step)[0])
                for step in self.net.transitions
                if all(marking[p] >= step.takes.count(p) for p in step.takes)
            )
        return self._next[marking]

    def _ended(self, marking: Marking) -> bool:
        """Whether tokens stand at the end and nowhere else."""
        return marking[self.net.sink] > 0 and sum(marking) == marking[self.net.sink]

    def _bound(self, here: State, story: tuple[str, ...]) -> int:
        place, marking = here
        if marking not in self._far:
            self._far[marking] = max((self._ways[p] for p, n in enumerate(marking) if n), default=0)
        far = self._far[marking]
        return far if far >= NEVER else max(0, far - (len(story) - place))


def ways_out(net: Net) -> list[int]:
    """For each place the fewest labelled steps after which a token in it is used up or at the end.

    The least solution of d(p) = min over steps that take p of (labelled: 1) + max of d over what
    the step gives; 0 at the end, `NEVER` where no way leads out.
    """
    far = [NEVER] * net.places
    far[net.sink] = 0
    while sum(_nearer(far, step) for step in net.transitions):
        pass
    return far


def _nearer(far: list[int], step: Transition) -> int:
    """Make the places that a step takes from nearer, where it leads out sooner; how many."""
    told = int(step.label is not None) + max((far[p] for p in step.gives), default=0)
    nearer = [place for place in step.takes if told < far[place]]
    for place in nearer:
        far[place] = told
    return len(nearer)


def _moves(before: dict[State, tuple[State, Kind | None, str]], end: State) -> tuple[Move, ...]:
    moves: list[Move] = []
    here = end
    while here in before:
        here, kind, step = before[here]
        if kind is not None:
            moves.append(Move(kind, step))
    return tuple(moves[::-1])


@dataclass(frozen=True, slots=True)
class Deviations:
    """What one alignment says: steps skipped, steps extra, and pairs in the wrong order.

    A pair is (first, then): the plan has `first` before `then`, the story the other way round;
    `then` is empty where no step that both share lies between.
    """

    skipped: tuple[str, ...]
    extra: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]


def deviations(moves: Sequence[Move]) -> Deviations:
    """A step that is both skipped and extra came in the wrong order; the rest is as it is."""
    skipped: dict[str, list[int]] = {}
    extra: dict[str, list[int]] = {}
    for i, move in enumerate(moves):
        if move.kind != "sync":
            (skipped if move.kind == "skipped" else extra).setdefault(move.step, []).append(i)
    wrong: list[tuple[str, str]] = []
    for step in sorted(set(skipped) & set(extra)):
        pairs = min(len(skipped[step]), len(extra[step]))
        wrong += [_order(moves, step, *ends) for ends in zip(skipped[step], extra[step],
                                                             strict=False)]  # fmt: skip
        skipped[step], extra[step] = skipped[step][pairs:], extra[step][pairs:]
    return Deviations(_flat(skipped), _flat(extra), tuple(sorted(wrong)))


def _flat(places: dict[str, list[int]]) -> tuple[str, ...]:
    return tuple(step for step in sorted(places) for _ in places[step])


def _order(moves: Sequence[Move], step: str, planned: int, came: int) -> tuple[str, str]:
    """The pair that a step is in the wrong order with: the nearest to its planned place."""
    low, high = sorted((planned, came))
    between = [m.step for m in moves[low:high] if m.kind == "sync"]
    if not between:
        return step, ""
    return (step, between[0]) if planned < came else (between[-1], step)
