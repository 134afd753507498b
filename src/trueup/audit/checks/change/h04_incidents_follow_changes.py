"""H04: Incidents follow changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from trueup.audit.after_changes import HOURS, After, after_changes, incidents_near, reach
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.shares import listed_rows
from trueup.audit.stats.intervals import rate_ratio

Array = np.ndarray[Any, Any]
LEAST = 20
REST = 5
EXPECTED = 5.0
ALIKE = 0.05
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def ask(ctx: Context) -> Probe | Silent:
    """Groups of changes followed by more incidents than the same hours of ordinary weeks.

    A group that only shares its changes with another one is not named beside it: the specification
    vector leaves the largest unit out (0.1 d, 3.1), and without it nothing is left.
    """
    every = after_changes(ctx)
    n, expected = len(every.observed), float(every.expected.sum())
    if n < LEAST or expected < EXPECTED:
        return Silent(
            "not_enough_evidence",
            f"{n} changes with {expected:.1f} expected incidents; "
            f"{LEAST} changes with {EXPECTED:.0f} are needed",
        )
    whole = _case(ctx, ORGANISATION, every, ALIKE)
    groups = dict(_groups(ctx, every))
    level = _level(every, len(groups))
    cases = [_case(ctx, unit, every.where(mask), level) for unit, mask in groups.items()]
    beyond = [case.unit for case in cases if case.tripped]
    for i, case in enumerate(cases):
        source = _source(ctx, every, groups, case.unit, beyond) if case.tripped else None
        if source is not None:
            cases[i] = _inherited(case, source)
    return Probe(n, n, whole, tuple(cases), LEAST)


def _source(
    ctx: Context, every: After, groups: dict[Unit, Array], unit: Unit, beyond: list[Unit]
) -> Unit | None:
    """The group whose changes alone put this one beyond the limit, or None.

    Without that group's changes nothing is left here; and that group is beyond the limit without
    these changes still, or lies inside this one, which has enough of its own to show calm.
    """
    for other in beyond:
        own, rest = groups[unit] & ~groups[other], groups[other] & ~groups[unit]
        if other == unit or not (groups[unit] & groups[other]).any():
            continue
        inside = _some(every, own) and not _some(every, rest)
        if not _raised(ctx, every, own) and (inside or _raised(ctx, every, rest)):
            return other
    return None


def _some(every: After, mask: Array) -> bool:
    return int(mask.sum()) >= REST and float(every.expected[mask].sum()) > 0


def _raised(ctx: Context, every: After, mask: Array) -> bool:
    """Whether what came after some changes lies beyond the limit by its point."""
    return _some(every, mask) and every.where(mask).ratio.irr >= ctx.number("limit")


def _inherited(case: Case, source: Unit) -> Case:
    return replace(
        case, tripped=False, estimate=replace(case.estimate, robustness=0.5),
        caveats=(*case.caveats, f"nothing is left without the changes of {source.id}"),
    )  # fmt: skip


def _groups(ctx: Context, every: After) -> Iterator[tuple[Unit, Array]]:
    day = (every.facts["end"].astype("datetime64[D]").astype(np.int64) + 3) % 7
    named = {
        "risk": every.facts["risk_class"],
        "day": np.array([WEEKDAYS[d] for d in day], dtype=object),
        "test": np.array([_test(v) for v in every.facts["test_evidence"]], dtype=object),
    }
    columns = [("team", "", every.facts["team"]), ("category", "", every.facts["category"])]
    columns += [("category", f"{name}: ", values) for name, values in named.items()]
    for kind, prefix, values in columns:
        for name in sorted({str(v) for v in values if v is not None}):
            mask = values == name
            if _enough(every, mask):
                yield Unit(kind, f"{prefix}{name}"), mask
    yield from _by_ci(ctx, every)


def _test(value: object) -> str | None:
    return None if value is None or value != value else "with evidence" if value else "none"


def _by_ci(ctx: Context, every: After) -> Iterator[tuple[Unit, Array]]:
    link = ctx.table("change_ci")
    got = ctx.arrays(link.select("ci", "change").distinct().order_by("ci", "change"))
    names, at = np.unique(got["ci"].astype(str), return_inverse=True)
    ids = every.facts["id"].astype(str)
    for i in np.flatnonzero(np.bincount(at, minlength=len(names)) >= LEAST):
        mask = np.isin(ids, got["change"][at == i].astype(str))
        if _enough(every, mask):
            yield Unit("ci", str(names[i])), mask


def _enough(every: After, mask: Array) -> bool:
    return int(mask.sum()) >= LEAST and float(every.expected[mask].sum()) >= EXPECTED


def _level(every: After, groups: int) -> float:
    """How surely a group must differ from the hours before its changes.

    Where incidents had risen before the changes already, over the whole scope, changes react to
    trouble; among many groups one then differs by chance, so that all share one error (3.5).
    """
    return ALIKE / max(groups, 1) if every.ratio.control.low > 1.0 else ALIKE


def _case(ctx: Context, unit: Unit, part: After, level: float) -> Case:
    """One group: the exceptions are its changes that were followed by incidents, as listed."""
    ratio = part.ratio
    chance = part.permutation_p(ctx.rng(f"{unit.kind}|{unit.id}"))
    control = ratio.control
    calm = control.low <= 1.0 <= control.high or control.high < ratio.low
    beyond = ratio.low > ctx.number("limit") and chance < 0.05 and calm
    alike = as_before(part, level)
    caveats = () if calm and not alike else ("incidents had risen before the changes already",)
    return Case(
        unit,
        Estimate(
            ratio.irr,
            ratio.low,
            ratio.high,
            ratio.changes,
            p=chance,
            robustness=0.5 if alike else 1.0,
            method="compared",
        ),
        int((part.observed > 0).sum()),
        ratio.changes,
        tripped=beyond,
        bad=lambda: _followed(ctx, part),
        caveats=caveats,
        words={"ratio": f"{ratio.irr:.1f}", "expected": f"{ratio.expected:.0f}"},
    )


def as_before(part: After, level: float = ALIKE) -> bool:
    """Whether the rise after the changes is gone when measured against the 72 h before them.

    In a small group the interval of the window before is wide, so that it contains 1 even where
    as much came before as after; a claim must stand against that window too (0.1, 1d).
    """
    phi, usual = part.ratio.phi, float(part.usual.sum())
    if usual <= 0:
        return float(part.before.sum()) > 0
    after, before = (round(float(n.sum()) / phi) for n in (part.observed, part.before))
    return rate_ratio(after, float(part.expected.sum()) / phi, before, usual / phi).p > level


def _followed(ctx: Context, part: After) -> Any:
    """The changes that were followed by incidents."""
    near = incidents_near(ctx)
    hit = near.filter((near["h"] > 0) & (near["h"] <= HOURS)).select("change").distinct()
    got = ctx.arrays(hit.order_by("change"))
    mine = np.intersect1d(part.facts["id"].astype(str), got["change"].astype(str))
    return listed_rows(mine, "followed by incidents on its components", "change")


__all__ = ["CHECK", "ask", "reach"]


CHECK = Check(
    id="H04",
    area="Change",
    title="Incidents follow changes",
    question="Which changes are followed by incidents?",
    tables=("record", "change", "change_ci", "relation"),
    rule=(
        "MR-02 per group (change.risk_class, record.team, CI, weekday, change.test_evidence): "
        "lower bound of IRR > limit, control window 72 h before with an interval that contains "
        "1 or lies below the IRR interval, permutation p < 0.05, BH over groups. [unit: team, "
        "ci, category]"
    ),
    parameters={
        "limit": 1.5,
        "hours": 72,
        "hops": 2,
        "weeks": 8,
        "permutations": 1000,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.5.1",
        "COBIT BAI06",
        "COBIT APO12",
        "ITIL Change enablement",
        "FitSM PR12.5",
    ),
    causes=("no test", "bad window", "hidden dependency"),
    do_first="stop condition for that group; require test evidence",
    effective_when=(
        "after >= 20 further changes with expected >= 5: upper bound below the old lower bound;"
        " closed when IRR <= 1.2 and its upper bound < 1.5"
    ),
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("change.end", "change_ci.ci", "record.ci", "record.opened_at"),
    uses=("change.risk_class", "change.test_evidence", "record.team", "relation"),
    headline="After {all} changes of {unit} came {ratio} times the usual incidents.",
    should_be="A change is not followed by more incidents than ordinary days bring.",
    matters="Each incident after a change is work and waiting that we caused ourselves.",
    measure="MR-02",
    owner_role="change manager",
)
