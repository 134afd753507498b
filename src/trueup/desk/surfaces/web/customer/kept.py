"""How promises were kept: shares with their range, lights, pictures and frank sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from trueup.core.charts import Band, bands, promise
from trueup.core.shares import FEWEST, GOOD, NOTHING, Share
from trueup.core.words import N_
from trueup.desk.services.models import Target
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.customer import wording
from trueup.desk.work.results import Tally

MONTHS, SHOWN = 3, 12
COLOURS = {"green": "green", "amber": "amber", "red": "red"}


@dataclass(frozen=True, slots=True)
class Kept:
    """One promise: what it says, how often it was kept lately, and month by month."""

    agreement: UUID
    metric: str
    targets: tuple[Target, ...]
    share: Share
    months: tuple[tuple[date, Share], ...] = field(default=())

    @property
    def name(self) -> str:
        """What it is called."""
        return wording.name(self.metric)

    @property
    def promised(self) -> str:
        """How much is promised."""
        return wording.promised(self.targets)

    @property
    def light(self) -> str:
        """The verdict."""
        return self.share.light

    @property
    def words(self) -> str:
        """The range in words, or what is missing."""
        return spoken(self.share)

    @property
    def judged(self) -> bool:
        """Whether there is enough for a verdict."""
        return self.light in COLOURS

    @property
    def href(self) -> str:
        """The records behind the figure."""
        return reverse("behind_promise", args=[self.agreement, self.metric])

    @property
    def picture(self) -> str:
        """Band, dot and plumb line for a row."""
        share = self.share
        label = gettext(N_("%(words)s; goal: at least %(goal)s of 100"))
        return promise(
            share.low * 100,
            share.likely * 100,
            share.high * 100,
            GOOD * 100,
            COLOURS.get(self.light, "grey"),
            label % {"words": self.words, "goal": round(GOOD * 100)},
        )

    @property
    def chart(self) -> str:
        """Every month as a dot in its band, the plumb line through all."""
        rows = [self._row(month, share) for month, share in self.months]
        line = (GOOD * 100, gettext(N_("goal: %(n)s of 100")) % {"n": round(GOOD * 100)})
        label = gettext(N_("%(name)s: how often kept, by month")) % {"name": self.name}
        return bands(rows, label=label, plumb=line)

    def _row(self, month: date, share: Share) -> Band:
        return Band(
            name=month_name(month),
            low=share.low * 100,
            likely=share.likely * 100,
            high=share.high * 100,
            words=gettext(N_("%(k)s of %(n)s")) % {"k": share.k, "n": share.n},
            light=COLOURS.get(share.light, "grey"),
            href=f"{self.href}?month={month:%Y-%m}",
        )


def spoken(share: Share) -> str:
    """88 to 93 of 100; or how many are there and how many are needed."""
    if not share.n:
        return gettext(N_("nothing counted yet"))
    if share.n < FEWEST:
        text = gettext(N_("%(k)s of %(n)s; %(need)s are needed to judge"))
        return text % {"k": share.k, "n": share.n, "need": FEWEST}
    low, high = round(share.low * 100), round(share.high * 100)
    return gettext(N_("%(low)s to %(high)s of 100")) % {"low": low, "high": high}


def month_name(month: date) -> str:
    """October 2026."""
    return saying.month(month)


def window(today: date | None = None, months: int = MONTHS) -> tuple[datetime, str]:
    """The first instant of the months looked at, and their name."""
    today = today or timezone.localdate()
    first = back(today, months - 1)
    text = gettext(N_("%(first)s to %(last)s"))
    return month_start(first), text % {"first": saying.month(first), "last": saying.month(today)}


def month_start(first: date) -> datetime:
    """The first instant of a month where the reader is."""
    return timezone.make_aware(datetime.combine(first, time()))


def back(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def kept(targets: Sequence[Target], tallies: Iterable[Tally], since: datetime) -> list[Kept]:
    """The promises of one agreement in the order of its targets."""
    if not targets:
        return []
    agreement = targets[0].agreement_id
    mine = [each for each in tallies if each.agreement == agreement]
    order = [metric for metric in Target.METRICS if any(t.metric == metric for t in targets)]
    first = timezone.localtime(since).date()
    return [
        Kept(
            agreement,
            metric,
            tuple(each for each in targets if each.metric == metric),
            sum((t.share for t in mine if t.metric == metric and t.month >= first), NOTHING),
            tuple((t.month, t.share) for t in mine if t.metric == metric),
        )
        for metric in order
    ]


def state(promises: Sequence[Kept]) -> str:
    """The light of a whole agreement: the worst of its judged promises."""
    lights = [each.light for each in promises if each.judged]
    return next((one for one in ("red", "amber", "green") if one in lights), "not_enough_evidence")


def frank(promises: Sequence[Kept], *, sees_all: bool = True) -> str:
    """One honest sentence about some promises; who sees only some records is told so."""
    judged = [each for each in promises if each.judged]
    if not judged and not sees_all:
        return gettext(N_("Of the records you may see, too few to judge by."))
    if not judged:
        return gettext(N_("There is too little yet to judge us by."))
    worst = min(judged, key=lambda each: each.share.likely)
    good = sum(each.light == "green" for each in judged)
    if good == len(judged):
        return gettext(N_("We keep what we promised."))
    if all(each.light != "red" for each in judged):
        text = gettext(N_("We mostly keep what we promised. Furthest off: %(worst)s."))
    elif good == 0:
        text = gettext(N_("We do not keep what we promised. Furthest off: %(worst)s."))
    else:
        text = gettext(N_("We keep %(good)s of %(n)s promises. Furthest off: %(worst)s."))
    return text % {"good": good, "n": len(judged), "worst": worst.name}
