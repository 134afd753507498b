"""A healthy organisation, made from a seed: every table of the evidence schema, 24 months.

It is made from the method and the schema alone; nothing of the audit's own code shapes it.
"""

from __future__ import annotations

import numpy as np

from bench.worlds import assurance, cases, changes, estate, money, org, promises, story, voice, work
from bench.worlds.clock import Clock, holidays_of
from bench.worlds.shape import shape_of
from bench.worlds.words import titles
from bench.worlds.world import World


def make(seed: int) -> World:
    """The clean world of a seed."""
    shape = shape_of(seed)
    years = range(shape.began.year - 1, shape.last.year + 3)
    clock = Clock(shape.zone, shape.began, shape.last, holidays_of(years))
    world = World(shape, np.random.default_rng([seed, 11]), clock)
    org.build(world)
    promises.build(world)
    estate.build(world)
    tickets(world)
    cases.outages(world)
    changes.build(world)
    cases.blamed(world)
    for part in (cases.security, cases.complaints, cases.tasks, cases.problems, cases.felt):
        part(world)
    story.stirred(world)
    money.build(world)
    voice.build(world)
    assurance.build(world)
    return world


def tickets(world: World) -> None:
    """Incidents and requests, and what is written about them."""
    drawn = work.draw(world)
    work.run(world, drawn)
    work.record_rows(world, drawn, titles(world.rng, ~drawn.incident))
    work.results(world, drawn)
    work.logged(world, drawn)
    story.events(world, drawn)
    story.messages(world, drawn)
