"""All of our own checks of the source, one after the other: `python -m tools.check`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tools import docs, doors, imports, once, routes, sizes, writes
from tools.sources import ROOT

CHECKS: dict[str, Callable[[Path], list[str]]] = {
    "writes go through verbs, verbs write events (1, 2)": writes.violations,
    "imports stand where they may (9, 10)": imports.violations,
    "surfaces ask no tables (13)": doors.violations,
    "a thing is declared once (14)": once.violations,
    "pages name what there is (17)": docs.violations,
    "small and plain (18)": sizes.violations,
    "every route declares its policy": routes.violations,
}


def main() -> int:
    """Run every check; 1 when any found something."""
    total = 0
    for name, check in CHECKS.items():
        found = check(ROOT)
        print(f"{'ok  ' if not found else 'BAD '} {name}")
        for line in found:
            print(f"     {line}")
        total += len(found)
    print(sizes.report(ROOT))
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
