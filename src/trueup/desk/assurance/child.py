"""An audit or a what-if in a process of its own: when it ends, the machine has all back.

The worker starts ``python -m trueup.desk.assurance.child``; the engine of audits and its libraries
are loaded there only. Where it ends early, the lease of the run ends and another takes it over.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from importlib import import_module

PARENT_CHECK_EVERY = 1.0


def _stop_without_parent(parent: int) -> None:
    """End when whoever started us is gone."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_EVERY)
    os._exit(1)


def main() -> int:
    """Carry out one audit or what-if; 0 when it was ended, well or with its trouble told."""
    watch = threading.Thread(target=_stop_without_parent, args=(os.getppid(),), daemon=True)
    watch.start()
    import_module("django").setup()
    if not import_module("trueup.desk.assurance.carrying").carry_out():
        import_module("trueup.desk.assurance.trying_out").carry_out()
    return 0


if __name__ == "__main__":
    sys.exit(main())
