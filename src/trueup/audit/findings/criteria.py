"""How far each criterion is met, by the checks that refer to it (audit method, 2.6 part 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from trueup.audit.detecting import Checked

Mark = Literal["met", "open", "broken"]
BREAKING = ("major", "minor")


def criteria(checked: Sequence[Checked]) -> list[dict[str, Any]]:
    """Per reference: its degree, and the detections of all its checks."""
    by: dict[str, list[Checked]] = {}
    for c in checked:
        for ref in c.check.refs:
            by.setdefault(ref, []).append(c)
    return [
        {
            "id": ref,
            "degree": degree(mine),
            "detections": [d.key for c in mine for d in c.detections],
        }
        for ref, mine in sorted(by.items())
    ]


def degree(checked: Sequence[Checked]) -> str:
    """met, partly, not or not_tested.

    *met*: every check that ran found it met; *not*: each found it broken; *partly*: something
    between, also where a check can only watch, because nothing is asserted that did not survive
    the tests of 0.1; *not_tested*: none of its checks gave an answer.
    """
    marks = {mark for c in checked if (mark := mark_of(c)) is not None}
    if not marks:
        return "not_tested"
    if marks == {"met"}:
        return "met"
    return "not" if marks == {"broken"} else "partly"


def mark_of(checked: Checked) -> Mark | None:
    """What one check says about its criteria; None where it is grey.

    A major or minor breaks the criterion. An opportunity says that it is met and could be better,
    an observation that none is broken (2.3); one that a gate or evidence C holds down leaves it
    open, like *watch*.
    """
    if checked.result == "clean":
        return "met"
    if checked.result == "watch":
        return "open"
    if checked.result != "exceptions":
        return None
    grades = {d.grade for d in checked.detections}
    if grades & {*BREAKING}:
        return "broken"
    held = any(
        d.grade == "observation" and d.check.severity in BREAKING for d in checked.detections
    )
    return "open" if held else "met"
