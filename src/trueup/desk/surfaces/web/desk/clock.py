"""The clock that explains itself: a track of time, and a sum that adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from trueup.core.calendars import Calendar, ClockState, Segment
from trueup.core.charts.track import Stretch, track
from trueup.core.words import N_
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.desk.words import brief, span, worked

METRICS = {
    "response": (N_("First word"), N_("first word by %(when)s")),
    "resolve": (N_("Solved"), N_("solved by %(when)s")),
    "fulfil": (N_("Fulfilled"), N_("fulfilled by %(when)s")),
    "update": (N_("Next word"), N_("next word by %(when)s")),
}
WHY = {
    "customer": N_("Paused: we asked the user"),
    "supplier": N_("Paused: waiting for a supplier"),
    "approval": N_("Paused: waiting for approval"),
    "change": N_("Paused: waiting for a change"),
    "problem": N_("Paused: waiting for a problem"),
    "internal": N_("Paused: waiting for colleagues"),
    "resolved": N_("Resolved, before it was reopened"),
}
OTHER_WHY = N_("Paused")
LEAST_SPAN = timedelta(hours=4)
MOST_PIECES = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum; `swatch` is a class of the style sheet."""

    swatch: str
    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock in words and as a drawing. `tone` is red or amber where that is the verdict."""

    metric: str
    title: str
    state: str
    tone: str
    chart: str
    lines: tuple[Line, ...]
    total: str
    total_amount: str
    promise: str


def title_of(metric: str, state: ClockState, now: datetime) -> str:
    """``Promise: solved by 17:07``."""
    form = METRICS.get(metric, METRICS["resolve"])[1]
    when = saying.moment(state.due_at, now) if state.due_at else _("open")
    return _("Promise: %(what)s") % {"what": _(form) % {"when": when}}


def state_of(state: ClockState) -> tuple[str, str]:
    """``3 h 32 left`` and the tone it is said in."""
    if state.left_min is None:
        return worked(state.elapsed_min), ""
    if state.left_min < 0:
        return _("%(span)s over") % {"span": worked(state.left_min)}, "red"
    if state.met:
        return _("kept"), "green"
    whole = state.elapsed_min + state.left_min
    tone = "amber" if whole and state.left_min / whole <= 0.25 and state.running else ""
    words = _("%(span)s left") if state.running else _("%(span)s left, paused")
    return words % {"span": worked(state.left_min)}, tone


def lines_of(state: ClockState) -> tuple[Line, ...]:
    """What ran, what stood still and why, and what lay outside the calendar."""
    paused: dict[str, float] = defaultdict(float)
    for each in state.segments:
        if not each.running:
            paused[each.reason] += each.open_min
    since = brief(state.segments[0].start, state.segments[-1].end) if state.segments else ""
    ran = _("Ran since %(when)s") % {"when": since} if since else _("Ran")
    lines = [Line("run", ran, worked(state.elapsed_min))]
    lines += [Line("pause", _(WHY.get(why, OTHER_WHY)), worked(m)) for why, m in paused.items()]
    outside = span(state.outside_min) if round(state.outside_min) else _("none")
    return (*lines, Line("off", _("Outside the hours of the calendar"), outside))


def chart_of(state: ClockState, calendar: Calendar, now: datetime, label: str) -> str:
    """The track from the start to a little after the promise or now."""
    if not state.segments:
        return ""
    start = state.segments[0].start
    ends = [now, *([state.due_at] if state.due_at else []), state.segments[-1].end]
    end = max([*ends, start + LEAST_SPAN])
    end += (end - start) / 12
    promise = (state.due_at.timestamp(), brief(state.due_at, now)) if state.due_at else None
    return track(
        list(_stretches(state.segments, calendar)),
        span=(start.timestamp(), end.timestamp()),
        now=(now.timestamp(), _("now %(time)s") % {"time": saying.clock_time(now)}),
        promise=promise,
        label=label,
        start_word=brief(start, now),
    )


def _stretches(segments: Iterable[Segment], calendar: Calendar) -> Iterable[Stretch]:
    """What ran and what was paused, cut where the calendar is closed."""
    for each in segments:
        kind = "ran" if each.running else "paused"
        for start, end in _open_pieces(each, calendar):
            yield Stretch(start, end, "ran" if kind == "ran" else "paused")


def _open_pieces(one: Segment, calendar: Calendar) -> list[tuple[float, float]]:
    first, last = one.start.timestamp(), one.end.timestamp()
    if calendar.never_closed:
        return [(first, last)]
    micro = 1_000_000
    pieces = [
        (max(first, start / micro), min(last, end / micro))
        for start, end in calendar.opening_times(round(first * micro), round(last * micro))
        if end / micro > first and start / micro < last
    ]
    return pieces if len(pieces) <= MOST_PIECES else [(first, last)]


def explain(
    metric: str, state: ClockState, calendar: Calendar, now: datetime, promise: str
) -> Explained:
    """A clock as the record page shows it."""
    title = title_of(metric, state, now)
    words, tone = state_of(state)
    whole = state.elapsed_min + (state.left_min or 0)
    over = (state.left_min or 0) < 0
    total = _("Of %(whole)s over") if over else _("Of %(whole)s left")
    return Explained(
        metric=metric,
        title=title,
        state=words,
        tone=tone,
        chart=chart_of(state, calendar, now, f"{title}. {words}"),
        lines=lines_of(state),
        total=total % {"whole": worked(whole)},
        total_amount=worked(state.left_min or 0),
        promise=promise,
    )
