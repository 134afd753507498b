"""One result, one model, several readers: terminal, HTML, Markdown, PDF."""

from trueup.audit.report.write import formats_of, write_reports

__all__ = ["formats_of", "write_reports"]
