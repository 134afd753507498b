"""The audit in the terminal: four lights, the first steps, what could not be judged."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.evidence.packs import Pack
from trueup.audit.languages import Tongue, figured, speaking, t
from trueup.audit.result import AuditResult

NAMES = {
    "growth_value": "Growth and value",
    "budget_adherence": "Budget adherence",
    "risk_impact": "Risk impact",
    "communication": "Communication effectiveness",
}
WORDS = {
    "green": "✓ Good",
    "amber": "▲ Watch",
    "red": "✗ Act",
    "not_enough_evidence": "? Not enough evidence",
    "data_not_trustworthy": "⊘ Data not trustworthy",
    "not_applicable": "– Does not apply",
}
WIDTH = 92
EXPLAINED = 10


def summary(result: AuditResult, out: Path, language: str = "en") -> str:
    """The verdict on one screen, in a language."""
    with speaking(language) as speaker:
        return _summary(result, out, speaker)


def _summary(result: AuditResult, out: Path, speaker: Tongue) -> str:
    data, say = result.data, speaker.say
    lines = [_title(data), ""]
    for row in data["indicators"]:
        shape, _, word = WORDS[row["light"]].partition(" ")
        light = f"{shape} {say(word)}"
        lines.append(f"  {say(NAMES[row['id']]):<30} {light:<25}{_score(row)}")
        lines += textwrap.wrap(
            say(row["reason"]), WIDTH, initial_indent="    ", subsequent_indent="    "
        )
    lines += ["", t("Do these first" if data["findings"] else "Nothing to do first was found.")]
    for row in data["findings"][:3]:
        lines += textwrap.wrap(
            say(row["headline"]),
            WIDTH,
            initial_indent=f"  {row['place']}. ",
            subsequent_indent="     ",
        )
        first = row["do_first"]
        lines.append(f"     {t('First step')}: {say(first['text'])} ({say(first['effort'])})")
    best = data["readiness"]["next_best_data"]
    grey = sum(m["light"] not in ("green", "amber", "red") for m in data["measures"])
    told = t("{n} of {m} measures could not be judged.", n=grey, m=len(data["measures"]))
    lines += ["", f"{told} {say(best['why'])}", ""]
    files = ((t("Report"), out / "report.html"), (t("Data"), out / "result.json"))
    lines += [f"{f'{name}:':<9}{path}" for name, path in files]
    return "\n".join(lines)


def _title(data: dict[str, Any]) -> str:
    pack = data["pack"]
    first, last = (figured(pack["period"][end]) for end in ("from", "to"))
    name = pack["organisation"] or t("Audit")
    return t("{name}, {first} to {last}", name=name, first=first, last=last)


def _score(row: dict[str, Any]) -> str:
    if row["score"] is None:
        return t("no score")
    low, high = f"{row['score_low']:.0f}", f"{row['score_high']:.0f}"
    return t(f"score {{low}} to {{high}}, {row['confidence']} confidence", low=low, high=high)


def readiness_lines(result: AuditResult) -> str:
    """What could be judged, what is missing, and the next best data."""
    data = result.data
    ready = data["readiness"]
    lines = [_title(data), f"Tier {ready['tier']} of 6", ""]
    lines += [f"  {t['table']:<18}{t['rows']:>12,} rows   {t['complete']:.0%} of its columns"
              for t in ready["tables"]]  # fmt: skip
    lines += ["", ready["next_best_data"]["why"]]
    gates = [c for c in data["checks"] if c["gate"] and c["result"] == "exceptions"]
    for gate in gates:
        blocked = ", ".join(gate["blocks"]) or "nothing"
        lines.append(f"  {gate['id']} holds back: {blocked}")
    return "\n".join(lines)


def explanation(result: AuditResult, id: str) -> str:
    """The method of one measure or check, the statements that ran, the first records."""
    measure, check = all_measures().get(id), all_checks().get(id)
    head = (
        [f"{id}: {measure.title}", measure.formula, f"Method: {measure.method}"]
        if measure
        else [f"{id}: {check.title}", check.rule]
        if check
        else [f"{id}: {result.own[id]}"]
        if id in result.own
        else []
    )
    lines = ["", *head, ""]
    for number, statement in enumerate(result.queries.get(id, []), start=1):
        lines += [f"-- statement {number}", statement, ""]
    rows = [d for c in result.data["checks"] if c["id"] == id for d in c["detections"]]
    for d in rows[:3]:
        lines.append(d["headline"])
        lines += [f"  {e['table']} {e['id']}: {e['why']}" for e in d["evidence"][:10]]
    if id in {m["id"] for m in result.data["measures"]}:
        row = result.measure(id)
        lines.append(
            f"value {row['value']}, {row['low']} to {row['high']}, n {row['n']}: {row['light']}"
        )
        lines += _records(result, id)
    return "\n".join(lines)


def _records(result: AuditResult, id: str) -> list[str]:
    """The first records of a measure, those that count against it before the others."""
    sample = result.records.samples().get(id) if result.records else None
    if sample is None:
        return []
    told = ", ".join(f"{n:,} {role}" for role, n in sorted(sample.totals.items()))
    rows = [f"  {r['role']:<8} {r['table']} {r['id']}" for r in sample.shown[:EXPLAINED]]
    return [f"records: {told}; all in records.parquet", *rows]


def intake_lines(pack: Pack) -> str:
    """What became of the rows that were read; nothing for a pack that came as it is."""
    told = pack.intake
    counts = ("rows_read", "rows_used", "rows_merged", "rows_rejected", "cells_emptied")
    if not all(isinstance(told.get(name), int) for name in counts):
        return ""
    names = list(dict.fromkeys(s.get("recognised_as", "") for s in told.get("sources", ())))
    lines = [
        f"Recognised as {', '.join(names)}: {told['rows_read']:,} rows read, {told['rows_used']:,} "
        f"used, {told['rows_merged']:,} merged, {told['rows_rejected']:,} rejected."
    ]
    if told["rows_rejected"] or told["cells_emptied"]:
        lines.append(f"Why each was rejected: {pack.folder.name}/rejected.csv")
    lines += [f"Repair first: {text}." for text in told.get("repair_first", ())[:5]]
    lines += [f"Not counted: {text}." for text in told.get("files_left_out", ())[:5]]
    if told.get("zone_assumed"):
        lines.append(f"Time zone assumed: {told['zone']}. Say it with --zone if it is another.")
    return "\n".join([*lines, ""])
