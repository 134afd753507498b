"""Puts a file with a planted violation into a small tree of its own."""

from __future__ import annotations

from pathlib import Path


def plant(root: Path, inside: str, text: str) -> None:
    """Write `text` to src/trueup/`inside` below `root`."""
    path = root / "src/trueup" / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
