"""Priority, clocks and what they came to: what verbs keep in step with the facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from trueup.core.refusals import Refused
from trueup.core.scores import adjusted, priority
from trueup.core.words import N_
from trueup.desk.base.models import Customer
from trueup.desk.services.models import Agreement
from trueup.desk.services.reads import agreement_for
from trueup.desk.work.clocks import RULE, STOOD_RESOLVED, Clock, Stretch, clocks, warning_at
from trueup.desk.work.kinds import kind_of
from trueup.desk.work.models import Approval, Record, TargetResult, Wait
from trueup.desk.work.promises import promises_of
from trueup.desk.work.verbs.door import Act


def score(record: Record) -> tuple[int, str]:
    """Priority and the row of its table, from impact, urgency, service and major."""
    try:
        found = priority(record.impact, record.urgency)
    except ValueError as wrong:
        raise Refused(N_("Impact and urgency are numbers from 1 to 4.")) from wrong
    rule = f"P-{record.impact or 'x'}-{record.urgency or 'x'}"
    if record.major and record.major_ended_at is None:
        return adjusted(found, major=True, impact=record.impact or 1), f"{rule}+major"
    if record.impact is None or record.urgency is None:
        return found, rule
    critical = record.service.criticality if record.service else 4
    final = adjusted(found, criticality=critical, impact=record.impact)
    return final, rule if final == found else f"{rule}+critical"


def promise(record: Record) -> Agreement | None:
    """The agreement that held for service and customer when the record was opened."""
    # Only the key of the customer is asked for, so it need not be loaded.
    customer = Customer(pk=record.customer_id) if record.customer_id else None
    return agreement_for(record.service, customer, record.opened_at)


def clocks_now(record: Record, now: datetime, *, fresh: bool = False) -> list[Clock]:
    """The clocks of a record from its rows; `fresh` where it cannot have waited yet."""
    if record.agreement_id is None:
        return []
    promises = promises_of([record.agreement_id])[record.agreement_id]
    waits = [] if fresh else stretches(record)
    approved_at = None
    if not fresh and any(each.clock_start.endswith("approved") for each in promises):
        approved_at = last_yes(record)
    return clocks(record, promises, waits, now, approved_at=approved_at)


def stretches(record: Record) -> list[Stretch]:
    """The waits of a record as plain values."""
    rows = Wait.objects.filter(record=record).order_by("began_at")
    return [Stretch(row.waiting_for, row.began_at, row.ended_at) for row in rows]


def last_yes(record: Record) -> datetime | None:
    """When the last approval was given."""
    given = Approval.objects.filter(record=record, decision="approved").order_by("-at")
    return given.values_list("at", flat=True).first()


def reckon(act: Act, *, fresh: bool = False) -> list[Clock]:
    """Keep the due instants of the record, which are an index, in step with its clocks."""
    record = act.record
    found = clocks_now(record, act.now, fresh=fresh)
    act.set(**dues(record, found, act.now))
    return found


def dues(record: Record, found: list[Clock], now: datetime) -> dict[str, datetime | None]:
    """When promises break, as things stand: per metric, the next one, and the warning before."""
    open_ones = [clock for clock in found if clock.stopped_at is None]
    by_metric = {clock.metric: clock.state.due_at for clock in open_ones}
    running = [c for c in open_ones if c.metric != "update" and not c.paused]
    own = kind_of(record.kind).metric
    return {
        "response_due": by_metric.get("response"),
        "resolve_due": by_metric.get(own),
        "due_at": _first(clock.state.due_at for clock in running),
        "risk_at": _first(warning_at(clock, now) for clock in running),
    }


def settle(act: Act, metric: str, found: list[Clock]) -> None:
    """Keep what a clock came to when it stopped; a later stop adds a row."""
    for clock in found:
        if clock.metric != metric or clock.stopped_at is None:
            continue
        TargetResult.objects.create(
            record=act.record,
            target_id=clock.target,
            metric=metric,
            due_at=clock.state.due_at,
            met=clock.state.elapsed_min <= clock.minutes,
            elapsed_min=clock.state.elapsed_min,
            paused_min=clock.state.paused_min,
            computed_at=act.now,
            rule_version=RULE,
        )


def begin_wait(act: Act, waiting_for: str, reason: str = "") -> None:
    """A stretch begins in which the record stands."""
    Wait.objects.create(
        record=act.record, waiting_for=waiting_for, reason=reason[:300], began_at=act.now
    )


def end_wait(act: Act) -> None:
    """The open stretch, if any, ends now."""
    Wait.objects.filter(record=act.record, ended_at=None).update(ended_at=act.now)


def stand_resolved(act: Act) -> None:
    """From now on it stands resolved, until it is reopened."""
    begin_wait(act, STOOD_RESOLVED)


def _first(instants: Iterable[datetime | None]) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)
