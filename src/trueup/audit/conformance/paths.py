"""Paths: nets written as text, and the strict paths of the process models as such texts.

``a > b`` is one after the other, ``a & b`` both in any order, ``a | b`` one of them. Paths exist
where the order is strict: a change from its yes to its end (process models, 3.4 and CHG-01), and
the approvals of a change in the order of table DT4 (section 4).
"""

from __future__ import annotations

from trueup.audit.conformance.net import Net, Transition

CHANGE = {
    "normal": "assessed > approved > started > implemented",
    "emergency": "approved > started > implemented",
}
CHAINS = {
    "A3": "peer > started",
    "A4": "peer > change manager > started",
    "A5": "peer > service owner > started",
    "A6": "peer > service owner > board > started",
    "A7": "peer > service owner > board > started",
    "A8": "peer > service owner > board > risk owner > started",
    "A9": "duty lead | service owner > started",
    "A10": "duty lead & service owner > started",
    "A11": "duty lead & service owner > started > change manager",
}


def net_of_path(text: str) -> Net:
    """The net of a path; its only run is the path, up to the order within ``&``."""
    steps: list[Transition] = []
    here, places = 0, 1
    for part in text.split(" > "):
        there = places
        places += 1
        if "&" in part:
            names = part.split(" & ")
            before = tuple(range(places, places + len(names)))
            after = tuple(p + len(names) for p in before)
            places += 2 * len(names)
            steps.append(Transition(None, (here,), before))
            steps += [Transition(n, (b,), (a,)) for n, b, a in zip(names, before, after,
                                                                   strict=True)]  # fmt: skip
            steps.append(Transition(None, after, (there,)))
        else:
            steps += [Transition(name, (here,), (there,)) for name in part.split(" | ")]
        here = there
    return Net(places, tuple(steps), 0, here)


def without(text: str, step: str) -> str:
    """A path without one of its steps, for a source that does not record it."""
    return " > ".join(part for part in text.split(" > ") if part != step)
