"""What customers say: invitations and answers, guesses of the provider, reviews."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, Array, minutes
from bench.worlds.promises import customers
from bench.worlds.words import GLAD, SAD
from bench.worlds.world import World

NAT = np.datetime64("NaT", "us")


def build(world: World) -> None:
    """Everything of this kind."""
    surveys(world)
    relation(world)
    guesses(world)
    reviews(world)


def surveys(world: World) -> None:
    """Seven of ten closed records are drawn at random; one in three answers."""
    rng, record = world.rng, world.tables["record"]
    shut = world.where("record", kind=["incident", "request"], state="closed")
    shut &= np.array(
        [
            p is not None and c is not None
            for p, c in zip(record["requester"], record["customer"], strict=True)
        ]
    )
    rows = np.flatnonzero(world.pick(shut, 0.7))
    sent = record["closed_at"][rows] + HOUR
    rows, sent = rows[sent < world.as_of - DAY], sent[sent < world.as_of - DAY]
    n = len(rows)
    score = mood(world, rows)
    answered = rng.random(n) < 0.31
    reminded = rng.random(n) < 0.35
    at = sent + minutes(rng.gamma(1.5, 600, n) + reminded * 4000)
    answered &= at < world.as_of
    took = (record["resolved_at"][rows] - record["opened_at"][rows]) / HOUR
    said = answered & (rng.random(n) < 0.3)
    words = np.where(score >= 4, rng.choice(GLAD, n), rng.choice(SAD, n)).astype(object)
    mixed = rng.random(n) < 0.25
    words = np.where(mixed, rng.choice(SAD, n), words).astype(object)
    world.append(
        "survey",
        id=[f"SV{i:06d}" for i in range(n)],
        record=record["id"][rows],
        relationship=False,
        customer=record["customer"][rows],
        person=record["requester"][rows],
        team=record["team"][rows],
        service=record["service"][rows],
        sent_at=sent,
        sent_by="automatic",
        reminder=np.where(reminded, 1.0, 0.0),
        answered_at=np.where(answered, at, NAT),
        csat=np.where(answered, score, np.nan),
        ces=np.where(answered, np.clip(score + rng.integers(0, 3, n), 1, 7), np.nan),
        expected_h=np.where(answered, np.round(took * rng.lognormal(-0.03, 0.5, n), 1), np.nan),
        lost_minutes=np.where(answered, np.round(rng.gamma(1.2, 28, n)), np.nan),
        comment=np.where(said, words, None),
        language="en",
    )


def mood(world: World, rows: Array) -> Array:
    """About nine in ten are satisfied, somewhat fewer where it was late or came back."""
    rng, record = world.rng, world.tables["record"]
    homes = {c: rng.normal(0, 0.18) for c in world.notes["size"]}
    late = np.array([met is False for met in record["reported_sla_met"][rows]])
    back = record["reopen_count"][rows] > 0
    logit = 2.45 + np.array([homes[c] for c in record["customer"][rows]]) - 0.9 * late - 0.9 * back
    glad = rng.random(len(rows)) < 1 / (1 + np.exp(-logit))
    high = np.where(rng.random(len(rows)) < 0.62, 5.0, 4.0)
    return np.asarray(
        np.where(glad, high, rng.choice([1.0, 2.0, 3.0], len(rows), p=[0.15, 0.25, 0.6]))
    )


def relation(world: World) -> None:
    """Twice a year five people of each customer are asked about the whole."""
    rng = world.rng
    sent = [np.datetime64(world.shape.months[i], "us") + 9 * DAY for i in (3, 9, 15, 21)]
    number = 0
    for customer in customers():
        people = rng.choice(world.notes["users"][customer], 5, replace=False)
        for at in sent:
            answered = rng.random(5) < 0.5
            nps = np.clip(np.round(rng.normal(8.2, 1.6, 5)), 0, 10)
            world.append(
                "survey",
                id=[f"SR{number + k:05d}" for k in range(5)],
                relationship=True,
                customer=customer,
                person=people,
                sent_at=at,
                sent_by="automatic",
                answered_at=np.where(answered, at + 2 * DAY, NAT),
                nps=np.where(answered, nps, np.nan),
                language="en",
            )
            number += 5


def guesses(world: World) -> None:
    """Customer managers guess before each half-year, and are about right."""
    rng, survey = world.rng, world.tables["survey"]
    for start in (6, 12, 18):
        month = np.datetime64(world.shape.months[start])
        low, high = np.datetime64(month, "us"), np.datetime64(month + 182, "us")
        inside = (survey["answered_at"] >= low) & (survey["answered_at"] < high)
        for number, customer in enumerate(customers()):
            told = survey["csat"][inside & (survey["customer"] == customer)]
            mean = np.nanmean(told) if np.isfinite(told).any() else 4.3
            world.append(
                "provider_guess",
                customer=[customer],
                period=month,
                made_by=f"account-{number % 5 + 1:02d}",
                made_at=low - 3 * DAY,
                csat=float(np.clip(np.round(mean + rng.normal(0.05, 0.18), 1), 1, 5)),
            )


def reviews(world: World) -> None:
    """Two reviews a year with each customer, held a few days after they were due."""
    rng = world.rng
    for index in (2, 8, 14, 20):
        due = np.datetime64(world.shape.months[index]) + 14
        for customer in customers():
            actions = int(rng.integers(1, 5))
            world.append(
                "service_review",
                customer=[customer],
                agreement=f"K-{customer}-S07",
                due=due,
                held_on=due + int(rng.integers(0, 8)),
                actions=actions,
                actions_done=actions,
            )
