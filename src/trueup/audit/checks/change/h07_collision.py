"""H07: Collision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.changes import collisions, windows_of
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit

Array = np.ndarray[Any, Any]


def ask(ctx: Context) -> Probe | Silent:
    """Changes at work at the same time on the same or a directly dependent CI."""
    w = windows_of(ctx)
    many = int(ctx.one(w.agg(n=w["id"].nunique()))["n"])
    if not many:
        return Silent("not_applicable", "no change names a CI and a window in the period")
    got = ctx.arrays(collisions(ctx).order_by("a", "b", "ci"))
    every = np.ones(len(got["a"]), dtype=bool)
    whole = _case(ORGANISATION, got, every, many)
    cases = [
        _case(Unit(kind, name), got, (got[kind] == name) | (got[f"b{kind}"] == name), many)
        for kind in ("ci", "service")
        for name in sorted({str(v) for v in (*got[kind], *got[f"b{kind}"]) if v is not None})
    ]
    return Probe(many, many, whole, tuple(cases), 1)


def _case(unit: Unit, got: dict[str, Array], mine: Array, tested: int) -> Case:
    critical = mine & got["critical"].astype(bool)
    pairs, hot = _pairs(got, mine), len(_pairs(got, critical))
    value = float(hot)
    return Case(
        unit,
        Estimate(value, value, value, tested, exact=True),
        len(pairs),
        tested,
        tripped=hot > 0,
        branch="critical" if hot else "",
        bad=lambda: _listed(got, mine),
        mandatory=hot > 0,
        caveats=("pairs on what is not critical are listed, not judged",),
    )


def _pairs(got: dict[str, Array], mine: Array) -> set[tuple[str, str]]:
    return {(str(a), str(b)) for a, b in zip(got["a"][mine], got["b"][mine], strict=True)}


def _listed(got: dict[str, Array], mine: Array) -> pa.Table:
    """Both changes of each pair."""
    rows = {
        (str(one), f"at work at the same time as {other} on {ci}")
        for a, b, ci in zip(got["a"][mine], got["b"][mine], got["ci"][mine], strict=True)
        for one, other in ((a, b), (b, a))
    }
    ids, why = zip(*sorted(rows), strict=True) if rows else ((), ())
    return pa.table(
        {
            "table": pa.array(["change"] * len(ids), pa.string()),
            "id": pa.array(ids, pa.string()),
            "why": pa.array(why, pa.string()),
        }
    )


CHECK = Check(
    id="H07",
    area="Change",
    title="Collision",
    question="Do changes step on each other?",
    tables=("record", "change", "change_ci", "relation"),
    rule=(
        "Pairs of changes with overlapping actual windows (change.start, change.end; planned "
        "ones where not yet run) on the same or a directly dependent CI, neither in the same "
        "release nor under the same record.parent. Any on a critical CI or service trips; "
        "others are counted. [unit: ci, service]"
    ),
    parameters={
        "critical_limit": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.6"),
    causes=("calendar unseen",),
    do_first="conflict check at approval",
    effective_when="0 critical",
    tier=3,
    ask=ask,
    caps=(),
    limit="critical_limit",
    indicators=("risk_impact",),
    needs=("change_ci.ci",),
    uses=("change.start", "change.plan_start", "ci.criticality", "relation", "release_change"),
    headline="{bad} pairs of changes were at work at once on the same thing.",
    should_be="Two changes never touch the same or a dependent component at the same time.",
    matters="When something breaks, nobody can tell which change did it.",
    measure="MR-04",
    owner_role="change manager",
    mandatory=True,
)
