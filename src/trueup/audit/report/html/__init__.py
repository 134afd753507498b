"""The HTML report: one self-contained page from the result alone."""

from trueup.audit.report.html.page import page

__all__ = ["page"]
