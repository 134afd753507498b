"""The commonest question: which share of a population breaks a rule, in which unit, how surely?

A question gives rows: one per member of the population with the columns ``id`` (text), ``at``
(instant or null), ``bad`` (boolean), optionally ``why`` (text), ``critical`` (boolean), ``table``
(text, where the records stand in several) and one text column per unit kind (``team``, ...).
Everything else is done here: counts,
Wilson intervals, tests against the limit with overdispersion between units, robustness over
the specification vector, and the lists of records on both sides of the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats as sps

from trueup.audit.context import Context
from trueup.audit.declare import (
    ORGANISATION,
    Answer,
    Case,
    Effect,
    Estimate,
    EvidenceGrade,
    Probe,
    Silent,
    Unit,
)
from trueup.audit.stats.shares import wilson

GOOD_SHOWN = 20
GOOD_READ = 5000


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases by unit and day: the ground on which every share of one question stands."""

    unit: np.ndarray[Any, Any]
    day: np.ndarray[Any, Any]
    n: np.ndarray[Any, Any]
    bad: np.ndarray[Any, Any]
    critical: np.ndarray[Any, Any]

    def where(self, mask: np.ndarray[Any, Any]) -> Counts:
        """The part of the counts for which `mask` holds."""
        return Counts(*(getattr(self, name)[mask] for name in self.__slots__))

    @property
    def total(self) -> tuple[int, int]:
        """Breaks and population."""
        return int(self.bad.sum()), int(self.n.sum())


def counts(ctx: Context, rows: Any, kinds: Sequence[str]) -> dict[str, Counts]:
    """Count a population by day and by the units of each kind, in one pass over the data.

    The key ``""`` holds the counts over all units.
    """
    columns = rows.columns
    table = rows.select(
        *(rows[kind].cast("string").name(kind) for kind in kinds),
        day=rows["at"].truncate("D") if "at" in columns else ibis.null().cast("timestamp"),
        bad=rows["bad"].fill_null(False),
        c=(rows["bad"] & rows["critical"]).fill_null(False)
        if "critical" in columns
        else ibis.literal(False),
    )
    grouped = table.group_by(*kinds, "day").agg(
        n=table.count(), bad=table["bad"].cast("int64").sum(), c=table["c"].cast("int64").sum()
    )
    got = ctx.arrays(grouped.order_by(*kinds, "day"))
    return {kind: _by(got, kind) for kind in ("", *kinds)}


