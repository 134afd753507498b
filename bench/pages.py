"""Pages at two sizes of the desk: ``python -m bench.pages [SMALL] [LARGE]``.

Fills a desk of its own with records, asks for the technician's and the user's pages through the
whole stack, and prints each page's time at both sizes, their ratio and its queries. The promise:
lists and record pages at 100,000 records take at most 1.5 times what they take at 1,000. History
grows, the backlog does not: BACKLOG records are open at both sizes. (Pages that count the backlog
grow with it: with 2,000 open records the queue takes about five times as long.)
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from typing import Any

ROUNDS = 9
BACKLOG = 300
HEAP = 2000


def _fill(scene: Any, first: int, last: int) -> None:
    """Add records `first` to `last` in heaps; the first ones are open."""
    from django.utils import timezone  # noqa: PLC0415 - the home must be set first

    from trueup.desk.base.models import Subject  # noqa: PLC0415
    from trueup.desk.work.models import Record, SearchTerm  # noqa: PLC0415

    draw, now, desk = random.Random(first), timezone.now(), scene.cast
    for start in range(first, last, HEAP):
        subjects, records, terms = [], [], []
        for n in range(start, min(start + HEAP, last)):
            subject = Subject(id=uuid.uuid4(), kind="incident", number=f"INC-9{n}", label="x")
            opened, live = now - timedelta(minutes=draw.randint(0, 800_000)), n < BACKLOG
            words = {f"word{draw.randrange(3000)}" for _ in range(6)} | {"mail"}
            subjects.append(subject)
            records.append(
                Record(
                    subject=subject, kind="incident", number=subject.number,
                    title=" ".join(sorted(words)), state="working" if live else "closed",
                    evidence="open" if live else "closed", service=scene.mail,
                    customer=desk.acme if n % 2 else desk.beta,
                    requester=desk.alice if n % 500 == 0 else desk.bert, team=desk.desk,
                    assignee=desk.charlie if n % 3 == 0 else None, channel="mail",
                    priority=draw.randint(1, 5), opened_at=opened, touched_at=opened,
                    due_at=opened + timedelta(hours=8) if live else None,
                    closed_at=None if live else opened, agreement=scene.promise,
                )
            )  # fmt: skip
            terms += [SearchTerm(record_id=subject.id, term=word) for word in words]
        Subject.objects.bulk_create(subjects)
        Record.objects.bulk_create(records)
        SearchTerm.objects.bulk_create(terms, batch_size=HEAP)


def _measure(scene: Any, record: Any) -> dict[str, tuple[float, int]]:
    """Milliseconds (median) and queries of each page."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from tests.desk.web.pages import client_for  # noqa: PLC0415

    works, asks = client_for(scene.cast.charlie), client_for(scene.cast.alice)
    found = {}
    for name, browser, path in (
        ("queue", works, "/work?view=open"),
        ("queue, closed", works, "/work?view=closed"),
        ("needs me now", works, "/now"),
        ("record", works, f"/records/{record.pk}"),
        ("portal", asks, "/portal"),
        ("my requests", asks, "/my"),
        ("my request", asks, f"/my/{record.pk}"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        queries = len(asked)
        times = []
        for _ in range(ROUNDS):
            begun = time.process_time()
            browser.get(path)
            times.append(1000 * (time.process_time() - begun))
        found[name] = (statistics.median(times), queries)
    return found


def main(small: int, large: int) -> None:
    """Measure at both sizes and print the ratios."""
    os.environ["TRUEUP_HOME"] = tempfile.mkdtemp(prefix="trueup-bench-")
    os.environ["TRUEUP_HOSTS"] = "localhost,testserver"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trueup.desk.conf.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from tests.desk.work.scene import scene  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    desk = scene()
    record = desk.worked()
    taken = []
    for first, last in ((0, small), (small, large)):
        _fill(desk, first, last)
        taken.append(_measure(desk, record))
    print(f"{'page':<16}{small:>12,} records{large:>12,} records   ratio   queries")
    for name, (before, few) in taken[0].items():
        after, many = taken[1][name]
        print(
            f"{name:<16}{before:>17.1f} ms{after:>17.1f} ms{after / before:>8.2f}{few:>6} {many:>3}"
        )


if __name__ == "__main__":
    sizes = [int(text) for text in sys.argv[1:3]]
    main(*(sizes or [1000, 100_000]))
