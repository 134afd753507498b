"""The rows of result.json, one function per part of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.declare import Case, Effect, Measure, Unit
from trueup.audit.detecting import Checked, Detection
from trueup.audit.gaps import columns, told
from trueup.audit.indicators import Indicator
from trueup.audit.judging import Judged
from trueup.audit.result import EVIDENCE_SCHEMA, EVIDENCE_SHOWN, money, number
from trueup.audit.row_names import RowNames, contract_ids

UNITS_SHOWN = 500
UNNAMED = "(without id)"


def unit_row(unit: Unit) -> dict[str, str]:
    """A unit as kind and id."""
    return {"kind": unit.kind, "id": unit.id}


def indicator_row(indicator: Indicator) -> dict[str, Any]:
    """One of the four."""
    return {
        "id": indicator.id,
        "light": indicator.light,
        "reason": indicator.reason,
        "score": number(indicator.score),
        "score_low": number(indicator.score_low),
        "score_high": number(indicator.score_high),
        "confidence": indicator.confidence,
        "binding_measure": indicator.binding_measure,
        "trend": indicator.trend,
        "coverage": number(indicator.coverage),
    }


def measure_row(judged: Judged) -> dict[str, Any]:
    """One measure, judged or not."""
    m, e = judged.measure, judged.estimate
    judgeable = judged.light in ("green", "amber", "red")
    return {
        "id": m.id,
        "indicator": m.indicator,
        "key": m.key,
        "light": judged.light,
        "value": number(e.value) if e else None,
        "low": number(e.low) if e else None,
        "high": number(e.high) if e else None,
        "unit": m.unit,
        "n": judged.n,
        "n_min": judged.n_min,
        "target": number(judged.bounds.target),
        "limit": number(judged.bounds.limit),
        "definition": f"{m.title}: {m.formula}",
        "missing": columns(m, judged.missing),
        "needs": "" if judgeable else needs_of(m, judged.light, judged.reason, judged.missing),
        "blocked_by": list(judged.blocked_by),
        "robustness": number(e.robustness) if e else None,
        "by": [] if judged.light == "data_not_trustworthy" else _by(judged),
    }


def parts_of(judged: Judged) -> dict[str, float | str | None]:
    """What stands beside the value of a measure: medians, split sums, words."""
    told = judged.answer.parts if judged.answer else {}
    return {k: v if v is None or isinstance(v, str) else number(v) for k, v in told.items()}


def _by(judged: Judged) -> list[dict[str, Any]]:
    order = sorted(judged.by, key=lambda u: (-u.estimate.n, u.unit.kind, u.unit.id))
    shown = sorted(order[:UNITS_SHOWN], key=lambda u: (u.unit.kind, u.unit.id))
    return [
        {
            "unit": unit_row(u.unit),
            "value": number(u.estimate.value),
            "low": number(u.estimate.low),
            "high": number(u.estimate.high),
            "n": u.estimate.n,
            "light": u.light,
        }
        for u in shown
    ]


def needs_of(measure: Measure, light: str, reason: str, missing: Sequence[str]) -> str:
    """What would end a grey, in one sentence."""
    if light == "not_applicable":
        return reason
    if light == "data_not_trustworthy":
        return f"Repair the data first: {reason}."
    if missing:
        return f"Record {told(missing)}."
    return reason[:1].upper() + reason[1:] + "." if reason else f"At least {measure.n_min}."


def check_row(
    checked: Checked,
    headlines: Mapping[str, str],
    evidence: Mapping[str, pa.Table],
    currency_known: bool,
    names: RowNames | None = None,
) -> dict[str, Any]:
    """One check, run or not."""
    c, p = checked.check, checked.probe
    e = p.whole.estimate if p else None
    blocks = c.blocks if p is None or p.blocks is None else p.blocks
    return {
        "id": c.id,
        "area": c.area,
        "gate": c.gate,
        "result": checked.result,
        "population": p.population if p else None,
        "tested": p.tested if p else None,
        "exceptions": p.whole.exceptions if p else None,
        "value": number(e.value) if e else None,
        "low": number(e.low) if e else None,
        "high": number(e.high) if e else None,
        "limit": number(checked.limit),
        "missing": columns(c, checked.missing),
        "needs": _check_needs(checked),
        "blocks": list(blocks) if checked.result == "exceptions" else list(c.blocks),
        "detections": [
            detection_row(d, headlines[d.key], evidence[d.key], currency_known, names)
            for d in checked.detections
        ],
    }


def _check_needs(checked: Checked) -> str:
    if checked.result == "exceptions":
        return ""
    if checked.missing and checked.result == "not_enough_evidence":
        return f"Record {told(checked.missing)}."
    reason = checked.reason
    return reason[:1].upper() + reason[1:] + "." if reason else ""


def detection_row(
    detection: Detection,
    headline: str,
    evidence: pa.Table,
    currency_known: bool,
    names: RowNames | None,
) -> dict[str, Any]:
    """One detection with the first 1,000 of its exceptions."""
    case, e = detection.case, detection.case.estimate
    return {
        "key": detection.key,
        "unit": unit_row(case.unit),
        "grade": detection.grade,
        "confidence": detection.confidence,
        "evidence_grade": detection.evidence_grade,
        "headline": headline,
        "effect": effect_row(case.effect if currency_known else _without_money(case.effect)),
        "exceptions": case.exceptions,
        "tested": case.tested,
        "value": number(e.value),
        "low": number(e.low),
        "high": number(e.high),
        "n": e.n,
        "branch": case.branch,
        "evidence_total": evidence.num_rows,
        "evidence": evidence.slice(0, EVIDENCE_SHOWN).select(["table", "id", "why"]).to_pylist(),
        "counter_examples": counter_examples(case, names),
        "caveats": list(case.caveats),
        "capped_by": list(detection.capped_by),
    }


def _without_money(effect: Effect) -> Effect:
    return Effect(None, effect.hours, effect.customers, None)


def effect_row(effect: Effect) -> dict[str, Any]:
    """The four axes; what is not known is null."""
    low, likely, high = effect.money or (None, None, None)
    hours = effect.hours or (None, None, None)
    return {
        "money": {"low": money(low), "likely": money(likely), "high": money(high)},
        "hours": dict(zip(("low", "likely", "high"), map(number, hours), strict=True)),
        "customers": effect.customers,
        "risk_p90": money(effect.risk_p90),
    }


def evidence_of(detection: Detection, names: RowNames | None = None) -> pa.Table:
    """Every exception of a detection, ordered by table and id in the form of the contract."""
    rows = detection.case.bad() if detection.case.bad else EVIDENCE_SCHEMA.empty_table()
    n = rows.num_rows
    table = pa.table(
        {
            "check": pa.array([detection.check.id] * n, pa.string()),
            "detection": pa.array([detection.key] * n, pa.string()),
            "table": rows["table"].cast(pa.string()),
            "id": pc.fill_null(_ids(rows, names), UNNAMED),
            "why": pc.fill_null(rows["why"].cast(pa.string()), "breaks the rule"),
        },
        schema=EVIDENCE_SCHEMA,
    )
    return table.sort_by([("table", "ascending"), ("id", "ascending"), ("why", "ascending")])


def _ids(rows: pa.Table, names: RowNames | None) -> pa.ChunkedArray | pa.Array:
    return names.of(rows["table"], rows["id"]) if names else contract_ids(rows["id"])


def counter_examples(case: Case, names: RowNames | None) -> list[dict[str, str]]:
    """Up to 20 cases where the rule held."""
    if case.good is None:
        return []
    good = case.good()
    pairs = zip(good["table"].to_pylist(), _ids(good, names).to_pylist(), strict=True)
    rows = [{"table": table, "id": id} for table, id in pairs if id is not None]
    return sorted(rows, key=lambda row: (row["table"], row["id"]))[:20]
