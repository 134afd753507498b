"""Rule 14: a measure or a check is declared in one file, and no machinery knows it by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.sources import SOURCE, Module, calls, chain, modules

AUDIT = SOURCE / "audit"
DECLARING = {"Measure", "Check"}
AN_ID = re.compile(r"(M[A-Z]-\d\d|[A-Z]\d\d)")

# Places that may name single checks, each with its reason.
NAMED = {
    "findings/grouping.py": "which findings tell one story is a relation between checks",
}


def declared(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """The ids a file declares, with the place."""
    for call in calls(module.tree):
        if chain(call.func)[-1] not in DECLARING:
            continue
        for keyword in call.keywords:
            if keyword.arg == "id" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value), call


def _named(module: Module, known: set[str]) -> Iterator[str]:
    inside = module.path.relative_to(AUDIT)
    if inside.parts[0] in {"measures", "checks"} or inside.as_posix() in NAMED:
        return
    for node in ast.walk(module.tree):
        word = node.value if isinstance(node, ast.Constant) else None
        if isinstance(word, str) and AN_ID.fullmatch(word) and word in known:
            yield module.violation(node, f"{word} named outside its declaration (rule 14)")


def violations(root: Path) -> list[str]:
    """Ids declared twice, and ids known to machinery."""
    places: dict[str, str] = {}
    found: list[str] = []
    held = list(modules(root, AUDIT))
    for module in held:
        for name, call in declared(module):
            if name in places:
                found.append(module.violation(call, f"{name} also in {places[name]} (rule 14)"))
            places.setdefault(name, str(module.path))
    return found + [line for module in held for line in _named(module, set(places))]
