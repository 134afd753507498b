"""Golden case: one bad team among few is found, and does not widen its own yardstick."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.audit.golden.packs import START, ask, make, units


def test_one_bad_team_of_five_is_named(tmp_path: Path) -> None:
    records = []
    for i in range(600):
        at = START + timedelta(hours=9 + 12 * i)
        team = ("A", "B", "C", "D", "E", "A")[i % 6]
        bad = team == "E" and i % 18 == 4
        records.append({
            "id": f"INC{i}", "kind": "incident", "state": "closed", "team": team,
            "category": "x", "requester": f"u{i}", "opened_at": at, "channel": "portal",
            "resolved_at": at + timedelta(hours=3), "closed_at": at + timedelta(hours=40),
            "reopen_count": int(bad),
        })  # fmt: skip
    result = ask(make(tmp_path, record=records), "I02", I02__reopen_limit="0.10")
    assert result.check("I02")["result"] == "exceptions"
    assert units(result, "I02") == {"team:E"}
