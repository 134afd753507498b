"""What if: past data under other rules, and a team's queue under other staffing."""

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
