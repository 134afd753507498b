"""Separation of duties: how often one person did what two must do.

Counted from the results of the rules of type different-person; the words are the two acts. A case
is counted once, however many of the rules it broke. Source: the method, 5.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trueup.audit.conformance.whole import RuleResult

TYPE = "different-person"
ACTS = {
    "INC-08": "resolved and confirmed", "REQ-02": "asked and approved",
    "PRB-05": "fixed and verified", "CHG-03": "proposed and approved",
    "CHG-04": "implemented and approved", "REL-03": "built and said go",
    "KNO-01": "wrote and reviewed", "SUP-03": "bought and approved",
    "RSK-02": "proposed a risk and accepted it", "IMP-01": "owned an action and verified it",
    "AUD-01": "did the work and audited it",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duty:
    """One pair of acts: the rule, how many cases had both, in how many one person did both."""

    rule: str
    acts: str
    cases: int
    broken_cases: int


@dataclass(frozen=True, slots=True)
class Duties:
    """The pairs that could be judged, the cases in which any was broken, the rules left grey."""

    judged: tuple[Duty, ...] = ()
    broken_cases: int = 0
    unjudged: tuple[str, ...] = ()
    not_recorded: tuple[str, ...] = ()


def duties_of(rules: Iterable[RuleResult]) -> Duties:
    """What the different-person rules say together."""
    mine = [one for one in rules if one.rule.type == TYPE]
    judged = [one for one in mine if one.state == "judged"]
    broken = {
        (one.rule.kinds[0], case)
        for one in judged for case in one.violations["case"].to_pylist()
    }  # fmt: skip
    pairs = tuple(
        Duty(one.rule.id, ACTS.get(one.rule.id, one.rule.sentence), one.cases, one.broken_cases)
        for one in judged
    )
    grey = [one for one in mine if one.state != "judged"]
    lacking = dict.fromkeys(name for one in grey for name in one.missing)
    return Duties(pairs, len(broken), tuple(one.rule.id for one in grey), tuple(lacking))
