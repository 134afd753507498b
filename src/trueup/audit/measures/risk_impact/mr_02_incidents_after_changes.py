"""MR-02: Incidents after changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from trueup.audit.after_changes import After, after_changes
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit

Array = np.ndarray[Any, Any]
LEAST = 20
EXPECTED = 5.0


def judge(ctx: Context) -> Answer | Silent:
    """Incidents on what was changed, in the 72 h after, against the same hours of other weeks."""
    every = after_changes(ctx)
    n, expected = len(every.observed), float(every.expected.sum())
    if n < LEAST or expected < EXPECTED:
        return Silent(
            "not_enough_evidence",
            f"{n} comparable changes with {expected:.1f} expected incidents; "
            f"{LEAST} changes with {EXPECTED:.0f} are needed",
            n=n,
            n_min=LEAST,
        )
    ratio = every.ratio
    control = ratio.control
    calm = control.low <= 1.0 <= control.high or control.high < ratio.low
    chance = every.permutation_p(ctx.rng())
    units = [
        (Unit(kind, name), _estimate(part))
        for kind in ("team", "category")
        for name, part in _parts(every, kind)
    ]
    units += [(Unit("ci", name), _estimate(part)) for name, part in _by_ci(ctx, every)]
    certain = calm and (chance < 0.05 or ratio.irr <= 1.0)
    note = "" if calm else "incidents had risen before the changes already: no verdict on cause"
    return Answer(
        _estimate(every),
        tuple(units),
        n_min=LEAST,
        unit_n_min=LEAST,
        cap=None if certain else "amber",
        notes=(note,) if note else (),
        parts={
            "excess incidents": ratio.excess,
            "part due to changes": ratio.attributable,
            "ratio in the 72 h before": control.value,
            "permutation p": chance,
        },
    )


def _parts(every: After, kind: str) -> list[tuple[str, After]]:
    values = every.facts[kind]
    names = sorted({str(v) for v in values if v is not None})
    return _enough(every, ((name, np.asarray(values == name)) for name in names))


def _by_ci(ctx: Context, every: After) -> list[tuple[str, After]]:
    """The parts by the CI that was changed; a change of several CIs counts at each."""
    link = ctx.table("change_ci").select("ci", "change").distinct()
    held: dict[str, list[str]] = {}
    for row in ctx.rows(link.order_by("ci", "change")):
        held.setdefault(row["ci"], []).append(row["change"])
    ids = every.facts["id"].astype(str)
    often = (name for name in sorted(held) if len(held[name]) >= LEAST)
    return _enough(every, ((name, np.isin(ids, held[name])) for name in often))


def _enough(every: After, masks: Iterable[tuple[str, Array]]) -> list[tuple[str, After]]:
    """The parts with 20 changes and five expected incidents."""
    return [
        (name, every.where(mask))
        for name, mask in masks
        if mask.sum() >= LEAST and every.expected[mask].sum() >= EXPECTED
    ]


def _estimate(part: After) -> Estimate:
    ratio = part.ratio
    return Estimate(ratio.irr, ratio.low, ratio.high, ratio.changes, method="compared")


MEASURE = Measure(
    id="MR-02",
    indicator="risk_impact",
    key=True,
    title="Incidents after changes",
    formula=(
        "per change c on its CIs (change_ci) and their dependants up to 2 hops (relation, from "
        "child to parent): O = incidents (record.kind = incident, record.ci in the set) with "
        "record.opened_at in (change.end, change.end + 72 h]; E = mean count of the same set in"
        " windows of equal length at the same weekday and hour in the 8 weeks before, windows "
        "touching another change of the set left out (>= 4 windows, else the change is not "
        "used); IRR = sum O / sum E; excess = sum O - sum E; AF = 1 - 1/IRR"
    ),
    tables=("change", "change_ci", "record", "relation"),
    unit="ratio",
    direction="down",
    grain=("category", "team", "ci", "organisation"),
    n_min="20 changes and sum E >= 5",
    method=(
        "exact Poisson (divide by phi where phi > 1) and permutation (shift changes by whole "
        "weeks, 1,000 x); the control window 72 h before must be about 1"
    ),
    target=1.2,
    limit=1.5,
    caveats=(
        "reverse cause (changed because it burned), planned incidents, monitoring noise; "
        "record.caused_by_change is compared, not trusted"
    ),
    tier=3,
    judge=judge,
    needs=("change.end", "change_ci.ci", "record.ci", "record.opened_at"),
    uses=("change.start", "relation", "record.team", "record.category"),
)
