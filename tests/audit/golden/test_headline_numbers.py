"""Every headline is "one plain sentence with a number, at most 20 words" (audit-result.yaml)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import ask, make

SERVICES = [
    {"id": name, "name": name, "state": "live", "criticality": 1, "owner": owner,
     "catalogue_entry": True, "cost_centre": "CC", "rto_h": 4.0}
    for name, owner in (("mail", None), ("web", "P"), ("erp", "P"))
]  # fmt: skip
SUPPLIERS = [
    {"id": name, "critical": True, "contact": contact, "contract_until": date(2030, 1, 1),
     "evaluated_on": date(2026, 5, 1)}
    for name, contact in (("north", None), ("south", "mail"))
]  # fmt: skip
TESTS = [{"service": "web", "at": date(2026, 4, 1), "achieved_h": 2.0, "ok": True}]
TABLES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "T01": {"service": SERVICES},
    "U03": {"supplier": SUPPLIERS},
    "V04": {"service": SERVICES, "recovery_test": TESTS},
}


@pytest.mark.parametrize("check", sorted(TABLES))
def test_a_headline_has_a_number(tmp_path: Path, check: str) -> None:
    result = ask(make(tmp_path, **TABLES[check]), check).check(check)  # type: ignore[arg-type]
    assert result["detections"]
    for row in result["detections"]:
        text = row["headline"].replace(row["unit"]["id"], "")
        assert re.search(r"\d", text), text
        assert len(text.split()) <= 20


def test_seats_too_many_and_too_few(tmp_path: Path) -> None:
    """N07 counts seats, not times; N06 is "marked urgent with its date"."""
    rows = [
        {"id": "L1", "product": "DB", "entitled": 200, "used_90d": 237, "usage_seen": 237},
        {"id": "L2", "product": "CAD", "entitled": 100, "used_90d": 40, "usage_seen": 100,
         "notice_by": date(2026, 8, 1)},
        {"id": "L3", "product": "Mail", "entitled": 100, "used_90d": 40, "usage_seen": 100,
         "notice_by": date(2027, 8, 1)},
    ]  # fmt: skip
    for row in rows:
        row |= {"unit_price_year": 100}
    result = ask(make(tmp_path, licence=rows), "N06", "N07")
    over = result.check("N07")["detections"]
    assert [d["headline"] for d in over] == [
        "237 seats of DB are in use, 37 more than were bought."
    ]
    empty = {d["unit"]["id"]: d["headline"] for d in result.check("N06")["detections"]}
    assert empty == {
        "CAD": "58 of 100 seats of CAD are empty; notice is possible until 2026-08-01.",
        "Mail": "58 of 100 seats of Mail are empty.",
    }
