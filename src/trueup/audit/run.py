"""One audit: evidence in, result out. Same evidence and parameters, same bytes.

The order: ask every question; decide the families; gates; lights; indicators; findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import product
from typing import Any

import pyarrow as pa

from trueup import __version__
from trueup.audit.alarms import expected_false_alarms
from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.context import Context, Period, parameters_digest
from trueup.audit.decide import Bounds, bounds_of, rejections
from trueup.audit.declare import Answer, Check, Measure, Probe, Silent, Unit
from trueup.audit.detecting import Checked, Detection, detect, limit_of, raised_together
from trueup.audit.detecting import global_p as check_p
from trueup.audit.earlier import earlier, open_minors, recurring
from trueup.audit.engine import open_backend
from trueup.audit.evidence.packs import Pack
from trueup.audit.findings import build as build_findings
from trueup.audit.findings.words import headline
from trueup.audit.grading import SUPERVISED, Grading
from trueup.audit.indicators import Indicator, indicators
from trueup.audit.judging import Blocks, Judged, judge
from trueup.audit.judging import global_p as measure_p
from trueup.audit.own import OwnCheck
from trueup.audit.parameters import with_changes
from trueup.audit.readiness import readiness
from trueup.audit.records import records
from trueup.audit.result import EVIDENCE_SCHEMA, AuditResult, day, instant
from trueup.audit.row_names import RowNames
from trueup.audit.rows import check_row, evidence_of, indicator_row, measure_row, parts_of
from trueup.audit.trends import Trend, trends

CONFIDENCE = 0.90
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may set for one run.

    `only` limits what is asked to some ids (the others answer not_enough_evidence, "not asked");
    `params` are changed parameters; `period` and `as_of` replace those of the manifest.
    `own` are checks of the organisation, asked beside those of the method.
    `strict` lets an error of a question through instead of naming and greying it.
    """

    period: tuple[date, date] | None = None
    as_of: datetime | None = None
    only: frozenset[str] = frozenset()
    params: Mapping[str, str] = field(default_factory=dict)
    engine: str = "duckdb"
    memory_limit: str | None = None
    threads: int | None = None
    seed: int = 1
    strict: bool = False
    own: tuple[OwnCheck, ...] = ()

    def told(self) -> dict[str, Any]:
        """What of this changes a result, as JSON; memory and threads never do."""
        period, as_of = self.period, self.as_of
        return {
            "period": [period[0].isoformat(), period[1].isoformat()] if period else None,
            "as_of": as_of.isoformat() if as_of else None,
            "only": sorted(self.only),
            "params": dict(sorted(self.params.items())),
            "seed": self.seed,
            "checks": {own.check.id: own.sha256 for own in self.own},
        }

    @classmethod
    def from_told(cls, told: Mapping[str, Any], own: Sequence[OwnCheck] = ()) -> Options:
        """The options that `told` wrote; `own` are the checks that it names by id and digest."""
        period, as_of = told["period"], told["as_of"]
        return cls(
            (date.fromisoformat(period[0]), date.fromisoformat(period[1])) if period else None,
            datetime.fromisoformat(as_of) if as_of else None,
            frozenset(told["only"]),
            {str(name): str(value) for name, value in told["params"].items()},
            seed=int(told["seed"]),
            own=tuple(own),
        )


@dataclass(slots=True)
class Verdict:
    """Everything decided in one run, before it is written down."""

    ctx: Context
    checked: list[Checked]
    judged: list[Judged]
    indicators: list[Indicator]
    comparisons: int
    false_alarms: float
    trends: Mapping[str, Trend] = field(default_factory=dict)
    detections: list[Detection] = field(default_factory=list)


def run(
    pack: Pack, options: Options | None = None, progress: Progress | None = None
) -> AuditResult:
    """Audit a pack; `AuditResult.close` ends its engine, as does an error here.

    Raises `trueup.core.refusals.Refused` for parameters that do not exist and for evidence that
    cannot be read; nothing is written.
    """
    options = options or Options()
    params, changed = with_changes(options.params, [own.check for own in options.own])
    params |= {f"{own.check.id}.sha256": own.sha256 for own in options.own}
    ctx = _context(pack, options, params)
    try:
        _ask_all(ctx, options.only, progress or (lambda done, of, question: None))
        return _result(_decide(ctx), changed, options)
    except BaseException:
        ctx.backend.close()
        raise


def _context(pack: Pack, options: Options, params: dict[str, float | str]) -> Context:
    manifest = pack.manifest
    first, last = options.period or manifest.period
    as_of = options.as_of or manifest.as_of
    return Context(
        pack=pack,
        backend=open_backend(pack, options.engine, options.memory_limit, options.threads),
        period=Period.of(first, last, manifest.timezone),
        as_of=as_of.replace(tzinfo=None),
        zone=manifest.timezone,
        currency=manifest.currency,
        params=params,
        seed=options.seed,
        asks={**all_measures(), **all_checks(), **{own.check.id: own.check for own in options.own}},
        strict=options.strict,
    )


