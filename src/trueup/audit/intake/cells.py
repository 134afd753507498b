"""Cells to values: the rules of one mapped column as an SQL expression over a sheet of texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import duckdb

from trueup.audit.intake import dates
from trueup.audit.intake.mapping import Mapping, Names, plain
from trueup.audit.intake.values import FALSE, TRUE
from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

PER_MINUTE = {"minutes": "1", "hours": "60", "seconds": "1.0/60", "days": "1440"}


@dataclass(slots=True)
class Cells:
    """Compiles the rules of one mapping over one sheet; what it decided is kept for the report."""

    con: duckdb.DuckDBPyConnection
    view: str
    file: str
    headings: list[str]
    mapping: Mapping
    words: dict[str, dict[str, Any]]
    zone: str
    key: str
    keep_names: bool
    read: dict[str, dates.Reading] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    set_aside: dict[str, str] = field(default_factory=dict)
    order: tuple[bool, str] | None = None

    # -- headings --------------------------------------------------------------------------
    def heading(self, wanted: Names) -> str | None:
        """The heading of the file that one of the names stands for."""
        have = {plain(h): h for h in reversed(self.headings)}
        return next((have[plain(name)] for name in wanted if plain(name) in have), None)

    def column(self, wanted: Names) -> str | None:
        """The SQL name of a heading, or None where the file has none of the names."""
        found = self.heading(wanted)
        return None if found is None else '"' + found.replace('"', '""') + '"'

    # -- texts -----------------------------------------------------------------------------
    def text(self, spec: dict[str, Any]) -> str | None:
        """The text a rule gives, as SQL; None where the file lacks every column of it."""
        if "const" in spec:
            return literal(str(spec["const"]))
        if "coalesce" in spec or "join" in spec:
            parts = [c for c in (self.column((n,)) for n in spec.get("coalesce", ())) if c]
            joined = self._join(spec["join"]) if "join" in spec else None
            parts += [joined] if joined else []
            return (
                (f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]) if parts else None
            )
        cell = self.column(spec.get("from", ()))
        if cell is None:
            return None
        for name, args in spec.get("use", ()):
            cell = self._call(name, args, cell, spec)
        return cell

    def _join(self, parts: Iterable[str]) -> str | None:
        out, named = [], []
        for part in parts:
            if part.startswith("'"):
                out.append(literal(part.strip("'")))
                continue
            cell = self.column(tuple(part.split("|")))
            named += [cell] if cell else []
            out.append(f"coalesce({cell or 'NULL'}, '')")
        if not named:
            return None
        return (
            f"CASE WHEN coalesce({', '.join(named)}, NULL) IS NOT NULL THEN {' || '.join(out)} END"
        )

    def _call(self, name: str, args: tuple[str, ...], cell: str, spec: dict[str, Any]) -> str:
        if name == "trim":
            return f"trim({cell})"
        if name == "lower":
            return f"lower({cell})"
        if name == "part":
            place = int(args[1]) if len(args) > 1 else 1
            return f"nullif(trim(split_part({cell}, {literal(args[0])}, {place})), '')"
        if name == "strip_prefix":
            return f"CASE WHEN starts_with({cell}, {literal(args[0])}) THEN substr({cell}, {len(args[0]) + 1}) ELSE {cell} END"  # noqa: E501
        if name == "capture":
            return f"nullif(regexp_extract({cell}, {literal(args[0])}, 1), '')"
        if name == "all":
            return self._all(spec.get("from", ()))
        if name == "first":
            return f"trim(split_part(trim({cell}), chr(10), 1))"
        return cell

    def _all(self, wanted: Names) -> str:
        """The first filled one of a heading that stands several times."""
        first = plain(wanted[0])
        same = [h for h in self.headings if plain(h.rsplit("#", 1)[0]) == first]
        return "coalesce(" + ", ".join('"' + h.replace('"', '""') + '"' for h in same) + ")"

    # -- typed -----------------------------------------------------------------------------
    def typed(self, column: evidence.Column, spec: dict[str, Any]) -> str | None:
        """The value in the column's type as SQL, or None where the file has nothing for it."""
        cell = self.text(spec)
        if cell is None:
            return literal(spec["else"]) if isinstance(spec.get("else"), str) else None
        if spec.get("unit") == "test" and not self._unit(spec, cell):
            self.set_aside[", ".join(spec.get("from", ()))] = "the unit of time is not known"
            return None
        typed = self._typed(column, spec, cell)
        if isinstance(spec.get("filled"), str):
            typed = literal(spec["filled"])
        if "else" in spec:
            other = spec["else"]
            told = literal(other) if isinstance(other, str) else str(other)
            return f"CASE WHEN ({cell}) IS NULL THEN {told} ELSE {typed} END"
        return typed

    def _typed(self, column: evidence.Column, spec: dict[str, Any], cell: str) -> str:
        if "make" in spec and spec["make"] == "person":
            return self.person(cell, str(spec.get("space", "")))
        if column.values or spec.get("words") or column.name in GRADED:
            return self.word(column, spec, cell)
        if column.type == "time":
            return self._later(spec, self.instant(spec, cell))
        if column.type == "date":
            return f"CAST({self.instant(spec, cell)} AS DATE)"
        if spec.get("sign"):
            return f"CASE WHEN ({cell}) IS NOT NULL THEN NOT starts_with(trim({cell}), '-') END"
        if column.type == "bool":
            return _yes(cell, bool(spec.get("invert"))) if not spec.get("filled") else (
                f"({cell}) IS NOT NULL"
            )  # fmt: skip
        if column.type in ("int", "float", "money"):
            return self.number(column, spec, cell)
        return _id(cell) if column.name == "id" or column.ref else cell

    def _later(self, spec: dict[str, Any], instant: str) -> str:
        """An instant some minutes after another, where the source gives the minutes only."""
        name = spec.get("plus_minutes")
        if not name:
            return instant
        minutes = self.column((str(name),))
        if minutes is None:
            return "CAST(NULL AS TIMESTAMP)"
        number = f"TRY_CAST({self._digits(minutes, {'from': (name,)})} AS DOUBLE)"
        return f"({instant}) + to_microseconds(CAST({number} * 60000000 AS BIGINT))"

    def person(self, cell: str, space: str = "") -> str:
        """A person's id: the name as it stands where names are kept, else its keyed hash."""
        name = f"trim(regexp_replace({cell}, '\\s+', ' ', 'g'))"
        if space:
            name = f"'{space}:' || {name}"
        if self.keep_names:
            return name
        return f"substr(sha256('{self.key}' || {name}), 1, 16)"

    def word(self, column: evidence.Column, spec: dict[str, Any], cell: str) -> str:
        """A word of the source as a word of the evidence; unknown words give null."""
        name = spec.get("words") or column.name
        lists = {**self.word_list(name), **self._scheme(name, cell)}
        values = {w: v["state"] if isinstance(v, dict) else v for w, v in lists.items()}
        if column.values:
            values = {v: v for v in column.values} | values
        mapped = case(_folded(cell), values, SQL_TYPES.get(column.type, "VARCHAR"))
        bare = f"regexp_replace({_folded(cell)}, '^[0-9]+ ?[-.:]? ?', '')"
        number = f"nullif(regexp_extract({_folded(cell)}, '^([0-9]+) ?[-.:]', 1), '')"
        stripped = case(bare, values, SQL_TYPES.get(column.type, "VARCHAR"))
        numbered = case(number, values, SQL_TYPES.get(column.type, "VARCHAR"))
        both = f"CASE WHEN {stripped} = coalesce({numbered}, {stripped}) THEN {stripped} END"
        tries = [mapped, both]
        if column.type == "int":
            tries.append(f"TRY_CAST(regexp_extract({cell}, '^\\s*([0-9]+)', 1) AS BIGINT)")
        other = self.column(spec.get("otherwise", ()))
        if other:
            tries.append(case(_folded(other), values, "VARCHAR"))
        if spec.get("within"):
            tries += [
                f"CASE WHEN contains({_folded(cell)}, {literal(w)}) THEN {literal(str(v))} END"
                for w, v in sorted(values.items(), key=lambda item: (-len(item[0]), item[0]))
            ]
        if isinstance(spec.get("others"), bool):
            told = str(spec["others"]).lower()
            tries.append(f"CASE WHEN ({cell}) IS NOT NULL THEN {told} END")
        if column.name in OTHER:
            tries.append(f"CASE WHEN ({cell}) IS NOT NULL THEN 'other' END")
        return f"coalesce({', '.join(tries)})"

    def word_list(self, name: str) -> dict[str, Any]:
        """The words of a list: the common ones, overridden by the mapping's own."""
        own = self.mapping.words.get(name, {})
        return own if own.get("*") == "only" else {**self.words.get(name, {}), **own}

    def silent(self, column: evidence.Column, spec: dict[str, Any]) -> tuple[str, ...]:
        """Words that are known to say nothing, such as a survey that was only offered."""
        return tuple(w for w, v in self.word_list(spec.get("words") or column.name).items()
                     if v == "")  # fmt: skip

    def _scheme(self, name: str, cell: str) -> dict[str, Any]:
        """Words that mean something else where certain others occur: ``[words."x with a|b"]``."""
        out: dict[str, Any] = {}
        for told, words in self.mapping.words.items():
            if told.startswith(f"{name} with "):
                signs = ", ".join(literal(w) for w in told.split(" with ", 1)[1].split("|"))
                sql = f"SELECT count(*) FROM {self.view} WHERE {_folded(cell)} IN ({signs})"
                if self.con.execute(sql).fetchall()[0][0]:
                    out.update(words)
        return out

    def instant(self, spec: dict[str, Any], cell: str) -> str:
        """An instant in UTC, read as the whole column is written."""
        if cell not in self.read:
            self.read[cell] = self._reading(spec, cell)
        reading = self.read[cell]
        if reading.set_aside and reading.set_aside != "empty":
            self.set_aside[", ".join(spec.get("from", ())) or cell] = reading.set_aside
        return dates.utc_sql(reading, cell, self.zone)

    def _reading(self, spec: dict[str, Any], cell: str) -> dates.Reading:
        told = spec.get("dates") or self.mapping.defaults.get("dates")
        if told:
            shapes = [told] if isinstance(told, str) else list(told)
            tries = ", ".join(dates.shape_sql(shape) for shape in shapes)
            return dates.Reading(f"coalesce({tries}, NULL)", str(shapes[0]))
        reading = dates.reading_of(self.con, self.view, cell)
        if not reading.assumed:
            return reading
        if self.order is None:
            columns = {h: self.column((h,)) or "" for h in self.headings[:400]}
            self.order = dates.order_of(self.con, self.view, columns) or self._by_sequence()
        first, proof = self.order
        if not proof:
            return reading
        return replace(dates.reading_of(self.con, self.view, cell, first), proof=proof)

    def _by_sequence(self) -> tuple[bool, str]:
        """The order of day and month under which tickets are not solved before they are opened."""
        told = next((t for t in self.mapping.tables if t.into == "record"), None)
        names = ("opened_at", "resolved_at", "closed_at")
        texts = [self.text(told.columns[n]) for n in names if told and n in told.columns]
        have = [text for text in texts if text]
        if len(have) < 2:
            return True, ""
        broken = []
        for first in (True, False):
            at = [dates.parts_sql(first).format(c=f"({text})") for text in have]
            late = " OR ".join(f"({b}) < ({a})" for a, b in pairwise(at))
            unread = " OR ".join(
                f"(({text}) IS NOT NULL AND ({read}) IS NULL)"
                for text, read in zip(have, at, strict=True)
            )
            row = self.con.execute(
                f"SELECT avg(CASE WHEN ({late}) OR ({unread}) THEN 1.0 ELSE 0 END) FROM {self.view}"
            ).fetchall()
            broken.append(float(row[0][0] or 0))
        if min(broken) > 0.01 or max(broken) <= 0.01:
            return True, ""
        other = max(broken)
        return broken[0] < broken[1], f"the other order would break {other:.0%} of the rows"

    def number(self, column: evidence.Column, spec: dict[str, Any], cell: str) -> str:
        """A number; the decimal sign is decided for the column."""
        kind = {"int": "BIGINT", "float": "DOUBLE", "money": "DECIMAL(18,4)"}[column.type]
        if spec.get("unit") == "offset":
            return f"CAST({_offset_minutes(cell)} AS {kind})"
        if spec.get("unit") == "hms":
            return f"CAST({_clock_minutes(cell)} AS {kind})"
        plain_number = f"TRY_CAST({self._digits(cell, spec)} AS DOUBLE)"
        if column.type == "money":
            plain_number = f"TRY_CAST({self._digits(cell, spec)} AS DECIMAL(18,4))"
        if column.type == "int":
            plain_number = (
                f"CASE WHEN {plain_number} = floor({plain_number}) THEN {plain_number} END"
            )
        unit = self._unit(spec, cell) if spec.get("unit") == "test" else spec.get("unit")
        if unit in PER_MINUTE:
            plain_number = f"({plain_number}) * {PER_MINUTE[unit]}"
        if "minus" in spec:
            plain_number = f"greatest(0, ({plain_number}) - {int(spec['minus'])})"
        if "scale" in spec:
            plain_number = _scaled(plain_number, self._steps(plain_number, spec["scale"]))
        return f"CAST({plain_number} AS {kind})"

    def _steps(self, number: str, scale: dict[str, Any]) -> dict[str, Any]:
        """The steps of a score; where a column goes beyond them, the other ones it may have."""
        other = scale.get("or")
        if not other:
            return scale
        top = self.con.execute(f"SELECT max({number}) FROM {self.view}").fetchall()[0][0] or 0
        return {"worst": other[0], "best": other[1]} if top > scale["best"] else scale

    def _unit(self, spec: dict[str, Any], cell: str) -> str:
        """The unit of a duration, by the time between opening and end (imports.md 4.4)."""
        told = next((t for t in self.mapping.tables if t.into == "record"), None)
        if told is None or not {"opened_at", "resolved_at"} <= set(told.columns):
            return ""
        start, end = (
            self.instant(told.columns[n], self.text(told.columns[n]) or "NULL")
            for n in ("opened_at", "resolved_at")
        )
        number = f"TRY_CAST({self._digits(cell, spec)} AS DOUBLE)"
        tries = ", ".join(
            f"avg(CASE WHEN abs(d * {factor} - m) <= greatest(m * 0.1, {factor}) "
            "THEN 1.0 ELSE 0 END)"
            for factor in PER_MINUTE.values()
        )
        found = self.con.execute(
            f"SELECT count(*), {tries} FROM (SELECT {number} AS d, (epoch({end}) - epoch({start})) "
            f"/ 60 AS m FROM {self.view}) WHERE d > 0 AND m > 0"
        ).fetchall()
        n, *shares = found[0]
        if n < 50:
            return ""
        return next((u for u, s in zip(PER_MINUTE, shares, strict=True) if s >= 0.9), "")

    def _digits(self, cell: str, spec: dict[str, Any]) -> str:
        """The cell with a point as decimal sign and no thousands signs."""
        row = self.con.execute(
            f"SELECT count(*) FILTER (WHERE regexp_matches({cell}, ',')), "
            f"count(*) FILTER (WHERE regexp_matches({cell}, '[.]')), "
            f"count(*) FILTER (WHERE regexp_matches({cell}, ',') AND NOT regexp_matches({cell}, "
            f"'^\\s*-?[0-9]{{1,3}}(,[0-9]{{3}})+([.][0-9]*)?\\s*$')), "
            f"count(*) FILTER (WHERE regexp_matches({cell}, '[.].*,')), "
            f"count(*) FILTER (WHERE regexp_matches({cell}, '^[0-9]{{1,2}}(,[0-9]{{2}})+,[0-9]{{3}}$')) "  # noqa: E501
            f"FROM {self.view}"
        ).fetchone()
        assert row is not None
        commas, points, other, point_first, regrouped = row
        name = ", ".join(spec.get("from", ())) or cell
        if regrouped:
            self.set_aside[name] = "digits are grouped in twos: a decimal sign was lost"
            return "CAST(NULL AS VARCHAR)"
        decimal = str(self.mapping.file.get("decimal", ""))
        if not decimal:
            decimal = "," if (commas and (point_first or (other and not points))) else "."
            if commas and points and other and not point_first:
                self.set_aside[name] = "commas and points are mixed"
                return "CAST(NULL AS VARCHAR)"
        plain_cell = f"regexp_replace({cell}, '[\\s\u00a0\u202f'']', '', 'g')"
        if decimal == ",":
            return f"replace(replace({plain_cell}, '.', ''), ',', '.')"
        return f"replace({plain_cell}, ',', '')"

    # -- conditions ------------------------------------------------------------------------
    def where(self, text: str) -> str:
        """A condition of a mapping as SQL; parts are joined by ``and``.

        Raises Refused for anything but ``is [not] missing``, ``=``, ``!=``, ``[not] in [...]``.
        """
        parts = [p for p in re.split(r"\s+and\s+", text.strip()) if p]
        return " AND ".join(self._condition(part) for part in parts) or "true"

    def _condition(self, part: str) -> str:
        found = re.fullmatch(
            r"(.+?)\s+(is missing|is not missing|(?:not )?in)\s*(\[.*\])?|(.+?)\s*(!?=)\s*'(.*)'",
            part,
        )
        if not found:
            raise Refused(N_("The mapping's condition “%(given)s” cannot be read."), given=part)
        name = found[1] or found[4]
        cell = self.column(tuple(n.strip() for n in name.split("|")))
        if cell is None:
            absent = found[2] in ("is missing", "not in") or found[5] == "!="
            return "true" if absent else "false"
        if found[5]:
            same = f"{_folded(cell)} = {literal(plain(found[6]))}"
            return same if found[5] == "=" else f"coalesce(NOT ({same}), true)"
        if found[2].endswith("missing"):
            return f"{cell} IS {'NOT ' if 'not' in found[2] else ''}NULL"
        words = ", ".join(literal(plain(w)) for w in re.findall(r"'([^']*)'", found[3] or ""))
        inside = f"{_folded(cell)} IN ({words or 'NULL'})"
        return inside if found[2] == "in" else f"coalesce(NOT ({inside}), true)"


