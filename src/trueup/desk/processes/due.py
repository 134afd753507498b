"""What the worker does again and again: see that the shipped models are there."""

from __future__ import annotations

from trueup.desk.base import ticks
from trueup.desk.processes import verbs

ticks.register("models", verbs.install_shipped, 300.0)
