"""What audits found: runs, their results as they were written, and every exception behind them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from trueup.core.refusals import Broken, NotFound
from trueup.core.words import N_
from trueup.desk.assurance import exceptions
from trueup.desk.assurance.models import Action, AuditRun, WhatIf
from trueup.desk.base import access
from trueup.desk.base.access import NOTHING, Who

PAGE, AT_ONCE = 20, 1000
CHANGED = N_("This result is not as it was written. Run the audit again and tell an auditor.")


@dataclass(frozen=True, slots=True)
class Named:
    """One exception: which table of the evidence, which id there, and why it counts."""

    table: str
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the exceptions of one detection, in their order; `next` asks for those after."""

    rows: tuple[Named, ...]
    total: int
    next: int | None


def runs(who: Who) -> QuerySet[AuditRun]:
    """The audits this person may see, the newest first."""
    return access.visible(who, AuditRun.objects.select_related("pack", "asked_by")).order_by(
        "-asked_at", "pk"
    )


def latest(who: Who) -> AuditRun | None:
    """The newest audit that was carried out."""
    return runs(who).filter(state="done").order_by("-ended_at").first()


def run_of(who: Who, key: UUID | str) -> AuditRun:
    """One audit; NotFound where it is missing or not for this person."""
    return access.get(who, AuditRun, key)


def running(who: Who) -> AuditRun | None:
    """The audit that waits or runs now."""
    return runs(who).filter(slot=1).first()


def last_failed(who: Who) -> AuditRun | None:
    """The newest audit, if it failed."""
    newest = runs(who).first()
    return newest if newest is not None and newest.state == "failed" else None


def history(who: Who, until: AuditRun, most: int = 6) -> list[AuditRun]:
    """Audits up to this one, the last of each month, oldest first."""
    done = runs(who).filter(state="done", ended_at__lte=until.ended_at).order_by("-ended_at")
    kept: dict[str, AuditRun] = {}
    for run in done[:400]:
        kept.setdefault(str(run.summary.get("as_of", ""))[:7], run)
        if len(kept) == most:
            break
    return list(reversed(kept.values()))


def folder_of(run: AuditRun) -> Path:
    """Where the files of a finished audit lie."""
    if run.state != "done":
        raise NotFound(NOTHING)
    return Path(settings.HOME) / run.folder


def result(run: AuditRun) -> dict[str, Any]:
    """The data of result.json; Broken where the file is not the one whose digest was kept."""
    return _result(folder_of(run) / "result.json", run.result_sha256)


def result_bytes(run: AuditRun) -> bytes:
    """The exact bytes of result.json."""
    return _verified(folder_of(run) / "result.json", run.result_sha256)


def report_html(run: AuditRun) -> str:
    """The self-contained report beside the result."""
    return (folder_of(run) / "report.html").read_text("utf-8")


def forget() -> None:
    """Drop results kept in memory."""
    _result.cache_clear()


@lru_cache(maxsize=4)
def _result(path: Path, digest: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_verified(path, digest))
    return data


def _verified(path: Path, digest: str) -> bytes:
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Broken(CHANGED)
    return content


def evidence_of(run: AuditRun, key: str, after: int = 0, limit: int = PAGE) -> Page:
    """Exceptions of a detection after a position; the file never changes, so positions hold."""
    folder = folder_of(run)
    rows = exceptions.some(folder, key, after, limit)
    total, end = exceptions.count(folder, key), after + len(rows)
    return Page(tuple(Named(*row) for row in rows), total, end if end < total else None)


def evidence_all(run: AuditRun, key: str) -> Iterator[Named]:
    """Every exception of a detection."""
    folder, after = folder_of(run), 0
    while rows := exceptions.some(folder, key, after, AT_ONCE):
        yield from (Named(*row) for row in rows)
        after += len(rows)


def detection_of(data: dict[str, Any], key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The check and the detection of a key; NotFound where this audit has none."""
    for check in data["checks"]:
        for detection in check["detections"]:
            if detection["key"] == key:
                return check, detection
    raise NotFound(NOTHING)


def row_of(data: dict[str, Any], part: str, key: str, name: str = "id") -> dict[str, Any]:
    """One row of a list of the result; NotFound where there is none."""
    for row in data[part]:
        if row[name] == key:
            found: dict[str, Any] = row
            return found
    raise NotFound(NOTHING)


def actions(who: Who) -> QuerySet[Action]:
    """The planned steps this person may see, the next due first."""
    related = ("finding__subject", "finding__run", "owner")
    return access.visible(who, Action.objects.select_related(*related)).order_by("due", "pk")


def planned(who: Who, keys: Iterable[str]) -> dict[str, Action]:
    """The open step against each of these findings, where one was planned."""
    found = actions(who).filter(finding__key__in=list(keys), finding__closed_at=None)
    return {action.finding.key: action for action in found}


def what_ifs(who: Who) -> QuerySet[WhatIf]:
    """What was tried on the past, the newest first."""
    found = access.visible(who, WhatIf.objects.select_related("run", "asked_by"))
    return found.order_by("-asked_at", "pk")


def what_if_of(who: Who, key: UUID | str) -> WhatIf:
    """One of them; NotFound where it is missing or not for this person."""
    return access.get(who, WhatIf, key)
