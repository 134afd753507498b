"""Time spent, and other fields corrected."""

from __future__ import annotations

from datetime import datetime, timedelta

from trueup.core.events.around import WorkLogged
from trueup.core.events.work import RecordEdited, RecordReworded
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who
from trueup.desk.base.models import Subject
from trueup.desk.work.models import Record, SearchTerm, WorkLog
from trueup.desk.work.verbs.door import Act, acting
from trueup.desk.work.verbs.opening import LONGEST_TEXT, LONGEST_TITLE, index

WORDS = {"title": LONGEST_TITLE, "description": LONGEST_TEXT}
EDITABLE = (*WORDS, "channel")
DAY = 1440


def log_work(
    record: Record,
    *,
    minutes: float,
    started_at: datetime,
    actor: Who,
    overtime: bool = False,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> WorkLog:
    """Note time spent."""
    with acting(record, "log_work", actor, via, version, at) as act:
        act.need(minutes=minutes, started_at=started_at)
        row = spend(act, minutes, started_at, overtime)
        if row is None:
            raise Refused(N_("Say how many minutes it took."), field="minutes")
    return row


def edit(
    record: Record,
    *,
    field: str,
    value: str,
    actor: Who,
    reason: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Correct title, description or channel; a closed record stays as it is."""
    with acting(record, "edit", actor, via, version, at) as act:
        act.need(field=field)
        _check(act.record, field, value)
        old = str(getattr(act.record, field))
        new = value.strip() if field == "title" else value
        if old == new:
            return act.record
        act.set(**{field: new})
        told = RecordReworded if field in WORDS else RecordEdited
        act.log(told(field=field, old=old, new=new, reason=reason), act.record.requester_id)
        if field in WORDS:
            Subject.objects.filter(pk=act.record.pk).update(label=act.record.title)
            SearchTerm.objects.filter(record=act.record).delete()
            index(act.record)
    return act.record


def spend(
    act: Act, minutes: float, started_at: datetime | None, overtime: bool = False
) -> WorkLog | None:
    """Keep time spent, where it is any; without a beginning it ended now."""
    if not 0 <= minutes <= DAY:
        raise Refused(N_("Minutes go from 0 to %(most)s a day."), field="minutes", most=DAY)
    if minutes == 0:
        return None
    row = WorkLog.objects.create(
        record=act.record,
        person_id=act.person,
        team_id=act.record.team_id,
        minutes=minutes,
        started_at=started_at or act.now - timedelta(minutes=minutes),
        overtime=overtime,
    )
    act.log(
        WorkLogged(
            worklog=row.pk, minutes=f"{minutes:g}", started_at=row.started_at, overtime=overtime
        )
    )
    return row


def _check(record: Record, field: str, value: str) -> None:
    if field not in EDITABLE:
        raise Refused(N_("The field %(name)s cannot be changed."), field="field", name=field)
    if record.evidence in ("closed", "cancelled"):
        raise Refused(N_("An ended record stays as it is. Add a note, or open it again."))
    if field == "title" and not value.strip():
        raise Refused(N_("Say in one line what it is about."), field="title")
    if field in WORDS and len(value) > WORDS[field]:
        raise Refused(N_("This is longer than %(most)s letters."), field=field, most=WORDS[field])
    if field == "channel" and value not in Record.CHANNELS:
        raise Refused(N_("There is no channel “%(word)s”."), field="channel", word=value)
