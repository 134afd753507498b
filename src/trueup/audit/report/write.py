"""Write every report of a result into a folder."""

from __future__ import annotations

from pathlib import Path

from trueup.audit.report.html import page
from trueup.audit.result import AuditResult


def write_reports(result: AuditResult, folder: Path) -> list[Path]:
    """Write report.html beside result.json; returns the files written."""
    path = folder / "report.html"
    path.write_text(page(result), "utf-8")
    return [path]
