"""The example log and nets of van der Aalst, Process Mining (2nd edition), sections 6.1 and 8.2."""

from __future__ import annotations

from trueup.audit.conformance.net import Net, Transition

LOG = {
    "acdeh": 455, "abdeg": 191, "adceh": 177, "abdeh": 144, "acdeg": 111, "adceg": 82,
    "adbeh": 56, "acdefdbeh": 47, "adbeg": 38, "acdefbdeh": 33, "acdefbdeg": 14,
    "acdefdbeg": 11, "adcefcdeh": 9, "adcefdbeh": 8, "adcefbdeg": 5, "acdefbdefdbeg": 3,
    "adcefdbeg": 2, "adcefbdefbdeg": 2, "adcefdbefbdeh": 1, "adbefbdefdbeg": 1,
    "adcefdbefcdefdbeg": 1,
}  # fmt: skip


def _net(places: int, *steps: tuple[str, tuple[int, ...], tuple[int, ...]]) -> Net:
    """Place 0 is the start, the last one the end."""
    return Net(places, tuple(Transition(*step) for step in steps), 0, places - 1)


N1 = _net(
    7, ("a", (0,), (1, 2)), ("b", (1,), (3,)), ("c", (1,), (3,)), ("d", (2,), (4,)),
    ("e", (3, 4), (5,)), ("f", (5,), (1, 2)), ("g", (5,), (6,)), ("h", (5,), (6,)),
)  # fmt: skip
N2 = _net(
    6, ("a", (0,), (1,)), ("b", (1,), (2,)), ("c", (1,), (2,)), ("d", (2,), (3,)),
    ("e", (3,), (4,)), ("f", (4,), (1,)), ("g", (4,), (5,)), ("h", (4,), (5,)),
)  # fmt: skip
N3 = _net(
    7, ("a", (0,), (1, 2)), ("c", (1,), (3,)), ("d", (2,), (4,)), ("e", (3, 4), (5,)),
    ("h", (5,), (6,)),
)  # fmt: skip
N4 = _net(
    3, ("a", (0,), (1,)), *((x, (1,), (1,)) for x in "bcdef"), ("g", (1,), (2,)), ("h", (1,), (2,))
)
