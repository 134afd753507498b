"""The work: arrivals, who does it, how long it takes, by the true clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bench.worlds.clock import DAY, MINUTE, Array, minutes
from bench.worlds.org import LEVEL, LINE2, RESOLVE, RESPONSE, SERVICES, TEAMS
from bench.worlds.world import World

INCIDENTS = ("access", "performance", "application error", "data", "hardware", "connection")
REQUESTS = ("account", "software", "device", "rights", "report", "relocation")
FRONT = {
    "access": 0.82,
    "performance": 0.55,
    "application error": 0.5,
    "data": 0.52,
    "hardware": 0.62,
    "connection": 0.6,
}
NAT = np.datetime64("NaT", "us")


@dataclass
class Work:
    """Incidents and requests in the order of opening, one array for each fact."""

    id: Array
    opened: Array
    incident: Array
    service: Array
    customer: Array
    requester: Array
    category: Array
    ci: Array
    priority: Array
    impact: Array
    urgency: Array
    channel: Array
    desk: Array
    front: Array
    team: Array
    person: Array
    first: Array
    responded: Array = field(default_factory=lambda: np.array([]))
    assigned: Array = field(default_factory=lambda: np.array([]))
    paused: Array = field(default_factory=lambda: np.array([]))
    resumed: Array = field(default_factory=lambda: np.array([]))
    solved: Array = field(default_factory=lambda: np.array([]))
    resolved: Array = field(default_factory=lambda: np.array([]))
    reopened: Array = field(default_factory=lambda: np.array([]))
    closed: Array = field(default_factory=lambda: np.array([]))
    bounced: Array = field(default_factory=lambda: np.array([]))

    @property
    def n(self) -> int:
        """How many."""
        return len(self.id)


def arrivals(world: World, n: int) -> Array:
    """Instants by weekday, season and week, over office hours with a few outside."""
    rng, clock, shape = world.rng, world.clock, world.shape
    days = np.arange(np.datetime64(shape.began), world.as_of.astype("M8[D]") + 1)
    at = clock.index(days.astype("M8[us]"))
    year = (days - days[0]).astype(float) / 365.25
    load = np.array([0.04, 1.2, 1.05, 1.0, 1.0, 0.92, 0.05])[(clock.weekday[at] + 1) % 7]
    load = np.where(clock.open[at] | (load < 0.1), load, 0.05)
    load *= 1 + 0.08 * np.cos(2 * np.pi * (year + 0.2)) + 0.02 * year
    week = (days.astype(np.int64) + 3) // 7
    load *= rng.lognormal(0, 0.09, week.max() + 1 - week.min())[week - week.min()]
    month = days.astype("M8[M]").astype(int) % 12
    late = (days - days.astype("M8[M]")).astype(int)
    load *= np.where((month == 11) & (late > 20), 0.75, 1.0)
    day = days[rng.choice(len(days), n, p=load / load.sum())]
    morning = rng.random(n) < 0.55
    minute = np.where(morning, rng.normal(600, 65, n), rng.normal(870, 85, n))
    odd = rng.random(n) < 0.05
    minute = np.where(odd, rng.uniform(0, 1439, n), np.clip(minute, 450, 1130))
    opened = np.sort(clock.utc(day.astype("M8[us]") + minutes(minute)))
    return np.asarray(opened[opened < world.as_of - 5 * MINUTE])


def draw(world: World) -> Work:
    """Everything about incidents and requests that is known when they open."""
    rng = world.rng
    opened = arrivals(world, world.shape.records)
    n = len(opened)
    incident = rng.random(n) < 0.64
    customer = rng.choice(list(world.notes["size"]), n, p=list(world.notes["size"].values()))
    customer = customer.astype(object)
    urgent = rng.random(n)
    priority = np.where(
        urgent < 0.014,
        1,
        np.where(urgent < 0.10, 2, np.where(urgent < 0.72, 3, np.where(urgent < 0.96, 4, 5))),
    )
    priority = np.where(incident, priority, np.where(urgent < 0.6, 3, 4))
    category = np.where(
        incident,
        rng.choice(INCIDENTS, n, p=[0.22, 0.16, 0.2, 0.12, 0.16, 0.14]),
        rng.choice(REQUESTS, n, p=[0.26, 0.2, 0.16, 0.2, 0.1, 0.08]),
    ).astype(object)
    service = service_of(world, customer)
    desk = np.array([world.notes["desk"][c] for c in customer], dtype=object)
    stray = rng.random(n) < 0.12
    desk[stray] = rng.choice([t for t, level in TEAMS if level == 1], int(stray.sum()))
    chance = np.array([FRONT.get(c, 0.7) for c in category]) - 0.25 * (priority == 1)
    front = rng.random(n) < chance
    second = np.array([LINE2[s] for s in service], dtype=object)
    third = np.where(rng.random(n) < 0.5, "Platform", "Security").astype(object)
    team = np.where(front, desk, np.where(rng.random(n) < 0.85, second, third)).astype(object)
    channel = np.where(
        rng.random(n) < 0.42,
        "portal",
        np.where(rng.random(n) < 0.55, "mail", np.where(rng.random(n) < 0.8, "phone", "chat")),
    ).astype(object)
    watched = incident & (rng.random(n) < 0.05)
    channel[watched] = "monitoring"
    return Work(
        np.array([f"R{i:06d}" for i in range(1, n + 1)], dtype=object),
        opened,
        incident,
        service,
        customer,
        requesters(world, customer),
        category,
        items(world, service, incident),
        priority,
        np.clip(priority, 1, 4),
        np.clip(priority - (rng.random(n) < 0.2), 1, 5),
        channel,
        desk,
        front,
        team,
        persons(world, team),
        persons(world, desk),
    )


def service_of(world: World, customer: Array) -> Array:
    """A service that the customer uses, the large ones more often."""
    weight = {
        s[0]: w for s, w in zip(SERVICES, (9, 5, 6, 12, 6, 7, 14, 6, 5, 5, 5, 2), strict=True)
    }
    out = np.empty(len(customer), dtype=object)
    for name, used in world.notes["used"].items():
        mask = customer == name
        p = np.array([weight[s] for s in used], dtype=float)
        out[mask] = world.rng.choice(used, int(mask.sum()), p=p / p.sum())
    return out


def requesters(world: World, customer: Array) -> Array:
    """Somebody of the customer; some ask far more often than others."""
    out = np.empty(len(customer), dtype=object)
    for name, people in world.notes["users"].items():
        mask = customer == name
        p = world.rng.gamma(1.6, 1.0, len(people)) + 0.15
        out[mask] = world.rng.choice(people, int(mask.sum()), p=p / p.sum())
    return out


def items(world: World, service: Array, incident: Array) -> Array:
    """A component of the service; every ninth incident and most requests name none."""
    out = np.empty(len(service), dtype=object)
    for name, own in world.notes["ci_of"].items():
        mask = service == name
        p = 1 / np.arange(1, len(own) + 1) ** 0.45
        out[mask] = world.rng.choice(own, int(mask.sum()), p=p / p.sum())
    lack = world.rng.random(len(service)) < np.where(incident, 0.11, 0.6)
    out[lack] = None
    return out


def persons(world: World, team: Array) -> Array:
    """Somebody of the team."""
    out = np.empty(len(team), dtype=object)
    for name, people in world.notes["staff"].items():
        mask = team == name
        out[mask] = world.rng.choice(people, int(mask.sum()))
    return out


def clocked(priority: Array, hours: dict[int, float]) -> Array:
    """The promise of each priority in hours."""
    return np.array([0.0, *(hours[p] for p in range(1, 6))])[priority]


def after(world: World, at: Array, working: Array, round_clock: Array) -> Array:
    """Some minutes later: working ones, or any where the clock never stops."""
    return np.asarray(np.where(round_clock, at + minutes(working), world.clock.add(at, working)))


def lasted(world: World, w: Work) -> Array:
    """Minutes of work and queue until solved: heavy tail, about one in fifteen late."""
    rng = world.rng
    sigma = np.where(w.priority <= 2, 0.85, 1.05)
    typical = clocked(w.priority, RESOLVE) * 60 * np.exp(-1.56 * sigma)
    teams = {t: rng.normal(0, 0.06) for t in LEVEL}
    homes = {c: rng.normal(0, 0.06) for c in world.notes["size"]}
    week = (w.opened.astype("M8[D]").astype(np.int64) + 3) // 7
    weeks = rng.normal(0, 0.08, week.max() - week.min() + 1)[week - week.min()]
    move = np.array([teams[t] for t in w.team]) + np.array([homes[c] for c in w.customer]) + weeks
    took = typical * np.exp(move + rng.normal(0, 1, w.n) * sigma)
    quick = w.front & np.isin(w.channel, ["phone", "chat"]) & (rng.random(w.n) < 0.6)
    return np.where(quick, rng.uniform(6, 25, w.n), np.maximum(took, 8))


def run(world: World, w: Work) -> None:
    """Response, hand-over, pauses, solution, closing: consistent instants for each record."""
    rng, clock = world.rng, world.clock
    always = w.priority == 1
    took = lasted(world, w)
    answer = clocked(w.priority, RESPONSE) * 60 * rng.lognormal(-0.72, 0.8, w.n)
    spoken = np.isin(w.channel, ["phone", "chat"])
    answer = np.where(spoken, rng.uniform(1, 3, w.n), np.minimum(np.maximum(answer, 2), took * 0.9))
    w.responded = after(world, w.opened, answer, always)
    pauses = (~spoken) & (took > 90) & (rng.random(w.n) < 0.24) & ~always
    before = answer + (took - answer) * rng.uniform(0.1, 0.8, w.n)
    w.paused = np.where(pauses, clock.add(w.opened, before), NAT)
    w.resumed = np.where(pauses, clock.add(w.opened, before + rng.gamma(1.5, 240, w.n)), NAT)
    waited = np.where(pauses, clock.between(w.paused, w.resumed), 0.0)
    w.assigned = after(world, w.opened, answer * rng.uniform(0.5, 0.95, w.n), always)
    w.solved = after(world, w.opened, took + waited, always)
    w.reopened = np.where(
        rng.random(w.n) < 0.024, w.solved + minutes(rng.uniform(60, 4000, w.n)), NAT
    )
    w.reopened = np.where(np.isnat(w.reopened), NAT, clock.into_hours(w.reopened))
    again = after(world, w.reopened, rng.uniform(30, 300, w.n), always)
    w.resolved = np.where(np.isnat(w.reopened), w.solved, again)
    said = rng.random(w.n) < 0.55
    quickly = clock.add(w.resolved, rng.gamma(1.3, 500, w.n) + 5)
    w.closed = np.where(said, quickly, clock.add(w.resolved, 3000.0))
    bounce = rng.random(w.n) < np.where(w.front, 0.012, 0.05)
    w.bounced = bounce & (took > 60)


def known(world: World, at: Array) -> Array:
    """The instants that lie before the end of the evidence; the others are not known yet."""
    return np.where(at < world.as_of, at, NAT)


def record_rows(world: World, w: Work, title: Array) -> None:
    """The table record for incidents and requests."""
    resolved, closed = known(world, w.resolved), known(world, w.closed)
    open_ = np.isnat(resolved)
    waiting = open_ & (w.paused < world.as_of) & ~(w.resumed < world.as_of)
    state = np.where(
        ~np.isnat(closed),
        "closed",
        np.where(~open_, "resolved", np.where(waiting, "waiting", "open")),
    )
    away = open_ & ~(w.assigned < world.as_of)
    team = np.where(away, w.desk, w.team)
    level = np.array([LEVEL[t] for t in team])
    world.append(
        "record",
        id=w.id,
        kind=np.where(w.incident, "incident", "request"),
        title=title,
        service=w.service,
        ci=w.ci,
        customer=w.customer,
        requester=np.where(w.channel == "monitoring", None, w.requester),
        team=team,
        assignee=np.where(away, w.first, w.person),
        level=level,
        channel=w.channel,
        category=w.category,
        priority=w.priority,
        impact=w.impact,
        urgency=w.urgency,
        state=state,
        source_state=state,
        major=False,
        opened_at=w.opened,
        first_response_at=known(world, w.responded),
        resolved_at=resolved,
        closed_at=closed,
        reopen_count=(w.reopened < world.as_of).astype(float),
        reassignment_count=2.0 * (w.bounced & ~open_) + (~w.front & ~away),
        close_code=np.where(
            open_,
            None,
            world.rng.choice(["solved", "workaround", "no fault found"], w.n, p=[0.82, 0.12, 0.06]),
        ),
    )


def results(world: World, w: Work) -> None:
    """Promise and truth by the agreement's clock: solution (or fulfilment) and first answer."""
    done = np.flatnonzero(w.resolved < world.as_of)
    soon = w.opened[done]
    always = w.priority[done] == 1
    promise = clocked(w.priority[done], RESOLVE) * 60
    pause = np.where(
        np.isnat(w.paused[done]), 0.0, world.clock.between(w.paused[done], w.resumed[done])
    )
    ran = (
        np.where(
            always, (w.resolved[done] - soon) / MINUTE, world.clock.between(soon, w.resolved[done])
        )
        - pause
    )
    still = idle(world, w, done)
    ran = ran - still
    metric = np.where(w.incident[done], "resolve", "fulfil").astype(object)
    due = after(world, soon, promise + pause + still, always)
    late = ran > promise
    told = np.where(late, due + minutes(world.rng.uniform(10, 900, len(done))), NAT)
    target = [
        f"T-{s}-{m}-{p}" for s, m, p in zip(w.service[done], metric, w.priority[done], strict=True)
    ]
    world.append(
        "target_result",
        record=w.id[done],
        target=target,
        metric=metric,
        due_at=due,
        met=~late,
        elapsed_min=np.round(ran, 1),
        paused_min=np.round(pause, 1),
        computed_at=w.resolved[done],
        rule_version="1",
        notified_at=known(world, told),
    )
    credits(world, late, always, due)
    reported = np.full(w.n, None, dtype=object)
    reported[done] = ~late
    world.set("record", np.arange(w.n), "reported_sla_met", reported)
    answers(world, w)


