"""Precision by escaping edges: how much a plan allows that never happened.

After each beginning of a run the plan allows some steps; those among them that no case took next
escape. Precision is 1 − escaping/allowed, each beginning counted as often as cases went on from
it. Stories are taken as the plan's own runs nearest to them. Source: Muñoz-Gama and Carmona 2010;
Adriansyah et al. 2015; the method, 5.2. It is not shown to newcomers: what it is good for is the
warning that a plan allows (almost) everything, which fits any log and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from trueup.audit.conformance.net import MOST_MARKINGS, Marking, Net, fired

FREE = 0.75
FEW_LABELS = 4
Markings = frozenset[Marking]


@dataclass(frozen=True, slots=True)
class Precision:
    """Allowed and escaping steps, weighted by cases, and how free the plan is.

    `freedom`: of all steps of the plan, the share it allows after a beginning that has a step.
    """

    allowed: int
    escaping: int
    freedom: float
    labels: int

    @property
    def value(self) -> float:
        """1 − escaping/allowed; nan where nothing was allowed."""
        return 1.0 - self.escaping / self.allowed if self.allowed else float("nan")

    @property
    def allows_everything(self) -> bool:
        """Whether the plan is no plan: nearly each of its steps may come at nearly any time."""
        return self.labels >= FEW_LABELS and self.freedom >= FREE


def precision(net: Net, runs: Iterable[tuple[Sequence[str], int]]) -> Precision | None:
    """Precision over runs of the net with how many cases took each; None past the bound.

    Every run must be one that the net allows.
    """
    walker = _Walker(net)
    took: dict[tuple[str, ...], set[str]] = {}
    weight: dict[tuple[str, ...], int] = {}
    for run, n in runs:
        for i, step in enumerate(run):
            start = tuple(run[:i])
            took.setdefault(start, set()).add(step)
            weight[start] = weight.get(start, 0) + n
    allowed = escaping = 0
    inside, room = 0, 0
    for start, taken in took.items():
        may = walker.labels(start)
        if may is None:
            return None
        allowed += weight[start] * len(may)
        escaping += weight[start] * len(may - taken)
        if start:
            inside, room = inside + weight[start] * len(may), room + weight[start]
    labels = len(net.labels)
    freedom = inside / (room * labels) if room and labels else float("nan")
    return Precision(allowed, escaping, freedom, labels)


@dataclass(slots=True)
class _Walker:
    """The sets of markings that a sequence of labels can lead to; nothing is worked out twice."""

    net: Net
    _at: dict[tuple[str, ...], Markings | None] = field(default_factory=dict)
    _known: dict[tuple[Markings, str], Markings | None] = field(default_factory=dict)

    def labels(self, start: tuple[str, ...]) -> set[str] | None:
        """The labels that may come after a sequence; None past the bound."""
        here = self._reached(start)
        if here is None:
            return None
        return {
            t.label for m in here for t in self.net.transitions
            if t.label is not None and _enabled(m, t.takes)
        }  # fmt: skip

    def _reached(self, start: tuple[str, ...]) -> Markings | None:
        if start not in self._at:
            if not start:
                first = tuple(int(p == self.net.source) for p in range(self.net.places))
                self._at[start] = self._silently({first})
            else:
                before = self._reached(start[:-1])
                self._at[start] = None if before is None else self._after(before, start[-1])
        return self._at[start]

    def _after(self, here: Markings, label: str) -> Markings | None:
        if (here, label) not in self._known:
            there = {
                fired(m, t)[0] for m in here for t in self.net.transitions
                if t.label == label and _enabled(m, t.takes)
            }  # fmt: skip
            self._known[here, label] = self._silently(there)
        return self._known[here, label]

    def _silently(self, start: set[Marking]) -> Markings | None:
        """All markings that silent steps lead to."""
        found, waiting = set(start), sorted(start)
        silent = [t for t in self.net.transitions if t.label is None]
        while waiting and len(found) <= MOST_MARKINGS:
            here = waiting.pop()
            there = {fired(here, step)[0] for step in silent if _enabled(here, step.takes)} - found
            found |= there
            waiting += sorted(there)
        return frozenset(found) if len(found) <= MOST_MARKINGS else None


def _enabled(marking: Marking, takes: tuple[int, ...]) -> bool:
    return all(marking[p] >= takes.count(p) for p in takes)
