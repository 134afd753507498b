"""What stops a critical service when one person, supplier or component fails (MR-09 to 11, X05)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context, Period
from trueup.audit.declare import Silent
from trueup.audit.money import months_before
from trueup.audit.stats.shares import wilson

Array = np.ndarray[Any, Any]
LEAST = 20
MONTHS = 6
COVERED = 0.80
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """A category or a CI, and the share its busiest person solved of all that was solved.

    `service` is the critical service in which it was counted; "" for all of them together.
    """

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
    """Cells of one critical service each, with at least 20 resolutions in six months."""
    return [cell for cell in every_cell(ctx) if cell.service]


def every_cell(ctx: Context) -> list[Cell]:
    """The same, and those of all critical services together; once per run."""
    found: list[Cell] = ctx.value("person_cells", _cells)
    return found


def _cells(ctx: Context) -> list[Cell]:
    event, record, person = ctx.table("event"), ctx.table("record"), ctx.table("person")
    first = months_before(ctx.today, MONTHS)
    done = event.filter(
        (event["entity"] == "record")
        & (event["activity"] == "resolved")
        & event["actor"].notnull()
        & (event["at_occurred"] >= ctx.instant(Period.of(first, first, ctx.zone).start))
        & (event["at_occurred"] <= ctx.now)
    )
    machines = person.filter(person["kind"].isin(["robot", "shared"])).select(machine="id")
    done = done.left_join(machines, done["actor"] == machines["machine"])
    home = record.select(rid="id", service="service", category="category", ci="ci")
    t = done.join(home, done["entity_id"] == home["rid"])
    t = t.filter(t["service"].isin(critical_services(ctx) or [""]))
    t = t.mutate(alone=(t["actor_kind"].fill_null("person") == "person") & t["machine"].isnull())
    found = []
    for kind in ("category", "ci"):
        named = t.filter(t[kind].notnull())
        solved = named.select("service", "actor", "alone", "rid", cell=named[kind]).distinct()
        for each in (solved, solved.mutate(service=ibis.literal(""))):
            counted = each.group_by("service", "cell", "actor").agg(
                n=each.count(), alone=each["alone"].any()
            )
            order = ("service", "cell", ibis.desc("n"), "actor")
            found += _by_cell(kind, ctx.rows(counted.order_by(*order)))
    return found


def _by_cell(kind: str, rows: list[dict[str, Any]]) -> list[Cell]:
    groups: dict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
    for row in rows:
        groups[(row["service"], row["cell"])].append((int(row["n"]), bool(row["alone"])))
    found = []
    for (service, name), counts in groups.items():
        total = sum(n for n, _ in counts)
        persons = [n for n, alone in counts if alone]
        if total >= LEAST and persons:
            ring = wilson(persons[0], total)
            half = int(np.searchsorted(np.cumsum(persons), total / 2)) + 1
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


def plans_unknown(ctx: Context) -> Silent | None:
    """Silence where the pack records neither risks nor contingencies: whether a plan exists is
    then not recorded (method 3.0), and no red may rest on that."""
    if ctx.has("risk") or ctx.has("contingency"):
        return None
    return Silent("not_enough_evidence", "plans are not recorded", ("risk",))


def has_spare(ctx: Context, service: str) -> bool:
    """Whether a redundant way is recorded for a service."""
    return any(spare for _, spare in edges(ctx).get(service, ()))
