"""The worker's part of an audit: evidence, questions, result; progress is told while it runs."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.evidence.packs import Pack
from trueup.audit.languages import LANGUAGES
from trueup.audit.report import write_reports
from trueup.audit.result import AuditResult
from trueup.audit.run import Options
from trueup.audit.run import run as audit
from trueup.core.actors import SYSTEM
from trueup.desk.assurance import exceptions, verbs
from trueup.desk.assurance.models import AuditRun, EvidencePack
from trueup.desk.assurance.summary import summary_of
from trueup.desk.assurance.verbs.packing import write_pack
from trueup.desk.assurance.words import Words, write_book
from trueup.desk.assurance.working import carried, teller

RESULTS = "audits"
AT_ONCE = 5000


def carry_out() -> bool:
    """Carry out the audit that waits, if any; True where one was ended."""
    return carried(verbs.take(timezone.now()), _carry_out, _fail)


def _fail(run: AuditRun, trouble: str) -> None:
    verbs.fail(run, trouble=trouble, actor=SYSTEM)


def _carry_out(run: AuditRun) -> None:
    pack = write_pack(actor=SYSTEM, via="timer")
    evidence = Pack.open(Path(settings.HOME) / pack.folder)
    folder = f"{RESULTS}/{run.pk}"
    with closing(audit(evidence, Options(), teller(run))) as result:
        digest = _keep(result, Path(settings.HOME) / folder, pack, run)
    verbs.finish(
        run,
        pack=pack,
        folder=folder,
        result_sha256=digest,
        engine=result.data["engine"]["version"],
        summary=summary_of(result.data, evidence.manifest.currency),
        actor=SYSTEM,
    )


def _keep(result: AuditResult, folder: Path, pack: EvidencePack, run: AuditRun) -> str:
    """Write result, exceptions and report; complete under their name, or not there at all."""
    draft = folder.with_name(f".{folder.name}.{run.attempts}")
    shutil.rmtree(draft, ignore_errors=True)
    result.write(draft)
    write_reports(result, draft, language=language_for(run))
    write_book(draft, words())
    batches = result.evidence.to_batches(max_chunksize=AT_ONCE)
    exceptions.keep(draft, (row for batch in batches for row in batch.to_pylist()))
    (draft / "pack.txt").write_text(str((Path(settings.HOME) / pack.folder).resolve()) + "\n")
    (draft / "options.txt").write_text("seed=1\nperiod=\nas_of=\nonly=\n")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)
    return hashlib.sha256((folder / "result.json").read_bytes()).hexdigest()


def language_for(run: AuditRun) -> str:
    """The language of the report: that of the person who asked, else the desk's own."""
    asked = run.asked_by.language if run.asked_by else ""
    return asked if asked in LANGUAGES else str(settings.LANGUAGE_CODE)


def words() -> dict[str, Words]:
    """The words of every measure and check of this version."""
    asked = {m.id: Words(m.id, m.title, "", m.formula, m.caveats) for m in all_measures().values()}
    return asked | {
        c.id: Words(c.id, c.title, c.question, c.rule, criteria=c.refs, measure=c.measure)
        for c in all_checks().values()
    }
