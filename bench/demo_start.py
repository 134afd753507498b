"""How long until the demo can be used: ``python -m bench.demo_start``.

Starts `trueup demo` in a new folder and again in the same one, and prints the seconds until a
styled page, until the doors are open, the processor time until then, the memory of web and
worker, and what the first audit found. Installing is not part of it.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from pathlib import Path

from bench.crash import ROOT, free_port

PATIENCE = 1800.0
DOOR = 'class="enter"'
SHEET = re.compile(r'rel="stylesheet" href="([^"]+)"')


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """The demo, as the command starts it."""
    environment = {**os.environ, "TRUEUP_DATABASE": "sqlite", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "trueup.cli", "demo", "--home", str(home)]
    return subprocess.Popen(
        [*command, "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, and wait."""
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def get(port: int, path: str) -> str:
    """A page, or nothing where there is none yet."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def until(process: subprocess.Popen[bytes], port: int, what: str) -> float:
    """The instant at which a page with `what` and its style sheet were both answered."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        page = get(port, "/login")
        sheet = SHEET.search(page)
        if what in page and sheet and get(port, sheet[1]):
            return time.monotonic()
        time.sleep(0.02)
    raise RuntimeError("the demo did not start")


def family(parent: int) -> list[int]:
    """A process and all below it."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    own = [pid for pid, ppid in pairs if ppid == parent]
    return [parent, *(each for pid in own for each in family(pid))]


def memory(parent: int) -> tuple[float, float]:
    """Megabytes of all its processes: resident added up, and shared pages counted once."""
    resident = shared = 0
    for pid in family(parent):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
        except OSError:
            continue
        sizes = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE))
        resident, shared = resident + int(sizes["Rss"]), shared + int(sizes["Pss"])
    return resident / 1024, shared / 1024


def processor() -> float:
    """Seconds of processor time of everything that was started and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def spent(parent: int) -> float:
    """Seconds of processor time of a process, of those below it, and of their ended children."""
    tick = os.sysconf("SC_CLK_TCK")
    found = 0.0
    for pid in family(parent):
        try:
            text = Path(f"/proc/{pid}/stat").read_text("utf-8")
        except OSError:
            continue
        found += sum(map(int, text.rpartition(")")[2].split()[11:15])) / tick
    return found


def findings(home: Path) -> dict[str, list[str]]:
    """The units that the first audit named, per check."""
    (result,) = home.glob("audits/*/result.json")
    with sqlite3.connect(home / "trueup.sqlite3") as database:
        labels = dict(database.execute("SELECT id, label FROM base_subject"))
    told = defaultdict(list)
    for check in json.loads(result.read_text("utf-8"))["checks"]:
        for each in check["detections"]:
            unit = each["unit"]
            if unit["kind"] != "record":
                told[check["id"]].append(labels.get(unit["id"].replace("-", ""), unit["id"]))
    return told


def run(home: Path) -> None:
    """Start twice and print."""
    port = free_port()
    begun = time.monotonic()
    process = start(home, port)
    styled = until(process, port, "</html>") - begun
    print(f"first start: {styled:.1f} s to a styled page", flush=True)
    open_after = until(process, port, DOOR) - begun
    print(f"             {open_after:.1f} s until the doors are open")
    print(f"             {processor() + spent(process.pid):.0f} s of processor time until then")
    stop(process)
    begun = time.monotonic()
    process = start(home, port)
    print(f"second start: {until(process, port, DOOR) - begun:.1f} s to the doors")
    time.sleep(10)
    resident, shared = memory(process.pid)
    print(f"memory: {resident:.0f} MB resident, {shared:.0f} MB with shared pages counted once")
    stop(process)
    for check, units in findings(home).items():
        print(f"found {check}: {', '.join(units[:6])}")


def main() -> int:
    """Measure in a folder of its own."""
    home = Path(tempfile.mkdtemp(prefix="trueup-demo-"))
    try:
        run(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
