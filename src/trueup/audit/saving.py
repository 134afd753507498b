"""A report folder: result, reports, and what `trueup verify` needs to run the audit again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from trueup.audit.conformance.whole import Conformance
from trueup.audit.conformance.written import write as write_conformance
from trueup.audit.own import keep_files
from trueup.audit.report import write_reports
from trueup.audit.result import AuditResult
from trueup.audit.run import Options


def write_folder(
    result: AuditResult,
    out: Path,
    options: Options,
    formats: Sequence[str] = ("html",),
    language: str = "en",
    found: Conformance | None = None,
) -> None:
    """Write result.json and its tables, the reports, options.json and the own checks.

    `language` is that of the reports; the result is the same in every language. Where the rules
    of the work were asked too, `found` is written beside it and stands in the reports.
    """
    result.write(out)
    (out / "options.json").write_text(json.dumps(options.told(), indent=1) + "\n", "utf-8")
    keep_files(options.own, out / "checks")
    if found:
        write_conformance(found, out)
    write_reports(result, out, formats, language, found)
