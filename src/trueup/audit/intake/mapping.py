"""Mapping files: how the columns of a foreign file become evidence, said in TOML and nothing else.

The built-in sources are such files too (`sources/*.toml`). A mapping is checked whole before a
row is read: an unknown table, column, function or word stops with its line.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

FORMAT = "trueup-mapping/1"
MODES = ("instants", "history", "intervals", "log")
TOP = ("format", "name", "source", "extends", "file", "recognise", "defaults", "table", "words",
       "events", "expect")  # fmt: skip
SPEC = ("from", "use", "words", "make", "scale", "unit", "minus", "join", "coalesce", "const",
        "required", "invert", "filled", "space", "dates", "else", "otherwise", "sign",
        "plus_minutes", "within", "others")  # fmt: skip
FUNCTIONS = ("trim", "lower", "part", "strip_prefix", "capture", "minutes", "invert", "all",
             "lookup", "join", "coalesce")  # fmt: skip
MAKES = ("person", "customer", "service", "ci", "supplier", "article")
UNITS = ("minutes", "hours", "seconds", "days", "hms", "offset", "test")
FIELDS = ("state", "team", "assignee", "priority", "category", "subcategory", "impact", "urgency",
          "service", "ci", "problem", "change", "parent", "duplicate", "article", "approval",
          "public_word", "private_word", "escalation", "other")  # fmt: skip
SEVERAL = ("team", "assignee")  # whose cells may name several, one a line: the first is meant
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognise:
    """A signature: every group of `need` (one of its names), some of `some`, none of `none`."""

    need: tuple[Names, ...]
    some: tuple[Names, ...] = ()
    none: Names = ()
    probe: tuple[tuple[str, str], ...] = ()
    unique: str = ""


@dataclass(frozen=True, slots=True)
class TableMap:
    """What one evidence table is filled from.

    `each` names a heading that stands several times, or whose cell holds several `blocks` (a
    pattern): each filled one makes a row, read as ``@cell`` and numbered as ``@nr``.
    """

    into: str
    columns: dict[str, dict[str, Any]]
    key: Names = ()
    where: str = ""
    also: Names = ()
    each: Names = ()
    blocks: str = ""


@dataclass(frozen=True, slots=True)
class EventsMap:
    """Where events come from: `mode` as in imports.md 5.1, and the columns it reads.

    `repeats` are words of `field` whose rows say what the record says, such as its opening.
    """

    mode: str = "instants"
    record: Names = ()
    at: Names = ()
    recorded: Names = ()
    actor: Names = ()
    team: dict[str, Any] | None = None
    level: dict[str, Any] | None = None
    field: Names = ()
    old: Names = ()
    new: Names = ()
    until: Names = ()
    order: Names = ()
    activity: Names = ()
    fields: dict[str, str] = made(default_factory=dict)
    activities: dict[str, Any] = made(default_factory=dict)
    actors: dict[str, Names] = made(default_factory=dict)
    extra: tuple[dict[str, Any], ...] = ()
    kind: str = "incident"
    file: str = ""
    where: str = ""
    repeats: Names = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping; `digest` is the SHA-256 of its text."""

    name: str
    source: str
    digest: str
    recognise: tuple[Recognise, ...] = ()
    tables: tuple[TableMap, ...] = ()
    words: dict[str, dict[str, Any]] = made(default_factory=dict)
    events: EventsMap | None = None
    defaults: dict[str, Any] = made(default_factory=dict)
    file: dict[str, Any] = made(default_factory=dict)
    expect: dict[str, Any] = made(default_factory=dict)


def builtin() -> dict[str, Mapping]:
    """The mappings that come with Trueup, by name."""
    folder = files("trueup.audit.intake.sources")
    found = (f for f in folder.iterdir() if f.name.endswith(".toml") and f.name != "words.toml")
    read = (parse(f.read_text("utf-8"), f.name) for f in found)
    return {mapping.name: mapping for mapping in sorted(read, key=lambda m: m.name)}


def common_words() -> dict[str, dict[str, Any]]:
    """The words that every source may use (imports.md section 6)."""
    text = files("trueup.audit.intake.sources").joinpath("words.toml").read_text("utf-8")
    return {name: _folded(words) for name, words in tomllib.loads(text).items()}


def load(path: Path) -> Mapping:
    """A mapping file of a person.

    Raises Refused naming the line for anything that is not allowed in one.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise Refused(
            N_("The mapping %(file)s cannot be read: %(why)s."), file=path.name, why=str(error)
        ) from error
    return parse(text, path.name)


def parse(text: str, name: str) -> Mapping:
    """Read and check the text of a mapping."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            N_("The mapping %(file)s is no TOML: %(why)s."), file=name, why=str(error)
        ) from error
    reader = _Reader(text, name)
    if "extends" in data:
        data = _extended(data, reader)
    return reader.mapping(data)


