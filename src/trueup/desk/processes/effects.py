"""What a process model may ask of its host: a closed list, as plain frozen values.

An effect is known by (instance, element, visit), so carrying one out twice changes nothing.
The host (the room above) carries effects out in the transaction of the verb that caused them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One wish of the diagram: the element it stands at and how often it was there before."""

    element: str
    visit: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTask(Effect):
    """Work for a lane; done when a person calls `verb` on the record."""

    lane: str
    verb: str = ""
    form: str = ""
    checklist: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedApproval(Effect):
    """A yes from others, asked as the decision named `policy` says; comes back with an outcome.

    `asked` holds what that decision answered: one step or a list of steps, each a mapping with
    `step` and, where they differ from one and none, `quorum` and `answer_within`.
    """

    policy: str
    amount: str = ""
    answer_within: str = ""
    asked: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDecision(Effect):
    """A decision table of the package; its outputs come back under `result`.

    `known` holds what earlier tables answered, as `<result>_<output>`; a table may read it.
    """

    table: str
    result: str
    known: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTimer(Effect):
    """A due date on a business calendar; exactly one of `after`, `at`, `share` is set.

    `after` is an ISO 8601 duration (days are working days, hours working hours of `calendar`),
    `at` the name of a fact that holds an instant, `share` percent of the target of `clock`.
    `interrupting` timers end the step they hang on.
    """

    after: str = ""
    at: str = ""
    share: int = 0
    clock: str = ""
    calendar: str = "record"
    interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DropTimer(Effect):
    """The due date is no longer wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallVerb(Effect):
    """Call a verb of the record as the system, via the process; a refusal blocks this step only."""

    verb: str
    arguments: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartChild(Effect):
    """Open a linked record of a kind from a template."""

    kind: str
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallModel(Effect):
    """Run another model on the same record; comes back with its outcome."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Await(Effect):
    """Wait until the named message (a verb or a business event) reaches the record."""

    message: str
    interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Effect):
    """Send words to an audience: which text, with which facts."""

    audience: str
    text: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Effect):
    """The instance is over; the record lives on."""

    outcome: str


AnyEffect = (
    NeedTask | NeedApproval | NeedDecision | NeedTimer | DropTimer | CallVerb | StartChild
    | CallModel | Await | Tell | End
)  # fmt: skip

Kind = Literal["task", "approval", "decision", "timer", "verb", "child", "model", "message", "tell"]
KINDS: dict[type[Effect], Kind] = {
    NeedTask: "task",
    NeedApproval: "approval",
    NeedDecision: "decision",
    NeedTimer: "timer",
    CallVerb: "verb",
    StartChild: "child",
    CallModel: "model",
    Await: "message",
    Tell: "tell",
}