def _by(got: dict[str, np.ndarray[Any, Any]], kind: str) -> Counts:
    day = got["day"].astype("datetime64[D]")
    if kind:
        unit = np.array(["" if u is None else str(u) for u in got[kind]], dtype=object)
    else:
        unit = np.full(len(day), "*", dtype=object)
    names, u = np.unique(unit.astype(str), return_inverse=True)
    days, d = np.unique(day.astype(np.int64), return_inverse=True)
    cell, at = np.unique(u * max(len(days), 1) + d, return_inverse=True)
    sums = [np.bincount(at, got[c].astype(np.int64)).astype(np.int64) for c in ("n", "bad", "c")]
    width = max(len(days), 1)
    return Counts(
        names[cell // width].astype(object) if len(cell) else unit,
        days[cell % width].astype("datetime64[D]") if len(cell) else day,
        *(sums if len(cell) else [np.zeros(0, dtype=np.int64)] * 3),
    )


def specifications(part: Counts, units: np.ndarray[Any, Any] | None = None) -> list[Counts]:
    """The other fair ways to count: without the edges, the largest day and the largest unit."""
    out = [part]
    months = part.day.astype("datetime64[M]")
    known = ~np.isnat(months)
    if known.any() and len(np.unique(months[known])) >= 3:
        first, last = months[known].min(), months[known].max()
        out += [part.where(months != first), part.where(months != last)]
    if known.any() and len(np.unique(part.day[known])) >= 3:
        days, at = np.unique(part.day[known], return_inverse=True)
        out.append(part.where(part.day != days[np.argmax(np.bincount(at, part.n[known]))]))
    if units is not None:
        names, at = np.unique(units, return_inverse=True)
        if len(names) >= 3:
            out.append(part.where(units != names[np.argmax(np.bincount(at, part.n))]))
    return out


def robustness(specs: Sequence[Counts], limit: float) -> float:
    """Share of specifications with the verdict of the first one (Wilson bound above the limit)."""
    verdicts = []
    for spec in specs:
        bad, n = spec.total
        verdicts.append(n > 0 and wilson(bad, n).low > limit)
    return sum(v == verdicts[0] for v in verdicts) / len(verdicts)


def overdispersion(bad: np.ndarray[Any, Any], n: np.ndarray[Any, Any]) -> float:
    """φ = max(1, mean of the middle 80 % of z²) of units around their common share (3.1)."""
    total, size = bad.sum(), n.sum()
    if size == 0 or total in (0, size) or len(n) < 5:
        return 1.0
    share = total / size
    z2 = np.sort((bad / n - share) ** 2 / (share * (1 - share) / n))
    cut = int(np.floor(0.1 * len(z2)))
    middle = z2[cut : len(z2) - cut] if cut else z2[:-1]
    return float(max(1.0, middle.mean()))


def share_p(bad: int, n: int, limit: float, phi: float = 1.0) -> float:
    """One-sided p-value of "the share is not above the limit": exact binomial, or z/√φ."""
    if n == 0:
        return 1.0
    if phi <= 1.0 or limit in (0.0, 1.0):
        return float(sps.binom.sf(bad - 1, n, limit))
    z = (bad / n - limit) / np.sqrt(limit * (1 - limit) / n)
    return float(sps.norm.sf(z / np.sqrt(phi)))


@dataclass(slots=True)
class ShareQuestion:
    """One question over one population; see the module for the columns of `rows`.

    `limit` is the largest share that is still fine. `exact` trips on any break; `any_critical`
    trips on any break of a critical case beside the limit. `kinds` are the unit columns, `one`
    the headline of a unit by its kind.
    """

    ctx: Context
    rows: Any
    limit: float
    kinds: tuple[str, ...] = ()
    table: str = "record"
    exact: bool = False
    any_critical: bool = False
    grade: EvidenceGrade = "B"
    coverage: float = 1.0
    population: int | None = None
    effect: Callable[[int, int], Effect] | None = None
    caveats: tuple[str, ...] = ()
    floor: int = 30
    words: Callable[[Unit], dict[str, str]] | None = None
    one: Mapping[str, str] = field(default_factory=dict)
    _lists: dict[str, pa.Table] = field(default_factory=dict)

    def probe(self) -> Probe | Silent:
        """The check's answer: the whole scope, then each unit of each kind."""
        parts = counts(self.ctx, self.rows, self.kinds)
        first = parts[self.kinds[0]] if self.kinds else parts[""]
        _, n = first.total
        if n == 0:
            return Silent("not_applicable", "nothing of this kind happened in the period")
        specs = specifications(first, first.unit if self.kinds else None)
        whole = self._case(ORGANISATION, None, first, specs, 1.0)
        units = tuple(
            case for kind, part in parts.items() if kind for case in self._unit_cases(kind, part)
        )
        floor = 1 if self.exact else self.floor
        return Probe(self.population or n, n, whole, units, floor, any_trips=self.any_critical)

    def _unit_cases(self, kind: str, part: Counts) -> list[Case]:
        """Each unit against the limit; how much units differ anyway is told by the others.

        A bad unit would otherwise widen its own yardstick: with five teams, four clean ones
        lie as far from the common share as the one that moved it.
        """
        names, at = np.unique(part.unit, return_inverse=True)
        bad, n = np.bincount(at, part.bad), np.bincount(at, part.n)
        cases = []
        for index, name in enumerate(names):
            if name == "" or (bad[index] == 0 and n[index] < self.floor):
                continue
            mine = part.where(at == index)
            others = (n >= self.floor) & (np.arange(len(n)) != index)
            phi = overdispersion(bad[others], n[others])
            cases.append(self._case(Unit(kind, str(name)), kind, mine, specifications(mine), phi))
        return cases

    def _case(
        self, unit: Unit, kind: str | None, part: Counts, specs: list[Counts], phi: float
    ) -> Case:
        bad, n = part.total
        ring = wilson(bad, n)
        critical = int(part.critical.sum())
        exact = self.exact or (self.any_critical and critical > 0)
        estimate = Estimate(
            bad / n,
            ring.low,
            ring.high,
            n,
            p=None if exact else share_p(bad, n, self.limit, phi),
            exact=exact,
            robustness=1.0 if exact else robustness(specs, self.limit),
            coverage=self.coverage,
            grade=self.grade,
        )
        return Case(
            unit,
            estimate,
            bad,
            n,
            limit=None if self.exact else self.limit,
            branch="any critical" if exact and not self.exact else "",
            bad=lambda: self._listed(kind, unit, True),
            good=lambda: self._listed(kind, unit, False).slice(0, GOOD_SHOWN),
            effect=self.effect(bad, n) if self.effect else Effect(),
            caveats=self.caveats,
            words=self.words(unit) if self.words else {},
            headline=self.one.get(unit.kind, ""),
            mandatory=exact and critical > 0,
        )

    def _listed(self, kind: str | None, unit: Unit, bad: bool) -> pa.Table:
        """The records on one side of the rule, by table and id."""
        side = self._side(bad)
        if kind:
            side = side.filter(pc.equal(side[kind], unit.id))
        return side.select(["table", "id", "why"] if bad else ["table", "id"])

    def _side(self, bad: bool) -> pa.Table:
        """All exceptions, or a first part of the rest: read once for all units."""
        name = "bad" if bad else "good"
        if name not in self._lists:
            rows = self.rows
            side = rows.filter(rows["bad"] == bad)
            why = side["why"] if "why" in rows.columns else ibis.literal("breaks the rule")
            listed = side.select(
                *(side[kind].cast("string").name(kind) for kind in self.kinds),
                table=side["table"] if "table" in rows.columns else ibis.literal(self.table),
                id=side["id"],
                why=why,
            ).order_by("id")
            self._lists[name] = self.ctx.backend.fetch(listed if bad else listed.limit(GOOD_READ))
        return self._lists[name]

    def answer(self, n_min: int = 30, unit_n_min: int = 30, good_is: bool = False) -> Answer:
        """The measure's answer; with `good_is` the value is the share that keeps the rule."""
        parts = counts(self.ctx, self.rows, self.kinds)
        first = parts[self.kinds[0]] if self.kinds else parts[""]
        specs = specifications(first, first.unit if self.kinds else None)
        whole = self._estimate(first, specs, 1.0, good_is)
        by: list[tuple[Unit, Estimate]] = []
        for kind, part in parts.items():
            if kind:
                by += self._unit_estimates(kind, part, good_is)
        return Answer(whole, tuple(by), n_min=n_min, unit_n_min=unit_n_min, records=self.members)

    def members(self) -> pa.Table:
        """Every case that was counted: role (bad or counted), table, id, a column a unit kind."""
        rows = self.rows
        listed = rows.select(
            role=ibis.ifelse(rows["bad"].fill_null(False), "bad", "counted"),
            table=rows["table"] if "table" in rows.columns else ibis.literal(self.table),
            id=rows["id"].cast("string"),
            **{kind: rows[kind].cast("string") for kind in self.kinds},
        )
        return self.ctx.backend.fetch(listed.order_by("role", "table", "id", *self.kinds))

    def counted(self, good_is: bool = False, n_min: int = 1) -> Answer:
        """The measure's answer as an exact count: every case was looked at, no interval."""
        parts = counts(self.ctx, self.rows, self.kinds)
        by = []
        for kind in self.kinds:
            part = parts[kind]
            for name in np.unique(part.unit.astype(str)):
                if name:
                    by.append(
                        (Unit(kind, str(name)), _exact(part.where(part.unit == name), good_is))
                    )
        if parts[""].total[1] == 0:
            return Answer(Silent("not_applicable", "there was nothing to count"))
        whole = _exact(parts[""], good_is)
        return Answer(whole, tuple(by), n_min=n_min, unit_n_min=1, records=self.members)

    def _unit_estimates(
        self, kind: str, part: Counts, good_is: bool
    ) -> list[tuple[Unit, Estimate]]:
        names, at = np.unique(part.unit, return_inverse=True)
        bad, n = np.bincount(at, part.bad), np.bincount(at, part.n)
        phi = overdispersion(bad[n >= self.floor], n[n >= self.floor])
        found = []
        for index, name in enumerate(names):
            if name != "":
                mine = part.where(at == index)
                estimate = self._estimate(mine, specifications(mine), phi, good_is)
                found.append((Unit(kind, str(name)), estimate))
        return found

    def _estimate(
        self, part: Counts, specs: list[Counts], phi: float, good_is: bool
    ) -> Estimate | Any:
        bad, n = part.total
        if n == 0:
            return Silent("not_enough_evidence", "nothing of this kind happened in the period", n=0)
        ring = wilson(n - bad if good_is else bad, n)
        return Estimate(
            (n - bad if good_is else bad) / n,
            ring.low,
            ring.high,
            n,
            p=share_p(bad, n, self.limit, phi),
            robustness=robustness(specs, self.limit),
            coverage=self.coverage,
            grade=self.grade,
        )


def _exact(part: Counts, good_is: bool) -> Estimate:
    bad, n = part.total
    share = (n - bad if good_is else bad) / n
    return Estimate(share, share, share, n, exact=True)


def from_arrays(
    ctx: Context,
    got: dict[str, Any],
    bad: np.ndarray[Any, Any],
    limit: float,
    *,
    kinds: tuple[str, ...] = (),
    grade: EvidenceGrade = "B",
    why: str = "breaks the rule",
    table: str = "record",
    exact: bool = False,
) -> ShareQuestion:
    """A question over a population that was worked out in Python: arrays id, at and the kinds."""
    n = len(bad)
    rows = {
        "id": pa.array([str(i) for i in got["id"]], pa.string()),
        "at": pa.array(got["at"].astype("datetime64[us]"), pa.timestamp("us")),
        "bad": pa.array(np.asarray(bad, dtype=bool)),
        "why": pa.array([why] * n, pa.string()),
    }
    rows |= {
        k: pa.array([None if v is None else str(v) for v in got[k]], pa.string()) for k in kinds
    }
    relation = ctx.backend.memory(pa.table(rows))
    return ShareQuestion(ctx, relation, limit, kinds=kinds, grade=grade, table=table, exact=exact)


def listed_rows(ids: np.ndarray[Any, Any], why: str, table: str = "record") -> pa.Table:
    """Records named by id, as evidence rows."""
    names = [str(i) for i in ids]
    return pa.table(
        {
            "table": pa.array([table] * len(names), pa.string()),
            "id": pa.array(names, pa.string()),
            "why": pa.array([why] * len(names), pa.string()),
        }
    )
