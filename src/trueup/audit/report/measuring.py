"""The four indicators and their measures as the report says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trueup.audit.records import Sample
from trueup.audit.report.behind import run_id
from trueup.audit.report.model import Band, Indicator, Light, Listing, Measure, UnitLine
from trueup.audit.report.words import (
    CONFIDENCE,
    INDICATORS,
    LIGHTS,
    QUESTIONS,
    TRENDS,
    between,
    day,
    lower,
    shown,
    title,
)
from trueup.audit.result import AuditResult
from trueup.audit.trends import Trend

JUDGED = ("green", "amber", "red")
UNITS_SHOWN = 20
ROLES = {"bad": "counts against it", "counted": "counts for it", "read": "was read"}


def indicators_of(result: AuditResult) -> tuple[Indicator, ...]:
    """The four in the order of the contract."""
    samples = result.records.samples() if result.records else {}
    return tuple(_indicator(result, row, samples) for row in result.data["indicators"])


def _indicator(
    result: AuditResult, row: dict[str, Any], samples: Mapping[str, Sample]
) -> Indicator:
    mine = [m for m in result.data["measures"] if m["indicator"] == row["id"]]
    trend = result.trends.get(row["id"])
    then = _then(trend, result.currency)
    told = [_measure(result, m, samples.get(m["id"]), then.get(m["id"], "")) for m in mine]
    speaks = [m["light"] in JUDGED or m["value"] is not None for m in mine]
    judged = row["light"] in JUDGED
    held = row["binding_measure"]
    return Indicator(
        row["id"],
        INDICATORS[row["id"]],
        QUESTIONS[row["id"]],
        Light(row["light"], LIGHTS[row["light"]]),
        row["reason"],
        _score(row),
        _trend(row["trend"], trend) if judged else "",
        row["trend"] if judged else "",
        f"{row['confidence'].capitalize()} confidence: {lower(CONFIDENCE[row['confidence']])}"
        if judged
        else "",
        f"Held down most by {title(held)} ({held})." if held else "",
        tuple(m for m, speak in zip(told, speaks, strict=True) if speak),
        tuple(m for m, speak in zip(told, speaks, strict=True) if not speak),
    )


def _score(row: dict[str, Any]) -> str:
    if row["score"] is None:
        return "No score."
    low, high = f"{row['score_low']:.0f}", f"{row['score_high']:.0f}"
    return f"Score {low if low == high else f'{low} to {high}'} of 100."


def _trend(word: str, trend: Trend | None) -> str:
    if trend is None or not trend.moves:
        return "No trend: nothing comparable is recorded of the period before."
    first, last = (day(at.isoformat()) for at in (trend.period.first, trend.period.last))
    return f"{TRENDS[word]} {first} to {last}."


def _then(trend: Trend | None, currency: str) -> dict[str, str]:
    """How each compared measure stood in the period before."""
    return {
        m.measure.id: f"{shown(m.before.value, m.measure.unit, currency)} in the period before"
        for m in (trend.moves if trend else ())
    }


def _measure(result: AuditResult, m: dict[str, Any], sample: Sample | None, then: str) -> Measure:
    unit, currency = m["unit"], result.currency
    beyond = [u for u in m["by"] if u["light"] in ("red", "amber")]
    beyond.sort(key=lambda u: (u["light"] != "red", u["unit"]["kind"], u["unit"]["id"]))
    return Measure(
        m["id"],
        title(m["id"]),
        m["key"],
        Light(m["light"], LIGHTS[m["light"]]),
        shown(m["value"], unit, currency),
        between(m, unit),
        _bounds(m, currency),
        f"{m['n']:,}" if m["n"] is not None else "–",
        m["definition"].removeprefix(f"{title(m['id'])}: "),
        m["needs"],
        then,
        run_id(result.data, m["id"]),
        _band(m),
        tuple(_unit(u, unit, currency, sample) for u in beyond[:UNITS_SHOWN]),
        len(beyond),
        _listing(m["id"], sample),
    )


def _bounds(m: dict[str, Any], currency: str) -> str:
    target, limit = m["target"], m["limit"]
    if target is None and limit is None:
        return ""
    if target == limit:
        return f"target and limit {shown(target, m['unit'], currency)}"
    parts = [f"{name} {shown(at, m['unit'], currency)}"
             for name, at in (("target", target), ("limit", limit)) if at is not None]  # fmt: skip
    return ", ".join(parts)


def _band(m: dict[str, Any]) -> Band | None:
    value = m["value"]
    if value is None:
        return None
    low, high = m["low"], m["high"]
    return Band(
        value, value if low is None else low, value if high is None else high, m["target"],
        m["limit"],
    )  # fmt: skip


def _unit(u: dict[str, Any], unit: str, currency: str, sample: Sample | None) -> UnitLine:
    kind, id = u["unit"]["kind"], u["unit"]["id"]
    total, rows = sample.by.get((kind, id), (0, ())) if sample else (0, ())
    listing = None
    if rows:
        more = f", the first {len(rows)}" if total > len(rows) else ""
        told = tuple((r["table"], r["id"], ROLES[r["role"]]) for r in rows)
        listing = Listing(f"{total:,} records{more}", "", told)
    return UnitLine(
        f"{kind} {id}",
        Light(u["light"], LIGHTS[u["light"]]),
        shown(u["value"], unit, currency),
        between(u, unit),
        f"{u['n']:,}",
        listing,
    )


def _listing(id: str, sample: Sample | None) -> Listing | None:
    """The records behind a measure: those that break its rule first."""
    if sample is None or not sample.shown:
        return None
    rows = tuple((r["table"], r["id"], ROLES[r["role"]]) for r in sample.shown)
    total = sum(sample.totals.values())
    if "read" in sample.totals:
        tables = ", ".join(dict.fromkeys(r["table"] for r in sample.shown))
        heading = f"Worked out from {total:,} rows of {tables}" if total <= len(rows) else (
            f"Worked out from {total:,} rows")  # fmt: skip
    else:
        bad = sample.totals.get("bad", 0)
        heading = f"{bad:,} of {total:,} records count against it"
    note = "" if total <= len(rows) else (
        f"The first {len(rows):,}; the others stand in records.parquet under {id}.")  # fmt: skip
    return Listing(heading, note, rows)
