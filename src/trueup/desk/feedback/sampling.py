"""Whom to ask how it was: a decision table and a hash, so that nobody chooses.

The table is data with a version (`tables/sampling.dmn`); a share is drawn by a hash of the record
and of the year under the desk's key, so it is the same whenever it is asked and known to nobody
before. Source: process-models.md, section 4, DT6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from uuid import UUID

from django.utils.crypto import salted_hmac

from trueup.desk.processes import dmn
from trueup.desk.processes.decisions import Table

VERSION = "2026-1"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether somebody is asked, by which row, after how long, and with which chance."""

    ask: bool
    rule: str
    after: str
    share: float


@lru_cache
def table() -> Table:
    """The sampling table."""
    text = files(__package__).joinpath("tables", "sampling.dmn").read_text("utf-8")
    return dmn.read("sampling", text, version=VERSION).table


def choose(record: UUID, year: int, facts: Mapping[str, object], expected: int) -> Choice:
    """The choice for the closing of a record; `expected` closings of its service in a month."""
    answer = table().decide(facts)
    said, [rule] = answer.outputs, answer.rows
    if said["ask"] == "no":
        return Choice(False, rule, "", 0.0)
    share = 1.0
    if said["ask"] == "share":
        share = min(1.0, max(float(said["floor"]), float(said["wanted"]) / max(expected, 1)))
    return Choice(drawn(record, year) < share, rule, str(said["after"]), share)


def drawn(record: UUID, year: int) -> float:
    """A number from 0 to 1 that belongs to a record and a year."""
    digest = salted_hmac(f"trueup.survey.{year}", str(record), algorithm="sha256").digest()
    return int.from_bytes(digest[:7], "big") / float(1 << 56)
