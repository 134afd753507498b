"""While a demo is loaded its page says so, styled; then the doors are open and people go in."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from itertools import islice
from pathlib import Path

import pytest

from tests.desk.conf.test_serving import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import sys
from trueup.desk.conf import serving
sys.exit(serving.serve("127.0.0.1", int(sys.argv[1]), 4, "ready", first=sys.argv[2]))
"""
pytestmark = pytest.mark.slow


@pytest.fixture
def serve(tmp_path):
    (tmp_path / "demo.mark").touch()
    environment = {
        **os.environ,
        "TRUEUP_HOME": str(tmp_path),
        "TRUEUP_DATABASE": "sqlite",
        "TRUEUP_DEMO": "1",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    made: list[subprocess.Popen[str]] = []

    def start(first: str) -> tuple[subprocess.Popen[str], int]:
        port = free_port()
        command = [sys.executable, "-c", SERVE, str(port), first]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        made.append(process)
        return process, port

    yield start
    for process in made:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def get(port, path="/"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def until(port, what, seconds=280):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page = get(port)[1]
        if what in page:
            return page
        time.sleep(0.5)
    raise AssertionError(f"{what} did not come")


def test_first_the_progress_then_the_doors(serve):
    process, port = serve("tests.demo.small")
    assert "ready" in [line.strip() for line in islice(process.stdout, 2)]
    status, page = get(port)
    assert status == 200
    assert "The demo is moving in" in page
    assert get(port, re.search(r'rel="stylesheet" href="([^"]+)"', page)[1])[0] == 200
    assert get(port, "/api/v1/me")[0] == 503
    until(port, "Julia Brandt")
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    page = browser.open(f"http://127.0.0.1:{port}/login", timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "login": "julia"}).encode()
    action = re.search(r'class="enter" method="post" action="([^"]+)"', page)[1]
    inside = browser.open(f"http://127.0.0.1:{port}{action}", form, timeout=20)
    assert inside.url.endswith("/manage")


def test_a_load_that_fails_ends_the_command(serve):
    process, _ = serve("tests.demo.no_such_module")
    assert process.wait(60) == 1
    assert "did not end well" in process.stderr.read()
