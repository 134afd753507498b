"""The parts of the result that a person reads first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.detecting import Checked
from trueup.audit.findings.anatomy import finding
from trueup.audit.findings.criteria import criteria
from trueup.audit.findings.grouping import Group, groups
from trueup.audit.findings.strengths import strengths
from trueup.audit.findings.value import Place, deadline_of, places, worth
from trueup.audit.findings.verify import verifications
from trueup.audit.indicators import Indicator
from trueup.audit.judging import Judged
from trueup.audit.result import money, number
from trueup.audit.trends import Move

ISSUED_MOST = 10


def build(
    ctx: Context,
    checked: Sequence[Checked],
    judged: Sequence[Judged],
    indicators: Sequence[Indicator],
    headlines: Mapping[str, str],
    evidence: Mapping[str, pa.Table],
    moves: Sequence[Move] = (),
) -> dict[str, Any]:
    """findings, criteria, strengths, actions_plan and verifications of result.json."""
    found = [(g, worth(ctx, g, _unlocks(g, judged))) for g in groups(checked, evidence)]
    red = frozenset(i.id for i in indicators if i.light == "red")
    issued: list[tuple[dict[str, Any], Place]] = []
    for place in places(found, red):
        row = finding(ctx, place, headlines)
        if row is not None and len(issued) < ISSUED_MOST:
            issued.append((row, place))
    return {
        "findings": [row for row, _ in issued],
        "criteria": criteria(checked),
        "strengths": strengths(ctx, judged, moves),
        "actions_plan": [_plan(row["key"], place) for row, place in issued],
        "verifications": verifications(ctx),
    }


def _unlocks(group: Group, judged: Sequence[Judged]) -> tuple[int, int]:
    """The measures that a gate's repair would free alone, and all it holds; keys count double.

    One that another gate holds too, or that lacks a table, would not speak afterwards either.
    """
    gates = {c.id for c in group.checks if c.gate}
    held = [j for j in judged if gates & set(j.blocked_by)]
    freed = [j for j in held if set(j.blocked_by) <= gates and not j.missing]
    free, hold = (sum(2 if j.measure.key else 1 for j in part) for part in (freed, held))
    return free, hold


def _plan(key: str, place: Place) -> dict[str, Any]:
    w = place.worth
    return {
        "finding": key,
        "group": w.part,
        "expected_net": money(w.expected),
        "p10": money(w.p10),
        "chance_it_pays": number(w.pays),
        "deadline": deadline_of(place.group),
    }
