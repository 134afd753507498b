"""Web and worker in one command: a small parent starts both, restarts them, ends both.

The parent loads nothing of the desk. The web process is gunicorn with one process of several
threads; the worker starts when the first page can be served, and after what must be done `first`
(a demo's history: timers must not fire into it). When the parent dies, however it
dies, both notice and stop.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

STOP_WITHIN = 15.0
LOOK_EVERY = 0.2
RESTART_AFTER = 1.0
STARTS_AT_MOST = 5
STEADY_AFTER = 60.0


def port_is_free(host: str, port: int) -> bool:
    """Whether we could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass
class Child:
    """A process we look after: how to start it, and when it was started."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it; our own Ctrl-C does not reach it, we pass it on in order."""
        self.process = subprocess.Popen(self.command, start_new_session=True)
        self.started.append(time.monotonic())

    def code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self.process.poll() if self.process else None

    def too_often(self) -> bool:
        """Whether it was started again and again within a minute."""
        recent = [at for at in self.started if time.monotonic() - at < STEADY_AFTER]
        return len(recent) >= STARTS_AT_MOST

    def end(self) -> None:
        """Ask it to stop; after a while insist."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Stopped(Exception):
    """Somebody asked us to stop."""


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _program(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def children(host: str, port: int, threads: int, ready: int) -> tuple[Child, Child]:
    """The web process and the worker, not yet started."""
    own = ["--parent", str(os.getpid())]
    web = ["-m", "trueup.desk.conf.web_process", "--host", host, "--port", str(port)]
    web += ["--threads", str(threads), *own, "--ready", str(ready)]
    home = ["--home", os.environ["TRUEUP_HOME"]]
    work = ["-m", "trueup.cli", "work", *own, *home]
    return Child("web", _program(*web)), Child("worker", _program(*work))


def _start_web(web: Child, ready_read: int, ready_write: int) -> bool:
    """Start the web process and wait until it says that it listens; False when it ends before."""
    web.process = subprocess.Popen(web.command, start_new_session=True, pass_fds=(ready_write,))
    web.started.append(time.monotonic())
    os.close(ready_write)
    return os.read(ready_read, 1) == b"1"


def _do_first(task: Child, web: Child) -> bool:
    """Do what comes before the worker, with the web process looked after; whether it went well."""
    task.start()
    while task.code() is None:
        time.sleep(LOOK_EVERY)
        if web.code() is not None:
            return False
    if task.code() != 0:
        print(f"Stopped: {task.name} did not end well.", file=sys.stderr)
    return task.code() == 0


def _look_after(group: tuple[Child, ...]) -> int:
    """Restart what ends by itself; 1 when a process cannot be kept running."""
    while True:
        time.sleep(LOOK_EVERY)
        for child in group:
            if child.code() is None:
                continue
            if child.too_often():
                print(f"The {child.name} process keeps ending; stopping.", file=sys.stderr)
                return 1
            print(f"The {child.name} process ended; starting it again.", file=sys.stderr)
            time.sleep(RESTART_AFTER)
            child.start()


def serve(host: str, port: int, threads: int, greeting: str, *, first: str | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; prints `greeting` when pages can be asked for.

    `first` names a module that is run to its end before the worker starts.
    """
    if not port_is_free(host, port):
        print(
            f"Port {port} is already in use. Stop what uses it, or choose another: "
            f"--port {port + 1}",
            file=sys.stderr,
        )
        return 1
    ready_read, ready_write = os.pipe()
    web, worker = children(host, port, threads, ready_write)
    task = Child(first, _program("-m", first)) if first else None
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    try:
        if not _start_web(web, ready_read, ready_write):
            return 1
        web.command = web.command[: web.command.index("--ready")]
        print(greeting, flush=True)
        if task is not None and not _do_first(task, web):
            return 1
        worker.start()
        return _look_after((web, worker))
    except Stopped:
        print("\nStopping web and worker ...", flush=True)
        return 0
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in (task, worker, web):
            if child is not None:
                child.end()
