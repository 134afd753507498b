"""What promises came to: counted by agreement, metric and month, and the records behind.

A record that was reopened has several results of one metric; the last one counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncMonth

from trueup.core.shares import Share
from trueup.desk.base.access import Who, visible
from trueup.desk.work.models import Record, TargetResult


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the promise of one metric was kept in one month."""

    agreement: UUID
    metric: str
    month: date
    share: Share


@dataclass(frozen=True, slots=True)
class Use:
    """How many records of one kind began in one month."""

    agreement: UUID
    kind: str
    month: date
    n: int


def counted(who: Who, agreements: Iterable[UUID]) -> QuerySet[TargetResult]:
    """The results of some agreements that count, as far as one may see their records."""
    later = TargetResult.objects.filter(
        record=OuterRef("record"),
        metric=OuterRef("metric"),
        computed_at__gt=OuterRef("computed_at"),
    )
    rows = TargetResult.objects.filter(target__agreement__in=list(agreements))
    return visible(who, rows.filter(~Exists(later)))


def tallies(who: Who, agreements: Iterable[UUID], since: datetime) -> list[Tally]:
    """Kept and counted since then; one query whatever the number of agreements."""
    rows = (
        counted(who, agreements)
        .filter(computed_at__gte=since)
        .annotate(month=TruncMonth("computed_at"))
        .values("target__agreement", "metric", "month", "met")
        .annotate(n=Count("pk"))
    )
    found: dict[tuple[UUID, str, date], Share] = {}
    for row in rows:
        key = (row["target__agreement"], row["metric"], row["month"].date())
        kept = Share(row["n"] if row["met"] else 0, row["n"])
        found[key] = found.get(key, Share(0, 0)) + kept
    return [Tally(*key, share) for key, share in sorted(found.items(), key=lambda one: one[0][2])]


def use(who: Who, agreements: Iterable[UUID], since: datetime) -> list[Use]:
    """The records that began under some agreements since then, by kind and month."""
    rows = (
        visible(who, Record.objects.filter(agreement__in=list(agreements), opened_at__gte=since))
        .annotate(month=TruncMonth("opened_at"))
        .values("agreement", "kind", "month")
        .annotate(n=Count("pk"))
        .order_by("month", "kind")
    )
    return [Use(row["agreement"], row["kind"], row["month"].date(), row["n"]) for row in rows]


def behind(who: Who, agreement: UUID, metric: str) -> QuerySet[TargetResult]:
    """The results behind a figure with their records, the latest first."""
    rows = counted(who, [agreement]).filter(metric=metric)
    return rows.select_related("record", "target").order_by("-computed_at", "pk")
