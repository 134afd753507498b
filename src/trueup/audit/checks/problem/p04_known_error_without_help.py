"""P04: Known error without help."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context, hours_since
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import question, truth


def ask(ctx: Context) -> Probe | Silent:
    """Known errors, open for a while, with no workaround and no article that people use."""
    problem, record = ctx.table("problem"), ctx.table("record")
    home = record.select(
        rid="id", service="service", own="article", state="state", opened_at="opened_at"
    )
    t = problem.filter(problem["known_error"].fill_null(False))
    t = t.join(home, t["record"] == home["rid"])
    t = t.filter(t["state"].isin(["open", "waiting"]))
    used = record.filter(record["problem"].notnull() & record["article"].notnull())
    used = used.select(upid="problem", uart="article").distinct()
    t = t.left_join(used, (t["record"] == used["upid"]) & (t["own"] == used["uart"]))
    hit = record.filter(record["problem"].notnull()).select(hpid="problem").distinct()
    t = t.left_join(hit, t["record"] == hit["hpid"])
    rows = t.select(
        "service",
        "workaround",
        "own",
        id=t["record"],
        since=t["known_error_at"].coalesce(t["opened_at"]),
        named=t["upid"].notnull(),
        hit=t["hpid"].notnull(),
    )
    got = ctx.arrays(rows.order_by("id"))
    if not len(got["id"]):
        return Silent("not_applicable", "no known error is open")
    ripe = hours_since(got["since"], ctx.as_of) / 24 > ctx.number("open_days")
    got = {name: values[ripe] for name, values in got.items()}
    article = np.array([a is not None for a in got["own"]], dtype=bool)
    helpless = ~truth(got["workaround"]) & ~article
    unused = article & ~got["named"].astype(bool) & got["hit"].astype(bool)
    got["record"] = got["id"]
    why = [
        "a known error without workaround and article" if h
        else "none of its incidents names its article"
        for h in helpless
    ]  # fmt: skip
    return question(
        ctx, got, helpless | unused, why=why, table="problem", kinds=("service", "record"),
        exact=True,
    ).probe()  # fmt: skip


CHECK = Check(
    id="P04",
    area="Problem",
    title="Known error without help",
    question="Is there a workaround where we know the error?",
    tables=("record", "problem"),
    rule=(
        "problem.known_error = true for > open_days (problem.known_error_at) on an open problem"
        " with problem.workaround not true and no record.article; or with an article that none "
        "of its incidents (record.problem) names in record.article. Exact count, any trips. "
        "[unit: service, record]"
    ),
    parameters={
        "open_days": 10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.6.3",
        "ISO 20000-1 7.6",
        "COBIT DSS03",
        "COBIT BAI08",
        "ITIL Problem management",
        "ITIL Knowledge management",
        "FitSM PR10.3",
        "FitSM PR10.4",
    ),
    causes=("knowledge is not part of the work",),
    do_first="write the top three",
    effective_when="links > 0 and time for the category down",
    tier=3,
    ask=ask,
    caps=(),
    limit="open_days",
    indicators=("risk_impact",),
    needs=("problem.known_error",),
    uses=("problem.known_error_at", "problem.workaround", "record.article", "record.problem"),
    headline="{bad} of {all} known errors come without help for those they hit.",
    should_be="A known error has a workaround that people find within ten days.",
    matters="People search for an answer that somebody already knows.",
    owner_role="problem process owner",
    mandatory=True,
)
