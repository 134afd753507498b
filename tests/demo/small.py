"""A small demo, loaded as the real one is; a module of its own so that `serve` can run it first."""

from __future__ import annotations

import os
import sys
from pathlib import Path

RECORDS = 40


def main() -> int:
    import django

    django.setup()
    from trueup.demo.load import load
    from trueup.desk.conf.demo import LOADED

    home = Path(os.environ["TRUEUP_HOME"])
    load(home, records=RECORDS)
    (home / LOADED).touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
