"""A record begins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from trueup.core.events.work import RecordOpened, RequestSubmitted, TaskOpened
from trueup.core.lifecycles import START, load
from trueup.core.refusals import NotFound, Refused
from trueup.core.words import N_
from trueup.desk.base import access
from trueup.desk.base.access import NOT_YOURS, NOTHING, NotAllowed, Viewer, Who, actor_of, viewer_of
from trueup.desk.base.models import Customer, Person, Subject, Team
from trueup.desk.base.numbering import next_number
from trueup.desk.services.models import Service
from trueup.desk.work import process, search
from trueup.desk.work.kinds import Kind, kind_of
from trueup.desk.work.models import Record, SearchTerm
from trueup.desk.work.policy import SYSTEM_PARTS, WORKERS
from trueup.desk.work.verbs import counting
from trueup.desk.work.verbs.door import moment, write
from trueup.desk.work.words import MUST

OPENED: dict[str, type[RecordOpened]] = {
    "report": RecordOpened,
    "submit": RequestSubmitted,
    "open": TaskOpened,
}
LONGEST_TITLE = 300
LONGEST_TEXT = 100_000


def report(
    *,
    title: str,
    actor: Who,
    kind: str = "incident",
    description: str = "",
    service: Service | None = None,
    customer: Customer | None = None,
    requester: Person | None = None,
    channel: str = "portal",
    category: str = "",
    impact: int | None = None,
    urgency: int | None = None,
    team: Team | None = None,
    parent: Record | None = None,
    via: str = "web",
    at: datetime | None = None,
) -> Record:
    """Open a record of a kind; the promise that holds now counts for it from here on.

    Without a requester and a customer it is the actor's own.
    """
    told = kind_of(kind)
    looks = _viewer(actor)
    _check_right(actor, looks, told)
    now = moment(at)
    owner = _owner(looks, requester, customer)
    record = Record(
        kind=kind,
        title=title.strip()[:LONGEST_TITLE],
        description=description[:LONGEST_TEXT],
        state=_first_state(told),
        evidence="open",
        service=service or (parent.service if parent else None),
        customer_id=_customer(customer, requester, looks, parent),
        requester_id=owner,
        team=team or (service.team if service else None),
        channel=channel,
        category=category,
        impact=impact,
        urgency=urgency,
        provisional=impact is None or urgency is None,
        parent=parent,
        opened_at=now,
        touched_at=now,
    )
    _check(record, looks, told)
    _check_requester(requester, record, looks)
    record.level = record.team.level if record.team else 1
    record.priority, record.priority_rule = counting.score(record)
    with transaction.atomic():
        return _open(record, told, actor, via)


def submit(*, title: str, actor: Who, **values: object) -> Record:
    """Open a request."""
    return report(title=title, actor=actor, kind="request", **values)  # type: ignore[arg-type]


def _open(record: Record, kind: Kind, actor: Who, via: str) -> Record:
    """Write the record, its words for searching and its first event; start its process."""
    number = next_number(kind.prefix)
    record.subject = Subject.objects.create(kind=record.kind, number=number, label=record.title)
    record.number = number
    record.agreement = counting.promise(record) if kind.metric else None
    found = counting.clocks_now(record, record.opened_at, fresh=True)
    for name, value in counting.dues(record, found, record.opened_at).items():
        setattr(record, name, value)
    record.save(force_insert=True)
    index(record)
    event = OPENED[kind.opens](
        kind=record.kind,
        number=record.number,
        title=record.title,
        description=record.description,
        state=record.state,
        service=record.service_id,
        customer=record.customer_id,
        requester=record.requester_id,
        team=record.team_id,
        level=record.level,
        channel=record.channel,
        category=record.category,
        impact=record.impact,
        urgency=record.urgency,
        priority=record.priority,
        priority_rule=record.priority_rule,
        agreement=record.agreement_id,
        parent=record.parent_id,
    )
    write(record, [(event, record.requester_id)], actor, via, record.opened_at)
    process.start_for(record, actor=actor, at=record.opened_at)
    return record


def index(record: Record) -> None:
    """Keep the words by which a record is found."""
    words = search.terms(record.title, record.description)
    SearchTerm.objects.bulk_create(SearchTerm(record=record, term=word) for word in words)


def _viewer(actor: Who) -> Viewer | None:
    """Who acts, with grants; None for the desk itself."""
    if isinstance(actor, Viewer):
        return actor
    if actor.kind == "system":
        return None
    found = viewer_of(actor.person, actor.on_behalf_of) if actor.person else None
    if found is None:
        raise NotAllowed(N_("This account is no longer active."))
    return found


def _check_right(actor: Who, looks: Viewer | None, kind: Kind) -> None:
    access.require(actor, kind.opens, Record)
    step = load(kind.name).step(START, kind.opens)
    parts = set(step.who) if step else set()
    if looks is None:
        if actor_of(actor).kind != "system" or not parts & {*SYSTEM_PARTS, "technician"}:
            raise NotAllowed(NOT_YOURS, verb=kind.opens)
        return
    if not parts & {"anyone", "requester"} and not looks.has(*WORKERS):
        raise NotAllowed(NOT_YOURS, verb=kind.opens)


def _first_state(kind: Kind) -> str:
    step = load(kind.name).step(START, kind.opens)
    if step is None:
        raise Refused(N_("There is no kind “%(kind)s”."), field="kind", kind=kind.name)
    return step.next


def _owner(
    looks: Viewer | None, requester: Person | None, customer: Customer | None
) -> UUID | None:
    """Whose it is: as told, else the actor's own, unless a technician names only a customer."""
    if requester is not None:
        return requester.subject_id
    if looks is None or looks.kind == "robot":
        return None
    if customer is not None and looks.has(*WORKERS):
        return None
    return looks.behalf.person if looks.behalf else looks.person


