"""What the customer's people say: how satisfied they are, of how many asked, in their words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from trueup.core.charts import Band, bands
from trueup.core.shares import Share
from trueup.core.words import N_
from trueup.desk.base.access import Viewer
from trueup.desk.feedback import reads
from trueup.desk.feedback.models import Survey
from trueup.desk.services.models import Agreement
from trueup.desk.surfaces.web.customer import kept

GOOD, LIMIT, FEWEST, QUOTES = 0.85, 0.70, 30, 4


@dataclass(frozen=True, slots=True)
class Voice:
    """The satisfied share with its range, what is missing to judge it, and some words."""

    light: str
    sentence: str
    chart: str
    quotes: list[Survey]


def voice(viewer: Viewer, agreement: Agreement) -> Voice:
    """What was said under an agreement in the last months."""
    since, _ = kept.window()
    found = reads.satisfaction(viewer, since=since, until=timezone.now(), agreement=agreement)
    if found.hidden or found.answered is None:
        text = gettext(N_("Fewer than five answered; single answers are not shown to you."))
        return Voice("not_enough_evidence", text, "", [])
    share = Share(found.satisfied or 0, found.answered)
    quotes = reads.answers(viewer).filter(agreement=agreement).exclude(comment="")[:QUOTES]
    return Voice(
        share.verdict(GOOD, LIMIT, FEWEST),
        _sentence(share, found.asked),
        _chart(share) if share.n else "",
        list(quotes),
    )


def _sentence(share: Share, asked: int) -> str:
    """How many are satisfied, of how many who answered, and how many did not."""
    if not asked and not share.n:
        return gettext(N_("Nobody was asked in this time."))
    if not share.n:
        return ngettext(
            "%(n)s was asked, nobody has answered yet.",
            "%(n)s were asked, nobody has answered yet.",
            asked,
        ) % {"n": asked}
    words = gettext(N_("%(k)s of %(n)s who answered are satisfied."))
    text = words % {"k": share.k, "n": share.n}
    silent = asked - share.n
    if silent > 0:
        more = ngettext(
            "%(n)s did not answer, so trust the direction.",
            "%(n)s did not answer, so trust the direction.",
            silent,
        )
        text = f"{text} {more % {'n': silent}}"
    if share.n < FEWEST:
        text = f"{text} {gettext(N_('%(n)s answers are needed to judge.')) % {'n': FEWEST}}"
    return text


def _chart(share: Share) -> str:
    light = share.verdict(GOOD, LIMIT, FEWEST)
    name = gettext(N_("All who answered"))
    row = Band(
        name=name,
        low=share.low * 100,
        likely=share.likely * 100,
        high=share.high * 100,
        words=gettext(N_("%(k)s of %(n)s")) % {"k": share.k, "n": share.n},
        light=kept.COLOURS.get(light, "grey"),
        href="#said",
    )
    line = (GOOD * 100, gettext(N_("goal: %(n)s of 100")) % {"n": round(GOOD * 100)})
    return bands([row], label=gettext(N_("How satisfied people are")), plumb=line)
