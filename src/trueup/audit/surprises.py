"""Losses that matter, and whether the register knew them (MR-15, X02)."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Silent
from trueup.audit.listing import question
from trueup.audit.money import materiality
from trueup.audit.shares import ShareQuestion

Array = np.ndarray[Any, Any]
LEAST = 10


def losses(ctx: Context) -> dict[str, Array]:
    """Losses of the period of at least materiality: id, at, risk, service, loss."""
    event, record = ctx.table("risk_event"), ctx.table("record")
    home = record.select(rid="id", service="service")
    t = event.filter(ctx.within(event["at"]) & (event["loss"].cast("float64") >= materiality(ctx)))
    t = t.left_join(home, t["record"] == home["rid"])
    return ctx.arrays(
        t.select(
            "risk", "at", "service", id=t["at"].cast("string") + "|" + t["loss"].cast("string"),
            loss=t["loss"].cast("float64"),
        ).order_by("id", "risk")
    )  # fmt: skip


def surprise(ctx: Context, limit: float) -> ShareQuestion | Silent:
    """The share of these losses that no risk of the register foresaw."""
    if (silence := unheld(ctx, "risk_event.risk")) is not None:
        return silence
    got = losses(ctx)
    unseen = np.array([r is None for r in got["risk"]], dtype=bool)
    return question(
        ctx, got, unseen, why="a loss that no risk foresaw", table="risk_event",
        kinds=("service",), at="at", limit=limit, floor=LEAST,
    )  # fmt: skip
