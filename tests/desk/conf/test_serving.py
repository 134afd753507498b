"""One command starts web and worker and leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(parent: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    own = [pid for pid, ppid in pairs if ppid == parent]
    return own + [each for pid in own for each in children_of(pid)]


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and ") Z " not in status.read_text()


def wait_until_gone(pids: list[int], seconds: float = 20) -> list[int]:
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(map(is_running, pids)):
        time.sleep(0.1)
    return [pid for pid in pids if is_running(pid)]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    environment = {**os.environ, "TRUEUP_DATABASE": "sqlite"}
    command = [sys.executable, "-m", "trueup.cli", "serve", "--home", str(tmp_path)]
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C stops web and worker" in line:
            break
    yield process, port
    if process.poll() is None:
        process.kill()


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(
    served: tuple[subprocess.Popen[str], int], number: signal.Signals
) -> None:
    process, port = served
    assert status(port) < 500
    family = children_of(process.pid)
    assert len(family) >= 3
    process.send_signal(number)
    assert process.wait(30) == 0
    assert wait_until_gone(family) == []


def test_kill_leaves_no_orphan(served: tuple[subprocess.Popen[str], int]) -> None:
    process, _ = served
    family = children_of(process.pid)
    process.kill()
    assert wait_until_gone(family) == []


def test_a_taken_port_is_told(served: tuple[subprocess.Popen[str], int], tmp_path: Path) -> None:
    _, port = served
    command = [sys.executable, "-m", "trueup.cli", "serve", "--home", str(tmp_path / "b")]
    done = subprocess.run(
        [*command, "--port", str(port)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"Port {port} is already in use" in done.stderr
