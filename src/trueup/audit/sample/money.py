"""Use, revenue, cost and budget of the demonstration organisation: use grows, invoices do not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from trueup.audit.sample.scene import AS_OF, CUSTOMERS, MONTHS, SERVICES, rows

LINES = (("licences", "software", 14_000.0), ("cloud", "cloud", 21_000.0),
         ("desk staff", "labour", 96_000.0), ("network lines", "telecom", 9_500.0))  # fmt: skip


def tables(rng: np.random.Generator) -> dict[str, pa.Table]:
    """24 months of use and invoices; one year of budget; licences nobody opens."""
    year = MONTHS[12:]
    return {
        "usage": rows("usage", [
            {"service": "partnerlink", "customer": name, "month": m,
             "units": float(round(84_000 * 1.027**i * rng.normal(1, 0.02))),
             "active_users": 40 + c, "entitled_users": 60}
            for c, name in enumerate(CUSTOMERS) for i, m in enumerate(MONTHS)]),
        "revenue": rows("revenue", [
            {"service": "partnerlink", "customer": name, "month": m,
             "amount": 4200.0 * 1.0016**i, "kind": "invoice", "one_off": False}
            for name in CUSTOMERS for i, m in enumerate(MONTHS)]),
        "capacity": rows("capacity", [
            {"service": "partnerlink", "month": m, "max_units": 1_900_000.0,
             "p95_units": 880_000.0 * 1.027**i, "target_utilisation": 0.8, "lead_time_months": 3.0}
            for i, m in enumerate(MONTHS)]),
        "cost": rows("cost", [
            {"id": f"C-{line}-{m:%Y%m}", "line": line, "service": SERVICES[k][0], "month": m,
             "amount": amount * (1 + 0.06 * (k == 1)) * rng.normal(1, 0.02), "quantity": 100.0,
             "pool": pool, "behaviour": "fixed" if k != 1 else "variable", "owner": "ser-02",
             "discretionary": False}
            for k, (line, pool, amount) in enumerate(LINES) for m in MONTHS]),
        "budget": rows("budget", [
            {"line": line, "service": SERVICES[k][0], "month": m, "amount": amount,
             "standard_price": amount / 100, "standard_quantity": 100.0, "version": "1",
             "owner": "ser-02", "approved_by": "ser-03", "approved_at": AS_OF.replace(year=2025),
             "driver": "units", "planned_units": 900_000.0}
            for k, (line, _, amount) in enumerate(LINES) for m in year]),
        "forecast": rows("forecast", [
            {"line": line, "made_on": date(2026, 4, 1), "month": m, "amount": amount * 1.02}
            for line, _, amount in LINES for m in year[9:]]),
        "price_list": rows("price_list", [
            {"item": item, "amount": amount, "approved_by": "ser-03",
             "valid_from": date(2025, 1, 1)}
            for item, amount in (("work_hour", 58.0), ("downtime_hour", 2900.0),
                                 ("lost_user_hour", 41.0))]),
        "licence": rows("licence", [
            {"id": f"L{i}", "product": name, "supplier": "Cloudhaus", "entitled": entitled,
             "assigned": assigned, "used_90d": used, "usage_seen": assigned - 6,
             "unit_price_year": price, "renews_on": date(2026, 9, 30),
             "notice_by": date(2026, 7, 12), "reserved": 4}
            for i, (name, entitled, assigned, used, price) in enumerate(
                (("Design seats", 212, 210, 81, 348.0), ("Office suite", 420, 402, 396, 180.0),
                 ("Diagrams", 60, 58, 55, 96.0)))]),
        "investment": rows("investment", [
            {"id": "V1", "service": "shop", "title": "New shop search",
             "decided_on": date(2024, 9, 1), "approved_by": "ser-03", "capex": 60_000.0,
             "opex_change_month": 400.0, "benefit_low": 10_000.0, "benefit_mode": 24_000.0,
             "benefit_high": 40_000.0, "benefit_kind": "revenue", "owner": "ser-02",
             "review_due": date(2026, 3, 1), "go_live": date(2025, 2, 1), "life_months": 36}]),
        "benefit": rows("benefit", [
            {"investment": "V1", "month": m, "amount": 900.0, "evidence": "B"}
            for m in MONTHS[8:]]),
        "purchase": rows("purchase", [
            {"id": f"P{i:03d}", "supplier": ("Carrier AG", "Cloudhaus", "Print GmbH")[i % 3],
             "agreement": "SUB-0" if i % 3 == 1 else None, "buyer": f"ser-0{1 + i % 4}",
             "approved_by": "ser-06", "amount": float(400 + 37 * i), "quantity": 1.0,
             "unit_price": float(400 + 37 * i), "at": AS_OF.replace(month=1 + i % 6),
             "invoice_no": f"RE-{i:04d}", "approval_limit": 5000.0} for i in range(36)]),
    }  # fmt: skip
