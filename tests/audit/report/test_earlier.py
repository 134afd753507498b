"""The report says what became of earlier findings, open and overdue ones first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.audit.golden.packs import AS_OF, START, ask, make
from trueup.audit.report.build import build
from trueup.audit.report.markdown import markdown
from trueup.audit.report.pdf import pdf


def test_open_overdue_effective_and_accepted(tmp_path: Path) -> None:
    def found(id: str, days: int, **more: object) -> dict[str, object]:
        return {"id": id, "check": "I01", "opened_at": START + timedelta(days=days), **more}

    ended = START + timedelta(days=90)
    pack = make(
        tmp_path,
        record=[{"id": "R1", "kind": "incident", "state": "open", "opened_at": START}],
        finding=[
            found("F1", 1, closed_at=ended, result="effective"),
            found("F2", 2),
            found("F3", 3),
            found("F4", 4, closed_at=ended, result="accepted"),
            found("F5", 5, closed_at=AS_OF + timedelta(days=1), result="effective"),
        ],
        action=[
            {"id": "A1", "finding": "F2", "due": ended.date()},
            {"id": "A2", "finding": "F3", "due": ended.date(), "done_at": ended},
        ],
    )
    result = ask(pack, "M01")
    became = [(row["id"], row["became"]) for row in result.earlier]
    assert became == [
        ("F5", "open"), ("F3", "open"), ("F2", "overdue"), ("F4", "accepted"), ("F1", "effective"),
    ]  # fmt: skip
    report = build(result)
    text = markdown(report)
    assert "Overdue" in text
    assert "Risk accepted" in text
    assert pdf(report).startswith(b"%PDF")


def test_without_findings_it_says_so(tmp_path: Path) -> None:
    pack = make(tmp_path, record=[{"id": "R1", "kind": "incident", "state": "open",
                                   "opened_at": START}])  # fmt: skip
    assert "No earlier finding is recorded." in markdown(build(ask(pack, "M01")))
