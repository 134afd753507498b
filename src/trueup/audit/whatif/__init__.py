"""What if: past data under other rules, and a team's queue under other staffing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trueup.audit.whatif.comparing import Comparison, compare
    from trueup.audit.whatif.scenario import (
        CalendarChange,
        Scenario,
        Shift,
        TargetChange,
        Threshold,
    )
    from trueup.audit.whatif.simulating import Plan, Simulation, simulate
    from trueup.audit.whatif.team_model import Setting

__all__ = [
    "CalendarChange",
    "Comparison",
    "Plan",
    "Scenario",
    "Setting",
    "Shift",
    "Simulation",
    "TargetChange",
    "Threshold",
    "compare",
    "simulate",
]

_HOMES = {
    "comparing": ("Comparison", "compare"),
    "scenario": ("CalendarChange", "Scenario", "Shift", "TargetChange", "Threshold"),
    "simulating": ("Plan", "Simulation", "simulate"),
    "team_model": ("Setting",),
}


def __getattr__(name: str) -> Any:
    """Loads on first use: reading a scenario does not load the engine of audits."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"trueup.audit.whatif.{module}"), name)
    raise AttributeError(f"trueup.audit.whatif has no {name}")
