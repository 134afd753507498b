"""Write the reports of a result into a folder: one model, several layouts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trueup.audit.conformance.whole import Conformance
from trueup.audit.report.build import build
from trueup.audit.report.html.page import laid_out
from trueup.audit.report.markdown import markdown
from trueup.audit.report.pdf import pdf
from trueup.audit.report.translated import in_language
from trueup.audit.result import AuditResult
from trueup.core.refusals import Refused
from trueup.core.words import N_

FORMATS = ("html", "md", "pdf")


def write_reports(
    result: AuditResult,
    folder: Path,
    formats: Sequence[str] = ("html",),
    language: str = "en",
    found: Conformance | None = None,
) -> list[Path]:
    """Write report.html, report.md and report.pdf as asked for; returns the files written."""
    report = in_language(build(result, found), language)
    made = {"html": lambda: laid_out(report).encode(), "md": lambda: markdown(report).encode(),
            "pdf": lambda: pdf(report)}  # fmt: skip
    paths = []
    for name in (name for name in FORMATS if name in formats):
        path = folder / f"report.{name}"
        path.write_bytes(made[name]())
        paths.append(path)
    return paths


def formats_of(text: str) -> tuple[str, ...]:
    """The formats in a list with commas; one that does not exist is refused.

    ``json`` may be named: result.json is always written.
    """
    asked = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in asked:
        if name not in (*FORMATS, "json"):
            raise Refused(
                N_("There is no format %(name)s; there are html, json, md and pdf."), name=name
            )
    return asked
