"""What if: past data under other rules, and a team's queue under other staffing."""

from trueup.audit.whatif.comparing import Comparison, compare
from trueup.audit.whatif.scenario import (
    CalendarChange,
    Scenario,
    Shift,
    TargetChange,
    Threshold,
)

__all__ = [
    "CalendarChange",
    "Comparison",
    "Scenario",
    "Shift",
    "TargetChange",
    "Threshold",
    "compare",
]
