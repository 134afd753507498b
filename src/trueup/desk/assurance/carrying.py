"""The worker's part of an audit: evidence, questions, result; progress is told while it runs."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.evidence.packs import Pack
from trueup.audit.languages import LANGUAGES
from trueup.audit.report import write_reports
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, Progress
from trueup.audit.run import run as audit
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Refusal
from trueup.desk.assurance import exceptions, verbs
from trueup.desk.assurance.models import AuditRun, EvidencePack
from trueup.desk.assurance.summary import summary_of
from trueup.desk.assurance.verbs.packing import write_pack
from trueup.desk.assurance.words import Words, write_book

RESULTS = "audits"
TELL_EVERY = 0.3
AT_ONCE = 5000

log = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another worker carries this audit out; ours has nothing more to do."""


def carry_out() -> bool:
    """Carry out the audit that waits, if any; True where one was ended."""
    run = verbs.take(timezone.now())
    if run is None:
        return False
    try:
        _carry_out(run)
    except TakenOver:
        return False
    except Refusal as refusal:
        verbs.fail(run, trouble=str(refusal), actor=SYSTEM)
    except Exception as trouble:
        log.exception("audit failed")
        verbs.fail(run, trouble=f"{type(trouble).__name__}: {trouble}", actor=SYSTEM)
    return True


def _carry_out(run: AuditRun) -> None:
    pack = write_pack(actor=SYSTEM, via="timer")
    evidence = Pack.open(Path(settings.HOME) / pack.folder)
    folder = f"{RESULTS}/{run.pk}"
    with closing(audit(evidence, Options(), _teller(run))) as result:
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


def _teller(run: AuditRun) -> Progress:
    """Tells the page how far it is, a few times a second at most."""
    last = 0.0

    def tell(done: int, of: int, question: str) -> None:
        nonlocal last
        if time.monotonic() - last < TELL_EVERY and done < of:
            return
        last = time.monotonic()
        if not verbs.tell(run, done, of, question):
            raise TakenOver

    return tell


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
