"""Rule 13: surfaces never ask a table; they read through reads, `visible` and `may`."""

from __future__ import annotations

import ast
from pathlib import Path

from tools.sources import DESK, modules

ASKING = {"objects", "_default_manager", "_base_manager"}


def violations(root: Path) -> list[str]:
    """Every place in a surface that touches a table by itself."""
    return [
        module.violation(node, f".{node.attr} in a surface: ask reads or visible() (rule 13)")
        for module in modules(root, DESK / "surfaces")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in ASKING
    ]
