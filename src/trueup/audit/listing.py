"""Questions worked out in Python: arrays of cases in, a share question out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import Probe, Silent
from trueup.audit.shares import ShareQuestion

Array = np.ndarray[Any, Any]


def question(
    ctx: Context,
    got: dict[str, Array],
    bad: Array,
    *,
    why: str | Sequence[str],
    table: str,
    kinds: tuple[str, ...],
    at: str | None = None,
    limit: float = 0.0,
    critical: Array | None = None,
    exact: bool = False,
    floor: int = 30,
    **more: Any,
) -> ShareQuestion:
    """A question over cases named by ``got["id"]``, with one array of unit ids per kind.

    `exact` trips on any case; `critical` cases trip alone beside the limit.
    """
    n = len(got["id"])
    when = got[at].astype("datetime64[us]") if at else np.full(n, np.datetime64("NaT", "us"))
    rows: dict[str, Any] = {
        "id": pa.array([str(i) for i in got["id"]], pa.string()),
        "at": pa.array(when, pa.timestamp("us")),
        "bad": pa.array(np.asarray(bad, dtype=bool)),
        "why": pa.array([why] * n if isinstance(why, str) else list(why), pa.string()),
    }
    if critical is not None:
        rows["critical"] = pa.array(np.asarray(critical, dtype=bool))
    for kind in kinds:
        rows[kind] = pa.array([None if v is None else str(v) for v in got[kind]], pa.string())
    return ShareQuestion(
        ctx,
        ctx.backend.memory(pa.table(rows)),
        limit,
        kinds=kinds,
        table=table,
        exact=exact,
        any_critical=critical is not None,
        floor=1 if exact else floor,
        **more,
    )


def every_at_a_unit(probe: Probe | Silent) -> Probe | Silent:
    """The answer where each case stands at a unit, so that the whole is named by its units."""
    if isinstance(probe, Silent):
        return probe
    return replace(probe, whole=replace(probe.whole, tripped=probe.whole.exceptions > 0))


def commonest(rows: Any, key: str, column: str) -> Any:
    """The value of `column` most rows of each `key` hold (the first by name where two do).

    Columns: of (the key), and the column's own name.
    """
    known = rows.filter(rows[column].notnull())
    counted = known.group_by(of=known[key], word=known[column]).agg(n=known.count())
    order = ibis.window(group_by="of", order_by=[ibis.desc("n"), "word"])
    ranked = counted.mutate(rank=ibis.row_number().over(order))
    return ranked.filter(ranked["rank"] == 0).select("of", "word").rename({column: "word"})


def day_number(values: Array) -> Array:
    """Days since 1970 as floats, nan where missing."""
    days = values.astype("datetime64[D]")
    return np.asarray(np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float)))


def today(ctx: Context) -> np.datetime64:
    """The day of the audit's as-of, in the pack's zone."""
    return np.datetime64(ctx.today, "D")


def truth(values: Array) -> Array:
    """A column of true, false and missing as booleans: missing counts as false."""
    return np.array([bool(v) if v is not None and v == v else False for v in values], dtype=bool)
