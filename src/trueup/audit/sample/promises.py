"""Services, customers, people, agreements and reviews of the demonstration organisation."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa

from trueup.audit.sample.scene import AS_OF, CUSTOMERS, SERVICES, TEAMS, UNHAPPY, rows, staff

WEEK = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SUPPLIERS = ("Carrier AG", "Cloudhaus", "Print GmbH")


def tables(rng: np.random.Generator) -> dict[str, pa.Table]:
    """The tables that say who is who and what was promised."""
    day = AS_OF.date()
    return {
        "service": rows("service", [
            {"id": id, "name": name, "owner": f"ser-0{1 + i % 6}", "state": "live",
             "criticality": level, "function_tag": tag, "revenue_model": "per_unit",
             "launched": date(2021, 1, 1), "rto_h": 4.0, "rpo_h": 1.0, "catalogue_entry": True,
             "cost_centre": f"C{i}", "lead_time_months": 3.0, "annual_job": False}
            for i, (id, name, level, tag) in enumerate(SERVICES)]),
        "customer": rows("customer", [
            {"id": name, "name": name, "segment": "logistics", "manager": "ser-01", "active": True}
            for name in CUSTOMERS]),
        "person": rows("person", _people()),
        "supplier": rows("supplier", [
            {"id": name, "name": name, "critical": i < 2, "contract_until": date(2027, 12, 31),
             "contact": "desk", "evaluated_on": day - timedelta(days=90 + 200 * i)}
            for i, name in enumerate(SUPPLIERS)]),
        "calendar": rows("calendar", [
            {"id": "office", "zone": "Europe/Berlin", "week": json.dumps(WEEK), "holidays": "[]"}]),
        "agreement": rows("agreement", _agreements()),
        "target": rows("target", _targets()),
        "underpinning": rows("underpinning", [
            {"id": f"U{i}", "priority": 1, "supplier": SUPPLIERS[i % 3], "service": s[0],
             "metric": "resolve", "value": 3.0, "unit": "hours"}
            for i, s in enumerate(SERVICES[:4])]),
        "service_review": rows("service_review", [
            {"customer": name, "due": day - timedelta(days=90 * q + 10),
             "held_on": None if name == UNHAPPY and q else day - timedelta(days=90 * q + 5),
             "actions": 3, "actions_done": 3 - q % 2}
            for name in CUSTOMERS for q in range(4)]),
        "provider_guess": rows("provider_guess", [
            {"customer": name, "period": date(2026, 4, 1), "csat": 4.4, "made_by": "ser-01",
             "made_at": datetime(2026, 3, 30, tzinfo=AS_OF.tzinfo)} for name in CUSTOMERS]),
    }  # fmt: skip


def _people() -> list[dict[str, object]]:
    people = staff()
    desk = [{"id": p, "kind": "person", "team": team, "manager": "ser-01", "active": True}
            for team in TEAMS for p in people.by_team[team]]  # fmt: skip
    askers = [{"id": p, "kind": "person", "customer": name, "active": True}
              for name, mine in people.requesters.items() for p in mine]  # fmt: skip
    return [*desk, *askers]


def _agreements() -> list[dict[str, object]]:
    shared = {"start": date(2024, 1, 1), "end": date(2027, 12, 31)}
    promises = [{"id": f"SLA-{i}", "customer": name, "kind": "sla",
                 "review_due": date(2026, 12, 1), "reviewed_on": date(2026, 1, 10)} | shared
                for i, name in enumerate(CUSTOMERS)]  # fmt: skip
    sold = [{"id": f"CON-{i}", "customer": name, "service": "partnerlink", "kind": "contract",
             "price_month": 4200.0, "included_units": 90_000.0, "overage_price": 0.02} | shared
            for i, name in enumerate(CUSTOMERS)]  # fmt: skip
    bought = [
        {
            "id": "SUB-0",
            "supplier": "Cloudhaus",
            "service": "storage",
            "kind": "subscription",
            "start": date(2025, 8, 1),
            "price_month": 6100.0,
            "auto_renew": True,
            "notice_by": date(2026, 7, 12),
            "end": date(2026, 9, 30),
        }
    ]
    return [*promises, *sold, *bought]


def _targets() -> list[dict[str, object]]:
    hours = {1: 4.0, 2: 8.0, 3: 24.0, 4: 40.0}
    return [{"id": f"T{p}", "agreement": "SLA-0", "metric": "resolve", "priority": p, "value": v,
             "unit": "hours", "calendar": "24x7", "clock_start": "opened",
             "clock_stop": "resolved"} for p, v in hours.items()]  # fmt: skip
