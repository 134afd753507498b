"""Money of a pack read with pandas alone, from the words of the formulas: a second opinion.

Nothing here imports a measure or its helpers: a fault of theirs must not be repeated. Only the
names and types of the columns come from the schema of the product.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from trueup.core import evidence

Frame = pd.DataFrame
Unit = tuple[str, str]
HOPS = 5


@dataclass
class Said:
    """What a measure is to the letter: over all, by unit, how many cases, the low end if exact."""

    value: float | None
    by: dict[Unit, float] = field(default_factory=dict)
    n: float | None = None
    low: float | None = None


class Book:
    """The tables of a pack as frames with every column of the schema, and months as periods."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.kept = folder, {}
        manifest = json.loads((folder / "manifest.json").read_text())
        self.zone = manifest["timezone"]
        self.first = pd.Timestamp(manifest["period"]["from"])
        self.until = pd.Timestamp(manifest["period"]["to"])
        self.today = pd.Timestamp(manifest["as_of"]).tz_convert(self.zone)
        self.today = self.today.tz_localize(None).normalize()
        self.last = self.until.to_period("M")
        self.kept: dict[str, Frame] = {}

    def __call__(self, name: str) -> Frame:
        if name not in self.kept:
            self.kept[name] = self._read(name)
        return self.kept[name].copy()

    def _read(self, name: str) -> Frame:
        types = {c.name: c.type for c in evidence.TABLES[name].columns}
        path = self.folder / f"{name}.parquet"
        rows = pd.read_parquet(path) if path.exists() else pd.DataFrame(columns=list(types))
        rows = rows.reindex(columns=list(types))
        for column, kind in types.items():
            if kind in ("money", "float", "int"):
                rows[column] = pd.to_numeric(rows[column].astype(float))
            elif kind == "date":
                rows[column] = pd.to_datetime(rows[column])
            elif kind == "time":
                rows[column] = pd.to_datetime(rows[column], utc=True)
        if "month" in rows:
            rows["mo"] = rows["month"].dt.to_period("M")
        return rows

    def year(self, rows: Frame, back: int = 0) -> Frame:
        """The rows of the last twelve closed months, or of twelve months some years before."""
        end = self.last - 12 * back
        return rows[(rows.mo > end - 12) & (rows.mo <= end)]

    def inside(self, at: pd.Series) -> pd.Series:
        """Whether instants lie in the period, by the clock of the organisation."""
        local = at.dt.tz_convert(self.zone).dt.tz_localize(None)
        return (local >= self.first) & (local < self.until + pd.Timedelta(days=1))


def told(kind: str, names: pd.Series, of: Any) -> dict[Unit, float]:
    """A value for each name of a unit, from the rows of that name."""
    return {(kind, str(name)): of(rows) for name, rows in names.groupby(names).groups.items()}


def recurring(book: Book) -> Frame:
    """Revenue without one-off invoices; internal money only where nobody pays an invoice."""
    rows = book("revenue")
    rows = rows[~(rows.one_off == True)]  # noqa: E712
    paid = rows.kind.isin(["invoice", "credit", "disputed"])
    return rows[paid] if paid.any() else rows


def homes(book: Book) -> dict[str, str]:
    """The service an item stands under: the nearest above it by relation."""
    relation, services = book("relation"), set(book("service").id)
    valid = ~(relation.valid_from > book.today) & ~(relation.valid_to < book.today)
    above: dict[str, set[str]] = defaultdict(set)
    for parent, child in relation[valid][["parent", "child"]].to_numpy():
        above[child].add(parent)
    out = {}
    for item in above:
        reached = {item}
        for _ in range(HOPS):
            reached = set().union(*(above[name] for name in reached))
            if found := sorted(reached & services):
                out[item] = found[0]
                break
    return out


def spent(book: Book) -> Frame:
    """All cost with `home`: its service, else that of its item, else that of its agreement."""
    cost, agreement = book("cost"), book("agreement").set_index("id").service
    home = cost.service.astype(object)
    home = home.where(home.notna(), cost.ci.map(homes(book)))
    cost["home"] = home.where(home.notna(), cost.agreement.map(agreement))
    return cost


def approved_price(book: Book, item: str) -> float:
    """The latest approved price of an item, for every service."""
    rows = book("price_list")
    rows = rows[(rows.item == item) & rows.approved_by.notna()]
    return float(rows.sort_values("valid_from").amount.iloc[-1])
