"""`trueup check`: is this desk fit to run? Settings, database, log and disk, a line each."""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from trueup.desk.conf import prepare

FREE_BYTES = 500 * 1024 * 1024
PRIVATE_MODE = 0o077


@dataclass(frozen=True)
class Health:
    """One line of the answer: what was looked at, whether it is well, and in words why."""

    name: str
    well: bool
    text: str


def settings_health() -> Health:
    """Whether the settings are in themselves consistent."""
    try:
        call_command("check", "--fail-level", "ERROR", stdout=io.StringIO(), stderr=io.StringIO())
    except CommandError as error:
        return Health("settings", False, str(error).strip())
    return Health("settings", True, "consistent")


def key_health() -> Health:
    """Whether the keys can be read by their owner only."""
    folder = settings.HOME / "keys"
    open_ones = [path.name for path in folder.glob("*") if path.stat().st_mode & PRIVATE_MODE]
    if open_ones:
        return Health("keys", False, f"others can read {', '.join(open_ones)}: chmod 600 them")
    return Health("keys", True, "readable by their owner only")


def database_health() -> Health:
    """Whether the database answers, keeps what it confirmed, and is of this version."""
    try:
        problems = prepare.unsafe_settings()
        pending = prepare.pending_migrations()
    except DatabaseError as error:
        return Health("database", False, f"does not answer: {error}")
    if problems:
        return Health("database", False, "; ".join(problems))
    if pending:
        return Health("database", False, f"{pending} migrations are not made: start `trueup serve`")
    return Health("database", True, f"{connection.vendor}, keeps what it confirmed")


def disk_health() -> Health:
    """Whether there is room left where the data lives."""
    free = shutil.disk_usage(settings.HOME).free
    text = f"{free // (1024 * 1024):,} MB free in {settings.HOME}"
    return Health("disk", free >= FREE_BYTES, text)


LOOKS: tuple[Callable[[], Health], ...] = (
    settings_health,
    key_health,
    database_health,
    disk_health,
)


def look() -> Iterator[Health]:
    """Every look in turn."""
    for each in LOOKS:
        yield each()


def main(arguments: list[str]) -> int:
    """Print a line for each look; 1 when any of them is not well."""
    argparse.ArgumentParser(prog="trueup check", description=__doc__).parse_args(arguments)
    django.setup()
    settings.HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = list(look())
    for health in found:
        print(f"{'ok  ' if health.well else 'BAD '} {health.name:9} {health.text}")
    return 0 if all(health.well for health in found) else 1
