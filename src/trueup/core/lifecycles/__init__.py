"""What a lifecycle is: states, verbs, who may, what must be filled, and the words people read.

The tables are data, one screen a kind: `<kind>.csv` with the kind's own steps, `shared.csv` with
the verbs every record has, `states.csv` with each state's word in the evidence and in the
language of technician, user and customer. In a table ``|`` separates words; a state may be a
group (``open``, ``active``, ``live``, ``any``), an empty state is before the record exists, ``=``
stays in the state and ``before`` goes back to the state that waiting left. Limits in time, such
as 14 days for reopening, are guards of the verb.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

KINDS = ("incident", "request", "task")
BEFORE = "before"
SAME = "="
START = ""
FINAL = ("closed", "cancelled")
GROUPS: dict[str, tuple[str, ...]] = {
    "active": ("open",),
    "open": ("open", "waiting"),
    "live": ("open", "waiting", "resolved"),
    "any": ("open", "waiting", "resolved", *FINAL),
}


@dataclass(frozen=True, slots=True)
class State:
    """A state: its evidence word, and what technician, user and customer read (message ids)."""

    name: str
    evidence: str
    technician: str
    user: str
    customer: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a verb does in a state: `next` is a state, or ``before``; `event` the activities.

    `who` are the parts that may, `must` the inputs that must be filled.
    """

    next: str
    who: tuple[str, ...]
    must: tuple[str, ...]
    event: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The lifecycle of a kind."""

    kind: str
    states: dict[str, State]
    steps: dict[tuple[str, str], Step]

    def step(self, state: str, verb: str) -> Step | None:
        """What a verb does in a state; None where it is refused."""
        return self.steps.get((state, verb))

    def verbs(self, state: str) -> tuple[str, ...]:
        """The verbs of a state, in the order of the tables."""
        return tuple(verb for at, verb in self.steps if at == state)

    def evidence(self, state: str) -> str:
        """The word of the evidence schema for a state."""
        return self.states[state].evidence

    def within(self, group: str) -> tuple[str, ...]:
        """The states of a group, such as ``open``."""
        words = GROUPS[group]
        return tuple(each.name for each in self.states.values() if each.evidence in words)

    def labels(
        self, audience: str, state: str, language: Callable[[str], str] = lambda text: text
    ) -> str:
        """What ``technician``, ``user`` or ``customer`` reads; `language` translates a text."""
        found = self.states[state]
        texts = {
            "technician": found.technician,
            "user": found.user,
            "customer": found.customer,
        }
        return language(texts[audience])


@lru_cache
def load(kind: str) -> Lifecycle:
    """The lifecycle of a kind; KeyError for a kind without one."""
    if kind not in KINDS:
        raise KeyError(kind)
    states = {
        row["state"]: State(
            row["state"], row["evidence"], row["technician"], row["user"], row["customer"]
        )
        for row in _rows("states")
        if row["kind"] == kind
    }
    return build(kind, states, _rows(kind), _rows("shared"))


def build(
    kind: str,
    states: dict[str, State],
    own: list[dict[str, str]],
    shared: list[dict[str, str]],
) -> Lifecycle:
    """A lifecycle from table rows; a kind's own row stands before a shared one.

    ValueError where two rows of one table give the same verb in the same state.
    """
    lifecycle = Lifecycle(kind, states, {})
    _put(lifecycle, own, {})
    _put(lifecycle, shared, dict(lifecycle.steps))
    return lifecycle


def _put(
    lifecycle: Lifecycle, rows: list[dict[str, str]], owned: dict[tuple[str, str], Step]
) -> None:
    for row in rows:
        for state in _states(lifecycle, row["state"]):
            key = (state, row["verb"])
            if key in owned:
                continue
            if key in lifecycle.steps:
                raise ValueError(f"{lifecycle.kind}: {row['verb']} stands twice in {state!r}.")
            goes = state if row["next"] == SAME else row["next"]
            lifecycle.steps[key] = Step(
                goes, _words(row["who"]), _words(row["must"]), _words(row["event"])
            )


def _states(lifecycle: Lifecycle, text: str) -> list[str]:
    if text == START:
        return [START]
    found: list[str] = []
    for word in text.split("|"):
        group = word in GROUPS and word not in lifecycle.states
        found += lifecycle.within(word) if group else [word]
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__name__).joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def problems(lifecycle: Lifecycle) -> list[str]:
    """What is wrong with a lifecycle, in sentences; empty where it is sound."""
    ways: dict[str, set[str]] = {state: set() for state in (START, *lifecycle.states)}
    found: list[str] = []
    for (state, verb), step in lifecycle.steps.items():
        if state not in ways:
            found.append(f"{verb} starts from the unknown state {state}.")
        elif step.next != BEFORE and step.next not in lifecycle.states:
            found.append(f"{verb} in {state} leads to the unknown state {step.next}.")
        else:
            goes = lifecycle.within("active") if step.next == BEFORE else (step.next,)
            ways[state] |= set(goes)
        if not step.who or not step.event:
            found.append(f"{verb} in {state} names nobody who may or no event.")
    reached = _reach(START, ways)
    found += [f"Nothing leads to {state}." for state in lifecycle.states if state not in reached]
    ends = {state for state in lifecycle.states if lifecycle.evidence(state) in FINAL}
    found += [
        f"Nothing leads out of {state} to an end."
        for state in lifecycle.states
        if not ends & (_reach(state, ways) | {state})
    ]
    return found


def _reach(start: str, ways: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        new = ways.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen
