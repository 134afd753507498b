"""What a measure or check may ask: tables, period, parameters, shared relations, randomness."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.declare import Answer, Check, Measure, Probe, Silent
from trueup.core import evidence
from trueup.core.refusals import Refusal

if TYPE_CHECKING:
    from trueup.audit.engine import Backend
    from trueup.audit.evidence.packs import Pack


FAILED = "this question failed on this evidence"
HEAD = 4_096


@dataclass(frozen=True, slots=True)
class Period:
    """What is judged: whole local days, `start` inclusive and `end` exclusive, naive UTC."""

    first: date
    last: date
    start: datetime
    end: datetime

    @classmethod
    def of(cls, first: date, last: date, zone: str) -> Period:
        """The period from the first to the last day, both whole, in a time zone."""
        tz = ZoneInfo(zone)
        begin = datetime.combine(first, time(), tz).astimezone(UTC).replace(tzinfo=None)
        end = datetime.combine(last + timedelta(days=1), time(), tz).astimezone(UTC)
        return cls(first, last, begin, end.replace(tzinfo=None))

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.last - self.first).days + 1


@dataclass(slots=True)
class Context:
    """One run over one pack. Everything a question may depend on is here, and nothing else."""

    pack: Pack
    backend: Backend
    period: Period
    as_of: datetime
    zone: str
    currency: str
    params: dict[str, float | str]
    seed: int = 1
    queries: dict[str, list[str]] = field(default_factory=dict)
    asking: str = ""
    _kept: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Answer | Probe | Silent] = field(default_factory=dict)
    asks: Mapping[str, Measure | Check] = field(default_factory=dict)
    strict: bool = False
    failed: dict[str, str] = field(default_factory=dict)

    # -- what is recorded ------------------------------------------------------------------
    def has(self, *names: str) -> bool:
        """Whether every ``table`` or ``table.column`` named is recorded (a value at all)."""
        return all(self._one(name) for name in names)

    def _one(self, name: str) -> bool:
        table, _, column = name.partition(".")
        info = self.pack.tables.get(table)
        if info is None or info.rows == 0 or self.pack.unusable(table):
            return False
        if table == "event" and self.pack.only_instants:
            return False  # nobody can tell from a list what did not happen
        return not column or bool(self.pack.present(table, column))

    def missing(self, *names: str) -> tuple[str, ...]:
        """Those of `names` that are not recorded.

        A table no row of which can be used is named by the required columns it lacks.
        """
        out: list[str] = []
        for name in names:
            broken = self.pack.unusable(name.split(".")[0])
            if broken:
                out += [f"{name.split('.')[0]}.{column}" for column in broken]
            elif not self._one(name):
                out.append(name)
        return tuple(dict.fromkeys(out))

    def table(self, name: str) -> Any:
        """The relation of an evidence table; columns that are not recorded are null."""
        return self.backend.table(name)

    # -- parameters ------------------------------------------------------------------------
    def number(self, name: str) -> float:
        """A parameter of the check or measure being asked, else of the audit, as a number."""
        return float(self.params[self._key(name)])

    def text(self, name: str) -> str:
        """A parameter as text."""
        return str(self.params[self._key(name)])

    def _key(self, name: str) -> str:
        own = f"{self.asking}.{name}"
        return own if own in self.params else name

    # -- asking the data -------------------------------------------------------------------
    def fetch(self, expr: Any) -> pa.Table:
        """Run a relation and return its rows; the statement is kept for the reader."""
        self.queries.setdefault(self.asking, []).append(self.backend.sql(expr))
        return self.backend.fetch(expr)

    def rows(self, expr: Any) -> list[dict[str, Any]]:
        """Run a small relation and return its rows as mappings."""
        found: list[dict[str, Any]] = self.fetch(expr).to_pylist()
        return found

    def arrays(self, expr: Any, but: Sequence[str] = ()) -> dict[str, np.ndarray[Any, Any]]:
        """Run a relation and return its columns as arrays (nulls: nan, NaT or None).

        Columns in `but` only order the rows and are left out.
        """
        table = self.fetch(expr)
        return {name: column_array(table[name]) for name in table.column_names if name not in but}

    def one(self, expr: Any) -> dict[str, Any]:
        """Run an aggregate and return its single row."""
        return self.rows(expr)[0]

    def shared(self, name: str, make: Callable[[Context], Any]) -> Any:
        """A relation several questions need: computed once, kept for the run."""
        if name not in self._kept:
            asking, self.asking = self.asking, f"shared:{name}"
            try:
                expr = make(self)
                self.queries.setdefault(self.asking, []).append(self.backend.sql(expr))
                self._kept[name] = self.backend.keep(expr)
            finally:
                self.asking = asking
        return self._kept[name]

    def value(self, name: str, make: Callable[[Context], Any]) -> Any:
        """A plain value several questions need: computed once."""
        key = f"value:{name}"
        if key not in self._kept:
            asking, self.asking = self.asking, key
            try:
                self._kept[key] = make(self)
            finally:
                self.asking = asking
        return self._kept[key]

    def answer(self, id: str) -> Answer | Probe | Silent:
        """The raw answer of another measure or check, asked at most once per run."""
        if id not in self.answers:
            asked = self.asks[id]
            missing = self.missing(*asked.tables, *asked.needs)
            asking, self.asking = self.asking, id
            try:
                apart = asked.apart(self) if isinstance(asked, Measure) and asked.apart else None
                self.answers[id] = apart or (
                    Silent("not_enough_evidence", "not recorded", missing)
                    if missing
                    else self._asked(asked)
                )
            finally:
                self.asking = asking
        return self.answers[id]

    def _asked(self, asked: Measure | Check) -> Answer | Probe | Silent:
        """The answer; a question that fails is named and greyed, the others go on."""
        try:
            return asked.judge(self) if isinstance(asked, Measure) else asked.ask(self)
        except (Refusal, MemoryError):
            raise
        except Exception as error:
            if self.strict:
                raise
            self.failed[asked.id] = type(error).__name__
            return Silent("not_enough_evidence", f"{FAILED} ({type(error).__name__})")

    # -- time ------------------------------------------------------------------------------
    def within(self, column: Any) -> Any:
        """Whether an instant lies in the period."""
        return (column >= self.instant(self.period.start)) & (
            column < self.instant(self.period.end)
        )

    def instant(self, at: datetime) -> Any:
        """A literal instant (naive UTC)."""
        return ibis.literal(at, type="timestamp(6)")

    @property
    def now(self) -> Any:
        """The audit's as-of instant as a literal."""
        return self.instant(self.as_of)

    @property
    def today(self) -> date:
        """The as-of day where the organisation is, in the pack's zone."""
        return self.as_of.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).date()

    def local(self, column: Any) -> Any:
        """An instant as local wall time of the pack's zone (offsets as valid at that moment)."""
        steps = self.value("offsets", lambda ctx: zone_offsets(ctx.zone))
        expr = ibis.interval(minutes=steps[0][1])
        branches = [(column >= self.instant(at), minutes) for at, minutes in reversed(steps[1:])]
        if not branches:
            return column + expr
        return column + ibis.cases(*branches, else_=steps[0][1]).as_interval("m")

    # -- randomness and identity -----------------------------------------------------------
    def rng(self, unit: str = "*") -> np.random.Generator:
        """The generator of the question being asked and a unit (method 2.7)."""
        text = f"{self.seed}{self.asking}{unit}".encode()
        return np.random.default_rng(int.from_bytes(hashlib.sha256(text).digest()[:8], "big"))


