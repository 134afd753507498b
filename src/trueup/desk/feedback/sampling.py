"""Whom to ask how it was, and whom to call: two decision tables and a hash, so nobody chooses.

The tables are data with a version (`tables/*.dmn`). Who is asked is drawn by a hash of the record
and of the year under the desk's key, so it is the same whenever it is asked and known to nobody
before. The chance is the same for all teams and however it went, since a sample that follows the
outcome says nothing about all; grave cases get a personal word instead, which is no answer in any
figure. Source: process-models.md, section 4, DT6, rows 5 and 6 set apart (docs/surveys.md).
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

VERSION = "2026-2"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether somebody is asked, by which row, after how long, and with which chance."""

    ask: bool
    rule: str
    after: str
    share: float


@dataclass(frozen=True, slots=True)
class Call:
    """Whether a lead speaks with somebody who is not heard otherwise, by which row, how soon."""

    due: bool
    rule: str
    after: str


@lru_cache
def table(name: str = "sampling") -> Table:
    """A table of this room: `sampling` (who is asked) or `calling` (who is called)."""
    text = files(__package__).joinpath("tables", f"{name}.dmn").read_text("utf-8")
    return dmn.read(name, text, version=VERSION).table


def choose(record: UUID, year: int, facts: Mapping[str, object], expected: int) -> Choice:
    """The choice for the closing of a record; `expected` closings of the whole desk in a month."""
    answer = table().decide(facts)
    said, [rule] = answer.outputs, answer.rows
    if said["ask"] == "no":
        return Choice(False, rule, "", 0.0)
    share = 1.0
    if said["ask"] == "share":
        share = min(1.0, max(float(said["floor"]), float(said["wanted"]) / max(expected, 1)))
    return Choice(drawn(record, year) < share, rule, str(said["after"]), share)


def grave(facts: Mapping[str, object]) -> Call:
    """Whether a case is so grave that a lead speaks with whoever it happened to."""
    answer = table("calling").decide(facts)
    said, [rule] = answer.outputs, answer.rows
    return Call(said["call"] == "yes", rule, str(said["after"]))


def drawn(record: UUID, year: int) -> float:
    """A number from 0 to 1 that belongs to a record and a year."""
    digest = salted_hmac(f"trueup.survey.{year}", str(record), algorithm="sha256").digest()
    return int.from_bytes(digest[:7], "big") / float(1 << 56)
