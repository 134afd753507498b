"""The demo's doors: the people one may enter as, read from what the demo's loader wrote.

`HOME/demo.doors.json` holds a list of objects ``{login, name, role, sees}``, the best first.
Outside of a demo there are no doors, whatever the file says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FILE = "demo.doors.json"
FIELDS = ("login", "name", "role", "sees")


@dataclass(frozen=True, slots=True)
class Door:
    """One person of the demo: how to enter, and what they see."""

    login: str
    name: str
    role: str
    sees: str


def doors() -> list[Door]:
    """Every door, the best first; none outside of a demo."""
    path = Path(settings.HOME) / FILE
    if not settings.DEMO or not path.exists():
        return []
    rows = json.loads(path.read_text("utf-8"))
    return [Door(**{name: str(row[name]) for name in FIELDS}) for row in rows]


def door(login: str) -> Door | None:
    """The door of this log-in name, or None."""
    return next((each for each in doors() if each.login == login), None)