def _ask_all(ctx: Context, only: frozenset[str], progress: Progress) -> None:
    """Ask every question once, the gates first; those left out say so."""
    order: list[Check | Measure] = sorted(
        ctx.asks.values(), key=lambda a: not (isinstance(a, Check) and a.gate)
    )
    for index, asked in enumerate(order):
        question = asked.question if isinstance(asked, Check) else asked.title
        progress(index, len(order), question)
        if only and asked.id not in only:
            ctx.answers.setdefault(asked.id, Silent("not_enough_evidence", "not asked in this run"))
        else:
            ctx.answer(asked.id)
    progress(len(order), len(order), "")


def _decide(ctx: Context) -> Verdict:
    measures, checks = all_measures(), _checks(ctx)
    raw = ctx.answers
    bounds = {id: _bounds(ctx, m, raw[id]) for id, m in measures.items()}
    limits = {id: limit_of(c, ctx.params) for id, c in checks.items()}
    family = {id: _measure_p(m, raw[id], bounds[id]) for id, m in measures.items()}
    family |= {id: _check_p(c, raw[id], limits[id]) for id, c in checks.items()}
    fired = rejections(family)
    gates = [_detect(ctx, c, limits[id], fired, Grading()) for id, c in checks.items() if c.gate]
    grading = _grading(ctx, gates)
    checked = [
        _detect(ctx, c, limits[id], fired, _for_gate(grading) if c.gate else grading)
        for id, c in checks.items()
    ]
    checked = raised_together(checked, grading)
    blocks = _blocks([c for c in checked if c.check.gate])
    judged = [
        judge(m, _answer(raw[id]), ctx.missing(*m.tables, *m.needs), bounds[id], blocks,
              fired.get(id, False))
        for id, m in measures.items()
    ]  # fmt: skip
    comparisons = (
        sum(p is not None for p in family.values())
        + sum(len(c.probe.units) for c in checked if c.probe)
        + sum(len(j.by) for j in judged)
    )
    moved = trends(ctx, judged)
    told = indicators(judged, ctx.seed, {id: trend.word for id, trend in moved.items()})
    comparisons += sum(len(trend.moves) for trend in moved.values())
    alarms = expected_false_alarms(fired, checked, judged, moved)
    verdict = Verdict(ctx, checked, judged, told, comparisons, alarms, moved)
    verdict.detections = [d for c in checked for d in c.detections]
    return verdict


def _checks(ctx: Context) -> dict[str, Check]:
    """The checks of the method in order, then those of the organisation."""
    return {id: asked for id, asked in ctx.asks.items() if isinstance(asked, Check)}


def _answer(raw: Answer | Probe | Silent) -> Answer | Silent:
    assert not isinstance(raw, Probe)
    return raw


def _bounds(ctx: Context, measure: Measure, raw: Answer | Probe | Silent) -> Bounds:
    answer = raw if isinstance(raw, Answer) else Answer(Silent("not_enough_evidence", ""))
    return bounds_of(measure, answer, _confirmed(ctx), materiality(ctx))


def _measure_p(measure: Measure, raw: Any, bounds: Bounds) -> float | None:
    return measure_p(measure, _answer(raw), bounds)


def _check_p(check: Check, raw: Any, limit: float | None) -> float | None:
    return check_p(check, raw, limit)


def _detect(
    ctx: Context, check: Check, limit: float | None, fired: Mapping[str, bool], grading: Grading
) -> Checked:
    raw = ctx.answers[check.id]
    assert not isinstance(raw, Answer)
    missing = ctx.missing(*check.tables, *check.needs)
    return detect(check, raw, missing, limit, fired.get(check.id, False), grading)


def _confirmed(ctx: Context) -> dict[str, tuple[float | None, float | None]]:
    """Target and limit per measure that the pack holds as confirmed."""

    def read(ctx: Context) -> dict[str, tuple[float | None, float | None]]:
        if not ctx.has("measure"):
            return {}
        rows = ctx.rows(ctx.table("measure").order_by("id"))
        asked = ctx.has("measure.confirmed_by")
        return {
            row["id"]: (row["target"], row["limit"])
            for row in rows
            if not asked or row["confirmed_by"]
        }

    found: dict[str, tuple[float | None, float | None]] = ctx.value("confirmed", read)
    return found


def materiality(ctx: Context) -> float:
    """max(0.5 % of the audited yearly cost, 1,000) in the manifest's currency (0.2)."""

    def read(ctx: Context) -> float:
        floor = float(ctx.params["materiality_money"])
        if not ctx.has("cost"):
            return floor
        cost = ctx.table("cost")
        inside = (cost["month"] >= ctx.period.first) & (cost["month"] <= ctx.period.last)
        total = ctx.one(cost.filter(inside).agg(total=cost["amount"].sum()))["total"]
        yearly = float(total or 0) * 365.25 / ctx.period.days
        return max(floor, float(ctx.params["materiality_share"]) * yearly)

    amount: float = ctx.value("materiality", read)
    return amount


