"""The invented users of every customer."""

from __future__ import annotations

from random import Random

from trueup.demo import cast, names


def users_of(seed: int) -> dict[str, list[str]]:
    """The names of every customer's users, the same for the same seed."""
    rng = Random(f"{seed}:users")  # noqa: S311 - invented names, no secret
    taken = {client.manager for client in cast.CLIENTS}
    taken |= {name for crew in cast.CREWS for name in crew.people}
    taken |= {name for name, _ in cast.HOUSE.values()} | {cast.USER[0]}
    found = {c.key: names.people(rng, c.language, c.users, taken) for c in cast.CLIENTS}
    found[cast.USER[1]][0] = cast.USER[0]
    return found
