"""Build what the pages load: one style sheet, the scripts, the language catalogues.

The output goes to static/built, into the wheel and never into git. `build()` returns at once
when no source changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools import environment
from tools.environment import ROOT, SetupFailed, digest, run, say

WEB = ROOT / "src/trueup/desk/surfaces/web"
ASSETS = WEB / "assets"
BUILT = WEB / "static/built"
LOCALE = ROOT / "src/trueup/desk/locale"
MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
OLDEST_NODE = 18


def _sources() -> list[Path]:
    own = sorted(path for path in ASSETS.rglob("*") if path.is_file()) if ASSETS.exists() else []
    return [Path(__file__), LOCK, *own]


def entries() -> list[Path]:
    """The files esbuild starts from: app.css, app.js and each entry-*.js, where they exist."""
    named = [ASSETS / "app.css", ASSETS / "app.js"]
    return [path for path in named if path.exists()] + sorted(ASSETS.glob("entry-*.*"))


def _system_node() -> list[str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or os.environ.get("TRUEUP_OWN_NODE") == "1":
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = version.stdout.strip().lstrip("v").partition(".")[0]
    return [node, npm] if major.isdigit() and int(major) >= OLDEST_NODE else None


def _tools() -> tuple[list[str], list[str]]:
    """The commands `node` and `npm`, from the system or from the package registry."""
    found = _system_node()
    if found:
        return [found[0]], [found[1]]
    folder = environment.ensure_node()
    node = str(folder / "bin" / "node")
    return [node], [node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def ensure_modules(npm: list[str], node: list[str], dev: bool) -> None:
    """Install the locked browser packages; `dev` adds what only tests need."""
    stamp = MODULES / ".trueup-stamp"
    wanted = digest(LOCK)
    held = stamp.read_text().split() if stamp.exists() else []
    if held[:1] == [wanted] and (not dev or "dev" in held):
        return
    say("Fetching the browser packages ...")
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run(
        command + ([] if dev else ["--omit=dev"]),
        "npm could not fetch the browser packages. Does the network reach npm's registry?",
        {**os.environ, "PATH": path},
    )
    stamp.write_text(f"{wanted} {'dev' if dev else ''}")


def _bundle(node: list[str]) -> None:
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    command = [*node, str(MODULES / "esbuild/bin/esbuild"), *map(str, entries())]
    command += ["--bundle", "--minify", "--format=esm", "--target=es2022,chrome110,firefox115"]
    command += [f"--outdir={BUILT}", "--entry-names=[name]", "--asset-names=[name]-[hash]"]
    command += ["--legal-comments=external", "--log-level=warning", "--external:/static/*"]
    for kind in ("woff2", "woff", "svg", "png"):
        command.append(f"--loader:.{kind}=file")
    run(command, "The pages' styles and scripts could not be bundled.")


def _catalogues() -> Iterator[tuple[Path, Path]]:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        yield source, source.with_suffix(".mo")


def compile_catalogues() -> int:
    """Compile each catalogue that is newer than its compiled form; returns how many."""
    count = 0
    for source, target in _catalogues():
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        script = (
            "import sys; from babel.messages import mofile, pofile;"
            "catalogue = pofile.read_po(open(sys.argv[1], 'rb'));"
            "mofile.write_mo(open(sys.argv[2], 'wb'), catalogue)"
        )
        command = [str(environment.PYTHON), "-c", script, str(source), str(target)]
        run(command, f"The catalogue {source.name} could not be compiled.")
        count += 1
    return count


def build(dev: bool = False) -> None:
    """Make or refresh bundle and catalogues; raises SetupFailed with a sentence."""
    compile_catalogues()
    wanted, stamp = digest(*_sources()), BUILT / ".stamp"
    fresh = stamp.exists() and stamp.read_text() == wanted
    if fresh and (not dev or (MODULES / "axe-core").exists()):
        return
    node, npm = _tools()
    ensure_modules(npm, node, dev)
    if fresh or not entries():
        return
    say("Building the pages' styles and scripts ...")
    _bundle(node)
    if not any(BUILT.iterdir()):
        raise SetupFailed("The bundle came out empty.")
    stamp.write_text(wanted)


if __name__ == "__main__":
    build(dev=True)
