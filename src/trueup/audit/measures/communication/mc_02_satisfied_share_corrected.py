"""MC-02: Satisfied share, corrected."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.stats.raking import effective_n, merged_levels, rake
from trueup.audit.stats.shares import z_of
from trueup.audit.voice import invitations

RESPONSE_LEAST = 0.10
WIDE = 0.60
Array = np.ndarray[Any, Any]


def judge(ctx: Context) -> Answer | Silent:
    """The satisfied share, weighted so that the answers look like everybody who was asked."""
    got = asked(ctx)
    n = len(got["csat"])
    answered = ~np.isnan(got["csat"].astype(float))
    if not answered.any():
        return Silent("not_enough_evidence", "no answer with a score is recorded")
    response = float(answered.mean())
    if response < RESPONSE_LEAST:
        return Silent(
            "not_enough_evidence", f"only {response:.0%} answered; 10 % are needed",
            n=int(answered.sum()), n_min=30,
        )  # fmt: skip
    weight = weights(got, answered)
    satisfied = got["csat"].astype(float)[answered] >= 4
    whole = _share(satisfied, weight)
    s, silent = int(satisfied.sum()), n - int(answered.sum())
    by = []
    for kind in ("customer", "service"):
        names = got[kind][answered]
        for name in sorted({str(v) for v in names if v}):
            mine = names == name
            told = float(mine.sum() / (got[kind] == name).sum())
            by.append((Unit(kind, name), _share(satisfied[mine], weight[mine], told)))
    notes: tuple[str, ...] = ()
    if silent / n > WIDE:
        ends = f"{s / n:.0%} and {(s + silent) / n:.0%}"
        notes = (f"The {silent:,} silent ones could move it between {ends}.",)
    return Answer(
        whole, tuple(by), n_min=30, unit_n_min=30, notes=notes,
        parts={"raw": float(satisfied.mean()), "lowest": s / n, "highest": (s + silent) / n,
               "response": response},
    )  # fmt: skip


def asked(ctx: Context) -> dict[str, Any]:
    """Everybody who was asked about a record, with what the strata need."""
    t = invitations(ctx).filter(lambda t: ~t["relationship"])
    found: dict[str, Any] = ctx.value(
        "asked",
        lambda ctx: ctx.arrays(
            t.select(
                "id", "customer", "service", "team", "csat", "channel", "reopened",
                priority=t["priority"].fill_null(0),
                hours=(t["resolved_at"].epoch_seconds() - t["opened_at"].epoch_seconds()) / 3600.0,
            ).order_by("id"),
            but=("id",),
        ),
    )  # fmt: skip
    return found


def weights(got: dict[str, Any], answered: Array) -> Array:
    """Raked weights over customer, priority, tercile of duration, reopened and channel."""
    hours = np.nan_to_num(got["hours"].astype(float), nan=-1.0)
    cuts = np.quantile(hours, [1 / 3, 2 / 3])
    levels = [
        got["customer"],
        got["priority"].astype(int),
        np.searchsorted(cuts, hours),
        got["reopened"],
        got["channel"],
    ]
    return rake([merged_levels(level, answered) for level in levels], answered)


def _share(satisfied: Array, weight: Array, response: float = 1.0) -> Estimate:
    """A weighted share with Wilson's interval on the effective number of answers.

    Where less than 10 % of the asked answered, what is covered is no more than that.
    """
    n = effective_n(weight)
    p = float((weight * satisfied).sum() / weight.sum())
    z = z_of()
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return Estimate(
        p, max(0.0, middle - half), min(1.0, middle + half), len(satisfied), method="compared",
        coverage=1.0 if response >= RESPONSE_LEAST else response,
    )  # fmt: skip


MEASURE = Measure(
    id="MC-02",
    indicator="communication",
    key=True,
    title="Satisfied share, corrected",
    formula=(
        "satisfied share weighted by N_h/n_h over strata h of asked records (survey.customer, "
        "record.priority, tercile of duration, reopened, record.channel), cells with < 3 "
        "answers merged, raking; bounds s/N and (s + silent)/N with N = invited (one per "
        "record)"
    ),
    tables=("survey", "record"),
    unit="share",
    direction="up",
    grain=("customer", "service", "organisation"),
    n_min="30 answers and response >= 10 %",
    method="raking + bootstrap; late-answer test (score by survey.reminder)",
    target=0.85,
    limit=0.70,
    caveats="bounds wider than 60 points: say so in the first sentence",
    tier=2,
    judge=judge,
    needs=("survey.csat", "survey.sent_at"),
    uses=("record.priority", "record.channel", "record.customer"),
)