def _extended(data: dict[str, Any], reader: _Reader) -> dict[str, Any]:
    """The built-in mapping that is named, with what the file says laid over it."""
    for file in files("trueup.audit.intake.sources").iterdir():
        if file.name.endswith(".toml") and file.name != "words.toml":
            base = tomllib.loads(file.read_text("utf-8"))
            if base.get("name") == data["extends"]:
                return _over(base, data)
    raise reader.stop("built-in mapping", data["extends"])


def _over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """Deep merge: tables of the evidence are met by their name, all other lists are replaced."""
    out = dict(base)
    for key, value in top.items():
        if key == "table":
            out[key] = _tables_over(list(base.get(key, [])), value)
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            out[key] = _over(base[key], value)
        else:
            out[key] = value
    out.pop("extends", None)
    return out


def _tables_over(base: list[dict[str, Any]], top: list[dict[str, Any]]) -> list[dict[str, Any]]:
    out = list(base)
    for entry in top:
        met = next((i for i, b in enumerate(out) if b.get("into") == entry.get("into")), None)
        if met is None:
            out.append(entry)
        else:
            columns = {**out[met].get("columns", {}), **entry.get("columns", {})}
            out[met] = {**out[met], **entry, "columns": columns}
    return out


def _folded(words: dict[str, Any]) -> dict[str, Any]:
    return {plain(word): value for word, value in words.items()}


def plain(name: str) -> str:
    """A heading or word as it is compared: blanks joined, case folded."""
    return " ".join(name.split()).casefold()


