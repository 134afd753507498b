"""A hundred sudden ends: what was acknowledged is there once, and the log verifies.

The writer forks, so that each of the hundred processes starts quickly.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = "trueup.desk.conf.settings"
CHECK = """
import django, json; django.setup()
from trueup.desk.eventlog import seal
from trueup.desk.eventlog.models import DataKey, Event
from trueup.desk.eventlog.verify import verify
while seal.seal_pending(): pass
seal.checkpoint()
rows = sorted(int(k.owner[4:]) for k in DataKey.objects.filter(owner__startswith="row:"))
told = sorted(int(e.entity_id[4:]) for e in Event.objects.filter(entity_id__startswith="row:"))
print(json.dumps([rows, told, [f.kind for f in verify().findings]]))
"""
SPAWN = """
import os, sys
from django.db import connection
from tests.desk.crash.writer import main
connection.close()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        main(int(line))
    os.write(1, f"pid {child}\\n".encode())
    os.waitpid(child, 0)
    os.write(1, b"gone\\n")
"""


@pytest.fixture
def environment(tmp_path):
    return {
        **os.environ,
        "TRUEUP_HOME": str(tmp_path),
        "TRUEUP_DATABASE": "sqlite",
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


def python(environment, *arguments, **options):
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True, **options
    ).stdout


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing_and_double_nothing(environment):
    import json

    python(environment, "-m", "django", "migrate", "-v0")
    acknowledged: list[int] = []
    with subprocess.Popen(
        [sys.executable, "-c", SPAWN],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as spawner:
        for turn in range(100):
            acknowledged += kill_one(spawner, 10_000 * (turn + 1), 0.03 + (turn % 7) * 0.02)
        spawner.stdin.close()
    rows, told, findings = json.loads(python(environment, "-c", CHECK))
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(rows)
    assert rows == told == sorted(set(rows))
    assert findings == []


def kill_one(spawner, first, seconds):
    """Let one writer work for a moment, kill it, and return what it acknowledged."""
    spawner.stdin.write(f"{first}\n")
    spawner.stdin.flush()
    done: list[int] = []
    until = None
    for line in iter(spawner.stdout.readline, ""):
        if line.startswith("pid "):
            pid = int(line[4:])
            until = time.monotonic() + seconds
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
        elif line.startswith("gone"):
            break
        else:
            done.append(int(line))
    assert until is not None
    return done
