"""A column that is absent is not recorded: no finding may rest on it (method 3.0, 9.1)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, START, ask, make

Rows = list[dict[str, Any]]
DAY = timedelta(days=1)
PERSON: Rows = [{"id": "P1", "name": "x", "team": "T", "left_on": date(2026, 1, 5)}]


def many(n: int, **row: Any) -> Rows:
    """The same row n times; what ends in _at, at or on moves by a day."""
    return [
        {k: f"{v}{i}" if k == "id" else v + DAY * (i % 300) if k in MOVING else v
         for k, v in row.items()}
        for i in range(n)
    ]  # fmt: skip


MOVING = ("at", "opened_at", "due", "made_on")
RECORD = many(60, id="R", kind="incident", state="closed", opened_at=START, priority=3)
SECURITY = many(40, id="S", kind="security_incident", state="closed", opened_at=START)
MESSAGE = [
    {"id": f"M{i}", "record": f"R{i}", "direction": "out", "public": True,
     "at": START + DAY * i + timedelta(minutes=9)}
    for i in range(60)
]  # fmt: skip

CASES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "X01": ({"risk": many(40, id="K", title="x", state="treated", review_due=date(2026, 1, 1))},
            ("risk.owner", "risk.reviewed_on")),
    "X02": ({"risk_event": many(40, at=START, loss=Decimal(90000))}, ("risk_event.risk",)),
    "X03": ({"risk": many(40, id="K", title="x", state="accepted")},
            ("risk.appetite", "risk.accepted_until")),
    "X06": ({"decision": many(40, id="D", title="x", at=START, amount=Decimal(90000))},
            ("decision.predicted_p", "decision.predicted_low")),
    "Y01": ({"person": PERSON, "access": [{"person": "P1", "role": "a", "granted_at": START}]},
            ("access.revoked_at",)),
    "Y02": ({"privileged_session": many(60, person="P1", at=START), "person": PERSON},
            ("privileged_session.record",)),
    "Y03": ({"record": SECURITY}, ("record.category",)),
    "C03": ({"record": RECORD, "message": MESSAGE}, ("record.resolved_at",)),
    "K01": ({"record": [r | {"article": "A1", "opened_at": AS_OF - DAY} for r in RECORD],
             "article": [{"id": "A1", "title": "x", "state": "published"}]},
            ("article.reviewed_at", "article.review_due")),
    "M01": ({"action": many(40, id="A", due=date(2025, 8, 1))}, ("action.done_at",)),
    "M02": ({"finding": many(9, id="F", check="H01", opened_at=START, closed_at=START + DAY),
             "action": many(9, id="A", finding="F1"),
             "verification": many(9, finding="F1", measure="MC-06")},
            ("verification.decided_at",)),
    "M04": ({"measure": [{"id": "MB-02", "name": "x"}]}, ("measure.target", "measure.owner")),
    "I08": ({"record": [{"id": f"R{i}", "kind": "incident", "state": "open",
                         "opened_at": AS_OF - timedelta(hours=i)} for i in range(1500)]},
            ("record.resolved_at",)),
    "Z13": ({"approval": many(60, id="A", entity="record", entity_id="R", decision="approved")},
            ("approval.at", "approval.approver")),
    "F04": ({"cost": many(24, month=date(2026, 5, 1), amount=Decimal(9000))},
            ("cost.service", "cost.owner")),
    "MB-06": ({"cost": many(24, month=date(2026, 5, 1), amount=Decimal(9000))},
              ("cost.service", "cost.owner")),
    "D01": ({"release": many(40, record="R0", deployed_at=START + DAY),
             "record": RECORD}, ("release.acceptance",)),
    "MR-12": ({"service": [{"id": "S1", "name": "x", "criticality": 1, "rto_h": 4.0}],
               "recovery_test": [{"service": "S1", "at": date(2026, 3, 1), "ok": True}]},
              ("recovery_test.achieved_h",)),
    "MR-14": ({"decision": many(40, id="D", title="x", at=START, amount=Decimal(90000),
                                review_on=date(2025, 9, 1), predicted_p=0.5)},
              ("decision.reviewed_on", "decision.locked_at")),
    "MR-15": ({"risk": many(3, id="K", title="x", state="treated"),
               "risk_event": many(40, at=START, loss=Decimal(90000))}, ("risk_event.risk",)),
    "MC-07": ({"record": RECORD, "message": MESSAGE}, ("record.resolved_at",)),
    "MC-17": ({"service_review": many(20, customer="C1", due=date(2025, 8, 1))},
              ("service_review.held_on",)),
}  # fmt: skip


@pytest.mark.parametrize("id", CASES)
def test_no_finding_rests_on_a_column_that_is_not_there(id: str, tmp_path: Path) -> None:
    tables, missing = CASES[id]
    result = ask(make(tmp_path, **tables), id)
    row = result.measure(id) if "-" in id else result.check(id)
    assert row["light" if "-" in id else "result"] == "not_enough_evidence", row["value"]
    assert set(missing) <= set(row["missing"])
    assert row["needs"]


def test_internal_it_without_revenue_is_told_apart_from_revenue_not_recorded(
    tmp_path: Path,
) -> None:
    """9.2: MG-03 and MG-15 are not applicable where the services say that they earn nothing."""
    usage = many(40, service="S1", month=date(2026, 1, 1), units=9.0, customer="C1")
    for name, model, light in (
        ("a", "none", "not_applicable"), ("b", "per_unit", "not_enough_evidence"),
        ("c", None, "not_enough_evidence"),
    ):  # fmt: skip
        service = [{"id": "S1", "name": "x", "state": "live", "revenue_model": model}]
        result = ask(make(tmp_path / name, service=service, usage=usage), "MG-03", "MG-15")
        for id in ("MG-03", "MG-15"):
            row = result.measure(id)
            assert (row["light"], bool(row["missing"])) == (light, light != "not_applicable")
