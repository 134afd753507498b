"""Detections of one check are one finding; neighbours that share a unit or evidence are merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from trueup.audit.declare import Check, Grade
from trueup.audit.detecting import Checked, Detection
from trueup.audit.grading import GRADES

NEIGHBOURS = (
    ("Z03", "Z04"), ("H01", "H02"), ("H04", "H08"), ("H08", "H09"), ("H04", "H09"), ("N06", "U01"),
    ("G01", "V01"), ("C01", "C03"), ("C03", "C04"), ("C01", "C04"), ("I01", "I03"), ("I02", "C04"),
    ("T02", "N05"), ("F08", "F01"), ("F08", "F05"), ("F08", "F09"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """One finding to be: its checks, its detections, and the one that leads."""

    checks: tuple[Check, ...]
    detections: tuple[Detection, ...]

    @property
    def grade(self) -> Grade:
        """The highest grade of the parts."""
        return max((d.grade for d in self.detections), key=GRADES.index)

    @property
    def lead(self) -> Detection:
        """The detection that speaks: of the gravest check the whole first, then the largest."""
        gravest: dict[str, int] = {}
        for d in self.detections:
            gravest[d.check.id] = max(gravest.get(d.check.id, 0), GRADES.index(d.grade))
        return max(
            self.detections,
            key=lambda d: (
                gravest[d.check.id],
                d.case.unit.kind == "organisation",
                d.case.exceptions,
                d.key,
            ),
        )


def groups(checked: Sequence[Checked], evidence: Mapping[str, pa.Table]) -> list[Group]:
    """The groups of all detections, in the order of the checks."""
    tripped = [c for c in checked if c.detections]
    home = {c.check.id: c.check.id for c in tripped}
    by_id = {c.check.id: c for c in tripped}
    for a, b in NEIGHBOURS:
        if a in by_id and b in by_id and _together(by_id[a], by_id[b], evidence):
            old, new = home[b], home[a]
            home = {id: new if root == old else root for id, root in home.items()}
    out: dict[str, list[Checked]] = {}
    for c in tripped:
        out.setdefault(home[c.check.id], []).append(c)
    return [
        Group(tuple(c.check for c in parts), tuple(d for c in parts for d in c.detections))
        for parts in out.values()
    ]


def _together(a: Checked, b: Checked, evidence: Mapping[str, pa.Table]) -> bool:
    """Whether two checks share a unit, or half of the smaller one's evidence."""
    if {d.case.unit for d in a.detections} & {d.case.unit for d in b.detections}:
        return True
    x, y = _rows(a, evidence), _rows(b, evidence)
    smaller = min(len(x), len(y))
    return smaller > 0 and 2 * len(x & y) >= smaller


def _rows(checked: Checked, evidence: Mapping[str, pa.Table]) -> set[tuple[str, str]]:
    out: set[tuple[str, str]] = set()
    for d in checked.detections:
        table = evidence[d.key]
        out |= set(zip(table["table"].to_pylist(), table["id"].to_pylist(), strict=True))
    return out
