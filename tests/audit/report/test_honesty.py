"""honesty.expected_false_alarms: q times the rejections of each family (3.5)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.audit.golden.packs import START, ask, make
from trueup.audit.alarms import expected_false_alarms


def test_a_global_test_that_fires_adds_q() -> None:
    assert expected_false_alarms({"A": True, "B": True, "C": False}, [], [], {}) == pytest.approx(
        0.2
    )


@pytest.mark.parametrize("teams", [2, 4])
def test_each_unit_that_is_rejected_adds_q(tmp_path: Path, teams: int) -> None:
    rows = [
        {"id": f"R{i:04}", "kind": "incident", "state": "closed", "team": f"T{i % teams}",
         "opened_at": START + timedelta(hours=i), "reopen_count": int(i % 8 < 4),
         "resolved_at": START + timedelta(hours=i + 5), "closed_at": START + timedelta(hours=i + 9)}
        for i in range(400)
    ]  # fmt: skip
    result = ask(make(tmp_path, record=rows), "MC-10")
    measure = result.measure("MC-10")
    assert measure["light"] == "red"
    tested = [u for u in measure["by"] if u["light"] == "red"]
    assert len(tested) == teams
    assert result.data["honesty"]["expected_false_alarms"] == pytest.approx(0.1 * (1 + teams))


def test_nothing_tripped_nothing_false(tmp_path: Path) -> None:
    rows = [{"id": f"R{i}", "kind": "incident", "state": "closed", "team": "T",
             "opened_at": START + timedelta(hours=i), "reopen_count": 0,
             "resolved_at": START + timedelta(hours=i + 5)} for i in range(200)]  # fmt: skip
    result = ask(make(tmp_path, record=rows), "MC-10")
    assert result.data["honesty"]["expected_false_alarms"] == 0
