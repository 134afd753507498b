"""The worker: runs every registered tick until it is told to stop.

Each tick has a thread of its own, so that a slow one (an audit) never delays the timers. A failing
tick is logged and tried again, later each time, at most a minute apart. On SQLite one thread alone
writes the log of the database back into it: older libraries lose data when two do.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable
from types import FrameType

import structlog
from django.db import close_old_connections, connection, connections
from django.utils.module_loading import autodiscover_modules

from trueup.desk.eventlog import ticks
from trueup.desk.eventlog.ticks import Tick

LONGEST_PAUSE = 60.0
CHECKPOINT_EVERY = 10.0
PARENT_CHECK_EVERY = 1.0

log = structlog.get_logger("trueup.worker")


def pause_after(tick: Tick, failures: int) -> float:
    """Seconds to the next run: the tick's own pause, doubled for each failure in a row."""
    if failures == 0:
        return tick.every_seconds
    return float(min(LONGEST_PAUSE, max(1.0, tick.every_seconds) * 2 ** min(failures, 10)))


def run_once(tick: Tick) -> bool:
    """Run one tick; True when it ended well. A failure is logged, never raised."""
    close_old_connections()
    try:
        tick.run()
    except Exception:
        log.exception("tick failed", tick=tick.name)
        connection.close()
        return False
    return True


def keep_running(tick: Tick, stop: threading.Event) -> None:
    """Run `tick` again and again until `stop` is set; then give its connection back."""
    failures = 0
    while not stop.is_set():
        failures = 0 if run_once(tick) else failures + 1
        stop.wait(pause_after(tick, failures))
    connections.close_all()


def checkpoint_database() -> None:
    """Fold SQLite's write-ahead log into the database file; nothing to do elsewhere."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _watch_parent(stop: threading.Event, parent: int) -> None:
    """Stop when the process that started us is gone, so that no worker is left over."""
    while not stop.wait(PARENT_CHECK_EVERY):
        if os.getppid() != parent:
            log.warning("the starting process is gone; stopping")
            stop.set()


def discover() -> tuple[Tick, ...]:
    """Load what the rooms register (modules `followers` and `due`) and return all ticks."""
    autodiscover_modules("followers", "due")
    ticks.register("database.checkpoint", checkpoint_database, CHECKPOINT_EVERY)
    return ticks.registered()


def work(chosen: Iterable[Tick], stop: threading.Event, parent: int | None = None) -> None:
    """Run the ticks until `stop`; ends when every thread has finished its current run."""
    threads = [
        threading.Thread(target=keep_running, args=(tick, stop), name=tick.name) for tick in chosen
    ]
    if parent is not None:
        watch = threading.Thread(target=_watch_parent, args=(stop, parent), daemon=True)
        threads.append(watch)
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join()


def stop_on_signals(stop: threading.Event) -> None:
    """Set `stop` on SIGTERM and SIGINT, instead of breaking off in the middle of a run."""

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
