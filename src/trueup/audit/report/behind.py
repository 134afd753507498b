"""Findings and checks as the report says them, with the records behind each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from trueup.audit.numbers import plain
from trueup.audit.report.model import Bar, Chart, Check, Finding, Light, Listing
from trueup.audit.report.words import (
    GRADES,
    GROUPS,
    INDICATORS,
    RESULTS,
    share_unit,
    span,
    title,
)
from trueup.audit.result import AuditResult

RECORDS_SHOWN = 100
CHECK_SHOWN = 25
LISTS_SHOWN = 30
UNITS_DRAWN = 10


def run_id(data: dict[str, Any], id: str) -> str:
    """Names one number of one run: pack, engine, parameters, seed and the question."""
    engine = data["engine"]
    text = "|".join((
        data["pack"]["manifest_sha256"], data["pack"]["as_of"], str(data["pack"]["period"]),
        engine["version"], engine["parameters_sha256"], str(engine["seed"]), id,
    ))  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def findings_of(result: AuditResult) -> tuple[Finding, ...]:
    """All issued findings in the order of work."""
    data = result.data
    home = {d["key"]: c for c in data["checks"] for d in c["detections"]}
    by_key = {d["key"]: d for c in data["checks"] for d in c["detections"]}
    lights = {i["id"]: i["light"] for i in data["indicators"]}
    plan = {p["finding"]: p for p in data["actions_plan"]}
    return tuple(
        _finding(f, home, by_key, lights, plan[f["key"]], result.currency) for f in data["findings"]
    )


def _finding(
    f: dict[str, Any],
    home: dict[str, Any],
    by_key: dict[str, Any],
    lights: dict[str, str],
    plan: dict[str, Any],
    currency: str,
) -> Finding:
    mine = [i for i in f["indicators"] if i in lights]
    worst = next((lights[i] for i in mine if lights[i] == "red"), lights[mine[0]] if mine else None)
    names = ", ".join(INDICATORS[i] for i in f["indicators"])
    first, then = f["do_first"], f["do_then"]
    gain = span(f["gain"], currency)
    pays = plan["chance_it_pays"]
    parts = (
        ("What we saw", f["saw"]),
        ("What should be", f"{f['should_be']} ({' · '.join(f['criteria'])})"),
        ("Why it matters", f["matters"]),
        ("How sure we are", f["sure"]),
        ("Do first", f"{first['text']} ({first['owner_role']}, {first['effort']})"),
        ("Do then", f"{then['text']} ({then['owner_role']}, {then['effort']})"),
        ("Expected gain", gain if pays is None else f"{gain}; pays with a chance of {pays:.0%}"),
        ("How we will know", _test(f["verification"])),
    )
    checks = {home[k]["id"]: home[k] for k in f["detections"] if k in home}
    low, high = f["place_low"], f["place_high"]
    return Finding(
        f["key"],
        f["headline"],
        Light(worst, names) if worst else None,
        GRADES[f["grade"]],
        f"Place {f['place']}" if low == high else f"Place {low} to {high}",
        f["place"],
        names,
        parts,
        tuple((c["text"], c["evidence"]) for c in f["causes"]),
        next((drawn for c in checks.values() if (drawn := chart_of(c))), None),
        first["text"],
        first["owner_role"],
        first["effort"],
        gain,
        GROUPS[plan["group"]],
        listings([by_key[k] for k in f["detections"] if k in by_key], RECORDS_SHOWN),
    )


def _test(test: dict[str, Any]) -> str:
    both = {"value": test["baseline"], "low": test["expected"], "high": None}
    unit = share_unit(both)
    return (
        f"{title(test['measure'])} ({test['measure']}): {plain(test['baseline'], unit)} today; it "
        f"worked if {plain(test['expected'], unit)} or better is reached after "
        f"{test['ready_after']} and at least {test['n_min']} cases."
    )


def listings(detections: Sequence[dict[str, Any]], most: int) -> tuple[Listing, ...]:
    """The records behind detections; of many units those with the most exceptions."""
    order = sorted(detections, key=lambda d: (-d["exceptions"], d["key"]))[:LISTS_SHOWN]
    kept = {d["key"] for d in order}
    told = [listing(d, most) for d in detections if d["key"] in kept]
    left = len(detections) - len(told)
    if left:
        told.append(Listing(f"{left} more units", "They stand in evidence.parquet.", ()))
    return tuple(told)


def listing(d: dict[str, Any], most: int = RECORDS_SHOWN) -> Listing:
    """The records behind a detection: all of them where they are few."""
    total = d["evidence_total"]
    rows = tuple((e["table"], e["id"], e["why"]) for e in d["evidence"][:most])
    more = f"The first {len(rows):,} of {total:,} records; the others stand in evidence.parquet."
    note = f"{total:,} records." if len(rows) == total else more
    return Listing(d["headline"], note, rows, tuple(e["id"] for e in d["counter_examples"]))


def check_of(c: dict[str, Any], question: str, run: str) -> Check:
    """One check with what it found."""
    name, word = RESULTS[c["result"]]
    return Check(
        c["id"],
        question,
        Light(name, word),
        plain(c["value"], share_unit(c)),
        f"{c['tested']:,}" if c["tested"] is not None else "–",
        c["needs"],
        run,
        listings(c["detections"], CHECK_SHOWN),
    )


def chart_of(check: dict[str, Any]) -> Chart | None:
    """The units that a check names, largest first.

    None where there are fewer than two, or each of them is one case: that is a list, no chart.
    """
    rows = [
        d for d in check["detections"]
        if d["value"] is not None and d["unit"]["kind"] not in ("organisation", "record")
    ]  # fmt: skip
    rows.sort(key=lambda d: (-d["value"], d["unit"]["id"]))
    if len(rows) < 2 or all(d["n"] <= 1 for d in rows):
        return None
    shown, limit = rows[:UNITS_DRAWN], check["limit"]
    marks = [v for d in shown for v in (d["value"], d["low"], d["high"]) if v is not None]
    fits = limit is not None and check["value"] is not None and 0 <= limit <= 3 * max(marks)
    unit = "share" if all(share_unit(d) for d in shown) else ""
    bars = tuple(
        Bar(
            d["unit"]["id"], d["value"], d["value"] if d["low"] is None else d["low"],
            d["value"] if d["high"] is None else d["high"], d["n"], plain(d["value"], unit),
        )
        for d in shown
    )  # fmt: skip
    return Chart(bars, len(rows), limit if fits else None, plain(limit, unit) if fits else "")
