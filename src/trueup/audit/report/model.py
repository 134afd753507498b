"""What the report says, before any layout: plain words, lights and lists, in the order of 2.6.

HTML, Markdown and PDF lay out this one model and add no words of their own but headings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Light:
    """A state: the name of its shape and its word."""

    name: str
    word: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Records behind a number: what they are, the first of them, where all stand."""

    title: str
    note: str
    rows: tuple[tuple[str, str, str], ...]
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A value in its likely range against target and limit, on one scale."""

    value: float
    low: float
    high: float
    target: float | None
    limit: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One unit of a chart: value with its likely range, and how many cases."""

    name: str
    value: float
    low: float
    high: float
    n: int
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Units on one scale against the limit of their check (None where it does not fit)."""

    bars: tuple[Bar, ...]
    of: int
    limit: float | None
    limit_told: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of a measure that lies beyond its target."""

    name: str
    light: Light
    value: str
    range: str
    n: str
    records: Listing | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, judged or not; `then` says how it stood in the period before."""

    id: str
    title: str
    key: bool
    light: Light
    value: str
    range: str
    bounds: str
    n: str
    formula: str
    needs: str
    then: str
    run: str
    band: Band | None
    units: tuple[UnitLine, ...]
    beyond: int
    records: Listing | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the four: the verdict first, then score, trend and confidence as sentences."""

    id: str
    name: str
    question: str
    light: Light
    reason: str
    score: str
    trend: str
    trend_word: str
    sure: str
    held: str
    judged: tuple[Measure, ...]
    silent: tuple[Measure, ...]

    @property
    def keys(self) -> tuple[Measure, ...]:
        """The key measures in the order of the method."""
        return tuple(sorted((m for m in (*self.judged, *self.silent) if m.key),
                            key=lambda m: m.id))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be judged: the grey, the measures, and what would end it."""

    light: Light
    titles: tuple[tuple[str, str], ...]
    needs: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its ten parts; `parts` are heading and text, `first` stands on page one."""

    key: str
    headline: str
    light: Light | None
    grade: str
    place: str
    number: int
    indicators: str
    parts: tuple[tuple[str, str], ...]
    causes: tuple[tuple[str, str], ...]
    chart: Chart | None
    first: str
    owner: str
    effort: str
    gain: str
    why_here: str
    records: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One check, run or not."""

    id: str
    question: str
    light: Light
    value: str
    tested: str
    needs: str
    run: str
    records: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """The checks of one area and how many of them found something."""

    name: str
    found: int
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that was broken: how often it applied, how often not kept, and what that cost."""

    id: str
    sentence: str
    level: str
    applied: str
    broken: str
    times: int
    share: str
    range: str
    cost: str
    records: Listing


@dataclass(frozen=True, slots=True)
class Way:
    """One way that cases took, step by step."""

    steps: tuple[str, ...]
    cases: str
    share: str


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole, 0 to 1."""

    name: str
    value: float
    told: str


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of work against its rules: the sentence, rules broken and kept, ways, time."""

    id: str
    name: str
    sentence: str
    broken: tuple[BrokenRule, ...]
    kept: tuple[tuple[str, str, str], ...]
    told: tuple[str, ...]
    ways: tuple[Way, ...]
    time: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One measure of conformance: its name, and its sentences or why it has none."""

    id: str
    title: str
    sentences: tuple[str, ...] = ()
    grey: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What could be judged before any verdict."""

    tier: str
    gates: tuple[tuple[str, str], ...]
    tables: tuple[tuple[str, str, str], ...]
    next_best: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report from top to bottom."""

    title: str
    subtitle: str
    about: tuple[tuple[str, str], ...]
    indicators: tuple[Indicator, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    unjudged: str
    readiness: Readiness
    strengths: tuple[tuple[str, str], ...]
    earlier: tuple[tuple[str, ...], ...]
    areas: tuple[Area, ...]
    ran: str
    criteria: tuple[tuple[str, str], ...]
    untested: str
    trust: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    statements: tuple[tuple[str, str], ...]
    day: str
    language: str = "en"
    processes: tuple[Process, ...] = ()
    unasked: tuple[tuple[str, str, str], ...] = ()
    measured: tuple[Told, ...] = ()
