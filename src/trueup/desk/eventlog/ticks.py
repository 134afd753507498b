"""What the worker does again and again: a registry any room may add to.

A tick is a callable without arguments that does what is due and returns. It must be safe to run
twice and in two workers at once: leases and idempotency are its own matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tick:
    """A named piece of repeated work; `every_seconds` is the pause between two runs."""

    name: str
    run: Callable[[], object]
    every_seconds: float


_ticks: dict[str, Tick] = {}


def register(name: str, run: Callable[[], object], every_seconds: float) -> None:
    """Add a tick; registering a name again replaces it, so reloading a module is harmless."""
    if every_seconds <= 0:
        raise ValueError(f"tick {name}: the pause must be positive, not {every_seconds}")
    _ticks[name] = Tick(name, run, every_seconds)


def registered() -> tuple[Tick, ...]:
    """Every tick, in the order in which the rooms registered them."""
    return tuple(_ticks.values())
