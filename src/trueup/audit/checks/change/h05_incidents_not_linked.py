"""H05: Incidents not linked."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.after_changes import (
    HOURS,
    After,
    after_changes,
    incidents_near,
    share_of_caused,
)
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import listed_rows

Array = np.ndarray[Any, Any]
LEAST = 20
EXPECTED = 5.0


def ask(ctx: Context) -> Probe | Silent:
    """Of the incidents that changes caused, how many name the change?"""
    every = after_changes(ctx)
    if len(every.observed) < LEAST or float(every.expected.sum()) < EXPECTED:
        return Silent("not_enough_evidence", "too few changes and incidents to see an excess")
    near = incidents_near(ctx)
    near = near.filter((near["h"] > 0) & (near["h"] <= HOURS))
    got = ctx.arrays(near.select("change", "record", "named").order_by("change", "record"))
    whole = _case(ctx, ORGANISATION, every, got)
    if whole is None:
        return Silent("not_enough_evidence", "no more incidents follow changes than usual")
    cases = []
    for name in sorted({str(v) for v in every.facts["team"] if v is not None}):
        part = every.where(every.facts["team"] == name)
        if len(part.observed) >= LEAST:
            cases.append(_case(ctx, Unit("team", name), part, got))
    found = tuple(case for case in cases if case is not None)
    tested = whole.tested
    return Probe(tested, tested, whole, found, 1)


def _case(ctx: Context, unit: Unit, part: After, got: dict[str, Array]) -> Case | None:
    """The share of the excess that names no change; None where no excess is proven."""
    ratio = part.ratio
    if ratio.low <= 1.0 or ratio.excess <= 0:
        return None
    mine = np.isin(got["change"].astype(str), part.facts["id"].astype(str))
    named = mine & np.array([name is not None for name in got["named"]], dtype=bool)
    linked, caused = int(named.sum()), max(1, round(ratio.excess))
    share = share_of_caused(linked, ratio.excess, (ratio.low - 1) * ratio.expected,
                            (ratio.high - 1) * ratio.expected)  # fmt: skip
    limit = 1.0 - ctx.number("limit")
    missing = np.setdiff1d(got["record"][mine].astype(str), got["record"][named].astype(str))
    return Case(
        unit,
        Estimate(1 - share.value, 1 - share.high, 1 - share.low, caused, method="compared"),
        max(caused - linked, 0),
        caused,
        limit=limit,
        bad=lambda: listed_rows(missing, "opened within 72 h after a change, names none"),
        good=lambda: listed_rows(np.unique(got["record"][named].astype(str))[:20], ""),
    )


CHECK = Check(
    id="H05",
    area="Change",
    title="Incidents not linked",
    question="Do we record what changes cause?",
    tables=("record", "change", "change_ci"),
    rule=(
        "Where the excess of MR-02 has a lower bound > 0: incidents of those windows with "
        "record.caused_by_change / excess, upper bound < limit. [unit: organisation, team]"
    ),
    parameters={
        "limit": 0.50,
    },
    gate=True,
    blocks=("MR-01", "MR-03"),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.5"),
    causes=("no field", "fear of blame"),
    do_first="prompt at resolve",
    effective_when=">= 80 %",
    tier=3,
    ask=ask,
    caps=("H10",),
    limit="limit",
    indicators=("risk_impact",),
    needs=("change.end", "change_ci.ci", "record.ci", "record.caused_by_change"),
    uses=("record.team", "relation"),
    headline="{bad} of about {all} incidents that changes caused name no change.",
    should_be="An incident that a change caused names that change.",
    matters="Nobody can learn from changes whose damage is not written down.",
    owner_role="incident process owner",
)
