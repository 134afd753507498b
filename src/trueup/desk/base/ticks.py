"""Repeated work, as the rooms above know it; the registry itself lives with the event log."""

from __future__ import annotations

from trueup.desk.eventlog.ticks import Tick, register, registered

__all__ = ["Tick", "register", "registered"]
