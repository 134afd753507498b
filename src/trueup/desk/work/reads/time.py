"""Clocks of records, from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from trueup.desk.work.clocks import Clock, Stretch, clocks
from trueup.desk.work.models import Approval, Message, Record, Wait
from trueup.desk.work.promises import promises_of


def clocks_of(record: Record, now: datetime) -> list[Clock]:
    """The clocks of a record at an instant, each with its promise and its segments."""
    return clocks_for([record], now)[record.pk]


def clocks_for(records: Sequence[Record], now: datetime) -> dict[UUID, list[Clock]]:
    """The clocks of many records; at most four queries whatever their number."""
    promises = promises_of(record.agreement_id for record in records)
    keys = [record.pk for record in records if record.agreement_id in promises]
    waits = _waits(keys)
    metrics = {promise.metric for held in promises.values() for promise in held}
    starts = {promise.clock_start for held in promises.values() for promise in held}
    spoken = _spoken(keys) if "update" in metrics else {}
    approved = _approved(keys) if any(word.endswith("approved") for word in starts) else {}
    return {
        record.pk: clocks(
            record,
            promises[record.agreement_id] if record.agreement_id else [],
            waits.get(record.pk, []),
            now,
            spoke_at=spoken.get(record.pk),
            approved_at=approved.get(record.pk),
        )
        for record in records
    }


def _waits(keys: Sequence[UUID]) -> dict[UUID, list[Stretch]]:
    found: dict[UUID, list[Stretch]] = defaultdict(list)
    if keys:
        for row in Wait.objects.filter(record__in=keys).order_by("began_at"):
            found[row.record_id].append(Stretch(row.waiting_for, row.began_at, row.ended_at))
    return found


def _spoken(keys: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each requester last heard from us."""
    rows = Message.objects.filter(record__in=keys, public=True, direction="out")
    return dict(rows.values_list("record").annotate(last=Max("at")))


def _approved(keys: Sequence[UUID]) -> dict[UUID, datetime]:
    rows = Approval.objects.filter(record__in=keys, decision="approved", at__isnull=False)
    return dict(rows.values_list("record").annotate(last=Max("at")))
