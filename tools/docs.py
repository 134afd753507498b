"""Rule 17: the pages that name every command, setting and event are made from the source.

`python -m tools.docs` writes them; `python -m tools.docs --check` (CI) tells which are out of date.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from tools.sources import ROOT, SOURCE, modules
from trueup import cli
from trueup.audit import catalogue
from trueup.core import events

NOTE = "<!-- Made by `python -m tools.docs` from the source; do not edit by hand. -->"

SETTINGS = {
    "TRUEUP_API_CALLS_PER_MINUTE": "Calls a token may make in a minute before it must wait.",
    "TRUEUP_HOME": "Folder where all data lives: database, attachments, keys, packs, audits. "
    "Each command's `--home DIR` sets it.",
    "TRUEUP_HOME_BASE": "Folder below which commands keep their homes when nobody names one "
    "(`.trueup`).",
    "TRUEUP_DATABASE": "`sqlite` (the default) or a `postgresql://user:password@host:port/name` "
    "address.",
    "TRUEUP_DEMO": "`1` shows the demo's log-in doors. Set by `trueup demo` only; never on a real "
    "desk.",
    "TRUEUP_CURRENCY": "Currency of amounts in the desk's own evidence (`EUR`).",
    "TRUEUP_EVIDENCE_TEXTS": "`1` writes what people wrote, and their names, into evidence packs; "
    "by default packs hold ids only.",
    "TRUEUP_HOSTS": "Host names the desk answers to, separated by commas.",
    "TRUEUP_IDLE_MINUTES": "Minutes without a page after which a log-in ends (`120`).",
    "TRUEUP_HTTPS": "`1` when pages come over HTTPS: secure cookies and HSTS.",
    "TRUEUP_LOG_LEVEL": "How much is logged: DEBUG, INFO, WARNING (the default), ERROR.",
    "TRUEUP_ORGANISATION": "The organisation's name, as it stands on reports.",
    "TRUEUP_SECRET_KEY": "Signing key of sessions; without it one is made below the home.",
    "TRUEUP_TIMEZONE": "The organisation's time zone (`Europe/Berlin`).",
}

READS = re.compile(r"TRUEUP_[A-Z_]+")


def settings_read() -> set[str]:
    """Every TRUEUP_ name the program's source reads."""
    names: set[str] = set()
    for module in modules(ROOT, SOURCE):
        for node in ast.walk(module.tree):
            word = node.value if isinstance(node, ast.Constant) else None
            if isinstance(word, str) and READS.fullmatch(word):
                names.add(word)
    return names


def commands_page() -> str:
    """docs/commands.md."""
    rows = [f"| `trueup {name}` | {each.means} |" for name, each in cli.COMMANDS.items()]
    head = ["# Commands", "", NOTE, "", "| command | what it does |", "|---|---|"]
    tail = [
        "",
        "From a clone, `./trueup` does the same and makes what is missing; it also has "
        "`./trueup test [--postgresql ADDRESS]` and `./trueup bench NAME`.",
        "All take `--home DIR`; those that serve take `--host`, `--port` and `--threads`.",
        "Exit codes: 0 done, 1 refused or not well, 2 misused.",
    ]
    return "\n".join(head + rows + tail) + "\n"


def settings_page() -> str:
    """docs/settings.md."""
    lines = ["# Settings", "", NOTE, "", "All are environment variables; every default is safe."]
    lines += ["", "| name | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {SETTINGS.get(name, '?')} |" for name in sorted(settings_read())]
    return "\n".join(lines) + "\n"


def _event_lines() -> Iterator[str]:
    for module in iter_modules(events.__path__, "trueup.core.events."):
        import_module(module.name)
    for name, event in sorted(events.registry().items()):
        private = ", ".join(f"`{field}`" for field in sorted(event.private)) or "-"
        yield f"| `{name}` | `{event.activity}` | {event.means} | {private} |"


def events_page() -> str:
    """docs/events.md."""
    lines = ["# Events", "", NOTE, "", "Private fields can be erased; the log stays verifiable."]
    lines += ["", "| event | activity | what it means | private |", "|---|---|---|---|"]
    return "\n".join([*lines, *_event_lines()]) + "\n"


def audit_page() -> str:
    """docs/questions.md: every measure and every check."""
    lines = ["# Measures and checks", "", NOTE, "", "| id | what it asks |", "|---|---|"]
    for group in (catalogue.all_measures(), catalogue.all_checks()):
        lines += [f"| {name} | {each.title} |" for name, each in sorted(group.items())]
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "events.md": events_page,
    "questions.md": audit_page,
}


def stale(folder: Path) -> list[str]:
    """The pages whose text is not what the source says."""
    found = []
    for name, page in PAGES.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != page():
            found.append(f"docs/{name} is out of date: python -m tools.docs (rule 17)")
    return found


def violations(root: Path) -> list[str]:
    """What tools.check asks: pages out of date, and settings nobody explained."""
    missing = settings_read() - SETTINGS.keys()
    unsaid = [f"tools/docs.py: {name} has no meaning yet" for name in sorted(missing)]
    return stale(root / "docs") + unsaid


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check tell what is out of date."""
    if "--check" in arguments:
        found = violations(ROOT)
        print("\n".join(found) or "The pages are up to date.")
        return 1 if found else 0
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
