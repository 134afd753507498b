"""Where a record meets its process model; a record without one is sound.

The model proposes, the lifecycle disposes: whatever the model wants of a record goes through a
verb of this room, as the system, and may be refused. Verbs tell the model here what was done.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID

from django.db.models import QuerySet

from trueup.core.actors import SYSTEM
from trueup.core.calendars import Calendar
from trueup.core.lifecycles import load
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.models import Team
from trueup.desk.base.viewer import Who
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.reads import events_of
from trueup.desk.processes import hosts, reads, verbs
from trueup.desk.processes.diagram import duration
from trueup.desk.processes.effects import CallVerb, NeedApproval, NeedTimer, StartChild, Tell
from trueup.desk.processes.engine import Place
from trueup.desk.processes.hosts import Carried
from trueup.desk.processes.running import Outcome
from trueup.desk.work.approvers import asking
from trueup.desk.work.clocks import Stretch, clocks
from trueup.desk.work.days import usual, working_days_after
from trueup.desk.work.kinds import KINDS
from trueup.desk.work.models import Approval, Record, Wait
from trueup.desk.work.promises import Promise, calendar, promises_of

LOOK_AGAIN = timedelta(minutes=15)
MOST_PROMISES = 5_000
AT_ONCE = 100
OPEN = ("open", "waiting", "resolved")
Verb = Callable[..., Record]
_verbs: dict[str, Verb] = {}
_unplaced: set[UUID] = set()
_promises: dict[UUID, list[Promise]] = {}


def offers(known: Mapping[str, Verb]) -> None:
    """Declare the verbs that a model may call."""
    _verbs.update(known)


def start_for(record: Record, *, actor: Who, at: datetime | None = None) -> None:
    """Start the model in force for the record's kind; a demo's history is played without."""
    if clock.past() is not None:
        return
    verbs.start(RecordHost(record, at, fresh=True), record.kind, at=at)


def offer(record: Record, verb: str, *, actor: Who, at: datetime | None = None) -> None:
    """Tell the record's process that a verb was done; it moves on where it waited for it.

    `record` is brought up to date where the process changed it in turn.
    """
    if clock.past() is not None:
        return
    verbs.offer(RecordHost(record, at), verb, at=at)


def attach_open(most: int = AT_ONCE) -> int:
    """Find the place of open records that follow no model yet; says how many were looked at.

    The worker calls it: after a model was published, and where a past was brought along.
    """
    kinds = set(reads.kinds_in_force())
    rows = Record.objects.filter(evidence__in=OPEN, kind__in=kinds, subject__instances=None)
    rows = rows.exclude(pk__in=_unplaced).select_related("service__team", "team")
    found = list(rows.order_by("-touched_at")[:most])
    for record in found:
        if verbs.attach(RecordHost(record), record.kind, _history(record), began=record.opened_at):
            continue
        _unplaced.add(record.pk)
    return len(found)


class Facts(Mapping[str, object]):
    """What is known of a record, each fact looked up when somebody asks for it, and then kept."""

    def __init__(self, host: RecordHost) -> None:
        self.host = host
        self.known: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self.known:
            self.known[name] = FACTS[name](self.host)
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


class RecordHost:
    """A record as its process sees it: facts to read, effects to carry out by verbs."""

    def __init__(self, record: Record, at: datetime | None = None, *, fresh: bool = False) -> None:
        self.record, self.at = record, at
        self._facts = Facts(self)
        self._waits: list[Stretch] | None = [] if fresh else None

    @property
    def subject(self) -> UUID:
        """The record's id."""
        return self.record.subject_id

    @property
    def now(self) -> datetime:
        """The instant that counts for this move."""
        return self.at or clock.now()

    def facts(self) -> Mapping[str, object]:
        """What conditions and tables may read; a fact that nobody knows is absent."""
        return self._facts

    def carry(self, effect: Carried) -> Outcome | None:
        """Carry an effect out; tasks wait for their verb, words wait for the outbox."""
        match effect:
            case CallVerb():
                return self._call(effect.verb, effect.arguments)
            case NeedApproval():
                return self._ask(effect)
            case StartChild():
                values = {"kind": effect.kind, "title": self.record.title, "parent": self.record}
                return self._call("report", values, new=True)
            case Tell():
                return Outcome()
        return None

    def due(self, effect: NeedTimer, since: datetime) -> datetime | None:
        """When a timer is due as things stand now; None where nothing is to come."""
        if effect.at:
            found = self.facts().get(effect.at)
            return found if isinstance(found, datetime) else None
        if effect.share:
            return self._share(effect)
        return self._after(since, *(duration(effect.after) or (0, 0)))

    def possible(self, verb: str) -> bool:
        """Whether the lifecycle has a row for a verb in the present state."""
        return load(self.record.kind).step(self.record.state, verb) is not None

    def approval(self, place: Place) -> Mapping[str, object] | None:
        """What became of an approval: the row that completed it says so; None while it is open."""
        rows = list(self._asked_at(place)) or list(self._asked_at(Place("", 0)))
        if any(row.decision == "approved" and row.level == row.policy for row in rows):
            return {"outcome": "approved"}
        if any(_lost([row for row in rows if row.step == step]) for step in {r.step for r in rows}):
            return {"outcome": "rejected"}
        over = bool(rows) and all(row.decision != "pending" for row in rows)
        return {"outcome": "expired"} if over else None

    def _call(self, name: str, values: Mapping[str, object], *, new: bool = False) -> Outcome:
        verb = _verbs.get(name)
        if verb is None:
            raise Refused(N_("Models cannot call the verb “%(verb)s”."), verb=name)
        given = {"actor": SYSTEM, "via": "process", "at": self.at, **self._arguments(values)}
        things = () if new else (self.record,)
        _check_arguments(name, verb, things, given)
        verb(*things, **given)
        self.record.refresh_from_db()
        self._facts, self._waits = Facts(self), None
        return Outcome()

    def _arguments(self, values: Mapping[str, object]) -> dict[str, object]:
        """Words of a model as the things they mean."""
        return {
            name: self._team(str(value)) if name == "team" else value
            for name, value in values.items()
        }

    def _team(self, word: str) -> Team:
        """The team a routing table names: by name, else the one of the service."""
        named = Team.objects.filter(name__iexact=word.replace("_", " "), active=True).first()
        service = self.record.service
        found = named or (service.team if service else None)
        if found is None:
            raise Refused(N_("There is no team “%(team)s”. Name one on the service."), team=word)
        return found

    def _ask(self, effect: NeedApproval) -> Outcome | None:
        """Ask whom the policy names; an approval that asks nobody is given at once."""
        if self._asked_at(Place(effect.element, effect.visit)).exists():
            return None
        if not effect.asked:
            self._call("approval_not_needed", {"policy": effect.policy})
            return Outcome({effect.element: {"outcome": "approved"}})
        values = {
            "steps": asking(self.record, effect.asked, partial(self._until, effect.answer_within)),
            "policy": effect.policy,
            "element": effect.element,
            "visit": effect.visit,
        }
        self._call("request_approval", values)
        return None

    def _asked_at(self, place: Place) -> QuerySet[Approval]:
        return Approval.objects.filter(record=self.record, element=place.element, visit=place.visit)

    def _until(self, usually: str, told: str) -> datetime | None:
        days, minutes = duration(told or usually) or (0, 0)
        return self._after(self.now, days, minutes) if days or minutes else None

    def _after(self, start: datetime, days: int, minutes: int) -> datetime:
        hours = self.hours()
        at = working_days_after(hours, start, days) if days else start
        return hours.add(at, minutes) if minutes else at

    def _share(self, effect: NeedTimer) -> datetime | None:
        """When a share of a clock's target is used up; a clock that stands is looked at again."""
        record = self.record
        told = KINDS[record.kind].metric if effect.clock == "resolve" else effect.clock
        part = [
            replace(each, minutes=each.minutes * effect.share / 100)
            for each in self._held()
            if each.metric == told
        ]
        for found in clocks(record, part, self._stretches() if part else (), self.now):
            due = found.state.due_at
            if found.stopped_at is not None or due is None:
                return None
            return due if found.state.running else max(due, self.now + LOOK_AGAIN)
        return None

    def _stretches(self) -> list[Stretch]:
        if self._waits is None:
            rows = Wait.objects.filter(record=self.record).order_by("began_at")
            self._waits = [Stretch(row.waiting_for, row.began_at, row.ended_at) for row in rows]
        return self._waits

    def _held(self) -> list[Promise]:
        """The promises of the record; an agreement in force is frozen, so they are kept."""
        key = self.record.agreement_id
        if key is None:
            return []
        if key not in _promises:
            if len(_promises) >= MOST_PROMISES:
                _promises.clear()
            _promises[key] = promises_of([key])[key]
        return _promises[key]

    def hours(self) -> Calendar:
        """The calendar in force: of the promise, else of the team, else the usual week."""
        held = self._held()
        if held:
            return held[0].calendar
        team = self.record.team
        return calendar(team.calendar) if team and team.calendar_id else usual()


