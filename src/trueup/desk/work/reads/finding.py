"""Finding records by number and words, and the likes of a text; no search server needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Exists,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.base.access import Who, visible
from trueup.desk.work import search as words
from trueup.desk.work.kinds import KINDS
from trueup.desk.work.models import Record, SearchTerm
from trueup.desk.work.reads.counting import capped

NUMBER = re.compile("(?:" + "|".join(kind.prefix for kind in KINDS.values()) + r")-\d+", re.I)
TOO_COMMON = 500
MOST_RARE = 8
NEAR = 250
LIKE_ENOUGH = 0.3


@dataclass(frozen=True, slots=True)
class Found:
    """The condition that number or words fit; `keyed` where a few records are known by it."""

    condition: Q
    keyed: bool


def by_number(who: Who, text: str) -> Record:
    """The visible record with this number, in any letters; NotFound where there is none."""
    rows = Record.objects.filter(number=text.strip().upper())
    found = visible(who, rows).first()
    if found is None:
        raise NotFound(
            N_("There is no record %(number)s, or it is not yours to see."),
            field="other",
            number=text.strip(),
        )
    return found


def search(who: Who, text: str, *, most: int = 20) -> list[Record]:
    """Visible records with this number or all these words (the last may be a beginning)."""
    rows = visible(who, Record.objects.filter(find(text).condition)).select_related("service")
    return list(rows.order_by("-touched_at", "pk")[:most])


def find(text: str) -> Found:
    """What fits a number or all words of a text; nothing fits an empty one. At most one query.

    Either number or words, never both: an OR of the two could use neither index. The rarest word
    leads to its records; where all are common, each record is asked for them on the way, so that
    a list still ends after its first page.
    """
    if NUMBER.fullmatch(text.strip()):
        return Found(Q(number=text.strip().upper()), keyed=True)
    told = words.terms(text)
    if not told:
        return Found(Q(pk__in=()), keyed=True)
    held = [SearchTerm.objects.filter(term=term) for term in told[:-1]]
    held.append(SearchTerm.objects.filter(term__gte=told[-1], term__lt=f"{told[-1]}\uffff"))
    counted = capped({f"n{place}": rows for place, rows in enumerate(held)}, TOO_COMMON)
    counts = [counted[f"n{place}"] for place in range(len(held))]
    rarest = counts.index(min(counts))
    fits, keyed = Q(), counts[rarest] <= TOO_COMMON
    for place, rows in enumerate(held):
        leads = keyed and place == rarest
        fits &= Q(pk__in=rows.values("record")) if leads else _has(rows)
    return Found(fits, keyed)


def _has(rows: QuerySet[SearchTerm]) -> Q:
    return Q(Exists(rows.filter(record=OuterRef("pk"))))


def similar(who: Who, text: str, *, most: int = 5) -> list[Record]:
    """Visible records that share the rarest words of a text, the likest first.

    A word weighs the more the fewer records have it; ended records count like open ones. Of each
    word only the records that got it last are looked at, so the cost does not grow with them.
    """
    weights = _weights(words.terms(text))
    if not weights:
        return []
    weight = Case(
        *(When(term=term, then=Value(one)) for term, one in weights.items()),
        default=Value(0.0),
        output_field=FloatField(),
    )
    near = (
        _seen(who, SearchTerm.objects.filter(pk__in=_latest(weights)))
        .values_list("record")
        .annotate(score=Sum(weight))
        .filter(score__gte=sum(weights.values()) * LIKE_ENOUGH)
        .order_by("-score", "-record__touched_at")
    )
    scores = dict(near[:most])
    rows = Record.objects.filter(pk__in=list(scores)).select_related("service")
    return sorted(rows, key=lambda row: (-scores[row.pk], -row.touched_at.timestamp()))


def _seen(who: Who, rows: QuerySet[SearchTerm]) -> QuerySet[SearchTerm]:
    """Those of records one may see; each is asked for itself, and nobody who sees them all."""
    seen = visible(who, Record.objects.all())
    if not seen.query.has_filters():
        return rows
    return rows.filter(Exists(seen.filter(pk=OuterRef("record"))))


def _latest(terms: Iterable[str]) -> QuerySet[SearchTerm, Any]:
    """The latest places of each word."""
    every = [
        SearchTerm.objects.filter(
            pk__in=SearchTerm.objects.filter(term=term).order_by("-id").values("pk")[:NEAR]
        ).values("pk")
        for term in terms
    ]
    return every[0].union(*every[1:], all=True) if len(every) > 1 else every[0]


def _weights(terms: list[str]) -> dict[str, float]:
    """The rarest words with what each weighs; one that more than NEAR records have weighs little
    and the same as every other such.
    """
    named = {f"n{place}": SearchTerm.objects.filter(term=term) for place, term in enumerate(terms)}
    counts = capped(named, NEAR)
    pairs = sorted((n, term) for n, term in zip(counts.values(), terms, strict=False) if n)
    return {term: n**-0.5 for n, term in pairs[:MOST_RARE]}
