"""The demo organisation, loaded once into a demo home.

The organisation itself is made by `trueup.demo`; a build without it serves an empty desk. As a
process of its own (``python -m trueup.desk.conf.demo``) it loads while pages can be seen already.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

LOADER = "trueup.demo.load"
LOADED, PROGRESS = "demo.loaded", "demo.progress"
PARENT_CHECK_EVERY = 1.0


def is_there() -> bool:
    """Whether this build carries a demo organisation."""
    return find_spec("trueup.demo") is not None and find_spec(LOADER) is not None


def is_loaded(home: Path) -> bool:
    """Whether nothing is left to be loaded."""
    return (home / LOADED).exists()


def load_once(home: Path) -> bool:
    """Load the organisation unless it was loaded before; True when it was loaded now.

    The mark is set after the load: a load that broke off is tried again, and must continue or
    begin anew by itself.
    """
    if is_loaded(home):
        return False
    if is_there():
        import_module(LOADER).load(home)
    else:
        print("This build carries no demo organisation: the desk is empty.", flush=True)
    (home / LOADED).touch()
    return is_there()


def log_ins() -> str:
    """The demo's log-ins as lines for the terminal; empty when there is no organisation."""
    if not is_there():
        return ""
    people = import_module("trueup.demo").LOG_INS
    return "\n".join(f"  {name:24} {password:16} {who}" for name, password, who in people)


def _stop_without_parent(parent: int) -> None:
    """End the load when whoever started it is gone: what is half done is undone."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_EVERY)
    os._exit(1)


def main() -> int:
    """Load into TRUEUP_HOME; 0 when the organisation is there."""
    watch = threading.Thread(target=_stop_without_parent, args=(os.getppid(),), daemon=True)
    watch.start()
    import_module("django").setup()
    begun = time.monotonic()
    if load_once(Path(os.environ["TRUEUP_HOME"])):
        print(f"The demo is ready, after {time.monotonic() - begun:.0f} s.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
