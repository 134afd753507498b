"""The measures of 5.2 and the plans as they stand in `conformance.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trueup.audit.conformance.closing import Closing
from trueup.audit.conformance.deadline import Deadline, Hazard
from trueup.audit.conformance.duties import Duties
from trueup.audit.conformance.fitness import Fitness
from trueup.audit.conformance.following import Followed
from trueup.audit.conformance.front import Front
from trueup.audit.conformance.measured import Measures
from trueup.audit.conformance.mix import Mixed
from trueup.audit.conformance.precision import Precision
from trueup.audit.conformance.trends import Drift
from trueup.audit.result import day
from trueup.audit.stats.rounding import sig6
from trueup.audit.stats.shares import Interval

LISTED = 50


def measures(m: Measures) -> dict[str, Any]:
    """Every measure; where nothing could be computed, what is missing or why."""
    return {
        "alignment": [followed(path) for path in m.paths],
        "push_to_front": _front(m.front),
        "mass_closing": _closing(m.closing),
        "deadline": _deadline(m.deadline),
        "separation_of_duties": _duties(m.duties),
        "by_version": [_version(f) for f in m.versions],
    }


def followed(f: Followed) -> dict[str, Any]:
    """The alignments of one plan; `fitness` only where the answer is not grey."""
    told = not f.grey and not f.not_recorded
    return {
        "name": f.name, "about": f.about, **_state(f.not_recorded, f.grey), "cases": f.cases,
        "aligned": f.aligned, "fitting": f.fitting, "cost": f.cost, "worst": f.worst,
        "fitness": sig6(f.fitness) if told else None,
        "skipped": [{"step": s, "cases": n} for s, n in f.skipped[:LISTED]],
        "extra": [{"step": s, "cases": n} for s, n in f.extra[:LISTED]],
        "wrong_order": [{"first": a, "then": b or None, "cases": n}
                        for a, b, n in f.wrong[:LISTED]],
        "precision": _precision(f.precision) if f.precision and told else None,
    }  # fmt: skip


def mixed(m: Mixed) -> dict[str, Any]:
    """Since when the mix of ways changed: the ways that hold over all asked."""
    return {"asked": m.asked, "since": [{"steps": list(s), **_drift(d)} for s, d in m.ways]}


def _state(missing: Sequence[str], why: str) -> dict[str, Any]:
    state = "not_recorded" if missing else "not_enough" if why else "judged"
    return {"state": state, "missing": list(missing), "why": why or None}


def _precision(p: Precision) -> dict[str, Any]:
    return {
        "value": sig6(p.value), "allowed": p.allowed, "escaping": p.escaping,
        "freedom": sig6(p.freedom), "allows_everything": p.allows_everything,
    }  # fmt: skip


def _front(f: Front) -> dict[str, Any]:
    return {
        **_state(f.not_recorded, f.grey), "cases": f.cases, "in_front": f.front,
        "teams": [
            {"team": e.team, "cases": e.cases, "in_front": e.front, "adjusted": sig6(e.adjusted),
             "low": sig6(e.low), "high": sig6(e.high), "first_line": e.first_line}
            for e in f.teams
        ],
    }  # fmt: skip


def _closing(c: Closing) -> dict[str, Any]:
    return {
        **_state(c.not_recorded, c.grey), "closings": c.closings, "in_heaps": c.heaped,
        "heavy_days": c.heavy_days, "bursts": c.bursts,
        "fullest_day": day(c.fullest) if c.fullest else None, "on_fullest_day": c.on_fullest,
        "last_two_working_days": _interval(c.month_end) if c.month_end else None,
        "even_share": sig6(c.even) if c.month_end else None,
    }  # fmt: skip


def _deadline(d: Deadline) -> dict[str, Any]:
    line = d.line
    return {
        "density": {
            **_state(line.not_recorded, line.grey), "timed": line.timed, "before": line.before,
            "after": line.after, "p": sig6(line.p),
        },
        "pauses": _hazard(d.pauses),
        "downgrades": _hazard(d.downgrades),
    }  # fmt: skip


def _hazard(h: Hazard) -> dict[str, Any]:
    r = h.ratio
    return {
        **_state(h.not_recorded, h.grey), "part": sig6(h.part), "late": h.late, "early": h.early,
        "ratio": {"value": sig6(r.value), "low": sig6(r.low), "high": sig6(r.high)} if r else None,
    }  # fmt: skip


def _duties(d: Duties) -> dict[str, Any]:
    return {
        **_state(() if d.judged else d.not_recorded, ""), "broken_cases": d.broken_cases,
        "pairs": [
            {"rule": p.rule, "acts": p.acts, "cases": p.cases, "same_person": p.broken_cases}
            for p in d.judged
        ],
        "not_judged": list(d.unjudged),
    }  # fmt: skip


def _version(f: Fitness) -> dict[str, Any]:
    return {"about": f.kind, "version": f.version, "cases": f.cases, "fitting": f.fitting,
            "share": _interval(f.share)}  # fmt: skip


def _interval(i: Interval) -> dict[str, Any]:
    return {"value": sig6(i.value), "low": sig6(i.low), "high": sig6(i.high)}


def _drift(d: Drift) -> dict[str, Any]:
    return {"week": day(d.week), "p": sig6(d.p), "before": sig6(d.before), "after": sig6(d.after),
            "weeks": d.weeks}  # fmt: skip
