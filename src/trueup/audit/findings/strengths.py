"""What works and should be kept: strengths (audit method, 2.3).

A strength is a key measure that is green in this period and was so in the period before, both
times with its whole interval at the target or better, on evidence A or B. Without a comparable
period before there is none: one good year may be luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trueup.audit.context import Context
from trueup.audit.decide import ends, worse
from trueup.audit.declare import Estimate
from trueup.audit.judging import Judged
from trueup.audit.records import rows_behind
from trueup.audit.trends import Move

SHOWN = 20


def strengths(
    ctx: Context, judged: Sequence[Judged], moves: Sequence[Move]
) -> list[dict[str, Any]]:
    """The rows of `strengths[]`, each with the first records behind it."""
    then: Mapping[str, Estimate] = {m.measure.id: m.before for m in moves}
    return [_row(ctx, j) for j in judged if j.measure.id in then and _strong(j, then[j.measure.id])]


def _strong(judged: Judged, before: Estimate) -> bool:
    e, target = judged.estimate, judged.bounds.target
    if judged.light != "green" or not judged.measure.key or e is None or target is None:
        return False
    if e.grade not in ("A", "B"):
        return False
    return all(_reaches(one, target, judged) for one in (e, before))


def _reaches(estimate: Estimate, target: float, judged: Judged) -> bool:
    """Whether the whole interval is at the target or better."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return False
    way = judged.measure.direction
    _, worst = ends(estimate, way)
    return not worse(worst, target, "down" if way == "band" else way)


def _row(ctx: Context, judged: Judged) -> dict[str, Any]:
    e, target = judged.estimate, judged.bounds.target
    assert e is not None
    reached = f"{_plain(e.value)} in {e.n:,} cases, target {_plain(target)}, twice running"
    return {
        "headline": f"{judged.measure.title}: {reached}.",
        "measure": judged.measure.id,
        "evidence": [
            {"table": table, "id": id}
            for table, id in sorted(
                {(row["table"], row["id"]) for row in rows_behind(ctx, judged, SHOWN)}
            )
        ],
    }


def _plain(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if 0 <= abs(value) <= 1 else f"{value:,.1f}"
