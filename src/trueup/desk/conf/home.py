"""The folder where data lives: a demo's and a desk's are never mixed."""

from __future__ import annotations

from pathlib import Path

DATABASE = "trueup.sqlite3"
MARK = "demo.mark"


class NotADemo(Exception):
    """The folder holds a real desk; the text says what to do."""


def require_demo_home(home: Path) -> None:
    """Mark `home` as a demo's; refuse (NotADemo) when it already holds a real desk."""
    if (home / DATABASE).exists() and not (home / MARK).exists():
        raise NotADemo(
            f"{home} holds a desk that is not a demo. Choose another folder: trueup demo --home DIR"
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / MARK).touch()