OTHER = ("kind", "channel")
GRADED = ("priority", "impact", "urgency")
SQL_TYPES = {"str": "VARCHAR", "int": "BIGINT", "bool": "BOOLEAN", "float": "DOUBLE"}


def literal(text: str) -> str:
    """An SQL text."""
    return "'" + text.replace("'", "''") + "'"


def _folded(cell: str) -> str:
    return f"lower(trim(regexp_replace({cell}, '\\s+', ' ', 'g')))"


def _id(cell: str) -> str:
    """Ids stay text; inner blanks are joined, and those that only group the digits go."""
    joined = f"trim(regexp_replace({cell}, '[\\s\u00a0\u202f]+', ' ', 'g'))"
    grouped = f"regexp_matches({joined}, '^[0-9]{{1,3}}( [0-9]{{3}})+$')"
    return f"CASE WHEN {grouped} THEN replace({joined}, ' ', '') ELSE {joined} END"


def case(cell: str, values: dict[str, Any], kind: str) -> str:
    """A CASE over the words of a list."""
    if not values:
        return f"CAST(NULL AS {kind})"
    arms = " ".join(
        f"WHEN {literal(word)} THEN {literal(v) if isinstance(v, str) else v}"
        for word, v in sorted(values.items())
        if word != "*" and v is not None and v != ""
    )
    return f"CASE {cell} {arms} END" if arms else f"CAST(NULL AS {kind})"


