"""How many of the alarms of one run are to be expected false (3.5).

Every family of tests lets through about q of its rejections: the global tests of the audit, the
units of each check and of each measure, the key measures of each trend. A single interval that
tripped outside a family adds 0.05. What was counted exactly needs no correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trueup.audit.decide import FALSE_DISCOVERY, rejections
from trueup.audit.declare import Case
from trueup.audit.detecting import Checked
from trueup.audit.detecting import unit_family as check_units
from trueup.audit.judging import Judged
from trueup.audit.judging import unit_family as measure_units
from trueup.audit.trends import Trend

SINGLE = 0.05


def expected_false_alarms(
    fired: Mapping[str, bool],
    checked: Sequence[Checked],
    judged: Sequence[Judged],
    trends: Mapping[str, Trend],
) -> float:
    """q times the rejections of every family, plus 0.05 for each single interval that tripped."""
    in_families = sum(fired.values())
    for c in checked:
        if c.probe is not None and fired.get(c.check.id, False):
            in_families += sum(rejections(check_units(c.probe, c.limit or 0.0)).values())
    for j in judged:
        if j.answer is not None and j.by:
            in_families += sum(rejections(measure_units(j.measure, j.answer, j.bounds)).values())
    moved = sum(m.word in ("better", "worse") and m.low != m.high
                for trend in trends.values() for m in trend.moves)  # fmt: skip
    alone = sum(_alone(d.case) for c in checked for d in c.detections)
    return FALSE_DISCOVERY * (in_families + moved) + SINGLE * alone


def _alone(case: Case) -> bool:
    """Whether a case tripped by its interval without a p-value of its own: outside any family."""
    return case.tripped is True and case.estimate.p is None and not case.estimate.exact
