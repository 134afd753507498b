"""The demo's doors: who can be entered as, for the log-in page and the terminal."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from trueup.demo.cast import DOORS

FILE = "demo.doors.json"


def write(home: Path) -> Path:
    """Write the doors where the log-in page looks for them, complete or not at all."""
    path = home / FILE
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps([asdict(door) for door in DOORS], indent=1), "utf-8")
    draft.replace(path)
    return path