def _history(record: Record) -> list[tuple[str, datetime]]:
    """The verbs done to a record after it was opened; one verb may have written several events."""
    done = [(event.name, event.at_occurred) for event in events_of("record", record.pk)]
    return [each for before, each in pairwise(done) if each != before]


def _lost(rows: list[Approval]) -> bool:
    """Whether a step cannot get its yes any more."""
    said = {row.decision for row in rows}
    if rows[0].quorum == "one":
        return "rejected" in said and not said & {"pending", "approved"}
    return "rejected" in said


def _own(name: str) -> Callable[[RecordHost], object]:
    """A fact that stands on the record under the same name."""
    return lambda host: getattr(host.record, name)


def _service_level(host: RecordHost) -> bool:
    service = host.record.service
    return bool(service and service.team and service.team.level == 1)


OWN = (
    *("kind", "state", "priority", "impact", "urgency", "major", "category", "subcategory"),
    *("channel", "next_contact_at", "opened_at", "close_code"),
)
FACTS: dict[str, Callable[[RecordHost], object]] = {
    **{name: _own(name) for name in OWN},
    "reopened": lambda host: host.record.reopen_count > 0,
    "triaged": lambda host: host.record.triaged_at is not None,
    "due_at": lambda host: host.record.resolve_due,
    "in_coverage": lambda host: host.hours().is_open(host.now),
    "security_incident": lambda host: host.record.kind == "security_incident",
    "has_team": lambda host: host.record.team_id is not None,
    "service_has_team": lambda host: bool(host.record.service and host.record.service.team_id),
    "service_criticality": lambda host: host.record.service and host.record.service.criticality,
    "service_first_line": _service_level,
}


def _check_arguments(
    name: str, verb: Verb, things: tuple[Record, ...], given: Mapping[str, object]
) -> None:
    try:
        inspect.signature(verb).bind(*things, **given)
    except TypeError as error:
        raise Refused(
            N_("The model calls the verb “%(verb)s” with other inputs than it takes: %(why)s."),
            verb=name, why=str(error),
        ) from error  # fmt: skip


def host_of(subject: UUID) -> RecordHost:
    """The host of a record, by its id."""
    return RecordHost(Record.objects.select_related("service__team", "team").get(pk=subject))


hosts.register(tuple(KINDS), host_of)
