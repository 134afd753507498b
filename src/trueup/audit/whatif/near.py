"""Names that do not exist are refused with those that come near."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from trueup.core.refusals import Refused
from trueup.core.words import N_

SHOWN = 5


def refuse_unknown(what: str, asked: Iterable[str], known: Collection[str]) -> None:
    """Raise Refused for the first name that is not known, with the nearest that are."""
    for name in sorted(asked):
        if name in known:
            continue
        near = get_close_matches(name, sorted(known), SHOWN, 0.5) or sorted(known)[:SHOWN]
        if not near:
            raise Refused(
                N_("There is no %(what)s “%(name)s”; the evidence has none at all."),
                what=what,
                name=name,
            )
        raise Refused(
            N_("There is no %(what)s “%(name)s”. Near it: %(near)s."),
            what=what,
            name=name,
            near=", ".join(near),
        )
