"""Build the wheel, install it alone in a clean environment, and see that it serves and audits."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from tools import assets, environment
from tools.environment import say

START_WITHIN = 60.0
NEEDED = ("trueup/desk/surfaces/web/static/built/app.css", "licenses/LICENSE")


class Unfit(Exception):
    """The wheel is not what it should be; the text says how."""


def build(folder: Path) -> Path:
    """Build the wheel into `folder`; raises SetupFailed with the builder's last lines."""
    command = [str(environment.PYTHON), "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    environment.run([*command, str(folder)], "The wheel could not be built.")
    return next(folder.glob("*.whl"))


def missing(wheel: Path) -> list[str]:
    """What a wheel must hold and does not."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    return [each for each in NEEDED if not any(name.endswith(each) for name in names)]


def install(wheel: Path, folder: Path) -> Path:
    """A clean environment with the locked packages and the wheel; returns its Python."""
    uv = str(environment.uv())
    env = {**os.environ, **environment.pip_settings()}
    python = folder / "bin/python"
    environment.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], "venv", env)
    into = [uv, "pip", "install", "--quiet", "--python", str(python)]
    locked = [*into, "--require-hashes", "-r", str(environment.lock("run"))]
    environment.run(locked, "The packages could not be installed.", env)
    environment.run([*into, "--no-deps", str(wheel)], "The wheel could not be installed.", env)
    return python


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serves(program: Path, home: Path) -> None:
    """Start `trueup serve` and ask for its first page; Unfit when it is not answered with 200."""
    port = _free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TRUEUP_", "PYTHON"))}
    command = [str(program), "serve", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, cwd=home, env=clean)
    try:
        until = time.monotonic() + START_WITHIN
        status = 0
        while status == 0 and time.monotonic() < until and process.poll() is None:
            time.sleep(0.2)
            status = _status(f"http://127.0.0.1:{port}/login")
        if status != 200:
            raise Unfit(f"/login of the installed wheel was answered with {status}, not 200")
    finally:
        process.terminate()
        process.wait(30)
    if process.returncode:
        raise Unfit(f"the installed wheel ended with code {process.returncode}")


def audits(program: Path, folder: Path) -> None:
    """Let the wheel write its demonstration pack and audit it; Unfit when that fails."""
    pack, out = folder / "pack", folder / "out"
    environment.run([str(program), "sample", str(pack)], "The installed wheel wrote no pack.")
    command = [str(program), "audit", str(pack), "--out", str(out)]
    environment.run(command, "The installed wheel could not audit its own pack.")
    if not (out / "result.json").exists():
        raise Unfit("the audit left no result.json")


def main() -> int:
    """0 when the wheel is whole, serves and audits; 1 with a sentence otherwise."""
    assets.build()
    folder = Path(tempfile.mkdtemp(prefix="trueup-wheel-"))
    try:
        wheel = build(folder)
        lacking = missing(wheel)
        if lacking:
            raise Unfit(f"the wheel holds no {', '.join(lacking)}")
        program = install(wheel, folder / "clean").with_name("trueup")
        serves(program, folder)
        audits(program, folder)
    except (Unfit, environment.SetupFailed) as failure:
        print(f"The wheel is unfit: {failure}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say("The wheel is whole and starts in a clean environment.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
