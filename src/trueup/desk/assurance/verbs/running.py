"""Asking for an audit, carrying it out under a lease, and ending it once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from trueup.core.actors import SYSTEM
from trueup.core.events.assurance import AuditAsked, AuditFailed, AuditFinished
from trueup.core.events.base import Event
from trueup.desk.assurance.models import AuditRun, EvidencePack
from trueup.desk.assurance.verbs.leasing import OPEN, claimed, end, take_next
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.eventlog.verbs import append


def run_now(*, actor: Who, via: str = "web", at: datetime | None = None) -> AuditRun:
    """Ask for an audit; one that waits or runs already is the answer to a second call."""
    require(actor, "run_now", AuditRun)
    found = AuditRun.objects.filter(state__in=OPEN).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            run = AuditRun.objects.create(
                asked_by_id=actor_of(actor).person, asked_at=at or timezone.now()
            )
            _log(run, AuditAsked(), actor, via)
    except IntegrityError:
        return AuditRun.objects.get(slot=1)
    return run


def take(now: datetime) -> AuditRun | None:
    """Lease the audit that waits, or one whose worker is gone; None where there is none.

    One that broke several workers is set aside as failed.
    """
    trouble = "the worker ended each time"
    return take_next(AuditRun, now, lambda run: fail(run, trouble=trouble, actor=SYSTEM))


def finish(
    run: AuditRun,
    *,
    pack: EvidencePack,
    folder: str,
    result_sha256: str,
    engine: str,
    summary: Mapping[str, Any],
    actor: Who,
    via: str = "timer",
) -> AuditRun:
    """Keep the result of an audit; without effect for a worker that lost the run."""
    with transaction.atomic():
        fresh, mine = claimed(run)
        if not mine:
            return fresh
        fresh.pack, fresh.log_seq = pack, pack.log_seq
        fresh.folder, fresh.result_sha256 = folder, result_sha256
        fresh.engine, fresh.summary = engine, dict(summary)
        _end(fresh, "done")
        event = AuditFinished(
            pack=pack.pk,
            log_seq=pack.log_seq,
            result_sha256=result_sha256,
            engine=engine,
            lights=tuple(f"{i['id']}={i['light']}" for i in summary["indicators"]),
        )
        _log(fresh, event, actor, via)
    return fresh


def fail(run: AuditRun, *, trouble: str, actor: Who, via: str = "timer") -> AuditRun:
    """Say that an audit could not be carried out, and why."""
    with transaction.atomic():
        fresh, mine = claimed(run, OPEN)
        if not mine:
            return fresh
        fresh.trouble = trouble[:500]
        _end(fresh, "failed")
        _log(fresh, AuditFailed(trouble=fresh.trouble), actor, via)
    return fresh


def _end(run: AuditRun, state: str) -> None:
    run.slot = None
    end(run, state)


def _log(run: AuditRun, event: Event, actor: Who, via: str) -> None:
    append(event, actor=actor_of(actor), entity_id=run.pk, via=via, object_version=run.version)
