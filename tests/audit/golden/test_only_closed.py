"""Golden case: an export of closed records only names the period that it cuts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.audit.golden.packs import START, ask, make, units


def test_an_export_without_open_records_names_the_period(tmp_path: Path) -> None:
    records = [
        {
            "id": f"INC{i}", "kind": "incident", "state": "closed",
            "opened_at": START + timedelta(hours=4 * i),
            "resolved_at": START + timedelta(hours=4 * i + 100),
            "closed_at": START + timedelta(hours=4 * i + 240),
        }
        for i in range(2120)
    ]  # fmt: skip
    result = ask(make(tmp_path, record=records), "Z11")
    assert result.check("Z11")["result"] == "exceptions"
    assert units(result, "Z11") == {"period:2025-07-01/2026-06-30"}
