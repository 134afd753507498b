"""Writing, sealing and verifying the event log: ``python -m bench.eventlog [EVENTS]``.

Works in a folder of its own on SQLite unless TRUEUP_DATABASE says otherwise; prints events a
second of each part.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable


def _timed(what: str, events: int, work: Callable[[], object]) -> None:
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    print(f"{what:<10}{events:>9} events {seconds:8.2f} s {events / seconds:10,.0f} a second")


def main(events: int) -> None:
    """Write, seal and verify so many events."""
    os.environ["TRUEUP_HOME"] = tempfile.mkdtemp(prefix="trueup-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trueup.desk.conf.settings")
    import django  # noqa: PLC0415 - the home must be set first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from trueup.core.actors import SYSTEM  # noqa: PLC0415
    from trueup.core.events.subject import Erased  # noqa: PLC0415
    from trueup.desk.eventlog import seal, verify  # noqa: PLC0415
    from trueup.desk.eventlog.verbs import append  # noqa: PLC0415

    def write() -> None:
        for number in range(events):
            with transaction.atomic():
                event = Erased(texts=0, reason_code="bench")
                append(event, actor=SYSTEM, entity_id=str(number), via="other")

    def seal_all() -> None:
        while seal.seal_pending():
            pass

    call_command("migrate", verbosity=0)
    _timed("write", events, write)
    _timed("seal", events, seal_all)
    _timed("verify", events, verify.verify)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
