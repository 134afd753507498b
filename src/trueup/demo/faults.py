"""The faults planted in the history: what goes wrong where, so that an audit has to find it.

Each is a twist of the ordinary courses with a place and a strength. What the audit makes of
them is for its checks to say; the tests hold the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from trueup.demo.case import Case

BACKLOG = timedelta(weeks=14)
LONGER_A_DAY = 0.15


@dataclass(frozen=True, slots=True)
class Twist:
    """What is unusual about a record: nothing, by default.

    `bounces`: it comes back to a team that gave it away. `to_the_line`: it is resolved just
    before the promise ends. `silent`: nobody tells the user anything. `again`: how likely it
    comes back. `slow`: how much longer than usual it takes.
    """

    bounces: bool = False
    to_the_line: bool = False
    silent: bool = False
    again: float = 0.02
    slow: float = 1.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault: a sentence, the checks that tell it, and the unit that it shows in.

    The first check names the unit; the others speak of the same fault from another side.
    """

    key: str
    sentence: str
    unit: str
    checks: tuple[str, ...]


PLANTED = (
    Fault("ping_pong", "Platform and Applications send gateway tickets back and forth.",
          "Platform", ("I01", "F08")),
    Fault("solved_twice", "Calendar tickets are called solved and come back.", "Calendar",
          ("I02",)),
    Fault("to_the_line", "Workplace resolves in the last minutes of the promise.", "Workplace",
          ("S01",)),
    Fault("silence", "Nordhafen hears nothing between the report and the solution.",
          "Nordhafen Logistik GmbH", ("C03", "C01")),
    Fault("forgotten", "A handful of open tickets nobody has touched for weeks.", "Applications",
          ("I06", "I08")),
    Fault("not_reviewed", "The agreements of Ostheide were to be reviewed two months ago.",
          "Stadtwerke Ostheide", ("S03",)),
    Fault("no_cause", "Incidents repeat each other and nobody ever looked for a cause.", "Calendar",
          ("P01",)),
    Fault("passed_by", "Gateway tickets go past the service desk: nobody in front may solve them.",
          "Platform", ("I03",)),
    Fault("too_easy", "Promises of Workplace are kept whatever happens, and people are unhappy.",
          "Workplace", ("S04",)),
)  # fmt: skip


def twist(case: Case, now: datetime) -> Twist:
    """What is unusual about this record."""
    rng, topic = case.rng, case.topic
    silent = case.client.key == "nordhafen" and rng.random() < 0.75
    if case.kind == "request":
        return Twist(silent=silent)
    usual = 2.4 if silent else 1.0
    if topic.category == "Interface" and rng.random() < 0.6:
        return Twist(bounces=True, silent=silent)
    if topic.crew == "apps":
        usual *= _queueing(case.opened, now)
    if topic.key == "calendar":
        line = rng.random() < 0.45
        return Twist(to_the_line=line, again=0.32 if line else 0.05, silent=silent)
    if topic.crew == "workplace" and rng.random() < 0.42:
        return Twist(to_the_line=True, again=0.15, silent=silent)
    return Twist(silent=silent, slow=usual)


def _queueing(opened: datetime, now: datetime) -> float:
    """How much longer Applications takes: since the backlog began, a bit longer every day."""
    days = (opened - (now - BACKLOG)) / timedelta(days=1)
    return 1.0 + max(days, 0.0) * LONGER_A_DAY
