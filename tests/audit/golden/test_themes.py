"""Golden cases of C05: a theme that unhappy people name, and words that all use alike."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import START, ask, make, units


def answers(theme_of_unhappy: str) -> list[dict[str, Any]]:
    rows = []
    for i in range(300):
        unhappy = i % 4 == 0
        text = theme_of_unhappy if unhappy and i % 8 == 0 else "all fine, thank you"
        if not unhappy and i % 30 == 1:
            text = "no news for a while, but fine"
        at = START + timedelta(hours=20 * i)
        rows.append(
            {"id": f"Q{i:03d}", "record": f"R{i:03d}", "person": f"P{i % 40}",
             "service": f"S{i % 8}", "csat": 2 if unhappy else 5, "comment": text, "sent_at": at,
             "answered_at": at}
        )  # fmt: skip
    return rows


def records() -> list[dict[str, Any]]:
    return [
        {"id": f"R{i:03d}", "kind": "incident", "state": "closed", "category": f"K{i % 2}",
         "service": f"S{i % 8}", "opened_at": START + timedelta(hours=20 * i)}
        for i in range(300)
    ]  # fmt: skip


def test_c05_unhappy_people_wait_for_news(tmp_path: Path) -> None:
    pack = make(tmp_path, survey=answers("nobody called, no news at all"), record=records())
    result = ask(pack, "C05")
    check = result.check("C05")
    assert check["result"] == "exceptions"
    assert {"category:K0", "service:S0"} <= units(result, "C05")
    assert check["detections"][0]["branch"] == "no news"
    assert check["detections"][0]["grade"] == "observation"


def test_c05_no_theme_where_words_are_shared(tmp_path: Path) -> None:
    pack = make(tmp_path, survey=answers("well"), record=records())
    assert ask(pack, "C05").check("C05")["result"] in ("clean", "watch")
