"""Sentences about the flow of the work: waiting, handovers, and what changed in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trueup.audit.conformance.flow import Handovers
from trueup.audit.conformance.trends import Drift
from trueup.audit.conformance.whole import Conformance, Flow
from trueup.audit.report.model import Told
from trueup.audit.report.process import KINDS

MOST, STEPS, HALF, POINT, LEAST = 5, 6, 0.5, 0.01, 10
ASKED = ("incident", "request")  # what somebody waits for and the first line could solve


def waits(found: Conformance) -> Told:
    """Of the time until solved: worked, waited for users, in the queue."""
    said = tuple(line for flow in found.flows for line in _wait(flow) if flow.kind in ASKED)
    why = "" if said else "the log does not say when work on a record begins"
    return Told("waiting_against_working", "Waiting against working", said, why)


def _wait(flow: Flow) -> Iterator[str]:
    hours = {w.state: w.clock_h for w in flow.where if w.state not in ("done_not_closed", "ended")}
    total = sum(hours.values())
    if not total or not hours.get("work") or not hours.get("queue"):
        return
    work, user, queue = (hours.get(s, 0.0) / total for s in ("work", "waiting_customer", "queue"))
    yield (
        f"{_name(flow.kind)}: of the clock time until solved we worked {work:.0%}; "
        f"{user:.0%} we waited for users, {queue:.0%} it lay in our queue."
    )


def handed(found: Conformance) -> Told:
    """Between which pairs of teams cases come back, and which teams are first unasked."""
    said = tuple(line for flow in found.flows for line in _handed(flow))
    moves = any(flow.handovers.moves for flow in found.flows)
    few = f"fewer than {LEAST} returns between teams"
    why = few if moves else "no handover between teams is recorded"
    return Told("handover_network", "Between which teams", said, "" if said else why)


def _handed(flow: Flow) -> Iterator[str]:
    h, name = flow.handovers, _name(flow.kind)
    pairs, back = returning(h)
    total = h.aba_count
    if total >= LEAST and len(pairs) == 1:
        (one, two), _ = pairs[0]
        yield f"{name}: {back:,} of {total:,} returns between teams happen between {one} and {two}."
    elif total >= LEAST:
        (one, two), _ = pairs[0]
        yield (
            f"{name}: {back:,} of {total:,} returns between teams happen within {len(pairs):,} "
            f"pairs of teams, most between {one} and {two}."
        )
    if h.hidden and flow.kind in ASKED:
        n, team = sum(n for _, n in h.hidden), h.hidden[0][0]
        yield (
            f"{name}: {n:,} of {h.cases:,} cases were first held by a team that is not the first "
            f"line, most often by {team}."
        )


def returning(h: Handovers) -> tuple[list[tuple[tuple[str, str], int]], int]:
    """The fewest pairs of teams with at least half of all returns A-B-A, and their returns."""
    both: Counter[tuple[str, str]] = Counter()
    for a, b, _, back in h.matrix:
        if back:
            both[min(a, b), max(a, b)] += back
    chosen, sum_ = [], 0
    for pair, n in sorted(both.items(), key=lambda x: (-x[1], x[0])):
        if sum_ >= HALF * h.aba_count:
            break
        chosen.append((pair, n))
        sum_ += n
    return chosen, sum_


def drifts(found: Conformance) -> Told:
    """Since when rules are broken, and ways taken, more or less often."""
    rules = sorted(
        (d.p, _rule(one.rule.sentence, d)) for one in found.rules if (d := one.drift) and _seen(d)
    )
    ways = [_way(flow, steps, d) for flow in found.flows for steps, d in flow.mix.ways[:1]]
    said = (*(line for _, line in rules[:MOST]), *ways)
    title = "What changed in time"
    if not said and any(flow.mix.asked for flow in found.flows):
        said = ("No rule and no common way shows a clear break in time.",)
    why = "" if said else "too few weeks with cases for a break in time"
    return Told("drift", title, said, why)


def _seen(d: Drift) -> bool:
    """Whether a change is large enough to be told: a point at least."""
    return abs(d.after - d.before) >= POINT


def _rule(sentence: str, d: Drift) -> str:
    return (
        f"Since {d.week} broken in {d.after:.0%} of its cases, before in {d.before:.0%}: {sentence}"
    )


def _way(flow: Flow, steps: tuple[str, ...], d: Drift) -> str:
    more = " → …" if len(steps) > STEPS else ""
    way = " → ".join(steps[:STEPS]) + more
    return (
        f"{_name(flow.kind)}: since {d.week} {d.after:.0%} take this way, before {d.before:.0%}: "
        f"{way}."
    )


def _name(kind: str) -> str:
    name = KINDS.get(kind, kind.replace("_", " "))
    return name[:1].upper() + name[1:]
