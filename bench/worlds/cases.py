"""The rarer records: outages with their major incidents, problems, security, complaints, tasks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from bench.worlds.clock import DAY, HOUR, MINUTE, Array, minutes
from bench.worlds.org import LEVEL, LINE2, SERVICES
from bench.worlds.words import ANSWERS, texts, titles
from bench.worlds.world import World, unknown

NAT = np.datetime64("NaT", "us")
STEPS = ("received", "owned", "answered", "cause_found", "closed_with_customer")


def add(world: World, kind: str, letter: str, opened: Array, took: Array, **more: Any) -> Array:
    """Records of a rarer kind with the events opened, started, resolved and closed; their ids."""
    n = len(opened)
    number = world.notes.setdefault(letter, 0)
    world.notes[letter] = number + n
    ids = np.array([f"{letter}{i:05d}" for i in range(number + 1, number + n + 1)], dtype=object)
    resolved = opened + minutes(took)
    done = resolved < world.as_of
    closed = world.clock.add(resolved, 400.0 + 300 * world.rng.random(n))
    shut = done & (closed < world.as_of)
    team = np.asarray(more.pop("team"), dtype=object)
    person = np.array([world.rng.choice(world.notes["staff"][t]) for t in team], dtype=object)
    state = np.where(shut, "closed", np.where(done, "resolved", "open"))
    told = {
        "priority": 3.0,
        "channel": "portal",
        "major": False,
        "reopen_count": 0.0,
        "reassignment_count": 0.0,
        **more,
    }
    told.setdefault("title", titles(world.rng, np.zeros(n, dtype=bool)))
    world.append(
        "record",
        id=ids,
        kind=kind,
        team=team,
        assignee=person,
        state=state,
        source_state=state,
        level=np.array([float(LEVEL[t]) for t in team]),
        opened_at=opened,
        first_response_at=np.minimum(opened + 20 * MINUTE, world.as_of),
        resolved_at=np.where(done, resolved, NAT),
        closed_at=np.where(shut, closed, NAT),
        close_code=np.where(done, "solved", None),
        **told,
    )
    asker = told.get("requester", person)
    for word, at, by in (
        ("opened", opened, asker),
        ("started", opened + 8 * MINUTE, person),
        ("resolved", resolved, person),
        ("closed", closed, person),
    ):
        step(world, ids, at, word, team, np.where(unknown(by), "robot-monitor", by))
    if kind in ("incident", "complaint", "security_incident"):
        kept_informed(world, ids, opened, resolved, told["priority"])
    return ids


def step(world: World, ids: Array, at: Array, word: str, team: Array, by: Array) -> None:
    """One step of some records, where it lies before the end of the evidence."""
    i = np.flatnonzero(at < world.as_of - MINUTE)
    robots = np.char.startswith(by[i].astype(str), "robot")
    world.append(
        "event",
        seq=np.zeros(len(i)),
        entity="record",
        entity_id=ids[i],
        activity=word,
        source_activity=word,
        actor=by[i],
        actor_kind=np.where(robots, "robot", "person"),
        team=team[i],
        level=np.array([float(LEVEL[t]) for t in team[i]]),
        via="web",
        at_occurred=at[i],
        at_recorded=at[i] + minutes(0.05),
    )


def outages(world: World) -> None:
    """Unplanned outages by criticality, each with its major incident, review and actions."""
    rng = world.rng
    n = 22
    start = np.datetime64(world.shape.began, "us") + minutes(rng.uniform(20, 718, n) * 1440)
    start = np.sort(world.clock.into_hours(start))
    service = rng.choice([s[0] for s in SERVICES[:10]], n).astype(object)
    took = np.clip(rng.lognormal(4.2, 0.6, n), 20, 300)
    team = np.array([LINE2[s] for s in service], dtype=object)
    users = np.round(rng.lognormal(3.6, 0.6, n))
    ids = add(
        world,
        "incident",
        "MI",
        start,
        took,
        team=team,
        service=service,
        priority=1.0,
        impact=1.0,
        urgency=1.0,
        major=True,
        channel="monitoring",
        category="connection",
        ci=np.array([world.notes["ci_of"][s][0] for s in service], dtype=object),
        title=[f"Outage of {s} seen by monitoring, case {i}" for i, s in enumerate(service)],
    )
    end = start + minutes(took)
    reviewed = world.clock.add(end, 1200 + 2400 * rng.random(n))
    rows = world.where("record", id=ids)
    world.set("record", rows, "reviewed_at", np.where(reviewed < world.as_of, reviewed, NAT))
    world.append(
        "outage",
        id=[f"O{i:03d}" for i in range(1, n + 1)],
        service=service,
        start=start,
        end=end,
        users_affected=users,
        planned=False,
        record=ids,
        reported=True,
    )
    world.notes["majors"] = list(zip(ids, end, team, strict=True))
    planned = np.datetime64(world.shape.began, "us") + np.arange(1, 24) * 30 * DAY + 20 * HOUR
    world.append(
        "outage",
        id=[f"OP{i:03d}" for i in range(1, 24)],
        service="S06",
        start=planned,
        end=planned + HOUR,
        users_affected=10.0,
        planned=True,
        reported=True,
    )


def kept_informed(world: World, ids: Array, start: Array, end: Array, priority: float) -> None:
    """A first word within minutes, then one in time again and again, and one at the end."""
    every = {1.0: 42.0, 2.0: 170.0}.get(priority, 330.0)
    at = start + minutes(world.rng.uniform(4, 15, len(ids)))
    stop = np.minimum(end, world.as_of - MINUTE)
    rows = world.index("record")
    person = world.col("record.assignee")[[rows[i] for i in ids]]
    team = world.col("record.team")[[rows[i] for i in ids]]
    going = at < world.as_of - MINUTE
    while going.any():
        i = np.flatnonzero(going)
        number = int(world.notes.setdefault("messages", 0))
        world.notes["messages"] = number + len(i)
        world.append(
            "message",
            id=[f"M{j:07d}" for j in range(number, number + len(i))],
            record=ids[i],
            direction="out",
            public=True,
            author=person[i],
            at=np.minimum(at, stop)[i],
            automatic=False,
            language="en",
            text=texts(world.rng, ANSWERS, team[i]),
        )
        going &= at < stop
        at = at + minutes(world.rng.uniform(0.6, 1.0, len(ids)) * every)


def felt(world: World) -> None:
    """Where three users with urgent incidents waited at once, the provider recorded an outage."""
    record = world.tables["record"]
    urgent = world.where("record", kind="incident") & (record["priority"] <= 2)
    till = np.where(np.isnat(record["resolved_at"]), world.as_of, record["resolved_at"])
    number = 0
    for name, *_ in SERVICES:
        rows = np.flatnonzero(urgent & (record["service"] == name))
        for start, end in crowded(record["opened_at"][rows], till[rows], record["requester"][rows]):
            number += 1
            first = rows[np.argmin(np.abs(record["opened_at"][rows] - start))]
            world.append(
                "outage",
                id=[f"OF{number:03d}"],
                service=name,
                start=start,
                end=end,
                users_affected=8.0,
                planned=False,
                record=record["id"][first],
                reported=True,
            )


def crowded(start: Array, end: Array, who: Array) -> list[tuple[Any, Any]]:
    """Spans in which at least three different people are waiting."""
    moments = sorted({*start, *end})
    spans: list[tuple[Any, Any]] = []
    for low, high in pairwise(moments):
        here = (start <= low) & (end >= high)
        if len({p for p in who[here] if p is not None}) < 3:
            continue
        if spans and spans[-1][1] == low:
            spans[-1] = (spans[-1][0], high)
        else:
            spans.append((low, high))
    return spans


def problems(world: World) -> None:
    """Causes behind repeats: incidents are linked, and stop after the fix."""
    rng = world.rng
    n = 64
    opened = np.datetime64(world.shape.began, "us") + minutes(
        np.sort(rng.uniform(5, 722, n)) * 1440
    )
    opened = world.clock.into_hours(opened)
    service = rng.choice([s[0] for s in SERVICES], n).astype(object)
    item = np.array([rng.choice(world.notes["ci_of"][s]) for s in service], dtype=object)
    took = rng.lognormal(np.log(45), 0.55, n) * 1440
    category = rng.choice(["application error", "performance", "data", "connection"], n).astype(
        object
    )
    team = np.array([LINE2[s] for s in service], dtype=object)
    ids = add(
        world,
        "problem",
        "PB",
        opened,
        took,
        team=team,
        service=service,
        ci=item,
        category=category,
        requester=[f"lead-{t.lower().replace(' ', '-')}" for t in team],
    )
    known = rng.random(n) < 0.45
    done = opened + minutes(took) < world.as_of
    world.append(
        "problem",
        record=ids,
        root_cause=np.where(done, "a fault in the configuration", None),
        workaround=known | (rng.random(n) < 0.2),
        known_error=known,
        known_error_at=np.where(known, opened + 3 * DAY, NAT),
    )
    touched(world, ids, opened, took, team)
    linked(world, ids, opened, opened + minutes(took), service, category)
    unlinked(world)


def touched(world: World, ids: Array, opened: Array, took: Array, team: Array) -> None:
    """Somebody works on every open problem every few weeks."""
    for k in range(1, 30):
        at = world.clock.into_hours(
            opened + minutes((k * 21 + world.rng.uniform(0, 6, len(ids))) * 1440)
        )
        keep = at < opened + minutes(took)
        by = np.array([world.rng.choice(world.notes["staff"][t]) for t in team], dtype=object)
        step(world, ids[keep], at[keep], "commented", team[keep], by[keep])


def linked(
    world: World, ids: Array, opened: Array, end: Array, service: Array, category: Array
) -> None:
    """Incidents of the same service and category from six weeks before until the fix."""
    record = world.tables["record"]
    free = world.where("record", kind="incident", major=False)
    for name, start, stop, where, what in zip(ids, opened, end, service, category, strict=True):
        same = free & (record["service"] == where) & (record["category"] == what)
        same &= (record["opened_at"] > start - 42 * DAY) & (record["opened_at"] < stop)
        rows = np.flatnonzero(same)[: int(world.rng.integers(3, 12))]
        record["problem"][rows] = name
        free[rows] = False


def unlinked(world: World) -> None:
    """Where the same component and category came five times in 30 days, a problem was opened."""
    record = world.tables["record"]
    rows = np.flatnonzero(
        world.where("record", kind="incident") & np.array([c is not None for c in record["ci"]])
    )
    cells: dict[tuple[str, str], list[int]] = {}
    for i in rows[np.argsort(record["opened_at"][rows])]:
        cells.setdefault((record["ci"][i], record["category"][i]), []).append(i)
    for (item, category), found in cells.items():
        for members in repeats(record, found):
            if any(record["problem"][i] for i in members):
                continue
            name = opened_for(world, item, category, members)
            record = world.tables["record"]
            record["problem"][members] = name


def repeats(record: dict[str, Array], found: list[int]) -> list[list[int]]:
    """Runs of five within 30 days, or of three urgent ones within 90."""
    urgent = [i for i in found if record["priority"][i] <= 2]
    out = []
    for rows, size, days in ((found, 5, 30), (urgent, 3, 90)):
        at = record["opened_at"][rows]
        for k in range(len(rows) - size + 1):
            if at[k + size - 1] - at[k] <= days * DAY:
                out.append(rows[k : k + size])
    return out


def opened_for(world: World, item: str, category: str, members: list[int]) -> str:
    """A problem opened when the repeat was noticed, fixed within weeks; its id."""
    opened = world.col("record.opened_at")[members].max() + HOUR
    service = item[3:6] if item[3] == "S" and item[4] != "H" else None
    team = LINE2.get(service or "", "Operations")
    lead = np.array([f"lead-{team.lower().replace(' ', '-')}"], dtype=object)
    ids = add(
        world,
        "problem",
        "PB",
        np.array([np.minimum(opened, world.as_of - 2 * HOUR)]),
        world.rng.uniform(20, 60, 1) * 1440,
        team=[team],
        service=service,
        ci=item,
        category=category,
        requester=lead,
    )
    world.append("problem", record=ids, workaround=True, known_error=False)
    return str(ids[0])


def security(world: World) -> None:
    """Seventy security incidents, contained within a day, all with a category."""
    rng = world.rng
    opened = np.datetime64(world.shape.began, "us") + minutes(
        np.sort(rng.uniform(1, 728, 70)) * 1440
    )
    opened = world.clock.into_hours(opened)
    category = rng.choice(["phishing", "malware", "lost device", "wrong rights"], 70).astype(object)
    service = rng.choice(["S03", "S04", "S07"], 70).astype(object)
    add(
        world,
        "security_incident",
        "SI",
        opened,
        rng.lognormal(5.2, 0.75, 70),
        team=["Security"] * 70,
        service=service,
        category=category,
        priority=2.0,
        channel="portal",
        requester=rng.choice(world.notes["users"]["C01"], 70),
    )


def complaints(world: World) -> None:
    """Fifty complaints, each taken through all its steps within four working days."""
    rng = world.rng
    n = 50
    opened = np.datetime64(world.shape.began, "us") + minutes(
        np.sort(rng.uniform(1, 720, n)) * 1440
    )
    opened = world.clock.into_hours(opened)
    customer = rng.choice(list(world.notes["size"]), n).astype(object)
    who = np.array([rng.choice(world.notes["users"][c]) for c in customer], dtype=object)
    ids = add(
        world,
        "complaint",
        "CP",
        opened,
        world.rng.uniform(1500, 7000, n),
        team=[world.notes["desk"][c] for c in customer],
        service="S07",
        customer=customer,
        requester=who,
        category="complaint",
        channel="mail",
    )
    at = opened
    for word in STEPS:
        world.append("complaint_step", record=ids, step=word, at=at)
        at = world.clock.add(at, rng.uniform(60, 420, n))
    late = world.col("complaint_step.at") >= world.as_of
    world.drop("complaint_step", late)


def tasks(world: World) -> None:
    """A hundred tasks of the teams."""
    rng = world.rng
    opened = np.datetime64(world.shape.began, "us") + minutes(
        np.sort(rng.uniform(1, 715, 100)) * 1440
    )
    team = rng.choice(["Operations", "Platform", "Network"], 100).astype(object)
    add(
        world,
        "task",
        "TK",
        world.clock.into_hours(opened),
        rng.lognormal(7, 0.8, 100),
        team=team,
        service=rng.choice([s[0] for s in SERVICES], 100),
        category="maintenance",
        priority=4.0,
        requester=[f"lead-{t.lower()}" for t in team],
    )


def blamed(world: World) -> None:
    """Most failed changes are followed by an incident that names it, soon noticed."""
    rng, c = world.rng, world.notes["change"]
    for i in np.flatnonzero(c["failed"]):
        n = int(rng.random() < 0.7)
        at = c["end"][i] + minutes(rng.uniform(20, 1200, n))
        at = at[at < world.as_of - 2 * DAY]
        if not len(at):
            continue
        home = rng.choice(list(world.notes["size"]), len(at)).astype(object)
        who = np.array([rng.choice(world.notes["users"][h]) for h in home], dtype=object)
        add(
            world,
            "incident",
            "IC",
            at,
            rng.uniform(60, 900, len(at)),
            team=[c["team"][i]] * len(at),
            service=c["service"][i],
            ci=c["ci"][i],
            customer=home,
            requester=who,
            priority=3.0,
            impact=3.0,
            urgency=3.0,
            category="application error",
            caused_by_change=c["id"][i],
            channel="portal",
        )
