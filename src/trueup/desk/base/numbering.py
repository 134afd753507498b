"""Numbers for people to quote: INC-1, INC-2; gapless per prefix, and never a key."""

from __future__ import annotations

from django.db.models import F

from trueup.desk.base.models import NumberSequence


def next_number(prefix: str) -> str:
    """The next number of a prefix; call it inside the transaction that uses it."""
    NumberSequence.objects.get_or_create(prefix=prefix)
    NumberSequence.objects.filter(prefix=prefix).update(last=F("last") + 1)
    return f"{prefix}-{NumberSequence.objects.values_list('last', flat=True).get(prefix=prefix)}"
