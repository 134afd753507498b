"""What the worker does again and again: find the place of records that follow no model yet."""

from __future__ import annotations

from trueup.desk.base import ticks
from trueup.desk.work import process

ticks.register("attach", process.attach_open, 20.0)
