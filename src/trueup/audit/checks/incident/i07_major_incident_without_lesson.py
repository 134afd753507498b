"""I07: Major incident without lesson."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import from_arrays


def ask(ctx: Context) -> Probe | Silent:
    """Major incidents solved long enough ago without an action that has an owner.

    The rule asks for the action ("no action row whose action.source names the record, or whose
    actions have no action.owner"); a review that was held (record.reviewed_at) and left no
    owned action is a lesson nobody took.
    """
    got = ctx.arrays(_majors(ctx).order_by("id"))
    if not len(got["id"]):
        return Silent("not_applicable", "no major incident was solved in the period")
    age = working_days(got["resolved_at"], ctx)
    due = age > ctx.number("review_days")
    if not due.any():
        return Silent("not_applicable", "no major incident is old enough to be reviewed")
    kept = {name: values[due] for name, values in got.items()}
    kept["record"] = kept["id"]
    lesson = kept["owned"].astype(bool)
    return from_arrays(
        ctx,
        kept,
        ~lesson,
        0.0,
        kinds=("record", "service"),
        why="solved, and no action with an owner names it",
        exact=True,
    ).probe()


def working_days(since: np.ndarray[Any, Any], ctx: Context) -> np.ndarray[Any, Any]:
    """Working days (Monday to Friday) from instants to the audit's as-of."""
    end = np.datetime64(ctx.as_of).astype("datetime64[D]")
    return np.asarray(np.busday_count(since.astype("datetime64[D]"), end))


def _majors(ctx: Context) -> Any:
    record, action = ctx.table("record"), ctx.table("action")
    mine = record.filter(record["major"].fill_null(False) & ctx.within(record["resolved_at"]))
    named = action.filter(action["source"].notnull() & action["owner"].notnull())
    owned = named.select(source="source").distinct()
    joined = mine.left_join(owned, mine["id"] == owned["source"])
    return joined.select(
        "id", "service", "resolved_at", "reviewed_at", at=joined["resolved_at"],
        owned=joined["source"].notnull(),
    )  # fmt: skip


CHECK = Check(
    id="I07",
    area="Incident",
    title="Major incident without lesson",
    question="Was every major incident reviewed?",
    tables=("record", "action"),
    rule=(
        "record.major = true and record.resolved_at older than review_days working days, with "
        "no action row whose action.source names the record, or whose actions have no "
        "action.owner. Exact count, any trips. [unit: record, service]"
    ),
    parameters={
        "review_days": 10,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=(
        "ISO 20000-1 8.6.1",
        "COBIT DSS02",
        "COBIT DSS03",
        "ITIL Incident management",
        "ITIL Problem management",
        "FitSM PR9.6",
    ),
    causes=("time pressure",),
    do_first="hold the review; two owned actions",
    effective_when="100 % reviewed, actions done",
    tier=0,
    ask=ask,
    caps=(),
    indicators=("communication",),
    needs=("record.major",),
    headline="{bad} of {all} major incidents led to no action with an owner.",
    should_be="Each major incident is reviewed within ten working days, with owned actions.",
    matters="The same failure can come back, and nobody has learned from it.",
    mandatory=True,
    owner_role="incident process owner",
    limit="none",
)
