"""A model package: the files that describe one version of how a kind of work flows.

`model.toml` names everything; `process.bpmn` is the diagram; `tables/*.dmn` (or `.csv`) the
decision tables; `cases/*.toml` golden histories; `texts/<language>.toml` what people are told. A
package is read from a folder or from the texts in a row.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.processes import decisions, deploy, dmn, engine
from trueup.desk.processes.decisions import Table
from trueup.desk.processes.engine import Model

MAX_FILES = 200
MAX_TEXT = 1_000_000
Content = Mapping[str, str]
# Elements that never wait for a verb: one that stands there was refused, or asked for an approval.
UNFINISHED = ("serviceTask", "businessRuleTask", "callActivity")


@dataclass(frozen=True, slots=True)
class Described:
    """A package, read: what its files say.

    `ends_on` are verbs that end it wherever it stands, `resumes_on` those that start it again
    after its end; `messages` names verbs under one word that the diagram waits for.
    """

    name: str
    number: int
    kind: str
    title: str
    ends_on: tuple[str, ...]
    resumes_on: tuple[str, ...]
    messages: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    tables: Mapping[str, Table]
    domains: Mapping[str, decisions.Domain]
    cases: Mapping[str, Mapping[str, Any]]
    bpmn: bytes

    @property
    def model(self) -> Model:
        """The parsed diagram."""
        return engine.parse(self.bpmn)

    def heard_as(self, verb: str) -> list[str]:
        """The messages that a verb is: its own name and the words that include it."""
        return [verb, *(word for word, verbs in self.messages.items() if verb in verbs)]

    def hears(self, verb: str, state: engine.State) -> bool:
        """Whether a verb can mean anything to a process in this state."""
        if verb in self.ends_on:
            return True
        words = self.heard_as(verb)
        nodes = self.model.diagram.nodes
        standing = [nodes[element] for element, _ in state["open"].values()]
        return any(
            node.told.get("verb") == verb or node.message in words or node.type in UNFINISHED
            for node in standing
        )


def digest(content: Content) -> str:
    """SHA-256 over names and texts of all files."""
    text = json.dumps(dict(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def named(content: Content) -> tuple[str, int]:
    """Name and number of a package, without reading the rest."""
    head = _toml(content, "model.toml")
    return str(head.get("name", "")), int(head.get("number", 0))


def read(content: Content) -> Described:
    """What a package's files say; Refused naming the file that is missing or not understood."""
    if len(content) > MAX_FILES or sum(map(len, content.values())) > MAX_TEXT:
        raise Refused(N_("The model package is too large."))
    return _read(tuple(sorted(content.items())))


@lru_cache(maxsize=32)
def _read(items: tuple[tuple[str, str], ...]) -> Described:
    content = dict(items)
    head = _toml(content, "model.toml")
    tables, domains = {}, {}
    for name, told in _map(head, "tables"):
        tables[name], domains[name] = _table(content, name, told)
    try:
        return Described(
            name=str(head["name"]),
            number=int(head["number"]),
            kind=str(head["kind"]),
            title=str(head["title"]),
            ends_on=_words(head, "ends_on"),
            resumes_on=_words(head, "resumes_on"),
            messages={word: tuple(map(str, told)) for word, told in _map(head, "messages")},
            facts=_words(head, "facts"),
            tables=tables,
            domains=domains,
            cases={n: _toml(content, n) for n in sorted(content) if n.startswith("cases/")},
            bpmn=_file(content, "process.bpmn").encode(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(
            N_("The file %(file)s lacks or mistypes %(what)s."), file="model.toml", what=str(error)
        ) from error


def _table(content: Content, name: str, told: Mapping[str, Any]) -> tuple[Table, decisions.Domain]:
    file, version = str(told.get("file", "")), str(told.get("version", "1"))
    text, domain = _file(content, file), dict(told.get("domain", {}))
    if file.endswith(".dmn"):
        decision = dmn.read(name, text, version=version)
        return decision.table, {**decision.domain, **domain}
    return decisions.read(name, text, hit=str(told.get("hit", "U")), version=version), domain


def texts(content: Content, language: str) -> Mapping[str, str]:
    """What people are told, by id: in their language, else in English."""
    names = [name for name in (f"texts/{language}.toml", "texts/en.toml") if name in content]
    return {k: str(v) for k, v in _toml(content, names[0]).items()} if names else {}


def faults(described: Described) -> list[deploy.Problem]:
    """All that stands against publication, golden histories excepted."""
    found = deploy.validate(described.bpmn, facts=described.facts, tables=described.tables.keys())
    for name, table in described.tables.items():
        told = decisions.faults(table, described.domains.get(name))
        found += [deploy.Problem(f"table {name}", reason) for reason in told]
    if not found:
        try:
            described.model  # noqa: B018 - parsing is the proof
        except Refused as refusal:
            found.append(deploy.Problem("(file)", str(refusal)))
    return found


def shipped() -> Iterable[Content]:
    """The packages that come with the product."""
    root = files("trueup.desk.processes").joinpath("shipped")
    for folder in sorted(root.iterdir(), key=lambda f: f.name):
        if folder.is_dir() and folder.joinpath("model.toml").is_file():
            yield dict(_files(folder, ""))


def _files(folder: Traversable, prefix: str) -> Iterable[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda f: f.name):
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".toml", ".bpmn", ".dmn", ".csv", ".yaml", ".txt")):
            yield prefix + entry.name, entry.read_text("utf-8")


def _file(content: Content, name: str) -> str:
    if name not in content:
        raise Refused(N_("The model package lacks the file %(file)s."), file=name)
    return content[name]


def _toml(content: Content, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_file(content, name))
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            N_("The file %(file)s cannot be read: %(why)s."), file=name, why=str(error)
        ) from error


def _words(head: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(word) for word in head.get(name, ()))


def _map(head: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    found = head.get(name, {})
    return list(found.items()) if isinstance(found, dict) else []
