"""Sudden ends of web and worker under writes: ``python -m bench.crash [CYCLES]`` (usually 100).

A desk on SQLite is served as always; clients report records over the programming interface, each
with a key of its own, and ask again with the same key until they have an answer. Meanwhile web or
worker is killed with SIGKILL and started again. At the end: every record that was acknowledged is
there, none is there twice, each has its one event, and the log verifies.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
UP_WITHIN = 240.0
LEASE = 75.0
MOST_OPEN = 20
SEED = """
import django; django.setup()
from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs
from trueup.desk.conf import prepare
prepare.prepare()
who = verbs.add_person(name="Tess", email="tess@example.org", actor=SYSTEM)
verbs.grant(who, "technician", actor=SYSTEM)
print(verbs.issue_token(who, name="crash", scopes=("read", "write"), days=1, actor=SYSTEM)[1])
"""
LOOK = """
import collections, django, json; django.setup()
from trueup.desk.eventlog import seal
from trueup.desk.eventlog.models import Event
from trueup.desk.eventlog.verify import verify
from trueup.desk.work.models import Record
while seal.seal_pending(): pass
seal.checkpoint()
rows = dict(Record.objects.values_list("pk", "title"))
told = Event.objects.filter(entity="record", activity="opened").values_list("entity_id", flat=True)
report = verify()
print(json.dumps({
    "titles": sorted(rows.values()),
    "numbers": len(set(Record.objects.values_list("number", flat=True))),
    "unlogged": len({str(key) for key in rows} ^ set(told)),
    "opened_twice": sum(n - 1 for n in collections.Counter(told).values()),
    "events": report.events,
    "findings": [each.words for each in report.findings],
}))
"""


@dataclass(slots=True)
class Outcome:
    """What a run came to."""

    cycles: int
    kills: dict[str, int]
    acknowledged: int
    unanswered: int
    lost: int
    doubled: int
    unlogged: int
    events: int
    findings: list[str]
    seconds: float

    @property
    def sound(self) -> bool:
        """Whether nothing was lost or doubled and the log verifies."""
        return not (self.lost or self.doubled or self.unlogged or self.findings)


@dataclass
class Desk:
    """A served desk whose processes can be killed."""

    home: Path
    port: int
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def command(self, name: str) -> list[str]:
        """How `serve` starts this process."""
        own = ["--parent", str(os.getpid())]
        if name == "web":
            where = ["--host", "127.0.0.1", "--port", str(self.port), "--threads", "4"]
            return [sys.executable, "-m", "trueup.desk.conf.web_process", *where, *own]
        return [sys.executable, "-m", "trueup.cli", "work", "--home", str(self.home), *own]

    def start(self, name: str) -> None:
        """Start a process and leave it alone."""
        self.processes[name] = subprocess.Popen(
            self.command(name), env=self.environment, cwd=ROOT, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        """End a process, and gunicorn's child with it, as a power cut would."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_up(self) -> None:
        """Wait until pages are answered."""
        until = time.monotonic() + UP_WITHIN
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/login", timeout=5).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("the web process did not come up again")

    def python(self, text: str) -> str:
        """The output of a small programme on this desk."""
        done = subprocess.run(
            [sys.executable, "-c", text], env=self.environment, cwd=ROOT, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()


@dataclass
class Client(threading.Thread):
    """Somebody who reports again and again, and repeats with the same key what got no answer."""

    port: int
    token: str
    stop: threading.Event
    acknowledged: list[str] = field(default_factory=list)
    open_ones: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Report until told to stop."""
        while not self.stop.is_set():
            if len(self.open_ones) < MOST_OPEN:
                self.open_ones.append(f"crash {uuid4()}")
            self.ask_all()

    def ask_all(self) -> None:
        """Send the oldest and the newest that have no answer yet, once."""
        for title in [*self.open_ones[:1], *self.open_ones[:-3:-1]]:
            if title not in self.open_ones:
                continue
            if self._send(title):
                self.open_ones.remove(title)
                self.acknowledged.append(title)

    def settle(self, within: float) -> None:
        """Go on asking until everything has its answer."""
        until = time.monotonic() + within
        while self.open_ones and time.monotonic() < until:
            for title in list(self.open_ones):
                if self._send(title):
                    self.open_ones.remove(title)
                    self.acknowledged.append(title)
            time.sleep(0.5)

    def _send(self, title: str) -> bool:
        """Report it; True where the desk says that it is written down."""
        body = json.dumps({"title": title, "channel": "api"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/records", body,
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
             "Idempotency-Key": title.replace(" ", "-")},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return bool(answer.status == 201)
        except urllib.error.HTTPError as error:
            if error.code not in (409, 500, 502, 503):
                raise
            return False
        except OSError:
            time.sleep(0.05)
            return False


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(
    cycles: int, home: Path, *, clients: int = 3, seed: int = 1, lease: float = LEASE
) -> Outcome:
    """Kill and start again so many times; `lease` is how long open answers are waited for."""
    begun, rng = time.monotonic(), random.Random(seed)
    environment = {
        **os.environ, "TRUEUP_HOME": str(home), "TRUEUP_DATABASE": "sqlite",
        "DJANGO_SETTINGS_MODULE": "trueup.desk.conf.settings",
        "TRUEUP_API_CALLS_PER_MINUTE": "1000000",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    desk = Desk(home, free_port(), environment)
    token, stop = desk.python(SEED), threading.Event()
    writers = [Client(desk.port, token, stop) for _ in range(clients)]
    kills = {"web": 0, "worker": 0}
    try:
        for name in kills:
            desk.start(name)
        desk.wait_up()
        for writer in writers:
            writer.start()
        for cycle in range(cycles):
            time.sleep(rng.uniform(0.15, 0.9))
            for name in ("web",) if cycle % 3 == 0 else ("worker",) if cycle % 3 == 1 else kills:
                desk.kill(name)
                kills[name] += 1
                desk.start(name)
            desk.wait_up()
        _wait_for_answers(writers)
        stop.set()
        for writer in writers:
            writer.join()
            writer.settle(lease)
    finally:
        for name in desk.processes:
            desk.kill(name)
    return _outcome(desk, writers, cycles, kills, begun)


def _wait_for_answers(writers: list[Client]) -> None:
    """Until everybody had two answers: a busy machine may give none between two ends."""
    until = time.monotonic() + UP_WITHIN
    while time.monotonic() < until and any(
        one.is_alive() and len(one.acknowledged) < 2 for one in writers
    ):
        time.sleep(0.1)


def _outcome(
    desk: Desk, writers: list[Client], cycles: int, kills: dict[str, int], begun: float
) -> Outcome:
    found = json.loads(desk.python(LOOK))
    titles: list[str] = found["titles"]
    acknowledged = {title for writer in writers for title in writer.acknowledged}
    return Outcome(
        cycles=cycles,
        kills=kills,
        acknowledged=len(acknowledged),
        unanswered=sum(len(writer.open_ones) for writer in writers),
        lost=len(acknowledged - set(titles)),
        doubled=len(titles) - len(set(titles)) + len(titles) - found["numbers"],
        unlogged=found["unlogged"] + found["opened_twice"],
        events=found["events"],
        findings=found["findings"],
        seconds=time.monotonic() - begun,
    )


def main(cycles: int) -> int:
    """Print what a run came to; 0 where nothing was lost or doubled and the log verifies."""
    home = Path(tempfile.mkdtemp(prefix="trueup-crash-"))
    try:
        found = run(cycles, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    killed = ", ".join(f"{name} {count} times" for name, count in found.kills.items())
    print(f"{found.cycles} cycles in {found.seconds:.0f} s; killed {killed}.")
    print(f"{found.acknowledged} records acknowledged, {found.unanswered} without an answer.")
    print(f"{found.lost} lost, {found.doubled} doubled, {found.unlogged} without their one event.")
    print(f"{found.events} events verified: {'; '.join(found.findings) or 'the log is sound'}.")
    return 0 if found.sound else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