def _grading(ctx: Context, gates: Sequence[Checked]) -> Grading:
    caps: dict[str, list[str]] = {}
    for gate in gates:
        if gate.result == "exceptions":
            for check in _capped(gate.check, ctx):
                caps.setdefault(check, []).append(gate.check.id)
    sealed = any(gate.check.seals and gate.result == "clean" for gate in gates)
    return Grading(
        {check: tuple(sorted(by)) for check, by in caps.items()},
        materiality(ctx),
        sealed,
        ctx.pack.manifest.organisation or "",
        hours=float(ctx.params["materiality_hours"]),
        customers=float(ctx.params["materiality_customers"]),
        recurring=recurring(ctx),
        open_minors=open_minors(ctx),
        independent=bool(ctx.params["independent_auditor"]),
    )


def _capped(gate: Check, ctx: Context) -> tuple[str, ...]:
    """The checks a gate holds at observation; gates do not gate each other."""
    known = _checks(ctx)
    named = [id for id in gate.caps if not known[id].gate]
    return (*named, *(id for id, check in known.items() if gate.id in check.gates))


def _for_gate(grading: Grading) -> Grading:
    return replace(grading, caps={})


def _blocks(gates: Sequence[Checked]) -> Blocks:
    whole: dict[str, list[str]] = {}
    units: dict[tuple[str, Unit], list[str]] = {}
    for gate in gates:
        if gate.result != "exceptions" or gate.probe is None:
            continue
        ids = gate.check.blocks if gate.probe.blocks is None else gate.probe.blocks
        named = [d.case.unit for d in gate.detections]
        if gate.whole_tripped or any(u.kind in ("organisation", "period") for u in named):
            named = []
            for id in ids:
                whole.setdefault(id, []).append(gate.check.id)
        for key in product(ids, named):
            units.setdefault(key, []).append(gate.check.id)
    return Blocks(
        {id: tuple(by) for id, by in whole.items()}, {key: tuple(by) for key, by in units.items()}
    )


def _result(verdict: Verdict, changed: list[dict[str, Any]], options: Options) -> AuditResult:
    ctx = verdict.ctx
    names = RowNames(ctx)
    evidence = {d.key: evidence_of(d, names) for d in verdict.detections}
    moves = [move for trend in verdict.trends.values() for move in trend.moves]
    priced = True
    lines = {d.key: headline(d, ctx) for d in verdict.detections}
    checks = [check_row(c, lines, evidence, priced, names) for c in verdict.checked]
    manifest = ctx.pack.manifest
    data: dict[str, Any] = {
        "format": "trueup-audit/1",
        "pack": {
            "manifest_sha256": manifest.sha256,
            "organisation": manifest.organisation,
            "as_of": instant(ctx.as_of),
            "period": {"from": day(ctx.period.first), "to": day(ctx.period.last)},
            "log_head": manifest.log_head,
        },
        "engine": {
            "version": __version__,
            "parameters_sha256": parameters_digest(ctx.params),
            "seed": options.seed,
            "confidence": CONFIDENCE,
        },
        "parameters": {"changed_defaults": changed},
        "readiness": readiness(ctx, verdict.judged),
        "indicators": [indicator_row(i) for i in verdict.indicators],
        "measures": [measure_row(j) for j in verdict.judged],
        "checks": checks,
        **build_findings(
            ctx, verdict.checked, verdict.judged, verdict.indicators, lines, evidence, moves
        ),
        "honesty": _honesty(verdict),
    }
    tables = [evidence[d.key] for d in verdict.detections]
    every = pa.concat_tables(tables) if tables else EVIDENCE_SCHEMA.empty_table()
    beside = {j.measure.id: parts_of(j) for j in verdict.judged if j.answer and j.answer.parts}
    own = {o.check.id: o.check.question for o in options.own}
    behind = records(ctx, verdict.judged)
    return AuditResult(
        data, every, ctx.queries, beside, own, behind, verdict.trends, ctx.currency, earlier(ctx)
    )


def _honesty(verdict: Verdict) -> dict[str, Any]:
    ran = sum(c.probe is not None for c in verdict.checked)
    limits = [
        "An audit is a sample of what was recorded; what nobody wrote down is not in it.",
        "The engine proposes; a person who did not do the work confirms.",
    ]
    if not verdict.ctx.params["independent_auditor"]:
        limits.insert(0, SUPERVISED)
    not_asked = [c.check.id for c in verdict.checked if c.reason.endswith("in this version")]
    not_asked += [j.measure.id for j in verdict.judged if j.reason.endswith("in this version")]
    if verdict.ctx.failed:
        told = ", ".join(f"{id} ({why})" for id, why in sorted(verdict.ctx.failed.items()))
        limits.append(f"Failed on this evidence, an error of ours; please report it: {told}.")
    if not_asked:
        limits.append(f"Not asked in this version: {', '.join(not_asked)}.")
    own = [c.check.id for c in verdict.checked if c.check.id not in all_checks()]
    if own:
        limits.append(f"Checks of this organisation, not of the method: {', '.join(own)}.")
    return {
        "checks_run": ran,
        "comparisons": verdict.comparisons,
        "expected_false_alarms": round(verdict.false_alarms, 4),
        "limits": limits,
    }
