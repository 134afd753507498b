"""Teams whose truth is known: packs made by a queue that shares no code with the simulation."""

from __future__ import annotations

import heapq
from datetime import timedelta
from pathlib import Path

import numpy as np

from tests.audit.golden.packs import START, make
from trueup.audit.evidence.packs import Pack

CREW = ("ann", "bob", "cleo", "dan", "eve", "finn")


def first_come(at: np.ndarray, work: np.ndarray, servers: int) -> tuple[np.ndarray, list[int]]:
    """When each job is done (hours), first come first served, and by whom (Kiefer-Wolfowitz)."""
    free = [(0.0, i) for i in range(servers)]
    done, by = np.empty(len(at)), []
    for k, (a, w) in enumerate(zip(at, work, strict=True)):
        ready, who = heapq.heappop(free)
        done[k] = max(ready, a) + w
        by.append(who)
        heapq.heappush(free, (done[k], who))
    return done, by


def arrivals(rng: np.random.Generator, weeks: int, rate: float) -> np.ndarray:
    """A Poisson stream: hours."""
    at = np.cumsum(rng.exponential(1 / rate, int(weeks * 168 * rate * 1.3)))
    return at[at < weeks * 168]


def team_pack(
    folder: Path,
    *,
    weeks: int = 26,
    rate: float = 0.75,
    mean: float = 3.0,
    servers: int = 3,
    logs: bool = True,
    late: float = 1.0,
    seed: int = 5,
) -> Pack:
    """A team at work day and night: exponential work of `mean` hours, `servers` people.

    `late` multiplies the work of the last quarter.
    """
    rng = np.random.default_rng(seed)
    at = arrivals(rng, weeks, rate)
    work = rng.exponential(mean, len(at)) * np.where(at > weeks * 168 * 0.75, late, 1.0)
    done, by = first_come(at, work, servers)
    when = [START + timedelta(hours=float(a)) for a in at]
    ends = [START + timedelta(hours=float(d)) for d in done]
    rows = [
        {"id": f"R{i:05d}", "kind": "incident", "state": "resolved", "team": "Ops", "priority": 3,
         "opened_at": when[i], "resolved_at": ends[i]}
        for i in range(len(at))
    ]  # fmt: skip
    events = [
        {"seq": i + 1, "entity": "record", "entity_id": f"R{i:05d}", "activity": "resolved",
         "team": "Ops", "actor": CREW[by[i]], "actor_kind": "person", "at_occurred": ends[i],
         "at_recorded": ends[i]}
        for i in range(len(at))
    ]  # fmt: skip
    worklog = [
        {"record": f"R{i:05d}", "person": CREW[by[i]], "team": "Ops", "minutes": work[i] * 60,
         "started_at": ends[i] - timedelta(hours=float(work[i]))}
        for i in range(len(at))
    ]  # fmt: skip
    results = [{"record": f"R{i:05d}", "target": "T", "metric": "resolve",
                "met": bool(done[i] - at[i] <= 8)} for i in range(len(at))]  # fmt: skip
    return make(
        folder, record=rows, event=events, target_result=results,
        agreement=[{"id": "A", "kind": "sla"}],
        target=[{"id": "T", "agreement": "A", "metric": "resolve", "priority": 3, "value": 8.0,
                 "unit": "hours", "calendar": "24x7"}],
        **({"worklog": worklog} if logs else {}),
    )  # fmt: skip
