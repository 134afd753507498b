"""Every list at two sizes of the desk: ``./trueup bench pages [SMALL] [LARGE] [options]``.

Fills a desk of its own with records and asks, through the whole stack, for every list that a
person can open: each view, each filter with a common and a rare value, words, late pages, the
user's and the customer's lists, and the record page. Prints each page's time at both sizes, their
ratio and its queries; on SQLite without table statistics and with them. The promise: at 100,000
records a list takes at most 1.5 times what it takes at 1,000.

``--growing`` lets the backlog grow with history (else BACKLOG records are open at both sizes);
``--postgresql ADDRESS`` measures there (an empty database; wall-clock time instead of the
process's own).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from typing import Any

ROUNDS = 5
Taken = dict[str, tuple[float, int]]


def _measure(pages: list[tuple[str, Any, str]], clock: Any) -> Taken:
    """The least milliseconds and the queries of each page."""
    from django.db import connection  # noqa: PLC0415 - the home must be set first
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    found = {}
    for name, browser, path in pages:
        answer = browser.get(path)
        assert answer.status_code in (200, 204), (path, answer.status_code)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        queries, times = len(asked), []
        for _ in range(ROUNDS):
            begun = clock()
            browser.get(path)
            times.append(1000 * (clock() - begun))
        found[name] = (min(times), queries)
    return found


def _statistics(vendor: str, *, wanted: bool) -> None:
    """Take table statistics, or forget them; what was written goes into its place, as in use."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        if vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("ANALYZE")
        if vendor == "sqlite" and not wanted:
            cursor.execute("DELETE FROM sqlite_stat1")
            cursor.execute("ANALYZE sqlite_schema")


def _table(sizes: tuple[int, int], title: str, before: Taken, after: Taken) -> None:
    few, many = (f"{size:,}" for size in sizes)
    print(f"\n{title}\n{'list':<34}{few:>9} ms{many:>9} ms   ratio   queries")
    for name, (first, asked) in before.items():
        second, again = after[name]
        print(f"{name:<34}{first:>12.1f}{second:>12.1f}{second / first:>8.2f}{asked:>6} {again:>3}")
    worst = max(before, key=lambda name: after[name][0] / before[name][0])
    print(f"largest ratio: {after[worst][0] / before[worst][0]:.2f} ({worst})")


def main(options: argparse.Namespace) -> None:
    """Measure at both sizes and print the ratios."""
    home = tempfile.TemporaryDirectory(prefix="trueup-bench-")
    os.environ["TRUEUP_HOME"] = options.home or home.name
    os.environ["TRUEUP_HOSTS"] = "localhost,testserver"
    os.environ["TRUEUP_DATABASE"] = options.postgresql or "sqlite"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trueup.desk.conf.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from bench.full_desk import FullDesk  # noqa: PLC0415

    vendor = "postgresql" if options.postgresql else "sqlite"
    clock = time.perf_counter if options.postgresql else time.process_time
    call_command("migrate", verbosity=0)
    desk = FullDesk(growing=options.growing)
    sizes = (options.small, options.large)
    taken: dict[bool, list[Taken]] = {False: [], True: []}
    for first, last in ((0, sizes[0]), sizes):
        desk.fill(first, last)
        for wanted in (False, True) if vendor == "sqlite" else (True,):
            _statistics(vendor, wanted=wanted)
            taken[wanted].append(_measure(desk.pages(), clock))
    for wanted, words in ((False, "without table statistics"), (True, "with table statistics")):
        if taken[wanted]:
            _table(sizes, f"{vendor}, {words}", *taken[wanted])
    home.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./trueup bench pages", description=__doc__)
    parser.add_argument("small", nargs="?", type=int, default=1000)
    parser.add_argument("large", nargs="?", type=int, default=100_000)
    parser.add_argument("--growing", action="store_true", help="the backlog grows with history")
    parser.add_argument("--postgresql", metavar="ADDRESS", help="measure on this empty database")
    parser.add_argument("--home", help="keep the filled desk in this folder")
    main(parser.parse_args())
