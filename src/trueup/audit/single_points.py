"""What stops a critical service when one person, supplier or component fails (MR-09 to 11, X05)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context
from trueup.audit.stats.shares import wilson

Array = np.ndarray[Any, Any]
LEAST = 20
MONTHS = 6
COVERED = 0.80
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """A category or a CI of one critical service, and the share its busiest person solved."""

    service: str
    kind: str
    name: str
    n: int
    share: float
    low: float
    people: int

    @property
    def label(self) -> str:
        """How the cell is named."""
        return f"{self.kind} {self.name}"


def critical_services(ctx: Context) -> list[str]:
    """The critical services that are in use, by id."""
    service = ctx.table("service")
    mine = service.filter(
        (service["criticality"] <= 2)
        & (service["state"].isnull() | service["state"].isin(["live", "retiring"]))
    )
    return [row["id"] for row in ctx.rows(mine.select("id").order_by("id"))]


def cells(ctx: Context) -> list[Cell]:
    """Cells of critical services with at least 20 resolutions in six months; once per run."""
    found: list[Cell] = ctx.value("person_cells", _cells)
    return found


def _cells(ctx: Context) -> list[Cell]:
    event, record, person = ctx.table("event"), ctx.table("record"), ctx.table("person")
    since = ctx.instant(ctx.as_of - timedelta(days=MONTHS * 30.4375))
    done = event.filter(
        (event["entity"] == "record")
        & (event["activity"] == "resolved")
        & event["actor"].notnull()
        & (event["actor_kind"].fill_null("person") == "person")
        & (event["at_occurred"] > since)
        & (event["at_occurred"] <= ctx.now)
    )
    machines = person.filter(person["kind"].isin(["robot", "shared"])).select(machine="id")
    done = done.anti_join(machines, done["actor"] == machines["machine"])
    home = record.select(rid="id", service="service", category="category", ci="ci")
    t = done.join(home, done["entity_id"] == home["rid"])
    t = t.filter(t["service"].isin(critical_services(ctx) or [""]))
    found = []
    for kind in ("category", "ci"):
        named = t.filter(t[kind].notnull())
        solved = named.select("service", "actor", "rid", cell=named[kind]).distinct()
        counted = solved.group_by("service", "cell", "actor").agg(n=solved.count())
        rows = ctx.rows(counted.order_by("service", "cell", ibis.desc("n"), "actor"))
        found += _by_cell(kind, rows)
    return found


def _by_cell(kind: str, rows: list[dict[str, Any]]) -> list[Cell]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        groups[(row["service"], row["cell"])].append(int(row["n"]))
    found = []
    for (service, name), counts in groups.items():
        total = sum(counts)
        if total >= LEAST:
            ring = wilson(counts[0], total)
            half = int(np.searchsorted(np.cumsum(counts), total / 2)) + 1
            found.append(Cell(service, kind, name, total, ring.value, ring.low, half))
    return found


def edges(ctx: Context) -> dict[str, list[tuple[str, bool]]]:
    """What each service or CI depends on: (child, redundant)."""

    def read(ctx: Context) -> dict[str, list[tuple[str, bool]]]:
        relation, today = ctx.table("relation"), ctx.now.date()
        valid = relation.filter(
            (relation["valid_from"].isnull() | (relation["valid_from"] <= today))
            & (relation["valid_to"].isnull() | (relation["valid_to"] >= today))
        )
        rows = valid.select("parent", "child", spare=valid["redundant"].fill_null(False))
        found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for row in ctx.rows(rows.distinct().order_by("parent", "child", "spare")):
            found[row["parent"]].append((row["child"], bool(row["spare"])))
        return found

    found: dict[str, list[tuple[str, bool]]] = ctx.value("edges", read)
    return found


def needed(ctx: Context, service: str) -> set[str]:
    """The CIs whose loss stops a service: reached from it without a redundant edge."""
    known, found, todo = edges(ctx), set[str](), {service}
    for _ in range(DEEPEST):
        todo = {child for at in todo for child, spare in known.get(at, ()) if not spare} - found
        found |= todo
    return found - {service}


def mapped(ctx: Context, services: list[str]) -> float:
    """The share of these services of which any dependency is known."""
    known = edges(ctx)
    return sum(service in known for service in services) / len(services) if services else 0.0


def suppliers(ctx: Context) -> dict[str, set[str]]:
    """The suppliers behind each service: by agreement, underpinning promise, or component."""

    def read(ctx: Context) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name in ("agreement", "underpinning"):
            table = ctx.table(name)
            rows = table.filter(table["service"].notnull() & table["supplier"].notnull())
            if name == "agreement":
                today = ctx.now.date()
                rows = rows.filter(rows["end"].isnull() | (rows["end"] >= today))
            for row in ctx.rows(rows.select("service", "supplier").distinct()):
                found[row["service"]].add(row["supplier"])
        ci = ctx.table("ci")
        owned = ci.filter(ci["supplier"].notnull()).select("id", "supplier")
        of = {row["id"]: row["supplier"] for row in ctx.rows(owned)}
        for service in critical_services(ctx):
            found[service] |= {of[item] for item in needed(ctx, service) if item in of}
        return found

    found: dict[str, set[str]] = ctx.value("service_suppliers", read)
    return found


def planned(ctx: Context) -> dict[str, set[str]]:
    """What has a plan, by kind (service, ci, supplier): a risk treated or accepted, its review
    not overdue, or a written contingency."""

    def read(ctx: Context) -> dict[str, set[str]]:
        risk, today = ctx.table("risk"), ctx.now.date()
        fresh = risk.filter(
            risk["state"].isin(["treated", "accepted"])
            & (
                risk["review_due"].isnull()
                | (risk["review_due"] >= today)
                | (risk["reviewed_on"] >= risk["review_due"]).fill_null(False)
            )
        )
        found: dict[str, set[str]] = defaultdict(set)
        for row in ctx.rows(fresh.select("service", "ci", "supplier").distinct()):
            for kind in ("service", "ci", "supplier"):
                if row[kind] is not None:
                    found[kind].add(row[kind])
        plan = ctx.table("contingency")
        written = plan.filter(plan["plan"].notnull()).select("entity", "entity_id").distinct()
        for row in ctx.rows(written):
            found[row["entity"]].add(row["entity_id"])
        return found

    found: dict[str, set[str]] = ctx.value("planned", read)
    return found


def has_spare(ctx: Context, service: str) -> bool:
    """Whether a redundant way is recorded for a service."""
    return any(spare for _, spare in edges(ctx).get(service, ()))