def _customer(
    customer: Customer | None,
    requester: Person | None,
    looks: Viewer | None,
    parent: Record | None,
) -> UUID | None:
    """For which customer: as told, else the requester's, the parent's, the actor's own."""
    if customer is not None:
        return customer.subject_id
    if requester is not None:
        return requester.customer_id
    if parent is not None:
        return parent.customer_id
    behalf = looks.behalf if looks else None
    return (behalf or looks).customer if looks else None


def _check(record: Record, looks: Viewer | None, kind: Kind) -> None:
    """What must be there, and that nobody reaches beyond what is theirs."""
    step = load(kind.name).step(START, kind.opens)
    must = step.must if step else ()
    if not record.title:
        raise Refused(MUST["title"], field="title")
    if "requester_or_customer" in must and not (record.requester_id or record.customer_id):
        raise Refused(MUST["requester_or_customer"], field="requester")
    if "parent" in must and record.parent_id is None:
        raise Refused(N_("A task belongs to a record; name it."), field="parent")
    if record.channel not in Record.CHANNELS:
        raise Refused(N_("There is no channel “%(word)s”."), field="channel", word=record.channel)
    if record.service is not None and record.service.state == "retired":
        raise Refused(N_("This service has ended."), field="service")
    if looks is not None and not looks.has(*WORKERS):
        _check_own(record, looks)


def _check_requester(requester: Person | None, record: Record, looks: Viewer | None) -> None:
    """Only technicians write down whose customer somebody speaks for."""
    if requester is None or looks is None or looks.has(*WORKERS):
        return
    if requester.customer_id != record.customer_id:
        raise NotFound(NOTHING, field="requester")


def _check_own(record: Record, looks: Viewer) -> None:
    """Users report for themselves, customer managers for their customer."""
    manages = record.customer_id in looks.customers
    own = {looks.person, looks.behalf.person if looks.behalf else looks.person}
    if record.requester_id not in own and not manages:
        raise NotAllowed(NOT_YOURS, verb="report")
    if record.customer_id not in (None, looks.customer) and not manages:
        raise NotFound(NOTHING, field="customer")
    if record.service is not None and not access.sees(looks, record.service):
        raise NotFound(NOTHING, field="service")
    if record.team_id not in (None, record.service.team_id if record.service else None):
        raise NotAllowed(NOT_YOURS, verb="assign")
