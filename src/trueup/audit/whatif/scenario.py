"""A scenario: what would be different. Read from a file or from options, held as plain values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from trueup.audit.whatif.near import refuse_unknown
from trueup.core.refusals import Refused
from trueup.core.words import N_

CENT = Decimal("0.0001")
KINDS = ("customers", "services", "teams")
PARTS = ("parameters", "thresholds", "prices", "calendars", "targets", "leave_out", "costs")
PRICES = ("price_list", "agreements", "licences")


@dataclass(frozen=True, slots=True)
class Shift:
    """A number that changes: to a new `value`, or by a `factor`; exactly one of the two is set."""

    value: Decimal | None = None
    factor: Decimal | None = None

    @classmethod
    def read(cls, told: object) -> Shift:
        """Read ``62``, ``*1.1``, ``+10%`` or ``-5%``; Refused for anything else."""
        text = str(told).strip().replace("×", "*")
        found = re.fullmatch(r"([+-])\s*([\d.]+)\s*%", text)
        try:
            if found:
                part = Decimal(found[2]) / 100
                return cls(factor=1 + part if found[1] == "+" else 1 - part)
            if text[:1] in ("*", "x"):
                return cls(factor=_finite(Decimal(text[1:].strip())))
            return cls(value=_finite(Decimal(text)))
        except InvalidOperation:
            raise Refused(
                N_("“%(given)s” is no change of a number. Write 62, *1.1, +10%% or -5%%."),
                given=text,
            ) from None

    def of(self, old: Decimal | None) -> Decimal | None:
        """The number after the change, to four decimals; what is not known stays so."""
        if self.value is not None:
            return self.value.quantize(CENT)
        return None if old is None else (old * (self.factor or Decimal(1))).quantize(CENT)

    def __str__(self) -> str:
        return str(self.value) if self.value is not None else f"*{self.factor}"


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite() or number < 0:
        raise InvalidOperation
    return number


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """Other hours of a calendar (`week`, as ``Mo-Fr 08:00-18:00``), and holidays to add."""

    week: str | None = None
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetChange:
    """Another promise: its minutes, or the calendar it is counted in."""

    minutes: Shift | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """Another target or limit of a measure, in the measure's own unit."""

    target: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that would be different; empty parts change nothing.

    `price_list` has keys such as ``work_hour`` or ``work_hour@erp``; `agreements` and
    `licences` change prices by id, `costs` the amounts of a budget line. `leave_out` names
    customers, services and teams whose records and money are taken out.
    """

    name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    price_list: Mapping[str, Shift] = field(default_factory=dict)
    agreements: Mapping[str, Shift] = field(default_factory=dict)
    licences: Mapping[str, Shift] = field(default_factory=dict)
    calendars: Mapping[str, CalendarChange] = field(default_factory=dict)
    targets: Mapping[str, TargetChange] = field(default_factory=dict)
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    costs: Mapping[str, Shift] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing would be different."""
        told = self.told()
        return not any(value for key, value in told.items() if key != "name")

    @property
    def touches_evidence(self) -> bool:
        """Whether more than parameters change."""
        told = self.told()
        return any(value for key, value in told.items() if key not in ("name", "parameters"))

    def told(self) -> dict[str, Any]:
        """The scenario as JSON, in the form that `of` reads."""
        return {
            "name": self.name,
            "parameters": dict(sorted(self.parameters.items())),
            "thresholds": _sorted(
                self.thresholds, lambda t: _set({"target": t.target, "limit": t.limit})
            ),
            "prices": _set(
                {
                    "price_list": _sorted(self.price_list, str),
                    "agreements": _sorted(self.agreements, str),
                    "licences": _sorted(self.licences, str),
                }
            ),
            "calendars": _sorted(
                self.calendars,
                lambda c: _set(
                    {"week": c.week, "holidays": [day.isoformat() for day in c.holidays]}
                ),
            ),
            "targets": _sorted(
                self.targets,
                lambda t: _set(
                    {"minutes": str(t.minutes) if t.minutes else None, "calendar": t.calendar}
                ),
            ),
            "leave_out": _set({kind: list(self.leave_out.get(kind, ())) for kind in KINDS}),
            "costs": _sorted(self.costs, str),
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Scenario:
        """Read what a file says; Refused for a part or a value that does not exist."""
        refuse_unknown("part of a scenario", (str(key) for key in told), ("name", *PARTS))
        prices = _mapping(told, "prices")
        refuse_unknown("kind of price", (str(key) for key in prices), PRICES)
        left = _mapping(told, "leave_out")
        refuse_unknown("kind of thing to leave out", (str(key) for key in left), KINDS)
        return cls(
            name=str(told.get("name") or ""),
            parameters={str(k): str(v) for k, v in _mapping(told, "parameters").items()},
            thresholds=_each(told, "thresholds", _threshold),
            price_list=_each(prices, "price_list", Shift.read),
            agreements=_each(prices, "agreements", Shift.read),
            licences=_each(prices, "licences", Shift.read),
            calendars=_each(told, "calendars", _calendar),
            targets=_each(told, "targets", _target),
            leave_out={str(kind): _names(names) for kind, names in left.items() if names},
            costs=_each(told, "costs", Shift.read),
        )

    @classmethod
    def read(cls, path: Path) -> Scenario:
        """Read a scenario from a YAML file; Refused where it is none."""
        try:
            told = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise Refused(
                N_("%(file)s cannot be read as YAML: %(why)s"),
                file=path.name,
                why=str(error).splitlines()[0][:200],
            ) from error
        if not isinstance(told, dict):
            raise Refused(
                N_("%(file)s holds no scenario; docs/what-if.md shows one."), file=path.name
            )
        return cls.of(told)


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def _sorted(values: Mapping[str, Any], tell: Callable[[Any], Any]) -> dict[str, Any]:
    return {key: tell(value) for key, value in sorted(values.items())}


def _mapping(told: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    found = told.get(part) or {}
    if not isinstance(found, Mapping):
        raise Refused(N_("“%(part)s” holds names with what becomes of each."), part=part)
    return found


def _each(told: Mapping[str, Any], part: str, read: Callable[[Any], Any]) -> dict[str, Any]:
    return {str(name): read(value) for name, value in _mapping(told, part).items()}


def _names(told: object) -> tuple[str, ...]:
    many = told if isinstance(told, list | tuple) else [told]
    return tuple(sorted({str(name) for name in many}))


def _threshold(told: object) -> Threshold:
    parts = _parts(told, "threshold", ("target", "limit"))
    try:
        return Threshold(*(None if parts.get(k) is None else float(parts[k])
                           for k in ("target", "limit")))  # fmt: skip
    except (TypeError, ValueError):
        raise Refused(N_("A threshold's target and limit are numbers.")) from None


def _calendar(told: object) -> CalendarChange:
    parts = {"week": told} if isinstance(told, str) else _parts(
        told, "change of a calendar", ("week", "holidays"))  # fmt: skip
    try:
        days = tuple(sorted({date.fromisoformat(str(d)[:10]) for d in parts.get("holidays") or ()}))
    except ValueError:
        raise Refused(N_("A holiday is a date, for example 2026-05-01.")) from None
    return CalendarChange(str(parts["week"]) if parts.get("week") else None, days)


def _target(told: object) -> TargetChange:
    if not isinstance(told, Mapping):
        return TargetChange(Shift.read(told))
    parts = _parts(told, "change of a target", ("minutes", "calendar"))
    minutes = parts.get("minutes")
    return TargetChange(
        None if minutes is None else Shift.read(minutes),
        str(parts["calendar"]) if parts.get("calendar") else None,
    )


def _parts(told: object, what: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise Refused(N_("A %(what)s names %(known)s."), what=what, known=" or ".join(known))
    refuse_unknown(what, (str(key) for key in told), known)
    return told
