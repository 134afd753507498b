"""P01: Same incident, no problem."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.changes import held
from trueup.audit.clusters import clustered, densest, members
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import question

Array = np.ndarray[Any, Any]
BLIND = 0.50


def ask(ctx: Context) -> Probe | Silent:
    """Clusters of like incidents, dense in time, of which none has a problem."""
    if not held(ctx, "record.problem"):
        return Silent("not_enough_evidence", "problems are not recorded", ("record.problem",))
    got = clustered(ctx, ("incident",), True, ctx.number("sim"))
    if not len(got["id"]):
        return Silent("not_applicable", "no incident is recorded")
    blind = np.mean([ci is None for ci in got["ci"]]) > BLIND
    if blind and not ctx.has("record.title"):
        return Silent(
            "not_enough_evidence", "most incidents name no CI and no title", ("record.ci",)
        )
    since = np.datetime64(ctx.period.start, "us") - np.timedelta64(90, "D")
    recent = (got["opened_at"] >= since) & (got["opened_at"] < np.datetime64(ctx.period.end, "us"))
    kept = {name: values[recent] for name, values in got.items()}
    bad = np.zeros(len(kept["id"]), dtype=bool)
    why = [""] * len(bad)
    for rows in members(kept["cluster"]).values():
        said = _dense(ctx, kept, rows)
        if said and not any(p is not None for p in kept["problem"][rows]):
            bad[rows] = True
            for row in rows:
                why[row] = said
    return question(
        ctx, kept, bad, why=why, table="record", kinds=("category", "ci"), at="opened_at",
        exact=True,
    ).probe()  # fmt: skip


def _dense(ctx: Context, got: dict[str, Array], rows: Array) -> str:
    """Why a cluster is dense enough to need a problem; empty where it is not."""
    at = got["opened_at"][rows]
    many = densest(at, 30)
    if many >= ctx.number("n30"):
        return f"one of {many} like incidents in 30 days, none with a problem"
    grave = densest(at[got["priority"][rows] <= 2], 90)
    if grave >= ctx.number("n90"):
        return f"one of {grave} like grave incidents in 90 days, none with a problem"
    return ""


CHECK = Check(
    id="P01",
    area="Problem",
    title="Same incident, no problem",
    question="Which repeats have no cause analysis?",
    tables=("record",),
    rule=(
        "Cluster = same record.ci + record.category (records without CI form no such cluster; "
        "while N01 is red the result is not_enough_evidence unless titles serve), or titles "
        "with similarity >= sim. Trips where a cluster has >= n30 incidents in any 30 days, or "
        ">= n90 with record.priority <= 2 in any 90 days, and none of them has record.problem. "
        "Ranked by handling hours and lost hours. [unit: category, ci]"
    ),
    parameters={
        "n30": 5,
        "n90": 3,
        "sim": 0.8,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.3", "COBIT DSS03", "ITIL Problem management", "FitSM PR10.1"),
    causes=("nobody looks at repeats",),
    do_first="open a problem for the costliest cluster",
    effective_when="rate ratio of the cluster < 0.5",
    tier=0,
    ask=ask,
    caps=(),
    limit="n30",
    indicators=("risk_impact",),
    needs=("record.opened_at",),
    uses=("record.ci", "record.category", "record.title", "record.problem", "record.priority"),
    headline="{bad} of {all} incidents repeat each other, and nobody looks for the cause.",
    should_be="Incidents that keep coming back get a problem and a cause.",
    matters="The same trouble is mended again and again, and people wait each time.",
    owner_role="problem process owner",
    mandatory=True,
)