def idle(world: World, w: Work, done: Array) -> Array:
    """Minutes between the first solution and a reopening: the clock stands still."""
    back = ~np.isnat(w.reopened[done])
    gap = np.where(
        w.priority[done] == 1,
        (w.reopened[done] - w.solved[done]) / MINUTE,
        world.clock.between(w.solved[done], w.reopened[done]),
    )
    return np.where(back, gap, 0.0)


def credits(world: World, late: Array, always: Array, due: Array) -> None:
    """A missed first priority is credited within six weeks."""
    n = len(late)
    owed = late & always & (due < world.as_of - 45 * DAY)
    rows = np.zeros(world.n("target_result"), dtype=bool)
    rows[-n:] = owed
    world.set("target_result", rows, "credit_due", 400.0)
    world.set("target_result", rows, "credit_given", 400.0)


def answers(world: World, w: Work) -> None:
    """The promise of a first answer."""
    done = np.flatnonzero(w.responded < world.as_of)
    always = w.priority[done] == 1
    promise = clocked(w.priority[done], RESPONSE) * 60
    ran = np.where(
        always,
        (w.responded[done] - w.opened[done]) / MINUTE,
        world.clock.between(w.opened[done], w.responded[done]),
    )
    due = after(world, w.opened[done], promise, always)
    late = ran > promise
    target = [f"T-{s}-response-{p}" for s, p in zip(w.service[done], w.priority[done], strict=True)]
    told = np.where(late, due + minutes(world.rng.uniform(10, 900, len(done))), NAT)
    world.append(
        "target_result",
        record=w.id[done],
        target=target,
        metric="response",
        due_at=due,
        met=~late,
        elapsed_min=np.round(ran, 1),
        paused_min=0.0,
        computed_at=w.responded[done],
        rule_version="1",
        notified_at=known(world, told),
    )


