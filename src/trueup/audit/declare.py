"""What a measure and a check are: a declaration with its words, and a question asked of the data.

The declaration feeds the run, the result, the report and the docs, so a thing is said once.
Source of all rules: the audit method, sections 2 to 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

    from trueup.audit.context import Context

Light = Literal[
    "green", "amber", "red", "not_enough_evidence", "data_not_trustworthy", "not_applicable"
]
Grey = Literal["not_enough_evidence", "data_not_trustworthy", "not_applicable"]
Grade = Literal["major", "minor", "observation", "opportunity"]
EvidenceGrade = Literal["A", "B", "C", "D"]
Direction = Literal["up", "down", "band", "context"]
Method = Literal["counted", "compared", "modelled"]
Bound = float | Literal["plan", "materiality", "none", "trend", "context"]

INDICATORS = ("growth_value", "budget_adherence", "risk_impact", "communication")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value is about: a kind of the result contract and the id in the evidence."""

    kind: str
    id: str


ORGANISATION = Unit("organisation", "*")


def pair(first: str, second: str) -> Unit:
    """The unit of two things, sorted, as ``a|b``."""
    return Unit("pair", "|".join(sorted((first, second))))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 90 % interval in the unit of the measure or check.

    `p` is the one-sided p-value of "not worse than the limit"; None for an exact count, whose
    interval is the value itself. `signal` marks a significant move in the bad direction against
    own history. `robustness` is the share of specifications with the same verdict (3.1).
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    p: float | None = None
    exact: bool = False
    robustness: float = 1.0
    coverage: float = 1.0
    grade: EvidenceGrade = "B"
    method: Method = "counted"
    signal: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """No answer: which grey, why in one sentence, and what would change that.

    `n` and `n_min` are how many there were and how many it takes, where that is the reason.
    """

    grey: Grey
    reason: str
    missing: tuple[str, ...] = ()
    n: int | None = None
    n_min: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a measure found: the whole scope first, then its units; never a light.

    `light` is set only by the special rows of section 3.3, where the rule is the measure's own;
    `cap` is the worst light this answer may show (amber where red needs a condition not met);
    `unit_caps` are those of single units, `unit_lights` what `light` is for a unit.
    `target` and `limit` replace the declared bounds where they are words in the catalogue.
    `records` gives every case it counted when called: role (bad or counted), table, id and one
    column a unit kind. `numerator` gives the rows (table, id) that make the number of a share
    worked out in another way, apart from those that were only read.
    """

    whole: Estimate | Silent
    by: tuple[tuple[Unit, Estimate], ...] = ()
    n_min: int = 0
    unit_n_min: int = 30
    light: Light | None = None
    cap: Light | None = None
    target: float | None = None
    limit: float | None = None
    unit_bounds: Mapping[Unit, tuple[float, float]] = field(default_factory=dict)
    unit_caps: Mapping[Unit, Light] = field(default_factory=dict)
    unit_lights: Mapping[Unit, Light] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    parts: Mapping[str, float | str | None] = field(default_factory=dict)
    unit_parts: Mapping[Unit, Mapping[str, float | str | None]] = field(default_factory=dict)
    records: Rows | None = None
    numerator: Rows | None = None


Judge = Callable[["Context"], "Answer | Silent"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the 65 measures: the question, its formula, its bounds, and the function that asks.

    `needs` are the columns (``table.column``) without which it cannot be judged, `uses` those it
    reads where they are recorded; `built_on` names measures whose block blocks this one too.
    `apart` says by a recorded rule that it does not apply, before anything is missing (3.3, 1).
    """

    id: str
    indicator: str
    key: bool
    title: str
    formula: str
    tables: tuple[str, ...]
    unit: str
    direction: Direction
    grain: tuple[str, ...]
    n_min: str
    method: str
    target: Bound | str
    limit: Bound | str
    caveats: str
    tier: int
    judge: Judge
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    built_on: tuple[str, ...] = ()
    better: str = ""
    apart: Callable[[Context], Silent | None] | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """The size of a thing on four axes, per year; None where it is not known (never 0)."""

    money: tuple[float, float, float] | None = None
    hours: tuple[float, float, float] | None = None
    customers: int | None = None
    risk_p90: float | None = None


Rows = Callable[[], "pa.Table"]


@dataclass(frozen=True, slots=True)
class Case:
    """One unit that may trip: its size, how often the rule was tested, and what speaks for it.

    `exact` rules ("any") trip by counting; others by interval and p-value after correction.
    `bad` and `good` give columns table, id, why (good without why) when called; they are called
    only where the case is shown. `tripped` overrides the interval rule (rules of several parts);
    `limit` replaces the declared limit; `words` fill the headline beside the standard ones.
    """

    unit: Unit
    estimate: Estimate
    exceptions: int
    tested: int
    limit: float | None = None
    tripped: bool | None = None
    branch: str = ""
    bad: Rows | None = None
    good: Rows | None = None
    effect: Effect = Effect()
    caveats: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    headline: str = ""
    grade: Grade | None = None
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """What a check found: the whole scope, then its units.

    `population` is how many could have been tested, `tested` how many were. The whole is one
    `Case` on the organisation. `floor` is the least number tested for a share to be asserted
    (1 for a yes-or-no control). `watch` is a reason to watch that no number carries. `blocks`
    narrows the measures a gate blocks (those that use the failing column). `any_trips` says that
    a part of the rule trips on one single case, so that nothing found is clean from n = 1 (9.3).
    """

    population: int
    tested: int
    whole: Case
    units: tuple[Case, ...] = ()
    floor: int = 30
    watch: str = ""
    notes: tuple[str, ...] = ()
    blocks: tuple[str, ...] | None = None
    any_trips: bool = False


Ask = Callable[["Context"], "Probe | Silent"]


@dataclass(frozen=True, slots=True)
class Check:
    """One of the 104 checks: question, rule with parameters, words, and the function that asks.

    `headline` is a sentence of at most 20 words with ``{bad}``, ``{all}``, ``{unit}``,
    ``{value}`` and own words of the case; `limit` names the parameter that is the limit. A check
    of the audit `trail` itself must be acted on first; one that `seals` proves it where clean.
    `gates` (of an own check) hold it at observation where they trip; `do_then` is the step on the
    cause, where it is known.
    """

    id: str
    area: str
    title: str
    question: str
    tables: tuple[str, ...]
    rule: str
    parameters: Mapping[str, float | str]
    gate: bool
    blocks: tuple[str, ...]
    severity: Grade
    refs: tuple[str, ...]
    causes: tuple[str, ...]
    do_first: str
    effective_when: str
    tier: int
    ask: Ask
    headline: str = ""
    should_be: str = ""
    matters: str = ""
    indicators: tuple[str, ...] = ()
    measure: str = ""
    owner_role: str = "process owner"
    effort: str = "1 day"
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    caps: tuple[str, ...] = ()
    limit: str = "limit"
    mandatory: bool = False
    trail: bool = False
    seals: bool = False
    gates: tuple[str, ...] = ()
    do_then: str = ""
