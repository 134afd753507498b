"""Defects of the talk with customers: who is asked, who waits, who complains, who goes quiet."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bench.worlds.clock import DAY, HOUR, MINUTE, Array
from bench.worlds.org import TEAMS, UPDATE
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import NAT, delayed, of, solved
from bench.worlds.words import CHASERS, REPLIES
from bench.worlds.world import World

NAN = float("nan")


def told(world: World) -> Array:
    """Answered invitations of the period about a record."""
    csat = world.where("survey", relationship=False) & np.isfinite(world.col("survey.csat"))
    return np.asarray(csat & world.inside("survey.sent_at"))


def kept(world: World) -> Array:
    """The same where the promise on solving was kept."""
    final = world.where("target_result", metric=["resolve", "fulfil"], met=True)
    return told(world) & np.isin(
        world.col("survey.record").astype(str), world.col("target_result.record")[final].astype(str)
    )


def soured(world: World, mask: Array, share: float) -> None:
    """A part of some answers becomes unhappy."""
    glad = mask & (world.col("survey.csat") >= 4)
    more = max(0.0, share * mask.sum() - (mask & ~glad).sum())
    world.set("survey", world.pick(glad, more / glad.sum()), "csat", 2.0)


@plant("C01")
def watermelon(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One customer's promises are kept, and many of its people are unhappy."""
    mine = kept(world) & world.where("survey", customer="C01")
    soured(world, mine, {"medium": 0.33, "large": 0.6}[size])
    value = float((world.col("survey.csat")[mine] <= 3).mean())
    return Truth("C01", ("customer", "C01"), value=value)


