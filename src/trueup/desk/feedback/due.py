"""What the worker does again and again: questions to send, to repeat and to end."""

from __future__ import annotations

from trueup.desk.base import ticks
from trueup.desk.feedback import verbs

ticks.register("surveys", verbs.bring_forward, 60.0)
