"""Process mining as a notebook does it by the book: pandas, and a replay in plain Python.

The replay is that of the textbook (van der Aalst, Process Mining, 8.2) for a net that has each
label once and no silent transition: a marking counts the tokens of each place, and every event
takes and gives its own. Nothing of ours is used but the shape of the net.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trueup.audit.conformance.net import Net, Transition

try:
    import pandas as pd
except ImportError:  # one of the packages of the tests; bench mining says so
    pd = None

THERE = pd is not None
NAMES = ("missing", "consumed", "remaining", "produced")


def read(path: Path, columns: Sequence[str]) -> Any:
    """The events of a log, case after case in the order of time."""
    frame = pd.read_parquet(path, columns=list(columns))
    return frame.sort_values(["entity_id", "at_occurred", "seq"])


def follows(log: Any) -> dict[tuple[str, str], int]:
    """How often a step directly followed another."""
    after = log.groupby("entity_id")["source_activity"].shift(-1)
    two = pd.DataFrame({"a": log["source_activity"], "b": after}).dropna()
    found: dict[tuple[str, str], int] = two.groupby(["a", "b"]).size().to_dict()
    return found


def cases(log: Any) -> Any:
    """The steps of each case as a tuple."""
    return log.groupby("entity_id")["source_activity"].agg(tuple)


def variants(cases: Any) -> dict[tuple[str, ...], int]:
    """How many cases took each sequence of steps."""
    found: dict[tuple[str, ...], int] = cases.value_counts().to_dict()
    return found


def replay(net: Net, cases: Any) -> dict[str, int]:
    """Every case replayed on the net, one after the other."""
    steps = {step.label: step for step in net.transitions if step.label is not None}
    total = (0, 0, 0, 0)
    for case in cases:
        m, c, r, p = tokens(net, steps, case)
        total = (total[0] + m, total[1] + c, total[2] + r, total[3] + p)
    return dict(zip(NAMES, total, strict=True))


def replay_of_ways(net: Net, cases: Any) -> dict[str, int]:
    """Every distinct sequence replayed once and counted as often as it happened."""
    steps = {step.label: step for step in net.transitions if step.label is not None}
    total = dict.fromkeys(NAMES, 0)
    for way, n in Counter(cases).items():
        for name, found in zip(NAMES, tokens(net, steps, way), strict=True):
            total[name] += n * found
    return total


def tokens(net: Net, steps: dict[str, Transition], case: Sequence[str]) -> tuple[int, ...]:
    """The tokens missing, consumed, remaining and produced by one case."""
    marking = dict.fromkeys(range(net.places), 0)
    marking[net.source] = 1
    missing, consumed, produced = 0, 0, 1
    for label in case:
        step = steps[label]
        for place in step.takes:
            if marking[place]:
                marking[place] -= 1
            else:
                missing += 1
            consumed += 1
        for place in step.gives:
            marking[place] += 1
            produced += 1
    if marking[net.sink]:
        marking[net.sink] -= 1
    else:
        missing += 1
    consumed += 1
    remaining = sum(marking.values())
    return missing, consumed, remaining, produced
