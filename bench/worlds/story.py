"""What is written down about the work: events and messages, in agreement with the records."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import MINUTE, Array, minutes
from bench.worlds.org import LEVEL, LINE2, UPDATE
from bench.worlds.words import ANSWERS, CHASERS, DONE, FIRST, QUESTIONS, REPLIES, texts
from bench.worlds.work import Work, after, clocked
from bench.worlds.world import World


def events(world: World, w: Work) -> None:
    """The steps of each record, each written down within seconds or a few minutes."""
    ever = np.ones(w.n, dtype=bool)
    away, pauses, back = ~w.front, ~np.isnat(w.paused), ~np.isnat(w.reopened)
    other = np.array([LINE2[s] for s in w.service], dtype=object)
    other = np.where(other == w.team, "Platform", other)
    third = w.assigned + (w.solved - w.assigned) / 3
    half = w.assigned + (w.solved - w.assigned) / 2
    sorted_out = w.opened + (w.assigned - w.opened) / 4
    robot = w.channel == "monitoring"
    opener = np.where(robot, "robot-monitor", w.requester)
    confirmed = world.clock.between(w.resolved, w.closed) < 2999
    closer = np.where(confirmed, w.requester, "robot-close")
    put(world, w, ever, "opened", w.opened, w.desk, opener)
    put(world, w, ever, "classified", sorted_out, w.desk, w.first, field="category", new=w.category)
    taken = sorted_out + (w.assigned - sorted_out) / 3
    put(world, w, ever, "assigned", taken, w.desk, w.first, field="team", new=w.desk)
    put(
        world,
        w,
        away,
        "escalated",
        w.assigned,
        w.team,
        w.first,
        field="team",
        old=w.desk,
        new=w.team,
    )
    deep = away & np.isin(w.team, ["Platform", "Security"]) & (world.rng.random(w.n) < 0.15)
    line2 = np.array([LINE2[s] for s in w.service], dtype=object)
    between = taken + (w.assigned - taken) / 2
    put(world, w, deep, "escalated", between, line2, w.first, field="team", old=w.desk, new=line2)
    put(world, w, ever, "started", w.assigned + MINUTE, w.team, w.person)
    put(
        world, w, w.bounced, "assigned", third, other, w.person, field="team", old=w.team, new=other
    )
    put(
        world,
        w,
        w.bounced,
        "assigned",
        half,
        w.team,
        persons_of(world, other),
        field="team",
        old=other,
        new=w.team,
    )
    put(world, w, pauses, "paused", w.paused, w.team, w.person, waiting_for="customer")
    put(world, w, pauses, "resumed", w.resumed, w.team, w.requester)
    put(world, w, ever, "resolved", w.solved, w.team, w.person)
    put(world, w, back, "reopened", w.reopened, w.team, w.requester)
    put(world, w, back, "resolved", w.resolved, w.team, w.person)
    put(world, w, ever, "closed", w.closed, w.team, closer)
    bent(world, w)


def put(
    world: World,
    w: Work,
    mask: Array,
    activity: str,
    at: Array,
    team: Array,
    actor: Array,
    **more: object,
) -> None:
    """One kind of step on some records, where it lies before the end of the evidence."""
    i = np.flatnonzero(mask & (at < world.as_of))
    lag = minutes(np.where(world.rng.random(len(i)) < 0.97, 0.05, world.rng.uniform(1, 40, len(i))))
    held = team[i]
    robots = np.char.startswith(actor[i].astype(str), "robot")
    columns = {k: v[i] if isinstance(v, np.ndarray) else v for k, v in more.items()}
    recorded = np.minimum(at[i] + lag, world.as_of - MINUTE)
    world.append(
        "event",
        seq=np.zeros(len(i)),
        entity="record",
        entity_id=w.id[i],
        activity=activity,
        source_activity=activity,
        actor=actor[i],
        actor_kind=np.where(robots, "robot", "person"),
        team=held,
        level=np.array([float(LEVEL[t]) for t in held]),
        via=np.where(robots, "timer", "web"),
        at_occurred=np.minimum(at[i], recorded),
        at_recorded=recorded,
        **columns,
    )


def persons_of(world: World, team: Array) -> Array:
    """Anybody of the team."""
    staff = world.notes["staff"]
    return np.array([world.rng.choice(staff[t]) for t in team], dtype=object)


def bent(world: World, w: Work) -> None:
    """Two in a hundred incidents get another priority because the impact was read anew."""
    hit = w.incident & (world.rng.random(w.n) < 0.02) & (w.priority.clip(2, 4) == w.priority)
    hit &= ~np.isin(w.channel, ["phone", "chat"])
    at = w.opened + (w.assigned - w.opened) * world.rng.uniform(0.6, 0.8, w.n)
    before = w.priority.astype(str).astype(object)
    put(
        world,
        w,
        hit,
        "classified",
        at,
        w.desk,
        w.first,
        field="impact",
        old=np.clip(w.priority - 1, 1, 4).astype(str).astype(object),
        new=before,
    )
    was = np.clip(w.priority - 1, 1, 5).astype(str).astype(object)
    put(
        world,
        w,
        hit,
        "priority_changed",
        at + MINUTE / 60,
        w.desk,
        w.first,
        field="priority",
        old=was,
        new=before,
    )


def stirred(world: World) -> None:
    """Every open record is looked after: a note every few days, on urgent ones every day."""
    record = world.tables["record"]
    rows = np.flatnonzero(world.where("record", state=["open", "waiting"]))
    gap = np.where(record["priority"][rows] <= 2, 20.0, 60.0)
    for k in range(1, 40):
        at = world.as_of - minutes((k - world.rng.random(len(rows))) * gap * 60)
        late = at > record["opened_at"][rows] + np.timedelta64(2, "D")
        i, at = rows[late], at[late]
        team = record["team"][i]
        world.append(
            "event",
            seq=np.zeros(len(i)),
            entity="record",
            entity_id=record["id"][i],
            activity="commented",
            source_activity="commented",
            actor=persons_of(world, team),
            actor_kind="person",
            team=team,
            level=np.array([float(LEVEL[t]) for t in team]),
            via="web",
            at_occurred=at,
            at_recorded=np.minimum(at + MINUTE / 20, world.as_of - MINUTE / 60),
        )


def messages(world: World, w: Work) -> None:
    """First answer, a word in time until it is solved, questions, replies, a few chasers."""
    ever = np.ones(w.n, dtype=bool)
    robot = w.channel == "monitoring"
    say(world, w, w.channel == "mail", w.opened, "in", FIRST)
    say(world, w, ever, w.responded, "out", ANSWERS)
    asked = ~np.isnat(w.paused)
    say(world, w, asked, w.paused - 2 * MINUTE, "out", QUESTIONS)
    say(world, w, asked & ~robot, w.resumed - MINUTE, "in", REPLIES)
    updates(world, w)
    say(world, w, ever, w.solved + MINUTE / 2, "out", DONE)
    say(world, w, ~np.isnat(w.reopened) & ~robot, w.reopened + MINUTE, "in", REPLIES)
    say(world, w, ~np.isnat(w.reopened), w.resolved, "out", DONE)
    long = (world.clock.between(w.opened, w.solved) > 600) & ~robot
    chased = long & (world.rng.random(w.n) < 0.1)
    at = w.responded + (w.solved - w.responded) * world.rng.uniform(0.3, 0.9, w.n)
    say(world, w, chased, world.clock.into_hours(at), "in", CHASERS)
    receipt = ~np.isin(w.channel, ["phone", "chat", "monitoring"])
    say(world, w, receipt, w.opened + MINUTE / 2, "out", ("We have your ticket.",), automatic=True)


def updates(world: World, w: Work) -> None:
    """A message before each promise of an update ends; about one record in twelve is forgotten."""
    rng = world.rng
    always = w.priority == 1
    promise = clocked(w.priority, UPDATE) * 60
    kept = rng.random(w.n) > 0.09
    paused = np.where(np.isnat(w.paused), w.solved, w.paused)
    for start, end in ((w.responded, paused), (w.resumed, w.solved)):
        at = start.copy()
        for _ in range(60):
            at = after(world, at, promise * rng.uniform(0.55, 0.9, w.n), always)
            mask = kept & (at < end - 5 * MINUTE) & (at < world.as_of)
            if not mask.any():
                break
            say(world, w, mask, at, "out", ANSWERS)


def say(
    world: World,
    w: Work,
    mask: Array,
    at: Array,
    direction: str,
    patterns: tuple[str, ...],
    automatic: bool = False,
) -> None:
    """One message on some records, where it lies before the end of the evidence."""
    i = np.flatnonzero(mask & (at < world.as_of) & (at >= w.opened))
    number = int(world.notes.setdefault("messages", 0))
    world.notes["messages"] = number + len(i)
    author = np.where(direction == "in", w.requester[i], None if automatic else w.person[i])
    world.append(
        "message",
        id=[f"M{k:07d}" for k in range(number, number + len(i))],
        record=w.id[i],
        direction=direction,
        public=True,
        author=author,
        at=at[i],
        automatic=automatic,
        language="en",
        text=texts(world.rng, patterns, w.team[i]),
    )
