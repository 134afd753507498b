"""The evidence as a scenario would have it: a derived pack, and the list of what was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from trueup.audit.catalogue import all_measures
from trueup.audit.evidence.packs import Pack
from trueup.audit.parameters import defaults
from trueup.audit.whatif.changes import Change
from trueup.audit.whatif.clocks import Recount
from trueup.audit.whatif.draft import Draft, Rows
from trueup.audit.whatif.leaving_out import leave_out
from trueup.audit.whatif.near import refuse_unknown
from trueup.audit.whatif.promised import change_promises
from trueup.audit.whatif.scenario import Scenario, Shift

MARKED = "what-if"
OF_CUSTOMER = ("invoice", "chargeback")


@dataclass(slots=True)
class Derived:
    """The derived pack, what was changed in it, and what became of the clocks."""

    pack: Pack
    changes: list[Change]
    recount: Recount
    made: frozenset[str] = field(default_factory=frozenset)


def derive(pack: Pack, scenario: Scenario, folder: Path) -> Derived:
    """Write the pack that a scenario would have left into a new folder.

    The given pack is only read. Refused for a name that is not in the evidence.
    """
    draft = Draft(pack)
    before = {name for name in pack.tables if draft.has(name)}
    refuse_unknown("parameter", scenario.parameters, defaults())
    changes: list[Change] = []
    for part in (_left_out, _thresholds, _price_list, _agreements, _licences, _costs):
        changes += part(draft, scenario)
    told, recounted = change_promises(draft, scenario)
    changes += told
    made = {name for name in draft.changed if draft.has(name)} - before
    mark = {
        "format": "trueup-scenario/1",
        "origin": pack.manifest.sha256,
        "scenario": scenario.told(),
        "note": "Changed evidence: what would have been, not what was. No audit.",
    }
    return Derived(draft.write(folder, mark), changes, recounted, frozenset(made))


# -- what is left out ------------------------------------------------------------------------
def _left_out(draft: Draft, scenario: Scenario) -> list[Change]:
    if not any(scenario.leave_out.values()):
        return []
    for kind, known in (
        ("customers", {str(r["id"]) for r in draft.rows("customer", ["id"])}
         | _named(draft, "customer")),
        ("services", {str(r["id"]) for r in draft.rows("service", ["id"])}
         | _named(draft, "service")),
        ("teams", _named(draft, "team")),
    ):  # fmt: skip
        refuse_unknown(kind.removesuffix("s"), scenario.leave_out.get(kind, ()), known)
    left = leave_out(draft, scenario.leave_out)
    named = ", ".join(f"{kind}: {', '.join(names)}" for kind, names in
                      sorted(scenario.leave_out.items()))  # fmt: skip
    return [Change("left_out", f"{table} ({named})", "", "", n) for table, n in left.items()]


def _named(draft: Draft, column: str) -> set[str]:
    """The values that records have in a column."""
    if not draft.has("record") or column not in draft.columns("record"):
        return set()
    return {str(v) for v in draft.table("record", [column])[column].to_pylist() if v is not None}


# -- thresholds of measures ------------------------------------------------------------------
def _thresholds(draft: Draft, scenario: Scenario) -> list[Change]:
    if not scenario.thresholds:
        return []
    measures = all_measures()
    refuse_unknown("measure", scenario.thresholds, measures)
    rows = draft.rows("measure") if draft.has("measure") else []
    columns = {*(draft.columns("measure") if rows else ()), "id", "name", "target", "limit"}
    owned = bool(rows) and any(row.get("confirmed_by") for row in rows)
    by = {row["id"]: row for row in rows}
    changes = []
    for id, new in sorted(scenario.thresholds.items()):
        if id not in by:
            by[id] = {"id": id, "name": measures[id].title, "owner": MARKED,
                      "looked_at": draft.pack.manifest.as_of}  # fmt: skip
            columns |= {"owner", "looked_at"}
        row = by[id]
        if owned and not row.get("confirmed_by"):
            row |= {"confirmed_by": MARKED, "target": None, "limit": None}
        for name in ("target", "limit"):
            value = getattr(new, name)
            if value is not None:
                old = row.get(name)
                changes.append(Change(f"threshold_{name}", id, _plain(old), _plain(value)))
                row[name] = value
    draft.put("measure", [by[id] for id in sorted(by)], columns)
    return changes


def _plain(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


# -- prices and cost -------------------------------------------------------------------------
def _price_list(draft: Draft, scenario: Scenario) -> list[Change]:
    def key(row: Mapping[str, Any]) -> str:
        return str(row["item"]) + (f"@{row['service']}" if row.get("service") else "")

    return _shifted(draft, "price_list", scenario.price_list, key, "amount", "price")


def _licences(draft: Draft, scenario: Scenario) -> list[Change]:
    return _shifted(draft, "licence", scenario.licences, lambda row: str(row["id"]),
                    "unit_price_year", "licence_price")  # fmt: skip


def _costs(draft: Draft, scenario: Scenario) -> list[Change]:
    return _shifted(draft, "cost", scenario.costs, lambda row: str(row.get("line") or ""),
                    "amount", "cost")  # fmt: skip


def _shifted(
    draft: Draft,
    table: str,
    shifts: Mapping[str, Shift],
    key: Callable[[Mapping[str, Any]], str],
    column: str,
    what: str,
) -> list[Change]:
    """Change one amount in every row that a key names."""
    if not shifts:
        return []
    rows = draft.rows(table)
    refuse_unknown(what.replace("_", " "), shifts, {key(row) for row in rows} - {""})
    moved: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for row in rows:
        shift = shifts.get(key(row))
        new = shift.of(row[column]) if shift else None
        if new is not None:
            moved.setdefault(key(row), []).append((row[column], new))
            row[column] = new
    draft.put(table, rows, draft.columns(table))
    return [Change(what, name, _sum(p[0] for p in pairs), _sum(p[1] for p in pairs), len(pairs))
            for name, pairs in sorted(moved.items())]  # fmt: skip


def _sum(amounts: Iterator[Decimal]) -> str:
    return f"{sum(amounts, Decimal(0)):.2f}"


def _agreements(draft: Draft, scenario: Scenario) -> list[Change]:
    """Another monthly price; the invoices it made, or the cost it caused, move with it."""
    if not scenario.agreements:
        return []
    rows = draft.rows("agreement")
    refuse_unknown(
        "agreement with a monthly price", scenario.agreements,
        {str(r["id"]) for r in rows if r.get("price_month") is not None},
    )  # fmt: skip
    changes = []
    for row in sorted(rows, key=lambda r: str(r["id"])):
        shift = scenario.agreements.get(str(row["id"]))
        if shift is None:
            continue
        old, new = row["price_month"], shift.of(row["price_month"])
        row["price_month"] = new
        changes.append(Change("agreement_price", str(row["id"]), f"{old:.2f}", f"{new:.2f}"))
        changes += _followed(draft, row, old, Decimal(new or 0))
    draft.put("agreement", rows, draft.columns("agreement"))
    return changes


def _followed(draft: Draft, row: Mapping[str, Any], old: Decimal, new: Decimal) -> list[Change]:
    if row.get("supplier"):
        table, mine = "cost", {"agreement": row["id"]}
    elif row.get("customer") and row.get("service"):
        table, mine = "revenue", {"customer": row["customer"], "service": row["service"]}
    else:
        return []
    if not draft.has(table):
        return []
    rows = draft.rows(table)
    moved = [r for r in rows if _falls(r, mine, row) and
             (table == "cost" or (r["kind"] in OF_CUSTOMER and not r.get("one_off")))]  # fmt: skip
    before = sum((r["amount"] for r in moved), Decimal(0))
    for month in sorted({r["month"] for r in moved}):
        billed = [r for r in moved if r["month"] == month]
        _spread(sorted(billed, key=lambda r: (r["amount"], str(r.get("id")))), new - old)
    draft.put(table, rows, draft.columns(table))
    after = sum((r["amount"] for r in moved), Decimal(0))
    told = Change(f"{table}_follows", str(row["id"]), f"{before:.2f}", f"{after:.2f}", len(moved))
    return [told] if moved else []


def _falls(row: Mapping[str, Any], mine: Mapping[str, Any], term: Mapping[str, Any]) -> bool:
    """Whether a row belongs to an agreement and lies in its term."""
    start, end = term.get("start"), term.get("end")
    month: date = row["month"]
    begun = start is None or month >= start.replace(day=1)
    return begun and (end is None or month <= end) and all(row.get(k) == v for k, v in mine.items())


def _spread(rows: Rows, difference: Decimal) -> None:
    """Add a difference to the rows of one month, by their amounts; the total stays exact."""
    total = sum((r["amount"] for r in rows), Decimal(0))
    if total <= 0:
        return
    left = difference
    for row in rows[1:]:
        part = (difference * row["amount"] / total).quantize(Decimal("0.0001"))
        row["amount"] += part
        left -= part
    rows[0]["amount"] += left
