"""C03: Long silence."""

from __future__ import annotations

from dataclasses import replace

from trueup.audit.branches import branched
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.measures.communication.mc_07_longest_silence import silences
from trueup.audit.shares import from_arrays

LEAST = 30


def ask(ctx: Context) -> Probe | Silent:
    """Records that stayed without a public word for longer than promised."""
    got = silences(ctx)
    if not len(got["id"]):
        return Silent("not_applicable", "no record was opened in the period")
    late = got["hours"] > got["promise"]
    kinds = ("team", "customer")
    every = from_arrays(
        ctx, got, late, ctx.number("limit"), kinds=kinds,
        why="no public word for longer than promised",
    ).probe()  # fmt: skip
    urgent = got["priority"] == 1
    if urgent.sum() < LEAST:
        return every
    first = from_arrays(
        ctx, {k: v[urgent] for k, v in got.items()}, late[urgent], ctx.number("p1_limit"),
        kinds=kinds, why="an urgent record without a public word",
    ).probe()  # fmt: skip
    both = branched({"all": every, "first priority": first})
    if isinstance(both, Silent) or isinstance(every, Silent) or isinstance(first, Silent):
        return both
    e, most = first.whole.estimate, ctx.number("p1_limit")
    if both.whole.branch == "all" or (e.low or 0.0) > most:
        return both
    watch = f"first priority: {first.whole.exceptions} of {e.n} without a word in time"
    return replace(both, whole=every.whole, watch=watch if (e.high or 0.0) > most else "")


CHECK = Check(
    id="C03",
    area="Communication and feedback",
    title="Long silence",
    question="Do customers sit in the dark?",
    tables=("message", "record"),
    rule="MC-07 > limit; for record.priority = 1 > p1_limit. [unit: team, customer]",
    parameters={
        "limit": 0.25,
        "p1_limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.6.1",
        "COBIT DSS02",
        "ITIL Incident management",
        "ITIL Service desk",
        "FitSM PR9.4",
    ),
    causes=("no rhythm",),
    do_first="promise of the next update on each message",
    effective_when="share halved and chasers down",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("message.at", "message.public", "record.resolved_at"),
    headline="{bad} of {all} tickets stayed without a word for longer than promised.",
    should_be="People are kept informed by the promised time.",
    matters="Silence goes together with unhappy answers and with chasing.",
    measure="MC-07",
    owner_role="service desk lead",
)
