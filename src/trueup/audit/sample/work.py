"""Records, events, messages, work and answers of the demonstration organisation, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.sample.scene import (
    BEGAN,
    CATEGORIES,
    CUSTOMERS,
    ENDS,
    LEVELS,
    SERVICES,
    TEAMS,
    UNHAPPY,
    Array,
    made,
    only,
    staff,
)

HOUR, MINUTE = np.timedelta64(3_600_000_000, "us"), np.timedelta64(60_000_000, "us")
TARGETS = np.array([4.0, 8.0, 24.0, 40.0])
UPDATES = np.array([1.0, 4.0, 8.0, 24.0])
COMMENTS = ("no news for days", "quick and friendly", "had to ask twice", "works again, thanks")
TEXTS = (
    "We found the cause. The next step is a restart by the network team, done by 15:00 today.",
    "We are looking at it together with the platform team and tell you more by tomorrow 10:00.",
)


@dataclass(slots=True)
class Work:
    """The columns of all records; `n` rows in order of opening."""

    rng: np.random.Generator
    ids: Array
    opened: Array
    kind: Array
    service: Array
    customer: Array
    requester: Array
    team: Array
    first_team: Array
    person: Array
    category: Array
    priority: Array
    resolved: Array
    closed: Array
    done: Array
    reopened: Array
    bounced: Array

    @property
    def n(self) -> int:
        """How many records there are."""
        return len(self.ids)


def records(rng: np.random.Generator, n: int) -> Work:
    """Arrivals on working hours, right-skewed times to resolve, one team that bounces."""
    people = staff()
    days = np.arange(BEGAN.astype("datetime64[D]"), ENDS.astype("datetime64[D]"))
    weekday = (days.astype(np.int64) + 3) % 7
    weight = np.where(weekday < 5, 1.0, 0.08)
    day = np.sort(rng.choice(len(days), n, p=weight / weight.sum()))
    minute = np.clip(rng.normal(660, 150, n), 400, 1060).astype(np.int64)
    opened = days[day].astype("datetime64[us]") + minute * MINUTE
    opened = np.sort(np.minimum(opened, ENDS - HOUR))
    customer = np.array(CUSTOMERS, dtype=object)[rng.choice(10, n, p=_falling(10))]
    kind = np.array(["incident", "request", "complaint"], dtype=object)
    kinds = kind[rng.choice(3, n, p=[0.72, 0.27, 0.01])]
    service = np.array([s[0] for s in SERVICES], dtype=object)[rng.choice(8, n, p=_falling(8))]
    team = np.array(TEAMS, dtype=object)[rng.choice(4, n, p=[0.55, 0.2, 0.15, 0.1])]
    within = rng.integers(0, 6, n)
    person = np.array([people.by_team[t][i] for t, i in zip(team, within, strict=True)], object)
    asker = rng.integers(0, 30, n)
    requester = np.array(
        [people.requesters[c][i] for c, i in zip(customer, asker, strict=True)], dtype=object
    )
    priority = rng.choice(4, n, p=[0.03, 0.12, 0.6, 0.25])
    hours = TARGETS[priority] * rng.lognormal(-1.1, 0.75, n)
    resolved = opened + (hours * 3.6e9).astype(np.int64).astype("timedelta64[us]")
    closed = resolved + rng.integers(100, 125, n) * HOUR
    done = resolved < ENDS
    number = np.arange(1, n + 1)
    return Work(
        rng, np.char.add("R", np.char.zfill(number.astype(str), 7)).astype(object), opened, kinds,
        service, customer, requester, team,
        np.where(rng.random(n) < 0.9, "Service Desk", team).astype(object), person,
        np.array(CATEGORIES, dtype=object)[rng.choice(6, n, p=_falling(6))], priority,
        resolved, closed, done, done & (rng.random(n) < 0.03),
        rng.random(n) < np.where(service == "erp", 0.2, 0.03),
    )  # fmt: skip


def _falling(n: int) -> Array:
    weight = 1.0 / np.arange(1, n + 1) ** 0.6
    return np.asarray(weight / weight.sum())


def record_table(w: Work) -> pa.Table:
    """The table record."""
    shut = w.done & (w.closed < ENDS)
    state = np.where(shut, "closed", np.where(w.done, "resolved", "open"))
    priority = w.priority + 1
    return made(
        "record", id=w.ids, kind=w.kind, title=[f"{c} on {s}" for c, s in
                                                zip(w.category, w.service, strict=True)],
        service=w.service, customer=w.customer, requester=w.requester, team=w.team,
        assignee=w.person, level=np.array([LEVELS[t] for t in w.team]),
        channel=np.array(["portal", "mail", "phone"], dtype=object)[
            w.rng.choice(3, w.n, p=[0.6, 0.3, 0.1])],
        category=w.category, priority=priority, impact=priority, urgency=priority,
        state=state, source_state=state, major=(w.priority == 0) & (w.rng.random(w.n) < 0.3),
        opened_at=w.opened, first_response_at=w.opened + 30 * MINUTE,
        resolved_at=np.where(w.done, w.resolved, np.datetime64("NaT")),
        closed_at=np.where(shut, w.closed, np.datetime64("NaT")),
        reopen_count=w.reopened.astype(int), reassignment_count=(w.bounced * 2).astype(int),
        close_code="solved", reported_sla_met=_met(w),
    )  # fmt: skip


def _hours(w: Work) -> Array:
    return np.asarray((w.resolved - w.opened) / HOUR)


def _met(w: Work) -> Array:
    return np.asarray(_hours(w) <= TARGETS[w.priority])


def event_table(w: Work) -> pa.Table:
    """What happened, in order of recording: about seven events for each record."""
    ones = np.ones(w.n, dtype=bool)
    shut = w.done & (w.closed < ENDS)
    waits = w.done & (w.rng.random(w.n) < 0.25)
    third, half = w.opened + (w.resolved - w.opened) / 3, w.opened + (w.resolved - w.opened) / 2
    back = w.opened + (w.resolved - w.opened) * 2 / 3
    away = np.where(w.team == "Platform", "Network", "Platform").astype(object)
    steps: list[tuple[Array, str, Array, Array, Array]] = [
        (ones, "opened", w.opened, w.first_team, w.requester),
        (ones, "triaged", w.opened + 12 * MINUTE, w.first_team, w.person),
        (ones, "assigned", w.opened + 14 * MINUTE, w.team, w.person),
        (w.done, "started", w.opened + 20 * MINUTE, w.team, w.person),
        (w.bounced & w.done, "assigned", third, away, w.person),
        (w.bounced & w.done, "assigned", half, w.team, w.person),
        (waits, "paused", third, w.team, w.person),
        (waits, "resumed", back, w.team, w.requester),
        (w.done, "resolved", w.resolved, w.team, w.person),
        (w.reopened, "reopened", w.resolved + HOUR, w.team, w.requester),
        (w.reopened, "resolved", w.resolved + 3 * HOUR, w.team, w.person),
        (shut, "closed", w.closed, w.team, w.person),
    ]
    parts = []
    for number, (mask, word, when, held, by) in enumerate(steps):
        i = np.flatnonzero(mask & (when < ENDS))
        parts.append((i, np.full(len(i), number), np.full(len(i), word, dtype=object),
                      when[i], held[i], by[i]))  # fmt: skip
    index, step, activity, at, team, actor = (
        np.concatenate([p[k] for p in parts]) for k in range(6)
    )
    order = np.lexsort((step, index, at))
    index, activity, at, team, actor = (a[order] for a in (index, activity, at, team, actor))
    level = np.array([LEVELS[t] for t in team])
    return made(
        "event", seq=np.arange(1, len(at) + 1), entity="record", entity_id=w.ids[index],
        activity=activity, source_activity=activity, actor=actor, actor_kind="person", team=team,
        level=level, via="web", at_occurred=at, at_recorded=at,
        waiting_for=only(activity == "paused", "customer"),
    )  # fmt: skip


def message_table(w: Work) -> pa.Table:
    """Answers within the promise, but long silences at one customer, who then asks."""
    late = (w.customer == UNHAPPY) & (w.rng.random(w.n) < 0.7)
    first = w.opened + np.where(late, 300, w.rng.integers(5, 45, w.n)) * MINUTE
    span = w.resolved - w.opened
    gap = (UPDATES[w.priority] * 0.6 * 3.6e9).astype(np.int64).astype("timedelta64[us]")
    parts = [(np.flatnonzero(w.done), first, "out"), (np.flatnonzero(w.done), w.resolved, "out")]
    for k in range(1, 13):
        at = first + gap * k
        parts.append((np.flatnonzero(w.done & ~late & (at < w.resolved)), at, "out"))
    parts.append((np.flatnonzero(late & w.done), w.opened + span * 3 // 5, "in"))
    index = np.concatenate([i for i, _, _ in parts])
    at = np.concatenate([a[i] for i, a, _ in parts])
    way = np.concatenate([np.full(len(i), d, dtype=object) for i, _, d in parts])
    author = np.where(way == "in", w.requester[index], w.person[index])
    said = np.array(TEXTS, dtype=object)[np.arange(len(at)) % 2]
    return made(
        "message", id=[f"M{k:08d}" for k in range(len(at))], record=w.ids[index], direction=way,
        public=True, author=author, at=at, automatic=False, language="en",
        text=np.where(way == "in", "Any news on this? We are still waiting.", said),
    )  # fmt: skip


def worklog_table(w: Work) -> pa.Table:
    """One row for each record that was worked on."""
    i = np.flatnonzero(w.done)
    return made(
        "worklog", record=w.ids[i], person=w.person[i], team=w.team[i],
        minutes=np.round(w.rng.gamma(2.0, 22.0, len(i)), 1), started_at=w.opened[i] + 25 * MINUTE,
        overtime=w.rng.random(len(i)) < 0.02, rate=58.0,
    )  # fmt: skip


def target_result_table(w: Work) -> pa.Table:
    """The clock stops at the solution, as it should."""
    i = np.flatnonzero(w.done)
    due = w.opened + (TARGETS[w.priority] * 3.6e9).astype(np.int64).astype("timedelta64[us]")
    met = _met(w)[i]
    return made(
        "target_result", record=w.ids[i], target=np.array([f"T{p + 1}" for p in w.priority])[i],
        metric="resolve", due_at=due[i], met=met, elapsed_min=np.round(_hours(w)[i] * 60, 1),
        paused_min=0.0, computed_at=w.resolved[i], rule_version="1",
        notified_at=np.where(met, np.datetime64("NaT"), due[i] + HOUR),
    )  # fmt: skip


def survey_table(w: Work) -> pa.Table:
    """Everybody is asked once, one in three answers; the customer kept waiting is unhappy."""
    shut = np.flatnonzero(w.done & (w.closed < ENDS))
    sent = w.closed[shut] + HOUR
    keep = sent < ENDS - 48 * HOUR
    i, sent = shut[keep], sent[keep]
    sad = np.where(w.customer[i] == UNHAPPY, 0.42, 0.06)
    answered = w.rng.random(len(i)) < 0.34
    score = np.where(w.rng.random(len(i)) < sad, w.rng.integers(1, 4, len(i)),
                     w.rng.integers(4, 6, len(i))).astype(float)  # fmt: skip
    said = np.where(score <= 3, COMMENTS[0], COMMENTS[1]).astype(object)
    quiet = ~answered | (w.rng.random(len(i)) < 0.7)
    return made(
        "survey", id=[f"S{k:07d}" for k in range(len(i))], record=w.ids[i], relationship=False,
        customer=w.customer[i], person=w.requester[i], team=w.team[i], service=w.service[i],
        sent_at=sent, sent_by="automatic",
        answered_at=np.where(answered, sent + 6 * HOUR, np.datetime64("NaT")),
        csat=np.where(answered, score, np.nan),
        lost_minutes=np.where(answered, np.round(w.rng.gamma(1.4, 40.0, len(i))), np.nan),
        comment=only(~quiet, said), language="en",
    )  # fmt: skip


def complaint_table(w: Work) -> pa.Table:
    """Every complaint with its steps; a few never closed with the customer."""
    i = np.flatnonzero((w.kind == "complaint") & w.done)
    steps = ("received", "owned", "answered", "cause_found", "closed_with_customer")
    out: list[dict[str, Any]] = []
    for k, step in enumerate(steps):
        told = i if k < 4 else i[::2]
        out += [{"record": w.ids[j], "step": step, "at": w.opened[j] + k * 6 * HOUR} for j in told]
    columns = {c: [row[c] for row in out] for c in ("record", "step")}
    return made("complaint_step", at=np.array([row["at"] for row in out], dtype="datetime64[us]"),
                **columns)  # fmt: skip