def names(value: Any) -> Names:
    """One heading or several alternatives, as a tuple."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (str(value),)


@dataclass(slots=True)
class _Reader:
    """Checks one mapping; every objection carries the line it is about."""

    text: str
    name: str

    def stop(self, what: str, value: object) -> Refused:
        """An objection against a word of the file."""
        lines = self.text.splitlines()
        found = (n for n, line in enumerate(lines, start=1) if str(value) in line)
        return Refused(
            N_("Line %(line)s of the mapping %(file)s: “%(value)s” is no %(what)s."),
            line=next(found, 1), file=self.name, value=value, what=what,
        )  # fmt: skip

    def mapping(self, data: dict[str, Any]) -> Mapping:
        if data.get("format") != FORMAT:
            raise self.stop(f"format that is read; write {FORMAT}", data.get("format", ""))
        for key in data:
            if key not in TOP:
                raise self.stop("part of a mapping", key)
        words = {k: _folded(v) for k, v in data.get("words", {}).items()}
        for entry in data.get("table", []):
            self._words_fit(entry, words)
        zone = data.get("defaults", {}).get("zone")
        if zone is not None:
            self._zone(zone)
        return Mapping(
            name=str(data.get("name") or self.name),
            source=str(data.get("source") or data.get("name") or self.name),
            digest=hashlib.sha256(self.text.encode()).hexdigest(),
            recognise=tuple(self._recognise(data.get("recognise"))),
            tables=tuple(self._table(entry) for entry in data.get("table", [])),
            words=words,
            events=self._events(data.get("events")),
            defaults=dict(data.get("defaults", {})),
            file=dict(data.get("file", {})),
            expect=dict(data.get("expect", {})),
        )

    def _zone(self, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (ValueError, KeyError, OSError) as error:
            raise self.stop("time zone", zone) from error

    def _recognise(self, told: Any) -> Iterator[Recognise]:
        for one in told if isinstance(told, list) else [told] if told else []:
            yield Recognise(
                tuple(names(n) for n in one.get("need", [])),
                tuple(names(n) for n in one.get("any", [])),
                names(one.get("not")),
                tuple(one.get("probe", {}).items()),
                str(one.get("unique", "")),
            )

    def _table(self, entry: dict[str, Any]) -> TableMap:
        into = entry.get("into", "")
        if into not in evidence.TABLES:
            raise self.stop("table of the evidence", into)
        table = evidence.TABLES[into]
        columns = {}
        for target, told in entry.get("columns", {}).items():
            if not table.has(target):
                raise self.stop(f"column of {into}", target)
            columns[target] = self.spec(told)
            if into == "record" and target in SEVERAL and "from" in columns[target]:
                columns[target]["use"] = (*columns[target].get("use", ()), ("first", ()))
        return TableMap(
            into, columns, names(entry.get("key")), str(entry.get("where", "")),
            names(entry.get("also")), names(entry.get("each")),
            self._block(str(entry.get("blocks", ""))),
        )  # fmt: skip

    def spec(self, told: Any) -> dict[str, Any]:
        """A column's rule as a mapping of checked keys."""
        if isinstance(told, (str, list)):
            return {"from": names(told)}
        if not isinstance(told, dict):
            raise self.stop("rule for a column", told)
        for key in told:
            if key not in SPEC:
                raise self.stop("part of a column's rule", key)
        out = dict(told)
        if "from" in out:
            out["from"] = names(out["from"])
        if "make" in out and out["make"] not in MAKES:
            raise self.stop("table that can be made", out["make"])
        if "unit" in out and out["unit"] not in UNITS:
            raise self.stop("unit of time", out["unit"])
        if "otherwise" in out:
            out["otherwise"] = names(out["otherwise"])
        if "use" in out:
            out["use"] = self._functions(out["use"])
            self._as_keys(out)
        return out

    def _as_keys(self, out: dict[str, Any]) -> None:
        """Functions that stand for a key of the rule: they change its reading, not its text."""
        for name, given in out["use"]:
            if name == "invert":
                out["invert"] = True
            elif name == "minutes":
                out["unit"] = "hms"
            elif name == "lookup":
                out["words"] = given[0] if given else ""
            elif name in ("join", "coalesce"):
                out[name] = list(given)

    def _functions(self, told: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
        calls = []
        for text in told if isinstance(told, list) else [told]:
            found = re.fullmatch(r"(\w+)(?:\((.*)\))?", str(text).strip())
            if not found or found[1] not in FUNCTIONS:
                raise self.stop("function of a mapping", text)
            args = re.findall(r"'([^']*)'|(-?\d+)", found[2] or "")
            given = tuple(a or b for a, b in args)
            if found[1] == "capture":
                self._pattern(given[0] if given else "")
            calls.append((found[1], given))
        return tuple(calls)

    def _pattern(self, pattern: str) -> None:
        """Literals, classes, counted repeats and one group: nothing that can run away."""
        bare = re.sub(r"\[[^\]]*\]", "c", pattern)
        groups = len(re.findall(r"(?<!\\)\(", bare))
        if groups != 1 or re.search(r"\)[*+?{]|\\[1-9]|\(\?|[*+]\??[*+]", bare):
            raise self.stop("pattern that is allowed (one group, no nesting)", pattern)
        try:
            re.compile(pattern)
        except re.error as error:
            raise self.stop("pattern", pattern) from error

    def _block(self, pattern: str) -> str:
        """Literals, classes and counted repeats, as in any other pattern."""
        bare = re.sub(r"\[[^\]]*\]", "c", pattern).replace("(?:", "(")
        if re.search(r"\)[*+{]|\\[1-9]|\(\?|[*+]\??[*+]", bare):
            raise self.stop("pattern that is allowed (no nesting)", pattern)
        return pattern

    def _words_fit(self, entry: dict[str, Any], words: dict[str, dict[str, Any]]) -> None:
        """The words of a closed list lead to words of that list."""
        table = evidence.TABLES.get(entry.get("into", ""))
        for target, told in entry.get("columns", {}).items():
            if table is None or not table.has(target) or not isinstance(told, dict):
                continue
            allowed = table.column(target).values
            for value in words.get(str(told.get("words")), {}).values() if allowed else ():
                word = value.get("state") if isinstance(value, dict) else value
                if word and word not in (allowed or ()):
                    raise self.stop(f"word of {table.name}.{target}", word)

    def _events(self, told: dict[str, Any] | None) -> EventsMap | None:
        if told is None:
            return None
        mode = told.get("mode", "instants")
        if mode not in MODES:
            raise self.stop("mode of events", mode)
        for kind in told.get("fields", {}).values():
            if kind not in FIELDS:
                raise self.stop("kind of field", kind)
        columns = ("record", "at", "recorded", "actor", "field", "old", "new", "until", "order",
                   "activity")  # fmt: skip
        return EventsMap(
            mode=mode,
            **{name: names(told.get(name)) for name in columns},
            team=self.spec(told["team"]) if "team" in told else None,
            level=self.spec(told["level"]) if "level" in told else None,
            fields={plain(k): v for k, v in told.get("fields", {}).items()},
            activities=_folded(told.get("activities", {})),
            actors={k: names(v) for k, v in told.get("actors", {}).items()},
            extra=tuple(told.get("instant", [])),
            kind=str(told.get("kind", "incident")),
            file=str(told.get("file", "")),
            where=str(told.get("where", "")),
            repeats=names(told.get("repeats")),
        )
