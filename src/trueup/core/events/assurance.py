"""What happens when the desk audits itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePackWritten(Event):
    """The evidence was written down as it stood at one position of the log."""

    entity: ClassVar[str] = "evidence_pack"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "write_pack"
    means: ClassVar[str] = N_("The evidence up to a position of the log was written as a pack.")
    reads: ClassVar[str] = N_("wrote the evidence up to position %(log_seq)s")

    manifest_sha256: str
    previous: str
    log_seq: int
    texts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAsked(Event):
    """Somebody, or the clock, asked for an audit."""

    entity: ClassVar[str] = "audit"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "run_now"
    means: ClassVar[str] = N_("An audit was asked for; the worker carries it out.")
    reads: ClassVar[str] = N_("asked for an audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinished(Event):
    """An audit was carried out; its result is fixed by its digest."""

    entity: ClassVar[str] = "audit"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "finish"
    means: ClassVar[str] = N_("An audit ended; its result and its evidence are fixed by digests.")
    reads: ClassVar[str] = N_("finished the audit of position %(log_seq)s")

    pack: UUID
    log_seq: int
    result_sha256: str
    engine: str
    lights: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFailed(Event):
    """An audit could not be carried out; nothing was judged."""

    entity: ClassVar[str] = "audit"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "fail"
    means: ClassVar[str] = N_("An audit could not be carried out; nothing was judged.")
    reads: ClassVar[str] = N_("could not carry out the audit: %(trouble)s")

    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfAsked(Event):
    """Somebody asked how the past would be judged under other rules."""

    entity: ClassVar[str] = "what_if"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "try_out"
    means: ClassVar[str] = N_("Somebody asked how the past would be judged under other rules.")
    reads: ClassVar[str] = N_("tried out other rules on the past")

    run: UUID
    scenario: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfFinished(Event):
    """The past was counted again under other rules."""

    entity: ClassVar[str] = "what_if"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "finish"
    means: ClassVar[str] = N_("The past was counted again under other rules; nothing was issued.")
    reads: ClassVar[str] = N_("counted the past again under other rules")

    outcome_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfFailed(Event):
    """Other rules could not be tried out."""

    entity: ClassVar[str] = "what_if"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "fail"
    means: ClassVar[str] = N_("Other rules could not be tried out on the past.")
    reads: ClassVar[str] = N_("could not try out other rules: %(trouble)s")

    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAgreed(Event):
    """Somebody who answers for it took a finding as true."""

    entity: ClassVar[str] = "finding"
    activity: ClassVar[str] = "agreed"
    name: ClassVar[str] = "plan"
    means: ClassVar[str] = N_("A finding was agreed to, and something will be done about it.")
    reads: ClassVar[str] = N_("agreed to the finding %(number)s")

    number: str
    key: str
    checks: tuple[str, ...]
    grade: str
    run: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlanned(Event):
    """A step against a finding was given to somebody, and its test frozen."""

    entity: ClassVar[str] = "action"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "plan"
    means: ClassVar[str] = N_("A step was planned; from now on its test cannot be changed.")
    reads: ClassVar[str] = N_("planned a step until %(due)s and froze its test")

    finding: UUID
    step: str
    owner: UUID
    due: str
    measure: str
    baseline: str
    expected: str
    n_min: int
    ready_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone(Event):
    """The owner says that the step was taken; whether it worked is not yet known."""

    entity: ClassVar[str] = "action"
    activity: ClassVar[str] = "implemented"
    name: ClassVar[str] = "complete"
    means: ClassVar[str] = N_("A step was taken; its test decides later whether it worked.")
    reads: ClassVar[str] = N_("took the step: %(proof)s")
    private: ClassVar[frozenset[str]] = frozenset({"proof"})

    finding: UUID
    proof: str
