"""The demo organisation, loaded once into a demo home.

The organisation itself is made by `trueup.demo`; a build without it serves an empty desk.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

LOADER = "trueup.demo.load"
LOADED = "demo.loaded"


def is_there() -> bool:
    """Whether this build carries a demo organisation."""
    return find_spec("trueup.demo") is not None and find_spec(LOADER) is not None


def load_once(home: Path) -> bool:
    """Load the organisation unless it was loaded before; True when it was loaded now.

    The mark is set after the load: a load that broke off is tried again, and must continue or
    begin anew by itself.
    """
    mark = home / LOADED
    if mark.exists():
        return False
    if not is_there():
        print("This build carries no demo organisation yet: the desk is empty.", flush=True)
        return False
    print("Loading the demo organisation, once ...", flush=True)
    import_module(LOADER).load(home)
    mark.touch()
    return True


def log_ins() -> str:
    """The demo's log-ins as lines for the terminal; empty when there is no organisation."""
    if not is_there():
        return ""
    people = import_module("trueup.demo").LOG_INS
    return "\n".join(f"  {name:24} {password:16} {who}" for name, password, who in people)
