"""Finding records by number and words, and the likes of a text; no search server needed."""

from __future__ import annotations

import re

from django.db.models import Case, Count, Exists, FloatField, OuterRef, Q, Sum, Value, When

from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.base.access import Who, visible
from trueup.desk.work import search as words
from trueup.desk.work.kinds import KINDS
from trueup.desk.work.models import Record, SearchTerm

NUMBER = re.compile("(?:" + "|".join(kind.prefix for kind in KINDS.values()) + r")-\d+", re.I)
MOST_RARE = 8
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
    """The condition that number or words fit; nothing fits an empty text.

    Either, never both at once: an OR of the two could use neither index.
    """
    if NUMBER.fullmatch(text.strip()):
        return Q(number=text.strip().upper())
    told = words.terms(text)
    if not told:
        return Q(pk__in=())
    fits = _has(Q(term__gte=told[-1], term__lt=f"{told[-1]}\uffff"))
    for term in told[:-1]:
        fits &= _has(Q(term=term))
    return fits


def _has(term: Q) -> Q:
    """The condition that a record has a word: rare ones lead to their records, common ones are
    looked for in each record on the way, so that a list still ends after its first page.
    """
    held = SearchTerm.objects.filter(term)
    if held[: TOO_COMMON + 1].count() <= TOO_COMMON:
        return Q(pk__in=held.values("record"))
    return Q(Exists(held.filter(record=OuterRef("pk"))))


def similar(who: Who, text: str, *, most: int = 5) -> list[Record]:
    """Visible records that share the rarest words of a text, the likest first.

    A word weighs the more the fewer records have it; ended records count like open ones.
    """
    weights = _weights(words.terms(text))
    if not weights:
        return []
    weight = Case(
        *(When(term=term, then=Value(one)) for term, one in weights.items()),
        default=Value(0.0),
        output_field=FloatField(),
    )
    seen = visible(who, Record.objects.all()).values("pk")
    near = (
        SearchTerm.objects.filter(term__in=list(weights), record__in=seen)
        .values_list("record")
        .annotate(score=Sum(weight))
        .filter(score__gte=sum(weights.values()) * LIKE_ENOUGH)
        .order_by("-score", "-record__touched_at")
    )
    scores = dict(near[:most])
    rows = Record.objects.filter(pk__in=list(scores)).select_related("service")
    return sorted(rows, key=lambda row: (-scores[row.pk], -row.touched_at.timestamp()))


def _weights(terms: list[str]) -> dict[str, float]:
    """The rarest words with what each weighs; words nearly everybody uses say nothing."""
    if not terms:
        return {}
    rows = SearchTerm.objects.filter(term__in=terms).values_list("term").annotate(n=Count("pk"))
    rare = sorted((n, term) for term, n in rows if n <= TOO_COMMON)[:MOST_RARE]
    return {term: n**-0.5 for n, term in rare}
