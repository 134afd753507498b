"""A record while its story is written: what is known of it, and the acts so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

from trueup.core.scores import adjusted, priority
from trueup.demo import cast
from trueup.demo.acts import Act
from trueup.demo.hours import Hours
from trueup.demo.topics import Topic

NOTHING: Mapping[str, object] = MappingProxyType({})
CREW = {crew.key: crew for crew in cast.CREWS}
CRITICALITY = {offer.key: offer.criticality for offer in cast.OFFERS}


@dataclass(slots=True)
class Case:
    """One record of the plan. `at` is the instant of the last act; `holder` works on it."""

    number: int
    kind: str
    topic: Topic
    client: cast.Client
    user: str
    opened: datetime
    hours: Hours
    rng: Random
    impact: int = 4
    urgency: int = 3
    channel: str = "portal"
    at: datetime = field(init=False)
    team: str = "desk"
    holder: str = ""
    begun: bool = False
    acts: list[Act] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.opened

    @property
    def language(self) -> str:
        """The language of what is written to the user."""
        return "de" if self.client.language == "de" else "en"

    @property
    def priority(self) -> int:
        """The priority that follows, as the desk computes it."""
        criticality = CRITICALITY[self.topic.service]
        result = priority(self.impact, self.urgency)
        return adjusted(result, criticality=criticality, impact=self.impact)

    @property
    def texts(self) -> tuple[tuple[str, ...], str]:
        """Titles and closing word in the user's language."""
        return self.topic.de if self.language == "de" else self.topic.en

    def one(self, table: Mapping[str, tuple[str, ...]]) -> str:
        """One of the phrases for this user."""
        return self.rng.choice(table[self.language])

    def does(
        self,
        verb: str,
        who: str,
        at: datetime | None = None,
        args: Mapping[str, object] = NOTHING,
        *,
        via: str = "web",
        **more: object,
    ) -> None:
        """Add an act; it never stands before the one before it."""
        if at is not None and at > self.at:
            self.at = at
        told = {**args, **more}
        self.acts.append(Act(self.at, self.number, len(self.acts), verb, who, told, via))

    def starts(self) -> None:
        """Work begins, once."""
        if not self.begun:
            self.does("start", self.holder, self.soon(0.3, 2))
        self.begun = True

    def soon(self, low: float, high: float) -> datetime:
        """A few minutes after the last act, by the clock on the wall."""
        return self.at + timedelta(seconds=round(60 * self.rng.uniform(low, high)))

    def next_day(self, days: float) -> datetime:
        """So many working days after the last act."""
        return self.hours.later(self.at, days * 600)

    def somebody(self, crew: str, but: str = "") -> str:
        """A technician of a team, by preference not the one named."""
        others = [name for name in CREW[crew].people if name != but]
        return self.rng.choice(others)
