"""The audit in the terminal: four lights, the first steps, what could not be judged.

All of it is in the language of now (`trueup.audit.languages.speaking`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trueup.audit.evidence.packs import Pack
from trueup.audit.languages import count, figured, said, t
from trueup.audit.report.words import INDICATORS, LIGHTS, title
from trueup.audit.result import AuditResult

SHAPES = {"green": "✓", "amber": "▲", "red": "✗", "data_not_trustworthy": "⊘",
          "not_applicable": "–"}  # fmt: skip
GAP = 2  # blanks between columns
WIDTH = 92


def summary(result: AuditResult, out: Path, formats: Sequence[str] = ("html",)) -> str:
    """The verdict on one screen, and where the files are."""
    data = result.data
    lines = [headed(data), "", *_lights(data), ""]
    lines.append(t("Do these first" if data["findings"] else "Nothing to do first was found."))
    for row in data["findings"][:3]:
        lines += _wrapped(said(row["headline"]), f"  {row['place']}. ", "     ")
        first = row["do_first"]
        step = f"{t('First step')}: {said(first['text'])} ({said(first['effort'])})"
        lines += _wrapped(step, "     ", "     ")
    best = data["readiness"]["next_best_data"]
    grey = sum(m["light"] not in ("green", "amber", "red") for m in data["measures"])
    told = t("{n} of {m} measures could not be judged.", n=grey, m=len(data["measures"]))
    lines += ["", *_wrapped(f"{told} {said(best['why'])}"), ""]
    files = [(t("Report"), out / f"report.{name}") for name in formats if name != "json"]
    return "\n".join([*lines, *table([*files, (t("Data"), out / "result.json")], end=":")])


def _lights(data: dict[str, Any]) -> list[str]:
    rows = [
        (said(INDICATORS[row["id"]]),
         f"{SHAPES.get(row['light'], '?')} {said(LIGHTS[row['light']])}", _score(row))
        for row in data["indicators"]
    ]  # fmt: skip
    lines = []
    for line, row in zip(table(rows), data["indicators"], strict=True):
        lines += [f"  {line}", *_wrapped(said(row["reason"]), "    ", "    ")]
    return lines


def table(rows: Iterable[Sequence[object]], end: str = "") -> list[str]:
    """Rows as lines, each column as wide as its longest word; `end` stands behind the first."""
    cells = [[f"{row[0]}{end}", *map(str, row[1:])] for row in rows]
    widths = [max(map(len, column)) + GAP for column in zip(*cells, strict=True)]
    return ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in cells]  # fmt: skip


def _wrapped(text: str, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip


def headed(data: dict[str, Any]) -> str:
    """Whose evidence, and which period."""
    pack = data["pack"]
    first, last = (figured(pack["period"][end]) for end in ("from", "to"))
    name = pack["organisation"] or t("Audit")
    return t("{name}, {first} to {last}", name=name, first=first, last=last)


def _score(row: dict[str, Any]) -> str:
    told = score_range(row)
    if not told:
        return t("no score")
    return f"{t('score {x}', x=told)}, {t(row['confidence'] + ' confidence')}"


def score_range(row: Mapping[str, Any]) -> str:
    """The score of an indicator: its range, one number where both ends are equal; else nothing."""
    if row["score"] is None:
        return ""
    low, high = f"{row['score_low']:.0f}", f"{row['score_high']:.0f}"
    return low if low == high else t("{x} to {y}", x=low, y=high)


def readiness_lines(result: AuditResult) -> str:
    """What could be judged, what is missing, and the next best data."""
    data = result.data
    ready = data["readiness"]
    rows = [
        (each["table"], count(each["rows"]), figured(f"{each['complete']:.0%}"))
        for each in ready["tables"]
    ]
    names = max((len(name) for name, *_ in rows), default=0)
    sizes = max((len(n) for _, n, _ in rows), default=0)
    lines = [headed(data), t("Tier {n} of 6", n=ready["tier"]), ""]
    lines += [
        t("  {table}  {n} rows  {share} of its columns are filled",
          table=name.ljust(names), n=n.rjust(sizes), share=share.rjust(5))
        for name, n, share in rows
    ]  # fmt: skip
    lines += ["", *_wrapped(said(ready["next_best_data"]["why"]))]
    for gate in (c for c in data["checks"] if c["gate"] and c["result"] == "exceptions"):
        blocked = ", ".join(gate["blocks"])
        told = t("holds back {ids}", ids=blocked) if blocked else t("holds nothing back")
        lines.append(f"  {gate['id']} {said(title(gate['id']))}: {told}")
    return "\n".join(lines)


def intake_lines(pack: Pack) -> str:
    """What became of the rows that were read; nothing for a pack that came as it is."""
    told = pack.intake
    counts = ("rows_read", "rows_used", "rows_merged", "rows_rejected", "cells_emptied")
    if not all(isinstance(told.get(name), int) for name in counts):
        return ""
    names = list(dict.fromkeys(s.get("recognised_as", "") for s in told.get("sources", ())))
    read, used, merged, rejected = (count(told[name]) for name in counts[:4])
    lines = [
        t("Recognised as {names}: {read} rows read, {used} used, {merged} merged, {rejected} "
          "rejected.", names=", ".join(names), read=read, used=used, merged=merged,
          rejected=rejected)
    ]  # fmt: skip
    if told["rows_rejected"] or told["cells_emptied"]:
        file = f"{pack.folder.name}/rejected.csv"
        lines.append(t("Why each was rejected: {file}", file=file))
    lines += [t("Repair first: {text}.", text=said(text))
              for text in told.get("repair_first", ())[:5]]  # fmt: skip
    lines += [t("Not counted: {text}.", text=said(text))
              for text in told.get("files_left_out", ())[:5]]  # fmt: skip
    if told.get("zone_assumed"):
        lines.append(
            t("Time zone assumed: {zone}. Say it with --zone if it is another.", zone=told["zone"])
        )
    return "\n".join([*lines, ""])
