"""What a kind of record is, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its name is that of its lifecycle, `prefix` begins its numbers, `label` is read.

    `opens` and `ends` are the verbs that open and resolve it, `metric` the clock that `ends`
    stops (none: it has no clocks), `model` the process model it starts with.
    """

    name: str
    label: str
    prefix: str
    opens: str
    ends: str
    metric: str
    model: str