@plant("C01", variant="service")
def sour_service(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same at one service."""
    mine = kept(world) & world.where("survey", service="S07")
    soured(world, mine, {"medium": 0.3, "large": 0.55}[size])
    value = float((world.col("survey.csat")[mine] <= 3).mean())
    return Truth("C01", ("service", "S07"), value=value)


@plant("C01", variant="green")
def green_and_unhappy(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A customer whose promises are nearly always kept is satisfied in two answers of three."""
    result = world.tables["target_result"]
    mine = of(
        world, "target_result", "record", world.col("record.id")[world.where("record",
        customer="C02")]
    )  # fmt: skip
    late = mine & world.where("target_result", metric=["resolve", "fulfil"], met=False)
    rows = np.flatnonzero(late)[: int(late.sum() * 0.75)]
    result["met"][rows], result["notified_at"][rows] = True, NAT
    result["elapsed_min"][rows] = 30.0
    soured(world, told(world) & world.where("survey", customer="C02"), 0.34)
    return Truth("C01", ("customer", "C02"))


def uninvited(world: World, mask: Array, share: float) -> None:
    """A part of some records was never asked about."""
    gone = world.col("record.id")[world.pick(mask, share)]
    world.drop("survey", of(world, "survey", "record", gone))


def asked(world: World, mask: Array) -> float:
    """The share of some records that were asked about."""
    ids = world.col("record.id")[mask].astype(str)
    return float(np.isin(ids, world.col("survey.record").astype(str)).mean())


def closed(world: World, **equals: object) -> Array:
    """Incidents and requests closed in the period."""
    done = world.where("record", kind=["incident", "request"], state="closed", **equals)
    return np.asarray(done & world.inside("record.closed_at"))


@plant("C02")
def team_asks_seldom(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team sends few of its invitations."""
    mine = closed(world, team="Applications")
    uninvited(world, mine, {"medium": 0.3, "large": 0.8}[size])
    return Truth("C02", ("team", "Applications"), value=1 - asked(world, mine))


@plant("C02", variant="outcome")
def only_the_good(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Where it came back or was late, nobody is asked."""
    final = world.where("target_result", metric=["resolve", "fulfil"], met=False)
    late = of(world, "record", "id", world.col("target_result.record")[final])
    bad = late | (world.col("record.reopen_count") > 0)
    uninvited(world, bad, {"medium": 0.35, "large": 0.9}[size])
    return Truth("C02", ("organisation", "*"))


@plant("C02", variant="silence")
def few_answer(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Hardly anybody answers."""
    mine = told(world)
    unanswered(world, world.pick(mine, {"medium": 0.78, "large": 0.92}[size]))
    sent = world.where("survey", relationship=False) & world.inside("survey.sent_at")
    value = float((~np.isnat(world.col("survey.answered_at")[sent])).mean())
    teams = tuple(("team", name) for name, _ in TEAMS)
    return Truth("C02", ("organisation", "*"), branch="few answer", value=value, also=teams)


@plant("C02", variant="teamsilence")
def few_answer_one_team(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Hardly anybody answers one team."""
    mine = told(world) & world.where("survey", team="Workplace")
    unanswered(world, world.pick(mine, {"medium": 0.85, "large": 0.97}[size]))
    sent = world.where("survey", relationship=False, team="Workplace")
    sent &= world.inside("survey.sent_at")
    value = float((~np.isnat(world.col("survey.answered_at")[sent])).mean())
    return Truth("C02", ("team", "Workplace"), branch="few answer", value=value)


def unanswered(world: World, mask: Array) -> None:
    """Some invitations were never answered."""
    for column in ("csat", "ces", "expected_h", "lost_minutes"):
        world.set("survey", mask, column, NAN)
    world.set("survey", mask, "answered_at", NAT)
    world.set("survey", mask, "comment", None)


def hushed(world: World, rows: Array) -> None:
    """No word of ours on some records until they are solved."""
    ids = world.col("record.id")[rows]
    mine = of(world, "message", "record", ids)
    ends = dict(zip(ids, world.col("record.resolved_at")[rows], strict=True))
    until = [ends.get(i, world.as_of) for i in world.col("message.record")]
    early = world.col("message.at") < np.array(until, dtype="M8[us]")
    world.drop("message", mine & early & world.where("message", direction="out", automatic=False))


def silent_share(world: World, rows: Array) -> float:
    """The share of some records whose longest silence is longer than promised."""
    words: dict[str, list[np.datetime64]] = {}
    spoken = world.where("message", public=True, automatic=False)
    spoken &= of(world, "message", "record", world.col("record.id")[rows])
    for i in np.flatnonzero(spoken):
        words.setdefault(world.col("message.record")[i], []).append(world.col("message.at")[i])
    held: dict[str, list[tuple[str, np.datetime64]]] = {}
    turns = of(world, "event", "entity_id", world.col("record.id")[rows])
    turns &= world.where("event", activity=["paused", "resumed"])
    for i in np.flatnonzero(turns):
        step = (world.col("event.activity")[i], world.col("event.at_occurred")[i])
        held.setdefault(world.col("event.entity_id")[i], []).append(step)
    late = [_silent(world, int(i), words, held) for i in np.flatnonzero(rows)]
    return float(np.mean(late))


def _silent(
    world: World,
    row: int,
    words: dict[str, list[np.datetime64]],
    held: dict[str, list[tuple[str, np.datetime64]]],
) -> bool:
    record = world.tables["record"]
    id, start, end = record["id"][row], record["opened_at"][row], record["resolved_at"][row]
    end = world.as_of if np.isnat(end) else end
    priority = int(record["priority"][row])
    at = [start, *sorted(w for w in words.get(id, []) if start <= w <= end), end]
    pauses = dict(held.get(id, []))

    def spent(a: np.datetime64, b: np.datetime64) -> float:
        span = (b - a) / MINUTE if priority == 1 else float(world.clock.between(a, b))
        return max(span, 0.0)

    def waited(a: np.datetime64, b: np.datetime64) -> float:
        if "paused" not in pauses:
            return 0.0
        low, high = max(a, pauses["paused"]), min(b, pauses.get("resumed", world.as_of))
        return spent(low, high) if low < high else 0.0

    longest = max(spent(a, b) - waited(a, b) for a, b in pairwise(at))
    return longest > UPDATE[priority] * 60


def asked_for(world: World) -> Array:
    """Records of the period somebody waits for."""
    kinds = ["incident", "request", "complaint", "security_incident"]
    return world.where("record", kind=kinds) & world.inside("record.opened_at")


@plant("C03")
def silence(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team works without a word."""
    mine = asked_for(world) & world.where("record", team="Data Services")
    ready = mine & (world.col("record.resolved_at") < world.as_of - 20 * DAY)
    hit = world.pick(ready, {"medium": 0.35, "large": 0.75}[size])
    slower(world, hit, rng)
    hushed(world, hit)
    return Truth("C03", ("team", "Data Services"), value=silent_share(world, mine))


def slower(world: World, rows: Array, rng: np.random.Generator) -> None:
    """Some records take one to three promises of an update longer than they did."""
    promise = np.array([UPDATE[int(p)] * 60 for p in world.col("record.priority")[rows]])
    until = world.clock.add(
        world.col("record.resolved_at")[rows], promise * rng.uniform(1.1, 3.0, int(rows.sum()))
    )
    ids = world.col("record.id")[rows]
    delayed(world, ids, until)
    world.drop("survey", of(world, "survey", "record", ids))


@plant("C03", variant="urgent")
def urgent_silence(world: World, size: str, rng: np.random.Generator) -> Truth:
    """On records of the first priority nobody says a word for hours."""
    mine = asked_for(world) & world.where("record", priority=1)
    took = world.col("record.resolved_at") - world.col("record.opened_at")
    long = mine & (took > 70 * MINUTE)
    hushed(world, world.pick(long, {"medium": 0.5, "large": 1.0}[size]))
    return Truth("C03", ("organisation", "*"), value=silent_share(world, mine))


@plant("C04")
def chased(world: World, size: str, rng: np.random.Generator) -> Truth:
    """People have to ask one team for news."""
    mine = solved(world, team="Network", kind=["incident", "request"])
    took = world.col("record.resolved_at") - world.col("record.opened_at")
    hit = world.pick(mine & (took > HOUR), {"medium": 0.38, "large": 0.75}[size])
    rows = np.flatnonzero(hit)
    start, span = world.col("record.opened_at")[rows], took[rows]
    for part, texts in ((0.3, REPLIES), (0.7, CHASERS)):
        world.append(
            "message",
            id=[f"MC{part * 10:.0f}{i:06d}" for i in rows],
            record=world.col("record.id")[rows],
            direction="in",
            public=True,
            author=world.col("record.requester")[rows],
            at=start + (span / MINUTE * part * 60e6).astype("m8[us]"),
            automatic=False,
            language="en",
            text=rng.choice(texts, len(rows)),
        )
    every = asked_for(world) & world.where("record", team="Network")
    return Truth("C04", ("team", "Network"), value=chased_share(world, every))


def chased_share(world: World, rows: Array) -> float:
    """The share of some records with a question for news after the first word of the person."""
    ends = dict(zip(world.col("record.id"), world.col("record.resolved_at"), strict=True))
    ids = world.col("record.id")[rows]
    mine = of(world, "message", "record", ids) & world.where("message", direction="in")
    order = np.flatnonzero(mine)
    order = order[np.argsort(world.col("message.at")[order], kind="stable")]
    seen, hit = set(), set()
    for i in order:
        name, text = world.col("message.record")[i], world.col("message.text")[i]
        early = np.isnat(ends[name]) or world.col("message.at")[i] < ends[name]
        if name in seen and text in CHASERS and early:
            hit.add(name)
        seen.add(name)
    return len(hit) / len(ids)


def complained(world: World, texts: tuple[str, ...], size: str, language: str) -> Truth:
    """Unhappy people of one category speak of one thing."""
    kinds = dict(zip(world.col("record.id"), world.col("record.category"), strict=True))
    mine = told(world)
    mine &= np.array([kinds.get(r) == "access" for r in world.col("survey.record")])
    hit = world.pick(mine, {"medium": 16, "large": 60}[size] / mine.sum())
    world.set("survey", hit, "csat", 2.0)
    world.set("survey", hit, "comment", world.rng.choice(texts, int(hit.sum())))
    world.set("survey", hit, "language", language)
    spoken = told(world) & np.array([c is not None for c in world.col("survey.comment")])
    unhappy = spoken & (world.col("survey.csat") <= 3)
    return Truth("C05", ("category", "access"), value=float(spoken.sum() / unhappy.sum()))


@plant("C05")
def no_news(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Nobody told them anything."""
    words = ("There was no news for days.", "Nobody called me.", "I got no answer at all.")
    return complained(world, words, size, "en")


@plant("C05", variant="german")
def keine_antwort(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same in German."""
    words = ("Tagelang keine Antwort.", "Niemand meldet sich.", "Ich habe nichts gehört.")
    return complained(world, words, size, "de")


@plant("C05", variant="other")
def badge_reader(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A thing that no list of themes names."""
    words = (
        "The badge reader at the gate refuses my card.",
        "My badge does not open the reader at the north gate.",
        "Every morning the badge reader rejects me.",
        "Badge reader at gate two blinks red.",
    )
    return complained(world, words, size, "en")


@plant("C06")
def lost(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Complaints have no owner, no cause, no end, or were answered late."""
    mine = world.where("record", kind="complaint")
    mine &= world.inside("record.opened_at", end=world.as_of - 20 * DAY)
    ids = world.col("record.id")[mine][: {"medium": 1, "large": 8}[size]]
    step = world.tables["complaint_step"]
    for number, id in enumerate(ids):
        word = ("owned", "cause_found", "closed_with_customer", "answered")[number % 4]
        rows = (step["record"] == id) & (step["step"] == word)
        if number == 3:
            step["at"][rows] += 12 * DAY
        else:
            world.drop("complaint_step", rows)
            step = world.tables["complaint_step"]
    homes = world.lookup("record.customer", ids)
    units = [("customer", str(c)) for c in homes] + [("record", str(i)) for i in ids]
    return Truth("C06", units[0], also=tuple(units[1:]))


def guessed(world: World, gap: float, customers: list[str]) -> float:
    """Unhappier answers of the period than the provider guessed; by how much on average."""
    survey, guess = world.tables["survey"], world.tables["provider_guess"]
    mine = told(world) & world.where("survey", customer=customers)
    survey["csat"][mine] = np.clip(survey["csat"][mine] - 1.0, 1, 5)
    gaps: dict[str, list[float]] = {}
    late = guess["period"] >= world.since.astype("M8[D]") - 2
    for row in np.flatnonzero(late & np.isin(guess["customer"].astype(str), customers)):
        here = mine & (survey["customer"] == guess["customer"][row]) & after(world, int(row))
        mean = np.nanmean(survey["csat"][here]) if here.any() else 3.5
        guess["csat"][row] = round(min(mean + gap, 5.0), 1)
        if here.any():
            gaps.setdefault(guess["customer"][row], []).append(guess["csat"][row] - mean)
    return float(np.mean([np.mean(g) for g in gaps.values()]))


def after(world: World, row: int) -> Array:
    """Answers of the half-year that a guess speaks of."""
    start = world.col("provider_guess.period")[row].astype("M8[us]")
    at = world.col("survey.sent_at")
    return np.asarray((at >= start) & (at < start + 183 * DAY))


@plant("C07")
def we_are_fine(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The provider thinks that all customers are happier than they are."""
    gap = {"medium": 0.95, "large": 1.4}[size]
    gap = guessed(world, gap, [str(c) for c in world.col("customer.id")])
    return Truth("C07", ("organisation", "*"), branch="gap", value=gap)


@plant("C07", variant="customer")
def wrong_about_one(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same at one customer."""
    gap = {"medium": 1.0, "large": 1.4}[size]
    gap = guessed(world, gap, ["C01"])
    return Truth("C07", ("customer", "C01"), value=gap)


@plant("C07", variant="time")
def slower_than_hoped(world: World, size: str, rng: np.random.Generator) -> Truth:
    """It takes twice as long as people expected."""
    survey = world.tables["survey"]
    mine = told(world) & np.isfinite(survey["expected_h"])
    survey["expected_h"][mine] = np.maximum(
        survey["expected_h"][mine] / {"medium": 1.75, "large": 3.0}[size], 0.01
    )
    ids = survey["record"][mine]
    took = world.lookup("record.resolved_at", ids) - world.lookup("record.opened_at", ids)
    value = np.median(took / HOUR / survey["expected_h"][mine])
    return Truth("C07", ("organisation", "*"), branch="time", value=float(value))


@plant("C08")
def gone_quiet(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Customers ask for nothing any more, and nobody calls them."""
    names = ["C04"] if size == "medium" else ["C02", "C03", "C05"]
    for name in names:
        quiet(world, name, {"medium": 0.8, "large": 1.0}[size])
    return Truth("C08", ("customer", names[0]), also=tuple(("customer", n) for n in names[1:]))


def quiet(world: World, customer: str, share: float) -> None:
    """Nothing of a customer in the last months, little in the three before."""
    mine = world.where("record", customer=customer)
    late = mine & (world.col("record.opened_at") > world.as_of - 105 * DAY)
    before = mine & (world.col("record.opened_at") > world.as_of - 190 * DAY) & ~late
    gone = world.col("record.id")[late | world.pick(before, share)]
    homes = (("record", "id"), ("event", "entity_id"), ("message", "record"),
             ("worklog", "record"), ("target_result", "record"), ("survey", "record"),
             ("complaint_step", "record"), ("approval", "entity_id"),
             ("privileged_session", "record"))  # fmt: skip
    for table, column in homes:
        world.drop(table, of(world, table, column, gone))
    world.set("outage", of(world, "outage", "record", gone), "record", None)
    left = world.where("record", customer=customer)
    still = left & ~(world.col("record.resolved_at") < world.as_of - 100 * DAY)
    world.set("record", still, "resolved_at", world.as_of - 101 * DAY)
    talk = of(world, "message", "record", world.col("record.id")[left])
    world.drop("message", talk & (world.col("message.at") > world.as_of - 95 * DAY))
    answers = world.where("survey", customer=customer)
    world.drop("survey", answers & (world.col("survey.sent_at") > world.as_of - 195 * DAY))
    use = world.where("usage", customer=customer)
    use &= world.col("usage.month") >= np.datetime64(world.shape.months[18])
    world.set("usage", use, "units", np.round(world.col("usage.units")[use] * 0.5))
