"""Y03: Security events slow or unlabelled."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.branches import branched
from trueup.audit.changes import unheld
from trueup.audit.context import Context, hours_since
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.listing import question
from trueup.audit.shares import listed_rows
from trueup.audit.stats.survival import kaplan_meier

Array = np.ndarray[Any, Any]
FLOOR = 20


def ask(ctx: Context) -> Probe | Silent:
    """Security incidents without a class, or contained too late."""
    record = ctx.table("record")
    mine = record.filter((record["kind"] == "security_incident") & ctx.within(record["opened_at"]))
    got = ctx.arrays(
        mine.select("id", "team", "category", "opened_at", "resolved_at").order_by("id")
    )
    if not len(got["id"]):
        return Silent("not_applicable", "no security incident was opened in the period")
    bare = np.array([c is None for c in got["category"]], dtype=bool)
    unlabelled = question(
        ctx, got, bare, why="has no class", table="record", kinds=("team",), at="opened_at",
        limit=ctx.number("limit"),
    )  # fmt: skip
    return branched({
        "unlabelled": unheld(ctx, "record.category") or unlabelled.probe(),
        "slow": unheld(ctx, "record.resolved_at") or _slow(ctx, got),
    })  # fmt: skip


def _slow(ctx: Context, got: dict[str, Array]) -> Probe | Silent:
    every = np.ones(len(got["id"]), dtype=bool)
    whole = _case(ctx, ORGANISATION, got, every)
    cases = []
    for name in sorted({str(v) for v in got["team"] if v is not None}):
        mine = got["team"] == name
        if mine.sum() >= FLOOR:
            cases.append(_case(ctx, Unit("team", name), got, mine))
    return Probe(len(every), len(every), whole, tuple(cases), FLOOR)


def _case(ctx: Context, unit: Unit, got: dict[str, Array], mine: Array) -> Case:
    opened, ended = got["opened_at"][mine], got["resolved_at"][mine]
    done = ~np.isnat(ended)
    spent = (ended - opened).astype("timedelta64[s]").astype(float) / 3600
    hours = np.where(done, spent, hours_since(opened, ctx.as_of))
    late90 = kaplan_meier(np.maximum(hours, 0.0), done).quantile(0.9)
    last = float(hours.max())
    value, low, high = (min(v, last) for v in (late90.value, late90.low, late90.high))
    limit = ctx.number("policy_h")
    over = hours > limit
    ids = got["id"][mine]
    return Case(
        unit,
        Estimate(value, low, high, len(hours), p=0.0 if low > limit else 1.0),
        int(over.sum()),
        len(hours),
        limit=limit,
        bad=lambda: listed_rows(ids[over], f"contained after more than {limit:.0f} h"),
        good=lambda: listed_rows(ids[~over][:20], ""),
        words={"hours": f"{value:.0f}"},
    )


CHECK = Check(
    id="Y03",
    area="Security and access",
    title="Security events slow or unlabelled",
    question="Are they contained in time and classified?",
    tables=("record",),
    rule=(
        "record.kind = security_incident: record.category null > limit; or Kaplan-Meier P90 of "
        "record.resolved_at - record.opened_at > policy_h. [unit: team]"
    ),
    parameters={
        "limit": 0.05,
        "policy_h": 24,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.7.3",
        "COBIT DSS02",
        "COBIT DSS05",
        "ITIL Information security management",
        "FitSM PR6.4",
    ),
    causes=("mixed queue",),
    do_first="own form; on-call",
    effective_when="P90 <= policy",
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("record.opened_at",),
    uses=("record.category", "record.resolved_at", "record.team"),
    headline="{bad} of {all} security incidents have no class or took too long.",
    should_be="A security incident is classified and contained within the policy.",
    matters="Every hour an attacker is inside costs more than the one before.",
    owner_role="security officer",
    mandatory=True,
)
