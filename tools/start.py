"""What `./trueup` does: environment, assets, then the command itself in the environment.

Standard library only. `test` and `bench` belong to a clone and live here; all other commands are
those of the installed program (`trueup.cli`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import assets, environment
from tools.environment import ROOT, SetupFailed, say

WITH_PAGES = {"demo", "serve"}
BENCH_NEEDS = {"mining": "test"}  # benches beside packages that only the tests install
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def _hand_over(python: Path, arguments: list[str]) -> int:
    """Become the program in the environment, so that signals reach it directly."""
    sys.stdout.flush()
    os.environ["TRUEUP_ROOT"] = str(ROOT)
    os.execv(str(python), [str(python), *arguments])


def _ensure_browser() -> None:
    """Find Debian's chromium or install it where we may; in CI its absence is a failure."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing chromium for the browser tests ...")
        quiet = {"check": False, "capture_output": True, "stdin": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-q"], **quiet)
        subprocess.run(["apt-get", "install", "-q", "-y", "chromium"], **quiet)
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.environ.get("CI") == "true":
        raise SetupFailed("No browser was found and none could be installed: CI needs chromium.")
    say("No chromium found: the browser tests are skipped.")


def _tests_python() -> Path:
    """The environment for tests: with Spark where there is Java, and in CI always."""
    in_ci = os.environ.get("CI") == "true"
    if in_ci and not shutil.which("java") and shutil.which("apt-get"):
        say("Installing Java for the tests of the Spark engine ...")
        quiet = {"check": False, "capture_output": True, "stdin": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-q"], **quiet)
        subprocess.run(["apt-get", "install", "-q", "-y", "openjdk-17-jre-headless"], **quiet)
    if shutil.which("java"):
        return environment.ensure("spark")
    if in_ci:
        raise SetupFailed("No Java was found and none could be installed: CI needs Java 17.")
    say("No Java found: the tests of the Spark engine are skipped.")
    return environment.ensure("test")


def test(arguments: list[str]) -> int:
    """Install what tests need, then run pytest with the arguments left over."""
    parser = argparse.ArgumentParser(prog="./trueup test", allow_abbrev=False)
    parser.add_argument("--postgresql", metavar="ADDRESS", help="postgresql://user:pw@host/name")
    parser.add_argument("--home", help="accepted for uniformity; tests use a folder of their own")
    known, rest = parser.parse_known_args(arguments)
    python = _tests_python()
    _ensure_browser()
    assets.build(dev=True)
    if known.postgresql:
        os.environ["TRUEUP_DATABASE"] = known.postgresql
    os.chdir(ROOT)
    parallel = [] if any(each.startswith(("-n", "-p")) for each in rest) else ["-n", "2"]
    return _hand_over(python, ["-m", "pytest", "-q", *parallel, *rest])


def bench(arguments: list[str]) -> int:
    """Run one benchmark of the folder `bench` by its name."""
    packages = [path.parent.name for path in (ROOT / "bench").glob("[a-z]*/__main__.py")]
    names = sorted([*packages, *(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))])
    if not arguments or arguments[0] not in names:
        print("Which one? " + ", ".join(names), file=sys.stderr)
        return 2
    python = environment.ensure(BENCH_NEEDS.get(arguments[0], "run"))
    return _hand_over(python, ["-m", f"bench.{arguments[0]}", *arguments[1:]])


def _program(arguments: list[str]) -> int:
    python = environment.ensure("run")
    if arguments[:1] and arguments[0] in WITH_PAGES and "--help" not in arguments:
        assets.build()
    return _hand_over(python, ["-m", "trueup.cli", *arguments])


def main(arguments: list[str]) -> int:
    """Run `arguments`; a failed set-up ends with one sentence and code 1."""
    try:
        os.environ.setdefault("TRUEUP_HOME_BASE", str(ROOT / ".trueup"))
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        if arguments[:1] == ["bench"]:
            os.chdir(ROOT)
            return bench(arguments[1:])
        return _program(arguments)
    except SetupFailed as failure:
        print(f"Set-up stopped: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
