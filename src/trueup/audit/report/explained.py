"""`--explain ID`: the method of one measure or check, what ran, and the first records."""

from __future__ import annotations

from typing import Any

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.languages import count, figured, said, t
from trueup.audit.numbers import plain
from trueup.audit.report.words import LIGHTS
from trueup.audit.result import AuditResult

LISTED = 10
DETECTIONS = 3


def explanation(result: AuditResult, id: str) -> str:
    """The method, the statements that ran, the first records, in the language of now."""
    lines = ["", *_head(result, id), ""]
    for number, statement in enumerate(result.queries.get(id, []), start=1):
        lines += [f"-- {t('statement {n}', n=number)}", statement, ""]
    rows = [d for c in result.data["checks"] if c["id"] == id for d in c["detections"]]
    for d in rows[:DETECTIONS]:
        lines.append(said(d["headline"]))
        lines += [f"  {e['table']} {e['id']}: {said(e['why'])}" for e in d["evidence"][:LISTED]]
    if id in {m["id"] for m in result.data["measures"]}:
        lines += [_value(result.measure(id)), *_records(result, id)]
    return "\n".join(lines)


def _head(result: AuditResult, id: str) -> list[str]:
    measure, check = all_measures().get(id), all_checks().get(id)
    if measure:
        told = said(measure.formula)
        method = t("Method: {name}", name=said(measure.method))
        return [f"{id}: {said(measure.title)}", told, method]
    if check:
        rule = t("Rule: {rule}", rule=said(check.rule))
        return [f"{id}: {said(check.title)}", said(check.question), rule]
    return [f"{id}: {result.own[id]}"] if id in result.own else []


def _value(row: dict[str, Any]) -> str:
    """The value of a measure with its interval, its cases and its light."""
    light = said(LIGHTS[row["light"]])
    if row["value"] is None:
        return t("No value: {light}", light=light)
    value, low, high = (figured(plain(row[k], row["unit"])) for k in ("value", "low", "high"))
    if row["low"] is None or low == high:
        return t("Value {value}, {n} cases: {light}", value=value, n=count(row["n"] or 0),
                 light=light)  # fmt: skip
    return t("Value {value}, likely {low} to {high}, {n} cases: {light}", value=value, low=low,
             high=high, n=count(row["n"] or 0), light=light)  # fmt: skip


def _records(result: AuditResult, id: str) -> list[str]:
    """The first records of a measure, those that count against it before the others."""
    sample = result.records.samples().get(id) if result.records else None
    if sample is None:
        return []
    told = ", ".join(f"{count(n)} {t(role)}" for role, n in sorted(sample.totals.items()))
    width = max((len(t(r["role"])) for r in sample.shown[:LISTED]), default=0)
    rows = [f"  {t(r['role']):<{width}} {r['table']} {r['id']}" for r in sample.shown[:LISTED]]
    return [t("Records: {told}; all in records.parquet", told=told), *rows]
