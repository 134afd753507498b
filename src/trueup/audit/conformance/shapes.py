"""The columns that every relation of moments has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import ibis

ALWAYS = datetime.fromisoformat("1000-01-01")
NEVER = datetime.fromisoformat("9000-01-01")
TEXTS = (
    "actor", "actor_kind", "activity", "verb", "field", "old", "new", "reason", "team",
    "waiting_for", "via", "step", "joint",
)  # fmt: skip
DAY = timedelta(days=1) - timedelta(microseconds=1)


def instant(at: datetime) -> Any:
    """A literal instant (naive UTC)."""
    return ibis.literal(at, type="timestamp(6)")


def shaped(
    t: Any, *, case: Any, at: Any = None, until: Any = None, day: Any = None, ref: Any = None,
    table: str = "", seq: Any = None, recorded: Any = None, level: Any = None,
    value: Any = None, **texts: Any,
) -> Any:  # fmt: skip
    """A relation of moments; what is not given is null, a moment without time is any time.

    `day` is a date: from its first to its last microsecond (of UTC; days are not split finer).
    """
    if day is not None:
        first = day.cast("timestamp(6)")
        last = first + ibis.interval(microseconds=86_399_999_999)
    else:
        first = at if at is not None else instant(ALWAYS)
        last = at if at is not None else instant(NEVER)
        last = last if until is None else until
    null = ibis.null()
    name = ref if ref is not None else ibis.literal(f"{table}:") + case
    given = {name: texts.get(name, null) for name in TEXTS}
    return t.select(
        case=case.cast("string"),
        ref=name.cast("string"),
        at=first.cast("timestamp(6)"),
        until=last.cast("timestamp(6)"),
        seq=(seq if seq is not None else null).cast("int64"),
        recorded=(recorded if recorded is not None else null).cast("timestamp(6)"),
        level=(level if level is not None else null).cast("int64"),
        value=(value if value is not None else null).cast("string"),
        **{name: each.cast("string") for name, each in given.items()},
    )