def _yes(cell: str, invert: bool) -> str:
    yes = ", ".join(literal(w) for w in TRUE)
    no = ", ".join(literal(w) for w in FALSE)
    folded = _folded(cell)
    first, second = ("false", "true") if invert else ("true", "false")
    return f"CASE WHEN {folded} IN ({yes}) THEN {first} WHEN {folded} IN ({no}) THEN {second} END"


def _clock_minutes(cell: str) -> str:
    """``hh:mm:ss`` or ``h:mm`` as minutes; a leading minus stays."""
    number = r"'^-?([0-9]+):([0-9]{1,2})(?::([0-9]{1,2}))?$'"
    hours = f"TRY_CAST(regexp_extract({cell}, {number}, 1) AS DOUBLE)"
    minutes = f"TRY_CAST(regexp_extract({cell}, {number}, 2) AS DOUBLE)"
    seconds = f"coalesce(TRY_CAST(regexp_extract({cell}, {number}, 3) AS DOUBLE), 0)"
    sign = f"CASE WHEN starts_with({cell}, '-') THEN -1 ELSE 1 END"
    return f"({sign}) * ({hours} * 60 + {minutes} + {seconds} / 60)"


def _offset_minutes(cell: str) -> str:
    """A duration written as an instant after 1970-01-01, or as seconds, in minutes."""
    return (
        f"coalesce(epoch(TRY_CAST(replace({cell}, '/', '-') AS TIMESTAMP)), "
        f"TRY_CAST({cell} AS DOUBLE)) / 60"
    )


def _scaled(number: str, scale: dict[str, Any]) -> str:
    """A score on 1 (worst) to 5 (best), linear and rounded half up."""
    worst, best = float(scale["worst"]), float(scale["best"])
    value = f"floor(1 + 4 * (({number}) - {worst}) / {best - worst} + 0.5)"
    low, high = min(worst, best), max(worst, best)
    return f"CASE WHEN ({number}) BETWEEN {low} AND {high} THEN {value} END"
