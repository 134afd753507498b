"""The queue of a team: jobs arrive, wait for a free technician, are worked on, may be laid aside.

Non-preemptive: work that began is finished, also by a technician whose shift ends. Time is in
open minutes. A simulation of discrete events (simpy); randomness is drawn before it starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, Literal

import numpy as np
import simpy

from trueup.audit.business import Array

Rule = Literal["priority", "ageing", "fifo"]
RULES: tuple[Rule, ...] = ("priority", "ageing", "fifo")
FAR = 1e9


@dataclass(frozen=True, slots=True)
class Jobs:
    """What arrives, in the order of arrival: open minute, priority, work, time laid aside."""

    at: Array
    priority: Array
    work: Array
    aside: Array


@dataclass(frozen=True, slots=True)
class Served:
    """What became of each job, and every stretch of work (begin, end) in open minutes.

    `queued` are the minutes a job waited for a technician; `done` is inf for one not finished.
    """

    done: Array
    queued: Array
    begun: Array
    ended: Array

    def busy(self, first: float, last: float) -> float:
        """Technician minutes worked from one open minute to another."""
        spans = np.minimum(self.ended, last) - np.maximum(self.begun, first)
        return float(np.maximum(spans, 0.0).sum())


def keys(jobs: Jobs, rule: Rule, ageing: float) -> Array:
    """The order of waiting jobs, smallest first.

    With ageing a job of priority p gains on one of priority p - 1 when it has waited `ageing`
    open minutes longer.
    """
    if rule == "fifo":
        return jobs.at
    return np.asarray(jobs.at + jobs.priority * (FAR if rule == "priority" else ageing))


class Desk:
    """A running simulation; `crew` is (from which open minute, how many technicians)."""

    def __init__(self, jobs: Jobs, order: Array, crew: Sequence[tuple[float, int]]) -> None:
        self.env = simpy.Environment()
        self.order: list[float] = order.tolist()
        self.at, self.work = jobs.at.tolist(), jobs.work.tolist()
        self.aside: list[float] = jobs.aside.tolist()
        self.crew, self.size, self.busy = crew, 0, 0
        self.waiting: list[tuple[float, int, float, bool]] = []
        self.done = [float("inf")] * len(self.at)
        self.queued = [0.0] * len(self.at)
        self.spans: list[tuple[float, float]] = []

    def run(self, until: float) -> Served:
        """Run to an open minute."""
        self.env.process(self._roster())
        self.env.process(self._arrivals())
        self.env.run(until=until)
        spans = np.array(self.spans).reshape(-1, 2)
        return Served(np.array(self.done), np.array(self.queued), spans[:, 0], spans[:, 1])

    def _roster(self) -> Iterator[Any]:
        for at, size in self.crew:
            if at > self.env.now:
                yield self.env.timeout(at - self.env.now)
            self.size = size
            self._offer()

    def _arrivals(self) -> Iterator[Any]:
        for job, at in enumerate(self.at):
            if at > self.env.now:
                yield self.env.timeout(at - self.env.now)
            self._queue(job, False)

    def _queue(self, job: int, again: bool) -> None:
        heappush(self.waiting, (self.order[job], job, self.env.now, again))
        self._offer()

    def _offer(self) -> None:
        """Give waiting jobs to free technicians."""
        while self.waiting and self.busy < self.size:
            _, job, since, again = heappop(self.waiting)
            self.queued[job] += self.env.now - since
            self.busy += 1
            self.env.process(self._worked(job, again))

    def _worked(self, job: int, again: bool) -> Iterator[Any]:
        begun, aside = self.env.now, self.aside[job]
        yield self.env.timeout(self.work[job] / 2 if aside > 0 else self.work[job])
        self.spans.append((begun, self.env.now))
        self.busy -= 1
        self._offer()
        if aside > 0 and not again:
            yield self.env.timeout(aside)
            self._queue(job, True)
        else:
            self.done[job] = self.env.now


def serve(
    jobs: Jobs,
    crew: Sequence[tuple[float, int]],
    until: float,
    rule: Rule = "priority",
    ageing: float = 480.0,
) -> Served:
    """Serve jobs with a crew until an open minute."""
    return Desk(jobs, keys(jobs, rule, ageing), crew).run(until)
