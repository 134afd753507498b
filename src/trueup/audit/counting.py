"""Rules that are counted, not estimated: a list of things looked at, each fine or named.

For small registers (services, agreements, invoices in question); big tables are counted in the
engine by `trueup.audit.shares`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from trueup.audit.declare import (
    ORGANISATION,
    Case,
    Effect,
    Estimate,
    EvidenceGrade,
    Grade,
    Probe,
    Rows,
    Silent,
    Unit,
)

Money = tuple[float, float, float]
GOOD_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One thing looked at: `why` is empty where the rule held; `units` are where it counts.

    `also` are further rows of evidence (table, id, why): the other half of a pair. `size` is how
    far the rule is broken here, in the unit of the check, with its interval; a unit shows the
    size of its worst thing (the highest, or the lowest where `counted` is told so), and without
    sizes the share of its things that are named.
    """

    table: str
    id: str
    units: tuple[Unit, ...]
    why: str = ""
    money: Money | None = None
    branch: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    also: tuple[tuple[str, str, str], ...] = ()
    size: Money | None = None


def listed(rows: Iterable[tuple[str, str, str]]) -> pa.Table:
    """Rows of table, id and why as evidence."""
    table, id, why = zip(*rows, strict=True) if (rows := list(rows)) else ((), (), ())
    return pa.table(
        {
            "table": pa.array(table, pa.string()),
            "id": pa.array(id, pa.string()),
            "why": pa.array(why, pa.string()),
        }
    )


def later(rows: Sequence[tuple[str, str, str]]) -> Rows:
    """The same, made when somebody looks."""
    return lambda: listed(rows)


def exact(value: float, n: int, grade: EvidenceGrade = "B") -> Estimate:
    """A counted value: its interval is itself."""
    return Estimate(value, value, value, n, exact=True, grade=grade)


def total(parts: Iterable[Money | None]) -> Money | None:
    """Sums of low, likely and high; None where nothing is known."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    low, likely, high = (float(sum(part[i] for part in known)) for i in range(3))
    return low, likely, high


def counted(
    items: Sequence[Item],
    *,
    empty: str,
    one: str | Mapping[str, str] = "",
    grade: EvidenceGrade = "B",
    graded: Grade | None = None,
    caveats: tuple[str, ...] = (),
    sizes: Mapping[Unit, int] | None = None,
    low_is_bad: bool = False,
) -> Probe | Silent:
    """The answer of an "any" rule over a register; `empty` says why there was nothing to test.

    `one` is the headline of a single unit, with {unit}, {why} and the words of its first item,
    for all kinds of unit or by kind.
    `sizes` are how many were tested, where not every fine thing is an item.
    """
    sizes = sizes or {}
    if not sizes.get(ORGANISATION, len(items)):
        return Silent("not_applicable", empty)
    how = _How(grade, graded, caveats, low_is_bad)
    whole = _case(ORGANISATION, items, "", how, sizes)
    units = sorted(
        {unit for item in items if item.why for unit in item.units}, key=lambda u: (u.kind, u.id)
    )
    cases = tuple(
        _case(unit, [i for i in items if unit in i.units], _line(one, unit), how, sizes)
        for unit in units
    )
    return Probe(whole.tested, whole.tested, whole, cases, floor=1)


def _line(one: str | Mapping[str, str], unit: Unit) -> str:
    """The headline of a unit, for all kinds or for its own."""
    return one if isinstance(one, str) else one.get(unit.kind, "")


@dataclass(frozen=True, slots=True)
class _How:
    """What is alike for all cases of one answer."""

    grade: EvidenceGrade
    graded: Grade | None
    caveats: tuple[str, ...]
    low_is_bad: bool

    def sized(self, unit: Unit, bad: Sequence[Item], n: int) -> Estimate:
        """The size at a unit: that of its worst thing, else the share of things named."""
        known = sorted((i.size for i in bad if i.size is not None), key=lambda size: size[1])
        if unit == ORGANISATION or not known:
            return exact(len(bad) / n, n, self.grade)
        low, value, high = known[0] if self.low_is_bad else known[-1]
        return Estimate(value, low, high, n, exact=True, grade=self.grade)


def _case(
    unit: Unit, items: Sequence[Item], one: str, how: _How, sizes: Mapping[Unit, int]
) -> Case:
    bad = [item for item in items if item.why]
    good = [(item.table, item.id, "") for item in items if not item.why]
    money = total(item.money for item in bad)
    n = max(sizes.get(unit, len(items)), len(bad))
    rows = [(i.table, i.id, i.why) for i in bad] + [row for i in bad for row in i.also]
    words = {"why": bad[0].why if bad else "", **(bad[0].words if bad else {})}
    if money is not None:
        words["money"] = f"{money[1]:,.0f}"
    deadlines = sorted(i.words["deadline"] for i in bad if i.words.get("deadline"))
    if deadlines:
        words["deadline"] = deadlines[0]
    return Case(
        unit,
        how.sized(unit, bad, n),
        len(bad),
        n,
        branch=", ".join(sorted({item.branch for item in bad if item.branch})),
        bad=later(sorted(set(rows))),
        good=later(sorted(good)[:GOOD_SHOWN]),
        effect=Effect(money=money),
        caveats=how.caveats,
        words=words,
        headline=one,
        grade=how.graded,
    )
