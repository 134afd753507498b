"""The measures of section 5.2 beside rules and flow, gathered for one pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trueup.audit.conformance.closing import Closing, mass_closing
from trueup.audit.conformance.deadline import Deadline, deadline
from trueup.audit.conformance.duties import Duties, duties_of
from trueup.audit.conformance.fitness import Fitness, fitness_by_version
from trueup.audit.conformance.following import Followed
from trueup.audit.conformance.front import Front, push_to_front
from trueup.audit.conformance.judging import Applied
from trueup.audit.conformance.rules import Rule
from trueup.audit.conformance.strict import approval_chain, change_path
from trueup.audit.context import Context

if TYPE_CHECKING:
    from trueup.audit.conformance.whole import RuleResult


@dataclass(frozen=True, slots=True)
class Measures:
    """Each answer says itself where it is grey, and why."""

    paths: tuple[Followed, ...]
    front: Front
    closing: Closing
    deadline: Deadline
    duties: Duties
    versions: tuple[Fitness, ...]


def measures_of(
    ctx: Context,
    rules: Sequence[Rule],
    applied: Sequence[Applied],
    results: Sequence[RuleResult],
) -> Measures:
    """Ask everything once."""
    return Measures(
        (change_path(ctx), approval_chain(ctx)),
        push_to_front(ctx),
        mass_closing(ctx),
        deadline(ctx),
        duties_of(results),
        fitness_by_version(ctx, rules, applied),
    )
