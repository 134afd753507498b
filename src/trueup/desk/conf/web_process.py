"""The web process: prepares the database, then serves pages with gunicorn's threads."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from typing import Any

import django
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from trueup.desk.conf import prepare

PARENT_CHECK_EVERY = 1.0


class Pages(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings, told in code so that there is no second settings file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application gunicorn calls."""
        return get_wsgi_application()


def _stop_without_parent(parent: int) -> None:
    """End gunicorn when the process that started us is gone."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_EVERY)
    os.kill(os.getpid(), 15)


def options_for(
    host: str, port: int, threads: int, ready: int | None, parent: int
) -> dict[str, Any]:
    """Gunicorn's options: one process, several threads, the application loaded once."""

    def when_ready(server: object) -> None:
        if ready is not None:
            os.write(ready, b"1")
            os.close(ready)
        threading.Thread(target=_stop_without_parent, args=(parent,), daemon=True).start()

    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": threads,
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 5,
        "preload_app": True,
        "limit_request_line": 8190,
        "proc_name": "trueup-web",
        "loglevel": "warning",
        "when_ready": when_ready,
        "control_socket_disable": True,
    }


def main(arguments: list[str]) -> int:
    """Prepare and serve; 1 with a sentence when the desk must not start."""
    parser = argparse.ArgumentParser(prog="trueup web")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--ready", type=int)
    parser.add_argument("--parent", type=int, default=os.getppid())
    options = parser.parse_args(arguments)
    django.setup()
    try:
        made = prepare.prepare()
        if made:
            print(f"The database is ready ({made} steps).", flush=True)
    except prepare.NotReady as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        connections.close_all()
    pages = options_for(options.host, options.port, options.threads, options.ready, options.parent)
    Pages(pages).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