def column_array(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """A column as an array: decimals as float, nulls as nan, NaT or None."""
    kind = column.type
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    if pa.types.is_boolean(kind) and column.null_count:
        return np.array(column.to_pylist(), dtype=object)
    if pa.types.is_integer(kind) and column.null_count:
        column = column.cast(pa.float64())
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us"))
    if pa.types.is_string(kind) and _often(column):
        return _shared_words(column)
    values: np.ndarray[Any, Any] = column.to_numpy()
    return values.astype("datetime64[D]") if pa.types.is_date(kind) else values


def _often(column: pa.ChunkedArray) -> bool:
    """Whether the words of a column come again and again, as its first rows tell."""
    head = column.slice(0, HEAD)
    return len(head.unique()) <= max(len(head) // 4, 1)


def _shared_words(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Words as an array in which equal words are one Python value: 8 bytes a row, not 60."""
    coded = column.dictionary_encode().combine_chunks()
    words = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
    return np.asarray(words[coded.indices.fill_null(len(words) - 1).to_numpy()])


def ranked(
    column: pa.ChunkedArray,
) -> tuple[list[str], np.ndarray[Any, Any]]:
    """The distinct words of a column in order, and each row's place among them (-1: none).

    Places take the fewest bytes; no Python value is made for a row.
    """
    coded = column.dictionary_encode().combine_chunks()
    words: list[str] = coded.dictionary.to_pylist()
    rank = np.argsort(np.argsort(np.array(words, dtype=object)))
    kind = np.min_scalar_type(-max(len(words), 1))
    if column.null_count:
        rank, codes = np.append(rank, -1), coded.indices.fill_null(len(words))
    else:
        codes = coded.indices
    return sorted(words), rank.astype(kind)[codes.to_numpy()]


def hours_since(at: np.ndarray[Any, Any], until: datetime) -> np.ndarray[Any, Any]:
    """The hours from each instant (naive UTC, none missing) to one instant."""
    spans = np.datetime64(until, "us") - at.astype("datetime64[us]")
    return np.asarray(spans.astype(np.int64) / 3.6e9)


def zone_offsets(zone: str) -> list[tuple[datetime, int]]:
    """The zone's offset from UTC in minutes and the instants (UTC) where it changes, 1990-2050."""
    tz = ZoneInfo(zone)
    at = datetime(1990, 1, 1, tzinfo=UTC)
    steps = [(at.replace(tzinfo=None), _minutes(at, tz))]
    while at.year < 2050:
        step = at + timedelta(days=1)
        if _minutes(step, tz) != steps[-1][1]:
            exact = _change_between(at, step, tz)
            steps.append((exact.replace(tzinfo=None), _minutes(exact, tz)))
        at = step
    return steps


def _change_between(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    """The minute at which the offset takes its new value."""
    new = _minutes(high, tz)
    while high - low > timedelta(minutes=1):
        mid = low + (high - low) / 2
        low, high = (low, mid) if _minutes(mid, tz) == new else (mid, high)
    return high.replace(second=0, microsecond=0)


def _minutes(at: datetime, tz: ZoneInfo) -> int:
    offset = at.astimezone(tz).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def parameters_digest(params: Mapping[str, float | str]) -> str:
    """SHA-256 of the parameters in canonical JSON."""
    text = json.dumps(dict(sorted(params.items())), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of an evidence table."""
    return tuple(column.name for column in evidence.TABLES[table].columns)
