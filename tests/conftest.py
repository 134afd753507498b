"""What every test stands on: a home of its own, the settings, no network, quiet randomness."""

from __future__ import annotations

import atexit
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(tempfile.mkdtemp(prefix="trueup-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# Before anything loads the settings: they make keys below the home they find.
os.environ["TRUEUP_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trueup.desk.conf.settings")
os.environ.setdefault("TRUEUP_HOSTS", "localhost,127.0.0.1,[::1],testserver")

from hypothesis import settings as hypothesis_settings  # noqa: E402

hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("steady")

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _require_here(address: Any) -> None:
    if not _is_here(address):
        raise RuntimeError(f"tests use no network: {address!r}")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _require_here(address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _require_here(address)
    return _connect_ex(self, address)


socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign, assignment]


def logs_folder() -> Path:
    """Where the public logs lie: TRUEUP_DATA, else beside the project."""
    return Path(os.environ.get("TRUEUP_DATA", ROOT.parent / "shared" / "data"))


def browser() -> str | None:
    """The browser the journeys use, where one is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for found in map(shutil.which, names) if found), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here and say why; in CI a missing browser is a failure, not a skip."""
    no_logs = pytest.mark.skip(reason=f"the public logs are not in {logs_folder()} (TRUEUP_DATA)")
    no_browser = pytest.mark.skip(reason="no chromium is installed")
    skip_browser = browser() is None and os.environ.get("CI") != "true"
    for item in items:
        if item.get_closest_marker("data") and not logs_folder().exists():
            item.add_marker(no_logs)
        if skip_browser and item.get_closest_marker("browser"):
            item.add_marker(no_browser)


@pytest.fixture(scope="session")
def logs() -> Path:
    """The folder of the public logs."""
    return logs_folder()


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of small files kept with the tests."""
    return ROOT / "tests" / "fixtures"