def logged(world: World, w: Work) -> None:
    """Hours booked on nine records of ten, on one or two days, by the team that solved."""
    rng = world.rng
    done = np.flatnonzero((w.resolved < world.as_of) & (rng.random(w.n) < 0.92))
    deep = np.array([{1: 1.0, 2: 1.3, 3: 1.8}[LEVEL[t]] for t in w.team[done]])
    effort = np.round((rng.gamma(1.6, 30.0, len(done)) + 4) * deep, 1)
    ready = world.clock.between(w.assigned[done], w.solved[done])
    begin = world.clock.add(
        w.assigned[done], np.maximum(ready - effort, 1) * rng.uniform(0, 1, len(done))
    )
    begin = np.minimum(begin, w.solved[done] - MINUTE)
    extra = rng.random(len(done)) < 0.045
    effort = np.where(extra, np.round(effort * 0.45, 1), effort)
    world.append(
        "worklog",
        record=w.id[done],
        person=w.person[done],
        team=w.team[done],
        minutes=effort,
        started_at=begin,
        overtime=extra,
        rate=rate(w.team[done]),
    )
    back = np.flatnonzero((w.resolved < world.as_of) & ~np.isnat(w.reopened))
    world.append(
        "worklog",
        record=w.id[back],
        person=w.person[back],
        team=w.team[back],
        minutes=np.round(rng.gamma(1.5, 20.0, len(back)) + 3, 1),
        started_at=w.reopened[back] + 10 * MINUTE,
        overtime=False,
        rate=rate(w.team[back]),
    )


def rate(team: Array) -> Array:
    """The price of an hour: higher lines cost more."""
    return np.array([{1: 48.0, 2: 62.0, 3: 74.0}[LEVEL[t]] for t in team])
