"""MC-06: Time to first human answer."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.promises import hours_promised, promised
from trueup.audit.relations import asked_in_period
from trueup.audit.shares import from_arrays
from trueup.audit.stats.survival import kaplan_meier

LIMIT = 0.80


def judge(ctx: Context) -> Answer | Silent:
    """Share of records with a first human answer within the promise, in business time."""
    if not ctx.has("message.at") and not ctx.has("record.first_response_at"):
        return Silent(
            "not_enough_evidence",
            "no first answer is recorded",
            ("message", "record.first_response_at"),
        )
    by_message = ctx.has("message.at", "message.direction")
    got = ctx.arrays(_rows(ctx, by_message).order_by("id"))
    if not len(got["id"]):
        return Silent("not_applicable", "no record was opened in the period")
    end = np.where(np.isnat(got["first"]), np.datetime64(ctx.as_of), got["first"])
    promise = promised(ctx, "response", got, "response_p{}_h")
    hours = hours_promised(ctx, got["at"], end, promise.calendar)
    answered = ~np.isnat(got["first"])
    decided = answered | (hours > promise.hours)
    late = ~(answered & (hours <= promise.hours))
    keep = np.flatnonzero(decided)
    kept = {name: got[name][keep] for name in ("id", "at", "customer", "team")}
    question = from_arrays(
        ctx, kept, late[keep], LIMIT,
        kinds=("customer", "team"), grade="B" if by_message else "C",
    )  # fmt: skip
    km = kaplan_meier(hours, answered)
    answer = question.answer(30, 30, good_is=True)
    median, p90 = (_known(km.quantile(q).value) for q in (0.5, 0.9))
    return replace(answer, parts={"median hours": median, "P90 hours": p90})


def _known(hours: float) -> float | None:
    """None where the curve never falls that far."""
    return hours if math.isfinite(hours) else None


def _rows(ctx: Context, by_message: bool) -> Any:
    record = asked_in_period(ctx)
    if not by_message:
        return record.select(
            "id", "customer", "team", "service", at=record["opened_at"],
            priority=record["priority"].fill_null(3), first=record["first_response_at"],
        )  # fmt: skip
    message = ctx.table("message")
    human = message.filter(
        (message["direction"] == "out") & message["public"] & ~message["automatic"].fill_null(False)
    )
    starts = record.select(rid="id", began="opened_at")
    after = human.join(starts, human["record"] == starts["rid"])
    after = after.filter(after["at"] >= after["began"])
    first = after.group_by(mid=after["record"]).agg(first=after["at"].min())
    joined = record.left_join(first, record["id"] == first["mid"])
    return joined.select(
        "id", "customer", "team", "service", "first", at=joined["opened_at"],
        priority=joined["priority"].fill_null(3),
    )  # fmt: skip


MEASURE = Measure(
    id="MC-06",
    indicator="communication",
    key=True,
    title="Time to first human answer",
    formula=(
        "first message with direction = out, public = true, automatic = false after "
        "record.opened_at (record.first_response_at where message is not recorded: evidence "
        "grade C) in business time; share within the promise (target with metric = response, "
        "else parameter by priority: P1 1 h, P2 4 h, P3 8 h, P4 and P5 24 h); median and P90 "
        "beside it, open ones included"
    ),
    tables=("record",),
    unit="share",
    direction="up",
    grain=("customer", "team"),
    n_min="30",
    method="Kaplan-Meier; Wilson",
    target=0.90,
    limit=0.80,
    caveats="phone has it at 0: report by channel",
    tier=0,
    judge=judge,
    uses=(
        "record.priority",
        "record.team",
        "record.service",
        "record.customer",
        "message.automatic",
    ),
)
