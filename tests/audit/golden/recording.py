"""A pytest plugin: what every golden case got as its answer, by measure and check.

`python -m pytest tests/audit/golden -p tests.audit.golden.recording --answers FILE` runs the cases
and writes {id: [answers]}: the result of a check, the light of a measure (context: a value that is
shown without a light). Nothing is declared twice: an answer is there because a case asked for it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden import packs

ANSWERS: dict[str, set[str]] = defaultdict(set)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--answers", type=Path)


def pytest_configure(config: pytest.Config) -> None:
    """Listen at the one door through which golden cases run an audit."""
    plain = packs.run

    def heard(*args: Any, **named: Any) -> Any:
        result = plain(*args, **named)
        asked = args[1].only
        for row in result.data["checks"]:
            if row["id"] in asked:
                ANSWERS[row["id"]].add(row["result"])
        for row in result.data["measures"]:
            if row["id"] in asked:
                context = row["light"] == "not_applicable" and row["value"] is not None
                ANSWERS[row["id"]].add("context" if context else row["light"])
        return result

    packs.run = heard  # type: ignore[assignment]


def pytest_sessionfinish(session: pytest.Session) -> None:
    told = {id: sorted(answers) for id, answers in sorted(ANSWERS.items())}
    session.config.getoption("--answers").write_text(json.dumps(told, indent=1), "utf-8")
