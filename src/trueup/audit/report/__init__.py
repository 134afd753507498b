"""One result, several readers: terminal, HTML, Markdown, PDF."""

from trueup.audit.report.write import write_reports

__all__ = ["write_reports"]
