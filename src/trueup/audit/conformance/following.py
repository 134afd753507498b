"""How cases follow a plan: alignment fitness, which steps were skipped, extra or out of order.

Every distinct story is aligned once, the commonest first, and counted as often as it happened.
Where fewer than 80 % of the cases could be aligned within the bounds of the search, the answer is
grey (method 3.3: coverage). Steps the plan does not know are passed over, as in the replay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from trueup.audit.conformance.alignment import Aligned, Aligner, deviations
from trueup.audit.conformance.net import Net
from trueup.audit.conformance.precision import Precision, precision

COVERED = 0.80
K = TypeVar("K", str, tuple[str, str])
Stories = Iterable[tuple[Sequence[str], int]]


@dataclass(frozen=True, slots=True)
class Followed:
    """One plan against its cases; `grey` says why there is no answer.

    `cost` and `worst` are summed over the aligned cases. Each list says in how many cases a step
    was skipped or extra, or a pair came the other way round than planned.
    """

    name: str
    about: str
    cases: int
    aligned: int
    fitting: int
    cost: int
    worst: int
    skipped: tuple[tuple[str, int], ...] = ()
    extra: tuple[tuple[str, int], ...] = ()
    wrong: tuple[tuple[str, str, int], ...] = ()
    precision: Precision | None = None
    not_recorded: tuple[str, ...] = ()
    grey: str = ""

    @property
    def fitness(self) -> float:
        """1 − cost/worst; 1 where there is no step at all."""
        return 1.0 - self.cost / self.worst if self.worst else 1.0


def grey(name: str, about: str, why: str, missing: Sequence[str] = ()) -> Followed:
    """A plan about which nothing can be said."""
    return Followed(name, about, 0, 0, 0, 0, 0, not_recorded=tuple(missing), grey=why)


@dataclass(slots=True)
class _Counting:
    cases: int = 0
    aligned: int = 0
    fitting: int = 0
    cost: int = 0
    worst: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, found: Aligned, n: int) -> None:
        """Count one story as often as it happened."""
        told = deviations(found.moves)
        self.aligned += n
        self.fitting += n * (found.cost == 0)
        self.cost += n * found.cost
        self.worst += n * found.worst
        for counter, steps in ((self.skipped, told.skipped), (self.extra, told.extra)):
            counter.update(dict.fromkeys(steps, n))
        self.wrong.update(dict.fromkeys(told.wrong, n))


def follow(name: str, about: str, plans: Iterable[tuple[Net, Stories]]) -> Followed:
    """Cases on their nets (a path may have several, each with its own cases)."""
    total, precise = _Counting(), list[Precision | None]()
    endless = False
    for net, stories in plans:
        aligner, runs = Aligner(net), list[tuple[tuple[str, ...], int]]()
        endless = endless or aligner.shortest is None
        for story, n in sorted(projected(net, stories).items(), key=lambda s: (-s[1], s[0])):
            total.cases += n
            found = aligner.align(story)
            if found is not None:
                total.add(found, n)
                runs.append((found.run, n))
        precise.append(precision(net, runs))
    one = precise[0] if len(precise) == 1 else None
    return _followed(name, about, total, one, endless)


def projected(net: Net, stories: Stories) -> Counter[tuple[str, ...]]:
    """Stories without the steps that the net does not know, equal ones counted together."""
    labels = net.labels
    found: Counter[tuple[str, ...]] = Counter()
    for story, n in stories:
        found[tuple(step for step in story if step in labels)] += n
    return found


def _followed(
    name: str, about: str, total: _Counting, precise: Precision | None, endless: bool
) -> Followed:
    why = ""
    if not total.cases:
        why = "no case of it ended in the period"
    elif total.aligned < COVERED * total.cases:
        why = "the plan can never be finished" if endless else "too many ways through the plan"
    return Followed(
        name, about, total.cases, total.aligned, total.fitting, total.cost, total.worst,
        _listed(total.skipped), _listed(total.extra),
        tuple((a, b, n) for (a, b), n in _listed(total.wrong)), precise, (), why,
    )  # fmt: skip


def _listed(counted: Counter[K]) -> tuple[tuple[K, int], ...]:
    return tuple(sorted(counted.items(), key=lambda x: (-x[1], x[0])))
