"""What a due date of a process does."""

from __future__ import annotations

from trueup.desk.base import timers
from trueup.desk.processes import verbs
from trueup.desk.processes.verbs.driving import TIMER

timers.handle(TIMER, verbs.fire)
