"""One pack: sealed and signed first, then read from a single view of the database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from trueup.audit.evidence.packs import PackWriter
from trueup.desk.assurance.export import log
from trueup.desk.assurance.export.source import table_of
from trueup.desk.assurance.export.sources import SOURCES
from trueup.desk.eventlog import seal

PACKS = "evidence"


@dataclass(frozen=True, slots=True)
class Written:
    """A pack on the disk: where it lies below the home, and what identifies it."""

    id: UUID
    folder: str
    manifest_sha256: str
    previous: str | None
    log_seq: int
    as_of: datetime
    texts: bool
    rows: dict[str, int]


def write(*, previous: str | None) -> Written:
    """Write a pack below HOME/evidence; complete under its name, or not there at all."""
    while seal.seal_pending():
        pass
    seal.checkpoint()
    key = uuid.uuid4()
    base = Path(settings.HOME) / PACKS
    draft, final = base / f".{key}", base / str(key)
    as_of = datetime.now(UTC).replace(microsecond=0)
    with one_view():
        head = log.head()
        writer = PackWriter(
            draft,
            organisation=settings.ORGANISATION,
            currency=settings.CURRENCY,
            timezone=settings.TIME_ZONE,
            as_of=as_of,
            log_head={"seq": head[0], "hash": head[1]} if head else None,
            previous=previous,
        )
        rows = _tables(writer, head[0] if head else 0)
    manifest = writer.close().manifest
    os.replace(draft, final)
    return Written(
        id=key,
        folder=f"{PACKS}/{key}",
        manifest_sha256=manifest.sha256,
        previous=previous,
        log_seq=head[0] if head else 0,
        as_of=as_of,
        texts=settings.EVIDENCE_TEXTS,
        rows=rows,
    )


def _tables(writer: PackWriter, head: int) -> dict[str, int]:
    """Write what there is; a table without rows is not recorded."""
    rows: dict[str, int] = {}
    for source in SOURCES:
        table = table_of(source, texts=settings.EVIDENCE_TEXTS)
        if table.num_rows:
            writer.write_table(source.table, table)
            rows[source.table] = table.num_rows
    events = log.table(head, texts=settings.EVIDENCE_TEXTS)
    if events.num_rows:
        writer.write_table("event", events)
        rows["event"] = events.num_rows
    return rows


@contextmanager
def one_view() -> Iterator[None]:
    """Everything read inside is of one moment, and no writer waits for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("COMMIT")
