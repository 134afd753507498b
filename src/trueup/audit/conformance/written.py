"""Conformance as it is written: `conformance.json`, all broken activations as Parquet."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from trueup import __version__
from trueup.audit.conformance.trends import Cost, Drift
from trueup.audit.conformance.whole import Conformance, Fitness, Flow, Plan, RuleResult
from trueup.audit.conformance.written_measures import followed, measures, mixed
from trueup.audit.report.telling import measures_told
from trueup.audit.result import day, instant
from trueup.audit.stats.rounding import sig6
from trueup.audit.stats.shares import Interval

FORMAT = "trueup-conformance/1"
LISTED, PAIRS, TEAMS = 50, 200, 20


def to_json(found: Conformance) -> dict[str, Any]:
    """The answer as plain values, six significant digits; the same evidence gives the same."""
    ctx = found.ctx
    return {
        "format": FORMAT,
        "pack": {
            "manifest_sha256": ctx.pack.manifest.sha256,
            "organisation": ctx.pack.manifest.organisation,
            "as_of": instant(ctx.as_of),
            "period": {"from": day(ctx.period.first), "to": day(ctx.period.last)},
        },
        "engine": {"version": __version__, "seed": ctx.seed, "confidence": 0.90},
        "rules": [_rule(one) for one in found.rules],
        "fitness": [_fitness(one) for one in found.fitness],
        "flows": [_flow(one) for one in found.flows],
        "touch_share": sig6(found.touch_share),
        "plan": _plan(found.plan) if found.plan else None,
        "plans": [_plan(plan) for plan in found.plans],
        "measures": measures(found.measures),
        "sentences": [
            {"measure": m.id, "title": m.title, "said": list(m.sentences), "grey": m.grey or None}
            for m in measures_told(found)
        ],
    }


def write(found: Conformance, out: Path) -> None:
    """Write `conformance.json` and `conformance.parquet` into a folder."""
    text = json.dumps(to_json(found), ensure_ascii=False, indent=1, allow_nan=False)
    (out / "conformance.json").write_bytes((text + "\n").encode())
    pq.write_table(violations(found), out / "conformance.parquet")


def violations(found: Conformance) -> pa.Table:
    """Every broken activation: rule, case, ref, other, at, size."""
    tables = []
    for one in found.rules:
        ids = pa.array([one.rule.id] * one.violations.num_rows, pa.string())
        tables.append(one.violations.add_column(0, "rule", ids))
    return pa.concat_tables(tables).combine_chunks() if tables else pa.table({})


def _rule(one: RuleResult) -> dict[str, Any]:
    rule = one.rule
    judged = one.state == "judged"
    return {
        "id": rule.id,
        "level": rule.level,
        "type": rule.type,
        "about": list(rule.kinds),
        "sentence": rule.sentence,
        "feeds": list(rule.feeds),
        "state": one.state,
        "missing": list(one.missing),
        "applied": one.applied,
        "broken": one.broken,
        "undecided": one.undecided,
        "cases": one.cases,
        "broken_cases": one.broken_cases,
        "rate": _interval(one.share) if judged else None,
        "wait": {
            "median": sig6(one.median_wait), "unit": one.unit,
            "median_clock_h": sig6(one.median_clock_h),
        } if one.median_wait is not None else None,
        "cost": _cost(one.cost) if one.cost else None,
        "since": _drift(one.drift) if one.drift else None,
        "examples": [_violation(row) for row in one.violations.slice(0, LISTED).to_pylist()],
    }  # fmt: skip


def _violation(row: dict[str, Any]) -> dict[str, Any]:
    at: datetime | None = row["at"]
    known = at is not None and at.year > 1000
    return {
        "case": row["case"], "at": instant(at) if at and known else None, "ref": row["ref"],
        "other": row["other"], "size": sig6(row["size"]),
    }  # fmt: skip


def _interval(i: Interval) -> dict[str, Any]:
    return {"value": sig6(i.value), "low": sig6(i.low), "high": sig6(i.high)}


def _cost(c: Cost) -> dict[str, Any]:
    return {
        "broke": c.broke, "kept": c.kept, "hours": sig6(c.hours), "low": sig6(c.low),
        "high": sig6(c.high), "raw_hours": sig6(c.raw), "strata": c.strata, "flips": c.flips,
        "reopened_share": sig6(c.reopened),
    }  # fmt: skip


def _drift(d: Drift) -> dict[str, Any]:
    return {"week": day(d.week), "p": sig6(d.p), "before": sig6(d.before), "after": sig6(d.after),
            "weeks": d.weeks}  # fmt: skip


def _fitness(f: Fitness) -> dict[str, Any]:
    return {"about": f.kind, "cases": f.cases, "fitting": f.fitting, "share": _interval(f.share)}


def _flow(f: Flow) -> dict[str, Any]:
    h = f.handovers
    return {
        "kind": f.kind,
        "variants": {
            "cases": f.spread.cases, "ways": f.spread.ways, "top_share": sig6(f.spread.top_share),
            "top_ten_share": sig6(f.spread.top_ten_share), "entropy_bits": sig6(f.spread.entropy),
            "top": [{"steps": list(steps), "cases": n} for steps, n in f.spread.top],
            "since": _drift(f.drift) if f.drift else None,
            "mix": mixed(f.mix),
        },
        "follows": {
            "pairs": len(f.follows),
            "top": [{"from": a, "to": b, "count": n} for a, b, n in f.follows[:PAIRS]],
        },
        "rework": {"cases": f.rework.cases, "repeated_step": f.rework.repeated,
                   "a_b_a": f.rework.aba},
        "handovers": {
            "cases": h.cases, "moves": h.moves, "moved_cases": h.moved_cases,
            "a_b_a_cases": h.aba_cases, "a_b_a_count": h.aba_count,
            "return_to_any_earlier_team_cases": h.return_cases, "pairs": len(h.matrix),
            "top": [{"from": a, "to": b, "moves": n, "a_b_a": k}
                    for a, b, n, k in h.matrix[:PAIRS]],
            "first_though_not_first_line": {
                "teams": len(h.hidden), "cases": sum(n for _, n in h.hidden),
                "top": [{"team": t, "cases": n} for t, n in h.hidden[:TEAMS]],
            },
        },
        "where_time_goes": [
            {"state": w.state, "clock_h": sig6(w.clock_h), "business_h": sig6(w.business_h),
             "clock_share": sig6(w.clock_share), "business_share": sig6(w.business_share)}
            for w in f.where
        ],
    }  # fmt: skip


def _plan(p: Plan) -> dict[str, Any]:
    r = p.replayed
    t = r.tokens
    return {
        "model": p.model, "kinds": list(p.kinds), "cases": r.cases, "fitting": r.fitting,
        "open_cases_left_out": p.open_cases, "fitness": sig6(t.fitness), "missing": t.missing,
        "consumed": t.consumed, "remaining": t.remaining, "produced": t.produced,
        "steps_not_in_the_plan": [{"step": s, "events": n} for s, n in r.unknown.items()],
        "misfits": [{"steps": list(s), "cases": n, "fitness": sig6(x)} for s, n, x in r.worst],
        "version": p.version or None, "other_versions_left_out": p.other_versions,
        "alignment": followed(p.followed),
        "by_version": [
            {"version": v, "cases": each.cases, "fitting": each.fitting,
             "fitness": sig6(each.tokens.fitness)} for v, each in p.by_version
        ],
    }  # fmt: skip
