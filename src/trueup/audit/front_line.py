"""What the first line solves by itself: shared by the check of it and by conformance (5.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.relations import incidents, team_paths


def entries(ctx: Context) -> Any:
    """Incidents by entry team; ``deep`` where a level above 1 was reached."""
    record, paths = incidents(ctx), team_paths(ctx)
    joined = record.join(paths, record["id"] == paths["record"])
    known = joined.filter(joined["top_level"].notnull() & joined["entry"].notnull())
    return known.select(
        "id", team=known["entry"], category=known["category"].fill_null(""),
        deep=known["top_level"] > 1,
    )  # fmt: skip


def standardised(got: dict[str, Any], team: str) -> tuple[float, float]:
    """Share solved in front with the whole organisation's category mix, and its error."""
    category = np.array([str(c) for c in got["category"]])
    own = np.array([str(t) for t in got["team"]]) == team
    front = ~got["deep"].astype(bool)
    value = var = used = 0.0
    for name, count in zip(*np.unique(category, return_counts=True), strict=True):
        mine = own & (category == name)
        n = int(mine.sum())
        if n < 5:
            continue
        p = (front[mine].sum() + 0.5) / (n + 1)
        value += count * front[mine].mean()
        var += count**2 * p * (1 - p) / n
        used += count
    return (value / used, float(np.sqrt(var)) / used) if used else (0.0, 1.0)
