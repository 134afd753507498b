"""The whole demonstration pack; `records` scales the work, the rest stays one organisation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from trueup.audit.evidence.packs import Pack, PackWriter
from trueup.audit.sample import estate, money, promises, work
from trueup.audit.sample.scene import AS_OF, FIRST, LAST

RECORDS = 2400


def tables(records: int = RECORDS, seed: int = 1) -> Iterator[tuple[str, pa.Table]]:
    """Every table with its rows, one after the other, so that none need be kept."""
    rng = np.random.default_rng(seed)
    made = work.records(rng, records)
    base = work.record_table(made)
    changes = estate.changes(rng, max(records // 12, 60))
    yield "record", pa.concat_tables([base, changes.pop("record")], promote_options="default")
    yield "event", work.event_table(made)
    yield "message", work.message_table(made)
    yield "worklog", work.worklog_table(made)
    yield "target_result", work.target_result_table(made)
    yield "survey", work.survey_table(made)
    yield "complaint_step", work.complaint_table(made)
    yield from changes.items()
    for part in (promises, money, estate):
        yield from part.tables(rng).items()


def write_sample(folder: Path, records: int = RECORDS, seed: int = 1) -> Pack:
    """Write the demonstration pack; the same seed gives the same bytes."""
    writer = PackWriter(
        folder, organisation="Nordkai Logistics (made up)", currency="EUR",
        timezone="Europe/Berlin", as_of=AS_OF, period=(FIRST, LAST), appetite="250000.00",
    )  # fmt: skip
    for name, rows in tables(records, seed):
        writer.write_table(name, rows)
    return writer.close()
