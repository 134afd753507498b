"""What we depend on is named with its reason, locked by hash, and under a licence that fits."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
ADDRESS = re.compile(r"https?://|file:/|--index|--find-links|/work/|/opt/|/home/")


def named(page: str) -> set[str]:
    return {row.lower() for row in re.findall(r"^\| ([@\w./-]+) \|", page, re.MULTILINE)}


def entries(path: Path) -> set[str]:
    found = (NAME.match(line) for line in path.read_text().splitlines())
    return {match[1].lower() for match in found if match}


def pins(name: str) -> dict[str, str]:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["run.in", "test.in", "spark.in", "uv.in", "node.in"])
def test_every_dependency_is_named_with_its_reason(name: str) -> None:
    page = named((ROOT / "docs/dependencies.md").read_text())
    assert entries(REQUIREMENTS / name) - page == set()


def test_every_browser_package_is_named() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    page = named((ROOT / "docs/dependencies.md").read_text())
    assert {*package["dependencies"], *package["devDependencies"]} - page == set()


def test_the_wheel_asks_for_what_the_lock_holds() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text.partition("dependencies = [")[2].partition("\n]")[0]
    asked = {match[1].lower() for match in re.finditer(r'"([A-Za-z0-9._-]+)', block)}
    assert asked == entries(REQUIREMENTS / "run.in")


def test_tests_run_on_what_is_shipped() -> None:
    assert pins("run").items() <= pins("test").items()


@pytest.mark.parametrize("name", ["run", "test", "spark", "uv", "node"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert ADDRESS.search(text) is None


def test_the_browser_lock_has_hashes_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert [name for name, each in packages.items() if "integrity" not in each] == []
    assert ADDRESS.search(json.dumps(lock)) is None


def licence_of(name: str) -> str:
    about = metadata.metadata(name)
    classifiers = about.get_all("Classifier") or []
    told = [each for each in classifiers if each.startswith("License")]
    text = about.get("License-Expression") or about.get("License") or ""
    # A whole licence text also quotes those of bundled parts; its first line names its own.
    return " ".join([text.partition("\n")[0], *told])


def is_strong_copyleft(licence: str) -> bool:
    plain = re.sub(r"LGPL|Lesser General Public", "", licence, flags=re.IGNORECASE)
    return bool(re.search(r"GPL|General Public License", plain, re.IGNORECASE))


def test_nothing_shipped_is_under_gpl_or_agpl() -> None:
    installed = {each.metadata["Name"].lower() for each in metadata.distributions()}
    shipped = [name for name in pins("run") if name.lower() in installed]
    assert len(shipped) > 40
    assert [name for name in shipped if is_strong_copyleft(licence_of(name))] == []


@pytest.mark.parametrize(
    ("licence", "strong"),
    [
        ("AGPL-3.0", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("LGPL-3.0-only", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("MIT", False),
    ],
)
def test_strong_copyleft_is_recognised(licence: str, strong: bool) -> None:
    assert is_strong_copyleft(licence) is strong
