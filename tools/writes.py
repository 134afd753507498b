"""Rules 1 and 2: only verbs change the desk, and a verb that does also writes its event."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tools.sources import DESK, Function, Module, calls, chain, functions, modules

ALWAYS = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "asave"}
ON_ROWS = {"create", "update", "delete", "acreate", "aupdate", "adelete"}
ROWS = {"objects", "filter", "exclude", "all", "select_for_update", "order_by"}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|replace|truncate)\b", re.IGNORECASE)

# Machinery that writes rows which are not the record of anything: each with its reason.
WRITERS = {
    "eventlog/seal.py": "gives sealed positions to events already written",
    "eventlog/checkpoints.py": "signs what is sealed",
    "eventlog/followers.py": "remembers how far a follower has read",
    "eventlog/erasure.py": "destroys keys and personal text; its event is written by the verb",
    "eventlog/keys.py": "makes data keys for personal text",
    "base/changes.py": "saves the fields a verb changes; the verb writes the event",
    "base/numbering.py": "hands out numbers inside the verb's transaction",
    "base/timers.py": "leases of due rows; the verb that fires writes the event",
    "base/tokens.py": "remembers the day a token was last used; reading must stay reading",
    "work/presence.py": "who has a record open at this minute; part of no record, soon gone",
    "base/idempotency.py": "remembers an answer for a repeated call",
}


def is_write(call: ast.Call) -> bool:
    """Whether a call changes rows, as far as its text shows."""
    names = chain(call.func)
    last, before = names[-1], set(names[:-1])
    if not before:
        return False
    if last in ALWAYS:
        return True
    if last == "execute" and call.args:
        text = call.args[0]
        return isinstance(text, ast.Constant) and bool(WRITING_SQL.match(str(text.value)))
    if last == "delete" and not call.args and not call.keywords:
        return True
    by_name = bool(call.keywords) and not call.args and last == "update"
    return last in ON_ROWS and (bool(before & ROWS) or by_name)


def may_write(path: Path) -> bool:
    """Whether a file of the desk is a verb or listed machinery."""
    inside = path.relative_to(DESK)
    is_verb = "verbs" in inside.parts or inside.name == "verbs.py"
    return is_verb or inside.as_posix() in WRITERS


def outside_verbs(root: Path) -> list[str]:
    """Rule 1: every write that stands elsewhere."""
    return [
        module.violation(call, f"{chain(call.func)[-1]}() outside a verb (rule 1)")
        for module in modules(root, DESK)
        if not may_write(module.path)
        for call in calls(module.tree)
        if is_write(call)
    ]


def _reach(start: str, uses: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += uses.get(name, set())
    return seen


def _verb_room(path: Path) -> str:
    parts = path.parts
    return parts[parts.index("desk") + 1]


def _silent(group: Iterable[Module]) -> list[str]:
    held = [(module, each) for module in group for each in functions(module.tree)]
    uses: dict[str, set[str]] = {}
    for _, each in held:
        uses.setdefault(each.name, set()).update(chain(call.func)[-1] for call in calls(each))
    writers = {each.name for _, each in held if any(map(is_write, calls(each)))}
    return [
        module.violation(each, f"{each.name}() changes rows and appends no event (rule 2)")
        for module, each in held
        if _is_verb(each)
        and (reached := _reach(each.name, uses)) & writers
        and "append" not in reached
    ]


def _is_verb(function: Function) -> bool:
    names = [each.arg for each in function.args.kwonlyargs + function.args.args]
    return not function.name.startswith("_") and "actor" in names


def without_event(root: Path) -> list[str]:
    """Rule 2: every verb that changes rows, by itself or by helpers, and never appends."""
    rooms: dict[str, list[Module]] = {}
    for module in modules(root, DESK):
        is_verb = "verbs" in module.path.parts or module.path.name == "verbs.py"
        if is_verb:
            rooms.setdefault(_verb_room(module.path), []).append(module)
    return [line for group in rooms.values() for line in _silent(group)]


def violations(root: Path) -> list[str]:
    """Both rules."""
    return outside_verbs(root) + without_event(root)
