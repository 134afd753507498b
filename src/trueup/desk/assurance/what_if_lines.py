"""What a person types into a what-if: lines of changes, and the scenario that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trueup.audit.whatif.scenario import Scenario
from trueup.core.refusals import Refused
from trueup.core.words import N_

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One change as typed: its kind, what it is about, and up to two values."""

    kind: str
    what: str = ""
    first: str = ""
    second: str = ""


def scenario_of(name: str, lines: Sequence[Line]) -> Scenario:
    """What the lines say would be different; Refused where one says nothing or cannot be read."""
    told: dict[str, Any] = {"name": name[:LONGEST]}
    for line in lines:
        if not line.what or not (line.first or line.second or line.kind == "without"):
            raise Refused(N_("Fill in every change, or take it out."))
        PUT[line.kind](told, line)
    return Scenario.of(told)


def _threshold(told: dict[str, Any], line: Line) -> None:
    ends = {"target": line.first, "limit": line.second}
    plain = {name: _number(text) for name, text in ends.items() if text}
    told.setdefault("thresholds", {})[line.what] = plain


def _number(text: str) -> float:
    """A number as people type it: 5 %, 0,05 or 0.05."""
    bare = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        if bare.endswith("%"):
            return float(bare[:-1]) / 100
        return float(bare)
    except ValueError:
        raise Refused(N_("“%(given)s” is not a number. Write 0.05 or 5%%."), given=text) from None


def _promise(told: dict[str, Any], line: Line) -> None:
    parts = {"minutes": line.first, "calendar": line.second}
    change = {name: text for name, text in parts.items() if text}
    told.setdefault("targets", {})[line.what] = change


def _calendar(told: dict[str, Any], line: Line) -> None:
    told.setdefault("calendars", {})[line.what] = {"week": line.first}


def _without(told: dict[str, Any], line: Line) -> None:
    kind, _, name = line.what.partition(":")
    told.setdefault("leave_out", {}).setdefault(kind, []).append(name)


def _setting(told: dict[str, Any], line: Line) -> None:
    told.setdefault("parameters", {})[line.what] = line.first


PUT = {
    "threshold": _threshold,
    "promise": _promise,
    "calendar": _calendar,
    "without": _without,
    "setting": _setting,
}
