"""Push to front: what each entry team solves without help, adjusted for the mix of categories.

In front: the support line of the case never rose above 1. Adjusted: the team's share in each
category, weighted with the category mix of all entry teams (direct standardisation; categories
with fewer than 5 cases of the team are left out). Source: the method, 5.2 and check I03, whose
counts these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.front_line import entries, standardised
from trueup.audit.relations import team_steps
from trueup.audit.stats.shares import z_of

LEAST = 50
NEEDS = ("event.team", "event.level")
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry team: its cases, those solved in front, raw and adjusted share with 90 %.

    `first_line`: most of its cases came in at support line 1.
    """

    team: str
    cases: int
    front: int
    adjusted: float
    low: float
    high: float
    first_line: bool


@dataclass(frozen=True, slots=True)
class Front:
    """Incidents with a known entry team and line, those solved in front, teams from 50 cases on."""

    cases: int = 0
    front: int = 0
    teams: tuple[Entry, ...] = ()
    not_recorded: tuple[str, ...] = ()
    grey: str = ""

    @property
    def lines(self) -> tuple[Entry, ...]:
        """The teams of the first line, the best adjusted share first."""
        mine = [team for team in self.teams if team.first_line]
        return tuple(sorted(mine, key=lambda e: (-e.adjusted, e.team)))


def push_to_front(ctx: Context) -> Front:
    """The share solved in front, whole and by entry team."""
    missing = ctx.missing(*NEEDS)
    if missing:
        return Front(not_recorded=missing)
    rows, steps = entries(ctx), team_steps(ctx)
    first = steps.filter(steps["step"] == 0).select(fid="record", came="level")
    got = ctx.arrays(rows.left_join(first, rows["id"] == first["fid"]).drop("fid").order_by("id"))
    n = len(got["id"])
    if not n:
        return Front(grey="no incident of the period has a team and a support line")
    front = ~got["deep"].astype(bool)
    names, sizes = np.unique(np.array([str(t) for t in got["team"]]), return_counts=True)
    teams = tuple(_entry(got, str(t), front) for t in names[sizes >= LEAST])
    return Front(n, int(front.sum()), teams)


def _entry(got: dict[str, Any], team: str, front: Array) -> Entry:
    own = np.array([str(t) for t in got["team"]]) == team
    value, error = standardised(got, team)
    half = z_of() * error
    came = got["came"][own].astype(float)
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Entry(team, int(own.sum()), int(front[own].sum()), value, low, high,
                 bool((came <= 1).mean() > 0.5))  # fmt: skip
