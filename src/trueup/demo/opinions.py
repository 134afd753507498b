"""What users would say afterwards, as it went for them."""

from __future__ import annotations

from datetime import datetime

from trueup.demo import phrases
from trueup.demo.case import Case
from trueup.demo.faults import Twist

ANSWERS = 0.55
USUAL, SPREAD = 4.4, 0.8
SILENCE, RETURN = 1.3, 1.5


def rate(case: Case, twist: Twist, now: datetime) -> None:
    """How it was for the user, said some days after the end; heard only where somebody asks."""
    if not case.user or case.rng.random() > ANSWERS:
        return
    came_back = sum(act.verb == "reopen" for act in case.acts)
    mean = USUAL - SILENCE * twist.silent - RETURN * min(came_back, 2)
    csat = max(1, min(5, round(case.rng.gauss(mean, SPREAD))))
    table = phrases.UNHAPPY if csat <= 2 else phrases.HAPPY
    wordy = case.rng.random() < (0.7 if csat <= 2 else 0.2)
    at = case.hours.later(case.at, case.rng.uniform(700, 3000))
    if at < now:
        case.does("rate", case.user, at, csat=csat, comment=case.one(table) if wordy else "")
