"""Finding records by number and words, and the likes of a text; no search server needed."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.base.access import Who, visible
from trueup.desk.work import search as words
from trueup.desk.work.models import Record, SearchTerm

MOST_RARE = 8
MOST_CANDIDATES = 400
TOO_COMMON = 2_000
LIKE_ENOUGH = 0.3


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
    rows = visible(who, Record.objects.filter(matching(text))).select_related("service")
    return list(rows.order_by("-touched_at", "pk")[:most])


def matching(text: str) -> Q:
    """The condition that number or words fit; nothing fits an empty text."""
    number = Q(number__iexact=text.strip())
    told = words.terms(text)
    if not told:
        return number
    fits = Q()
    for term in told[:-1]:
        fits &= Q(pk__in=SearchTerm.objects.filter(term=term).values("record"))
    last = SearchTerm.objects.filter(term__gte=told[-1], term__lt=f"{told[-1]}\uffff")
    return number | (fits & Q(pk__in=last.values("record")))


def similar(who: Who, text: str, *, most: int = 5) -> list[Record]:
    """Visible records that share the rarest words of a text, the likest first.

    A word weighs the more the fewer records have it; ended records count like open ones.
    """
    rarity = _rarity(words.terms(text))
    rare = sorted(rarity, key=lambda term: rarity[term])[:MOST_RARE]
    weights = {term: 1 / rarity[term] ** 0.5 for term in rare}
    if not weights:
        return []
    scores: dict[UUID, float] = {}
    for record, term in _holders(rare):
        scores[record] = scores.get(record, 0.0) + weights[term]
    whole = sum(weights.values())
    near = {key: score for key, score in scores.items() if score >= whole * LIKE_ENOUGH}
    best = sorted(near, key=lambda key: (-near[key], str(key)))[:MOST_CANDIDATES]
    seen = visible(who, Record.objects.filter(pk__in=best)).select_related("service")
    return sorted(seen, key=lambda row: (-near[row.pk], -row.touched_at.timestamp()))[:most]


def _rarity(terms: list[str]) -> dict[str, int]:
    """How many records have each word; words nearly everybody uses say nothing."""
    if not terms:
        return {}
    rows = SearchTerm.objects.filter(term__in=terms).values_list("term").annotate(n=Count("pk"))
    return {term: n for term, n in rows if n <= TOO_COMMON}


def _holders(terms: list[str]) -> QuerySet[SearchTerm, tuple[UUID, str]]:
    rows = SearchTerm.objects.filter(term__in=terms)
    return rows.values_list("record", "term")[: MOST_RARE * TOO_COMMON]
