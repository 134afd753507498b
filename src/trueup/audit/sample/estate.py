"""Items, changes, risks and safeguards: changes without test evidence are followed by trouble."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.catalogue import all_measures
from trueup.audit.sample.scene import AS_OF, ENDS, SERVICES, made, only, rows

HOUR = np.timedelta64(3_600_000_000, "us")
ITEMS = 40


def changes(rng: np.random.Generator, n: int) -> dict[str, pa.Table]:
    """Changes with their records, items and approvals; untested ones fail five times as often."""
    number = np.arange(1, n + 1)
    ids = np.char.add("C", np.char.zfill(number.astype(str), 6)).astype(object)
    start = np.sort(ENDS - rng.integers(48, 24 * 364, n) * HOUR)
    end = start + 2 * HOUR
    tested = rng.random(n) > 0.25
    failed = rng.random(n) < np.where(tested, 0.03, 0.22)
    kinds = np.array(["standard", "normal", "emergency"], dtype=object)
    kind = kinds[rng.choice(3, n, p=[0.4, 0.54, 0.06])]
    risk = np.array(["low", "medium", "high"], dtype=object)[rng.choice(3, n, p=[0.5, 0.4, 0.1])]
    service = np.array([s[0] for s in SERVICES], dtype=object)[number % 8]
    opened = start - 72 * HOUR
    approved = start - 30 * HOUR
    missing = (kind == "normal") & (rng.random(n) < 0.04)
    asked = np.flatnonzero((kind != "standard") & ~missing)
    return {
        "record": made(
            "record", id=ids, kind="change", title="Change", service=service, team="Platform",
            assignee="pla-01", level=3, category="data", priority=3, state="closed",
            source_state="closed", opened_at=opened, resolved_at=end, closed_at=end + HOUR,
        ),
        "change": made(
            "change", record=ids, type=kind, risk_class=risk, plan_start=start, plan_end=end,
            start=start, end=end, outcome=np.where(failed, "failed", "successful").astype(object),
            required_approval=only(kind != "standard", "board"),
            test_evidence=tested, backout_plan=True, reviewed_at=end + 48 * HOUR,
            implementer="pla-02", actual_downtime_h=np.where(failed, 1.5, 0.0),
        ),
        "change_ci": made(
            "change_ci", change=ids, ci=np.array([f"CI{k % ITEMS:03d}" for k in number], object)
        ),
        "approval": made(
            "approval", id=np.char.add("A", ids[asked].astype(str)).astype(object),
            entity="change", entity_id=ids[asked], step="board", level="board",
            approver="app-01", decision="approved", requested_at=approved[asked] - 5 * HOUR,
            at=approved[asked], recorded_at=approved[asked],
        ),
    }  # fmt: skip


def tables(rng: np.random.Generator) -> dict[str, pa.Table]:
    """Items and what they carry; risks, controls, decisions, tests and rights."""
    day = AS_OF.date()
    at = AS_OF - timedelta(days=40)
    items: list[dict[str, Any]] = [
        {"id": f"CI{i:03d}", "name": f"server {i}", "class": ("server", "database")[i % 2],
         "owner": "pla-01", "status": "in use", "criticality": 1 + i % 4, "serial": f"SN{i}",
         "last_seen": day - timedelta(days=i % 9), "verified_at": day - timedelta(days=30 + i)}
        for i in range(ITEMS)]  # fmt: skip
    return {
        "ci": rows("ci", items),
        "relation": rows("relation", [
            {"parent": SERVICES[i % 8][0], "child": f"CI{i:03d}", "kind": "depends_on",
             "redundant": i >= 16, "valid_from": date(2023, 1, 1)} for i in range(ITEMS)]),
        "ci_sample": rows("ci_sample", [
            {"ci": f"CI{i % ITEMS:03d}", "field": "owner", "recorded": "pla-01",
             "observed": "pla-01" if i % 12 else "pla-04", "at": day - timedelta(days=20)}
            for i in range(60)]),
        "asset": rows("asset", [
            {"id": f"AS{i:03d}", "class": "laptop", "serial": f"LT{i}", "cost_month": 24.0,
             "state": "in_use" if i % 9 else "in_stock", "state_since": date(2025, 3, 1),
             "assigned_to": f"ser-0{1 + i % 6}", "last_used": day - timedelta(days=2 + i % 5),
             "spare": False} for i in range(120)]),
        "risk": rows("risk", [
            {"id": f"K{i}", "title": title, "service": SERVICES[i][0], "owner": "ser-01",
             "per_year_low": 0.2, "per_year_mode": 0.5, "per_year_high": 1.5,
             "loss_low": 8_000.0, "loss_mode": 25_000.0, "loss_high": 90_000.0,
             "appetite": 60_000.0, "review_due": date(2026, 9, 1),
             "reviewed_on": date(2026, 3, 1), "state": "assessed"}
            for i, title in enumerate(("Mail outage", "ERP data loss", "Exchange stops",
                                       "Network cut"))]),
        "risk_event": rows("risk_event", [
            {"risk": f"K{i % 4}", "at": AS_OF - timedelta(days=50 * i + 9),
             "loss": 6_000.0 + 2_500.0 * i} for i in range(14)]),
        "control": rows("control", [
            {"id": "CT1", "risk": "K1", "title": "Restore test", "required_for": "high",
             "last_test": date(2026, 2, 1), "test_result": "passed"}]),
        "control_use": rows("control_use", [
            {"control": "CT1", "record": f"C{1 + i:06d}", "at": at, "done": i % 3 != 0}
            for i in range(48)]),
        "decision": rows("decision", [
            {"id": f"D{i}", "title": "Extend the line", "kind": "purchase", "made_by": "ser-01",
             "at": AS_OF - timedelta(days=300 - 8 * i), "amount": 5_000.0, "options": 2,
             "predicted_p": 0.7, "predicted_low": 4_000.0, "predicted_high": 7_000.0,
             "locked_at": AS_OF - timedelta(days=300 - 8 * i), "review_on": date(2026, 5, 1),
             "reviewed_on": date(2026, 5, 10), "actual": 5_500.0 + 100 * (i % 9),
             "happened": i % 10 < 6} for i in range(34)]),
        "recovery_test": rows("recovery_test", [
            {"service": s[0], "at": date(2026, 1, 15), "achieved_h": 1.9, "ok": True,
             "kind": "real"} for s in SERVICES[:3]]),
        "access": rows("access", [
            {"person": f"pla-0{1 + i % 6}", "role": f"admin {i // 6}", "granted_by": "ser-01",
             "granted_at": AS_OF - timedelta(days=400), "privileged": True} for i in range(12)]),
        "measure": rows("measure", [
            {"id": m.id, "name": m.title, "owner": "ser-01", "target": float(m.target),
             "limit": float(m.limit), "confirmed_by": "ser-03", "looked_at": at}
            for m in all_measures().values()
            if m.key and not isinstance(m.target, str) and not isinstance(m.limit, str)]),
    }  # fmt: skip
