"""Rules of several parts: each part is asked alone, the result shows the one that says most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from trueup.audit.declare import Case, Probe, Silent, Unit


def branched(parts: Mapping[str, Probe | Silent]) -> Probe | Silent:
    """One answer from several: per unit the part furthest beyond its limit, named as branch.

    Silent parts are left out; where all are silent, the first one speaks.
    """
    spoken = {name: part for name, part in parts.items() if isinstance(part, Probe)}
    if not spoken:
        return next(iter(parts.values()))
    least = min(part.floor for part in spoken.values())
    whole: Case | None = None
    units: dict[Unit, Case] = {}
    for name, part in spoken.items():
        whole = _worse(whole, _marked(part.whole, name, part.floor if part.floor > least else 0))
        for case in part.units:
            marked = _marked(case, name, part.floor)
            units[case.unit] = _worse(units.get(case.unit), marked)
    assert whole is not None
    first = next(iter(spoken.values()))
    return Probe(
        max(part.population for part in spoken.values()),
        max(part.tested for part in spoken.values()),
        whole,
        tuple(units[unit] for unit in sorted(units, key=lambda u: (u.kind, u.id))),
        least,
        next((part.watch for part in spoken.values() if part.watch), ""),
        tuple(note for part in spoken.values() for note in part.notes),
        first.blocks,
    )


def _marked(case: Case, name: str, floor: int) -> Case:
    """The case with its branch; too few cases for a share of this part never trip it."""
    thin = case.estimate.n < floor and not case.estimate.exact and case.tripped is None
    return replace(case, branch=case.branch or name, tripped=False if thin else case.tripped)


def _worse(a: Case | None, b: Case) -> Case:
    return b if a is None or _weight(b) > _weight(a) else a


def _weight(case: Case) -> tuple[float, float]:
    """First whether counting decides, then whether and how far the lower end is beyond the limit.

    What has too few cases for its part says nothing, so that it hides no other part.
    """
    e = case.estimate
    tripped = case.tripped if case.tripped is not None else e.exact and case.exceptions > 0
    bound = case.limit or 0.0
    low = e.low if e.low is not None else 0.0
    beyond = case.tripped is None and low > bound
    return (2.0 if tripped else 1.0 if beyond else 0.0), low / (bound or 1.0)
