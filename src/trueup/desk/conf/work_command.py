"""`trueup work`: the worker alone, beside a web process of its own."""

from __future__ import annotations

import argparse
import threading

import django

from trueup.desk.conf import worker


def main(arguments: list[str]) -> int:
    """Run the worker until SIGTERM or Ctrl-C; returns 0."""
    parser = argparse.ArgumentParser(prog="trueup work", description=__doc__)
    parser.add_argument("--parent", type=int, help="stop when this process is gone")
    options = parser.parse_args(arguments)
    django.setup()
    stop = threading.Event()
    worker.stop_on_signals(stop)
    chosen = worker.discover()
    if options.parent is None:
        print(f"Worker: {len(chosen)} things to look after. Ctrl-C stops it.", flush=True)
    worker.work(chosen, stop, parent=options.parent)
    return 0
