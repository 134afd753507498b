"""The ten parts of a finding (6.1); one that lacks a part is not issued."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from trueup.audit.context import Context
from trueup.audit.declare import Estimate
from trueup.audit.findings.certainty import sure
from trueup.audit.findings.grouping import Group
from trueup.audit.findings.value import Place, hours_of, money_of
from trueup.audit.findings.words import CUT, MOST_WORDS, shorten
from trueup.audit.languages.figures import MONTHS
from trueup.audit.result import money, number

READY_AFTER = "8 weeks"
PARTS = ("headline", "saw", "should_be", "criteria", "matters", "sure", "causes", "do_first")


def finding(ctx: Context, place: Place, headlines: Mapping[str, str]) -> dict[str, Any] | None:
    """One finding of result.json, or None where a mandatory part is missing."""
    group, lead = place.group, place.group.lead
    check = lead.check
    e = lead.case.estimate
    gain = money_of(group)
    row: dict[str, Any] = {
        "key": finding_key(group, ctx.pack.manifest.organisation or ""),
        "indicators": sorted({i for c in group.checks for i in c.indicators}),
        "grade": group.grade,
        "headline": _headline(group, headlines),
        "saw": _saw(ctx, group),
        "should_be": check.should_be or f"{check.question} The rule: {check.rule.split(': ')[0]}.",
        "criteria": sorted({ref for c in group.checks for ref in c.refs}),
        "matters": _matters(ctx, group),
        "sure": sure(group),
        "causes": [{"text": cause, "evidence": "D"} for c in group.checks for cause in c.causes],
        "do_first": {
            "text": sentence(check.do_first),
            "owner_role": check.owner_role,
            "effort": check.effort,
        },
        "do_then": {
            "text": sentence(check.do_then)
            or f"Find out which cause holds ({'; '.join(check.causes)}) and remove it.",
            "owner_role": "process owner",
            "effort": "2 to 6 weeks",
        },
        "gain": dict(zip(("low", "likely", "high"), map(money, gain or (None,) * 3), strict=True)),
        "verification": {
            "measure": check.measure or check.id,
            "baseline": number(e.value),
            "expected": number(_expected(lead.case.limit, ctx, check.id, check.limit, e)),
            "ready_after": READY_AFTER,
            "n_min": max(30, min(e.n, 300)),
        },
        "detections": [d.key for d in group.detections],
        "place": place.place,
        "place_low": place.low,
        "place_high": place.high,
    }
    return row if all(row[part] for part in PARTS) else None


def sentence(text: str) -> str:
    """A text with a capital at its start and a full stop at its end."""
    plain = text.strip()
    if not plain:
        return ""
    return plain[:1].upper() + plain[1:] + ("" if plain.endswith((".", "?", "…")) else ".")


def finding_key(group: Group, scope: str) -> str:
    """The stable identity of a finding: its checks and the digest of the scope."""
    text = "|".join(sorted(c.id for c in group.checks)) + "|" + scope
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _headline(group: Group, headlines: Mapping[str, str]) -> str:
    line = headlines[group.lead.key]
    others = len({d.case.unit for d in group.detections if d.check.id == group.lead.check.id}) - 1
    if others > 0 and group.lead.case.unit.kind != "organisation":
        alike = "1 other" if others == 1 else f"{others} others"
        longer = f"{line.rstrip('.')}; {alike} likewise."
        line = line if line.endswith(CUT) or len(longer.split()) > MOST_WORDS else longer
    return shorten(line)


def _saw(ctx: Context, group: Group) -> str:
    """Per check what was counted and where; the period stands once, with the first."""
    period = f" from {_day(ctx.period.first)} to {_day(ctx.period.last)}"
    parts: list[str] = []
    for check in group.checks:
        mine = [d for d in group.detections if d.check.id == check.id]
        lead = max(mine, key=lambda d: (d.case.unit.kind == "organisation", d.case.exceptions))
        text = (
            f"{check.title} ({check.id}): {lead.case.exceptions:,} of {lead.case.tested:,}"
            f"{'' if parts else period}{_likely(lead.case.estimate)}."
        )
        units = [d.case.unit.id for d in mine if d.case.unit.kind != "organisation"]
        if units:
            more = f" and {len(units) - 5} more" if len(units) > 5 else ""
            text += f" Where: {', '.join(units[:5])}{more}."
        parts.append(text)
    return " ".join(parts)


def _day(at: date) -> str:
    """A date as people write it, the same on every host."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def _likely(e: Estimate) -> str:
    if e.exact or e.low is None or e.high is None or e.value is None:
        return ""
    share = 0 <= e.low <= e.high <= 1
    low, high = (f"{end:.1%}" if share else f"{end:,.2f}" for end in (e.low, e.high))
    return "" if low == high else f", likely between {low} and {high}"


def _matters(ctx: Context, group: Group) -> str:
    text = " ".join(dict.fromkeys(c.matters or c.question for c in group.checks))
    gain, hours = money_of(group), hours_of(group)
    if gain is not None:
        low, likely, high = (f"{part:,.0f}" for part in gain)
        text += f" About {likely} {ctx.currency} a year"
        text += f", likely {low} to {high}." if low != high else "."
    elif hours:
        text += f" About {hours:,.0f} hours a year; no approved price turns them into money."
    return text


def _expected(
    limit: float | None, ctx: Context, check: str, name: str, e: Estimate
) -> float | None:
    """The size that the check would call clean: its limit, or nothing left of an exact count."""
    if e.exact:
        return 0.0
    value = limit if limit is not None else ctx.params.get(f"{check}.{name}")
    return float(value) if isinstance(value, int | float) else None
