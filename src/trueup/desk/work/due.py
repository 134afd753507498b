"""What the worker does again and again: place records that follow no model yet, forget who left."""

from __future__ import annotations

from trueup.desk.base import ticks
from trueup.desk.work import presence, process

ticks.register("attach", process.attach_open, 20.0)
ticks.register("presence", presence.prune, 600.0)
