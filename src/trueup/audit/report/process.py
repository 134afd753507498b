"""What should happen and what happened, as the report says it: rules, ways, and where time goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trueup.audit.conformance.trends import Cost
from trueup.audit.conformance.whole import Conformance, Fitness, Flow, RuleResult
from trueup.audit.report.model import BrokenRule, Listing, Process, Share, Way
from trueup.audit.report.words import likely

SHOWN = 50
WAYS = 5
EVERY = "record"
KINDS = {
    EVERY: "records", "incident": "incidents", "request": "requests", "problem": "problems",
    "change": "changes", "release": "releases", "task": "tasks", "complaint": "complaints",
    "security_incident": "security incidents", "approval": "approvals", "article": "articles",
    "agreement": "agreements", "purchase": "purchases", "risk": "risks", "finding": "findings",
    "action": "actions", "service_review": "service reviews", "ci": "components",
    "target_result": "promises", "target": "targets", "person": "people", "asset": "assets",
    "access": "rights of access", "survey": "surveys", "underpinning": "promises of others",
    "verification": "verifications",
}  # fmt: skip
STATES = {
    "queue": "in a queue", "work": "at work", "done_not_closed": "done, not closed",
    "waiting_customer": "waiting for the customer", "waiting_supplier": "waiting for a supplier",
    "waiting_approval": "waiting for an approval", "waiting_change": "waiting for a change",
    "waiting_problem": "waiting for a problem", "waiting_internal": "waiting for others of us",
    "waiting_other": "waiting for something else",
    "waiting_unsaid": "waiting, nobody said for what",
}  # fmt: skip


def processes_of(found: Conformance) -> tuple[Process, ...]:
    """The kinds of work with something to say: those with broken rules first, then by name."""
    fitness = {f.kind: f for f in found.fitness}
    flows = {f.kind: f for f in found.flows}
    rules: dict[str, list[RuleResult]] = {}
    for one in found.rules:
        rules.setdefault(one.rule.kinds[0], []).append(one)
    names = [kind for kind in KINDS if kind in {*fitness, *flows, *rules}]
    names += sorted({*fitness, *flows, *rules} - set(KINDS))
    made = [_process(k, rules.get(k, []), fitness.get(k), flows.get(k)) for k in names]
    spoke = [p for p in made if p.sentence or p.broken or p.kept or p.ways]
    return tuple(sorted(spoke, key=lambda p: -sum(rule.times for rule in p.broken)))


def unasked(found: Conformance) -> tuple[tuple[str, str, str], ...]:
    """The rules that could say nothing, with what they lack: id, sentence, why."""
    return tuple(
        (one.rule.id, one.rule.sentence, lack(one)) for one in found.rules if one.state != "judged"
    )


def lack(one: RuleResult) -> str:
    """Why a rule could say nothing."""
    if one.state == "never_applied":
        return "nothing in the period activated it"
    more = f" and {len(one.missing) - 1} more" if len(one.missing) > 1 else ""
    return f"needs {one.missing[0]}{more}"


def _process(
    kind: str, rules: Sequence[RuleResult], fit: Fitness | None, flow: Flow | None
) -> Process:
    judged = [one for one in rules if one.state == "judged"]
    order = sorted(judged, key=lambda one: (one.rule.level != "M", -one.broken, one.rule.id))
    return Process(
        kind,
        KINDS.get(kind, kind.replace("_", " ")),
        sentence(fit, kind) if fit else "",
        tuple(_broken(one) for one in order if one.broken),
        tuple((one.rule.id, one.rule.sentence, f"applied {one.applied:,} times, never broken")
              for one in order if not one.broken),
        flow_told(flow) if flow else (),
        _ways(flow) if flow else (),
        _time(flow) if flow else (),
    )  # fmt: skip


def sentence(fit: Fitness, kind: str) -> str:
    """How many cases of a kind kept every mandatory rule."""
    s, name = fit.share, KINDS.get(kind, kind.replace("_", " "))
    told = f"{fit.fitting:,} of {fit.cases:,} {name} followed every mandatory rule"
    ends = likely(f"{s.low:.0%}", f"{s.high:.0%}")
    return f"{told}, {ends}." if ends else f"{told}."


def _broken(one: RuleResult) -> BrokenRule:
    s = one.share
    return BrokenRule(
        one.rule.id,
        one.rule.sentence,
        "mandatory" if one.rule.level == "M" else "expected",
        f"{one.applied:,}",
        f"{one.broken:,}",
        one.broken,
        f"{s.value:.1%}",
        likely(f"{s.low:.1%}", f"{s.high:.1%}"),
        _cost(one.cost) if one.cost else "",
        _listing(one),
    )


def _cost(c: Cost) -> str:
    """The difference of hours within like cases; said only where its interval leaves out 0."""
    if c.flips or c.low <= 0 <= c.high:
        return "no clear difference"
    low, high = sorted((abs(c.low), abs(c.high)))
    word = "longer" if c.hours > 0 else "shorter"
    told, ends = f"{abs(c.hours):,.1f} hours {word}", likely(f"{low:,.1f}", f"{high:,.1f}")
    return f"{told}, {ends}" if ends else told


def _listing(one: RuleResult) -> Listing:
    rows = one.violations.slice(0, SHOWN).to_pylist()
    total = one.violations.num_rows
    more = (
        f"The first {len(rows):,} of {total:,}; the others stand in conformance.parquet under "
        f"{one.rule.id}."
    )
    return Listing(
        f"{one.broken:,} times broken in {one.broken_cases:,} cases",
        more if total > len(rows) else "",
        tuple((_table(one.rule.kinds[0]), row["case"], _when(row)) for row in rows),
    )


def _table(kind: str) -> str:
    from_work = ("incident", "request", "problem", "release", "task", "complaint")
    return EVERY if kind in from_work or kind == "security_incident" else kind


def _when(row: dict[str, Any]) -> str:
    at, other = row["at"], row["other"]
    day = f"on {at:%Y-%m-%d}" if at is not None and at.year > 1000 else "without a time"
    return f"{day}: {other}" if other else day


def flow_told(flow: Flow) -> tuple[str, ...]:
    """The ways that cases took, and how often they changed hands."""
    s, h = flow.spread, flow.handovers
    ways = f"{s.ways:,} ways for {s.cases:,} cases; the commonest took {s.top_share:.0%} of them."
    moves = (
        f"{h.moves:,} handovers between teams; {h.aba_cases:,} cases came back to a team that had "
        "passed them on."
    )
    return (ways, moves if h.moves else "No handover between teams is recorded.")


def _ways(flow: Flow) -> tuple[Way, ...]:
    return tuple(
        Way(steps, f"{n:,}", f"{n / flow.spread.cases:.0%}") for steps, n in flow.spread.top[:WAYS]
    )


def _time(flow: Flow) -> tuple[Share, ...]:
    told = [w for w in flow.where if w.state != "ended" and w.clock_share > 0]
    told.sort(key=lambda w: (-w.clock_share, w.state))
    return tuple(
        Share(STATES.get(w.state, w.state.replace("_", " ")), w.clock_share,
              f"{w.clock_share:.1%}") for w in told
    )  # fmt: skip
