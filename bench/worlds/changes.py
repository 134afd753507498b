"""Changes with their approvals, windows and outcomes; releases; what follows a failure."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, Array, minutes
from bench.worlds.org import LINE2, SERVICES
from bench.worlds.world import World

FAILS = {"low": 0.018, "medium": 0.045, "high": 0.09}
LEVELS = {"low": "team", "medium": "manager", "high": "board"}
NEIGHBOURS = {
    "S01": ("S03",),
    "S04": ("S03",),
    "S03": ("S01", "S04"),
    "S02": ("S06",),
    "S06": ("S02",),
}
NAT = np.datetime64("NaT", "us")


def build(world: World, n: int = 600) -> None:
    """Everything about changes."""
    draw(world, n)
    apart(world)
    rows(world)
    approvals(world)
    told(world)
    releases(world)
    drifts(world)


def draw(world: World, n: int) -> None:
    """Kinds, risk, service and component, and planned windows in the evening."""
    rng = world.rng
    start = np.datetime64(world.shape.began)
    days = np.arange(start, world.as_of.astype("M8[D]") - 1)
    at = world.clock.index(days.astype("M8[us]"))
    late = (days - days.astype("M8[M]")).astype(int)
    frozen = (days.astype("M8[M]").astype(int) % 12 == 11) & (late > 18)
    days = days[world.clock.open[at] & ~frozen]
    day = np.sort(rng.choice(days, n))
    kind = rng.choice(["standard", "normal", "emergency"], n, p=[0.42, 0.55, 0.03]).astype(object)
    risk = rng.choice(["low", "medium", "high"], n, p=[0.5, 0.38, 0.12]).astype(object)
    risk[kind == "standard"] = "low"
    names = [s[0] for s in SERVICES]
    service = rng.choice(names, n).astype(object)
    item = np.array([rng.choice(world.notes["ci_of"][s]) for s in service], dtype=object)
    begin = world.clock.utc(
        day.astype("M8[us]") + minutes(rng.uniform(9 * 60, 21 * 60, n).round(-1))
    )
    length = np.round(rng.gamma(3, 30, n) + 30, -1)
    world.notes["change"] = {
        "id": np.array([f"CH{i:05d}" for i in range(1, n + 1)], dtype=object),
        "kind": kind,
        "risk": risk,
        "service": service,
        "ci": item,
        "plan": begin,
        "length": length,
        "team": np.array([LINE2[s] for s in service], dtype=object),
    }


def apart(world: World) -> None:
    """The calendar is kept: no two changes of neighbouring components at the same time."""
    c = world.notes["change"]
    order = np.argsort(c["plan"], kind="stable")
    for name in c:
        c[name] = c[name][order]
    busy: dict[str, np.datetime64] = {}
    kept = np.ones(len(order), dtype=bool)
    for i, service in enumerate(c["service"]):
        begin = c["plan"][i] - 2 * HOUR
        near = [service, *NEIGHBOURS.get(service, ())]
        kept[i] = all(busy.get(s, begin) <= begin for s in near)
        if kept[i]:
            busy[service] = c["plan"][i] + minutes(c["length"][i]) + 2 * HOUR
    for name in c:
        c[name] = c[name][kept]


def rows(world: World) -> None:
    """The tables record, change and change_ci."""
    rng, c = world.rng, world.notes["change"]
    n = len(c["id"])
    chance = np.array([FAILS[r] for r in c["risk"]])
    draw_ = rng.random(n)
    failed = draw_ < chance
    outcome = np.where(
        failed,
        np.where(rng.random(n) < 0.5, "failed", "backed_out"),
        np.where(draw_ < chance + 0.05, "successful_with_issues", "successful"),
    ).astype(object)
    span = minutes(c["length"] * rng.uniform(0.45, 0.95, n))
    over = (rng.random(n) < 0.05) & np.isin(c["service"], [s[0] for s in SERVICES if s[2] > 2])
    start = c["plan"] + minutes(rng.uniform(0, 3, n))
    end = np.where(over, c["plan"] + minutes(c["length"] * 1.15 + 12), start + span)
    lead = np.where(c["kind"] == "emergency", rng.uniform(3, 40, n), rng.gamma(4, 60, n) + 60)
    opened = np.maximum(c["plan"] - minutes(lead * 60), np.datetime64(world.shape.began, "us"))
    opened = np.minimum(opened, c["plan"] - 3 * HOUR)
    implementer = np.array([rng.choice(world.notes["staff"][t]) for t in c["team"]], dtype=object)
    asker = np.array([f"lead-{t.lower().replace(' ', '-')}" for t in c["team"]], dtype=object)
    c.update(opened=opened, start=start, end=end, failed=failed, implementer=implementer)
    reviewed = np.where(failed, world.clock.add(end, rng.uniform(600, 4200, n)), NAT)
    late = reviewed >= world.as_of
    reviewed[late] = np.minimum(reviewed[late], world.as_of - HOUR)
    title = [
        f"{k} work on {i} of {s}" for k, i, s in zip(c["kind"], c["ci"], c["service"], strict=True)
    ]
    world.append(
        "record",
        id=c["id"],
        kind="change",
        title=title,
        service=c["service"],
        ci=c["ci"],
        requester=asker,
        team=c["team"],
        assignee=implementer,
        level=2.0,
        channel="portal",
        category="change",
        priority=4.0,
        state="closed",
        source_state="closed",
        major=False,
        opened_at=opened,
        resolved_at=end,
        closed_at=np.minimum(end + 20 * HOUR, world.as_of - HOUR),
        close_code="done",
        reopen_count=0.0,
        reassignment_count=0.0,
    )
    risky = c["risk"] != "low"
    world.append(
        "change",
        record=c["id"],
        type=c["kind"],
        risk_class=c["risk"],
        plan_start=c["plan"],
        plan_end=c["plan"] + minutes(c["length"]),
        start=start,
        end=end,
        outcome=outcome,
        required_approval=np.where(c["kind"] == "standard", None, [LEVELS[r] for r in c["risk"]]),
        predicted_failure=np.round(np.clip(chance * rng.lognormal(0, 0.3, n), 0.004, 0.6), 3),
        predicted_downtime_h=np.round(rng.gamma(1.2, 0.15, n), 2),
        actual_downtime_h=np.where(failed, np.round(rng.gamma(1.5, 0.3, n), 2), 0.0),
        prediction_locked_at=opened + HOUR,
        test_evidence=~risky | (rng.random(n) > 0.02),
        backout_plan=~risky | (rng.random(n) > 0.015),
        reviewed_at=reviewed,
        implementer=implementer,
        reason="maintenance",
    )
    world.append("change_ci", change=c["id"], ci=c["ci"])


def approvals(world: World) -> None:
    """Asked and given at the level required, before the start; one in thirty is refused first."""
    rng, c = world.rng, world.notes["change"]
    needs = np.flatnonzero(c["kind"] != "standard")
    n = len(needs)
    asked = c["opened"][needs] + minutes(rng.uniform(5, 60, n))
    room = c["plan"][needs] - asked
    given = asked + room * rng.uniform(0.1, 0.75, n)
    level = np.array([LEVELS[r] for r in c["risk"][needs]], dtype=object)
    heads = np.array([f"head-{i:02d}" for i in rng.integers(1, 9, n)], dtype=object)
    world.append(
        "approval",
        id=[f"AP{i:05d}" for i in range(n)],
        entity="change",
        entity_id=c["id"][needs],
        step="change board",
        level=level,
        approver=heads,
        decision="approved",
        requested_at=asked,
        at=given,
        recorded_at=given + minutes(rng.uniform(0.1, 2, n)),
    )
    no = np.flatnonzero(rng.random(n) < 0.035)
    world.append(
        "approval",
        id=[f"AR{i:05d}" for i in no],
        entity="change",
        entity_id=c["id"][needs][no],
        step="change board",
        level=level[no],
        approver=heads[no],
        decision="rejected",
        requested_at=asked[no],
        at=asked[no] + room[no] * 0.05,
        recorded_at=asked[no] + room[no] * 0.05 + minutes(1.0),
    )
    c["approved"] = np.full(len(c["id"]), NAT)
    c["approved"][needs] = given
    c["approver"] = np.full(len(c["id"]), None, dtype=object)
    c["approver"][needs] = heads


def told(world: World) -> None:
    """The events of changes."""
    c = world.notes["change"]
    asker = np.array([f"lead-{t.lower().replace(' ', '-')}" for t in c["team"]], dtype=object)
    yes = ~np.isnat(c["approved"])
    every = np.ones(len(yes), dtype=bool)
    note(world, c, every, "opened", c["opened"], asker)
    note(world, c, yes, "approved", c["approved"], c["approver"])
    note(world, c, every, "scheduled", c["plan"] - 2 * HOUR, asker)
    note(world, c, every, "started", c["start"], c["implementer"])
    note(world, c, every, "implemented", c["end"], c["implementer"])
    note(world, c, every, "closed", np.minimum(c["end"] + 20 * HOUR, world.as_of - HOUR), asker)


def note(world: World, c: dict[str, Array], mask: Array, word: str, at: Array, by: Array) -> None:
    """One kind of step of some changes."""
    i = np.flatnonzero(mask)
    world.append(
        "event",
        seq=np.zeros(len(i)),
        entity="record",
        entity_id=c["id"][i],
        activity=word,
        source_activity=word,
        actor=by[i],
        actor_kind="person",
        team=c["team"][i],
        level=2.0,
        via="web",
        at_occurred=at[i],
        at_recorded=at[i] + minutes(0.05),
    )


def releases(world: World) -> None:
    """Every tenth change deploys a release that passed its acceptance."""
    rng, c = world.rng, world.notes["change"]
    some = np.flatnonzero((rng.random(len(c["id"])) < 0.11) & (c["kind"] == "normal"))
    ids = [f"RL{i:04d}" for i in range(1, len(some) + 1)]
    deployed = c["start"][some] + (c["end"][some] - c["start"][some]) / 2
    rolled = np.where(c["failed"][some], c["end"][some], NAT)
    world.append(
        "record",
        id=ids,
        kind="release",
        title=[f"Release {i} of {s}" for i, s in zip(ids, c["service"][some], strict=True)],
        service=c["service"][some],
        ci=c["ci"][some],
        requester=[f"lead-{t.lower().replace(' ', '-')}" for t in c["team"][some]],
        team=c["team"][some],
        assignee=c["implementer"][some],
        level=2.0,
        channel="portal",
        category="release",
        priority=4.0,
        state="closed",
        source_state="closed",
        major=False,
        opened_at=c["opened"][some],
        resolved_at=c["end"][some],
        closed_at=np.minimum(c["end"][some] + 10 * HOUR, world.as_of - HOUR),
        close_code="done",
    )
    world.append(
        "release", record=ids, acceptance="passed", deployed_at=deployed, rolled_back_at=rolled
    )
    world.append("release_change", release=ids, change=c["id"][some])


def drifts(world: World) -> None:
    """Twenty components show a drift, each inside a change on it."""
    c = world.notes["change"]
    recent = np.flatnonzero(c["start"] > world.as_of - 200 * DAY)
    index = world.index("ci")
    for i in world.rng.choice(recent, min(20, len(recent)), replace=False):
        world.col("ci.drift_at")[index[c["ci"][i]]] = (
            c["start"][i] + (c["end"][i] - c["start"][i]) / 2
        )
