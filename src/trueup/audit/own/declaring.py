"""An own check as it stands in its file: declared like the method's own, refused where it lacks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.declare import INDICATORS, Check, Grade
from trueup.audit.own import form
from trueup.audit.own.asking import asks
from trueup.audit.own.cases import TestCase, cases_of
from trueup.audit.own.reading import Given, read
from trueup.audit.own.rules import Rule, rule_of, shown
from trueup.core.refusals import Refused
from trueup.core.words import N_

FORMAT = "trueup-check/1"
AREA = "own"
ID = re.compile(r"OWN(-[A-Z0-9]{1,12}){1,4}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
GRADES: tuple[Grade, ...] = ("major", "minor", "observation", "opportunity")
LEAST = 30
REQUIRED = (
    "format", "id", "title", "question", "indicator", "rule", "limit", "grade", "criteria",
    "causes", "words", "do_first", "verification", "cases",
)  # fmt: skip
OPTIONAL = ("gates", "parameters", "unit", "least", "do_then")
SLOTS = ("bad", "all", "unit", "kind", "value", "title")


@dataclass(frozen=True, slots=True)
class OwnCheck:
    """One file: the check it declares, its rule, its test cases, and the bytes it was read from."""

    check: Check
    rule: Rule
    cases: tuple[TestCase, ...]
    file: str
    raw: bytes

    @property
    def sha256(self) -> str:
        """Digest of the file; enters the digest of the parameters."""
        return hashlib.sha256(self.raw).hexdigest()


def load(path: Path) -> OwnCheck:
    """The check of a file.

    Raises BadCheck with file, line and what to do; Refused where the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(1 << 20)
    except OSError as error:
        raise Refused(
            N_("%(file)s cannot be read: %(why)s."), file=path, why=error.strerror or error
        ) from error
    return parse(raw, path.name)


def load_all(paths: Iterable[Path]) -> tuple[OwnCheck, ...]:
    """The checks of several files by id; an id that comes twice is refused."""
    found: dict[str, OwnCheck] = {}
    for path in paths:
        own = load(path)
        if own.check.id in found:
            raise Refused(
                N_("%(id)s is in %(one)s and in %(two)s; give one of them another id."),
                id=own.check.id, one=found[own.check.id].file, two=own.file,
            )  # fmt: skip
        found[own.check.id] = own
    return tuple(found[id] for id in sorted(found))


def keep_files(owns: Iterable[OwnCheck], folder: Path) -> None:
    """Write the files as they were read, one for each check; others there are taken away."""
    for old in folder.glob("OWN-*.yaml"):
        old.unlink()
    for own in owns:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{own.check.id}.yaml").write_bytes(own.raw)


def kept_files(folder: Path, told: Mapping[str, str]) -> tuple[OwnCheck, ...]:
    """The checks that `keep_files` wrote, those that a report names. Raises Refused for others."""
    return load_all(folder / f"{id}.yaml" for id in sorted(told) if ID.fullmatch(id))


def parse(raw: bytes, file: str) -> OwnCheck:
    """The check that the bytes of a file declare. Raises BadCheck."""
    tree = read(raw, file)
    if tree.parts and "cases" not in tree.parts:
        raise tree.refuse(
            N_("There are no test cases; add “cases:” with “positive:” and “negative:”.")
        )
    named = form.parts(tree, REQUIRED, OPTIONAL)
    form.choice(named["format"], (FORMAT,))
    parameters = _parameters(named.get("parameters"))
    rule = rule_of(named["rule"], named.get("unit"), frozenset(parameters))
    check = _check(named, rule, parameters)
    return OwnCheck(check, rule, cases_of(named["cases"]), file, raw)


def _check(named: Mapping[str, Given], rule: Rule, parameters: Mapping[str, float | str]) -> Check:
    limit = _limit(named["limit"])
    words = form.parts(named["words"], ("headline", "should_be", "matters"))
    first = form.parts(named["do_first"], ("text", "owner_role", "effort"))
    proof = form.parts(named["verification"], ("effective_when",), ("measure",))
    least = _least(named.get("least"), limit is None)
    held = {**parameters, **({} if limit is None else {"limit": limit})}
    told = f"exception share > {limit:g}" if limit is not None else "any exception trips"
    gates = [id for id, check in all_checks().items() if check.gate]
    check = Check(
        id=_id(named["id"]),
        area=AREA,
        title=form.text(named["title"], 80),
        question=_question(named["question"]),
        tables=rule.tables,
        rule=f"{rule.words}; {told}. [unit: {', '.join(rule.kinds) or 'organisation'}]",
        parameters=held,
        gate=False,
        blocks=(),
        severity=GRADES[GRADES.index(form.choice(named["grade"], GRADES))],
        refs=form.texts(named["criteria"]),
        causes=form.texts(named["causes"]),
        do_first=form.text(first["text"]),
        effective_when=form.text(proof["effective_when"]),
        tier=0,
        ask=asks(rule, limit, least, shown(parameters)),
        headline=_headline(words["headline"], parameters),
        should_be=form.text(words["should_be"]),
        matters=form.text(words["matters"]),
        indicators=form.choices(named["indicator"], INDICATORS),
        measure=form.choice(proof["measure"], all_measures()) if "measure" in proof else "",
        owner_role=form.text(first["owner_role"], 60),
        effort=form.text(first["effort"], 60),
        needs=rule.needs,
    )
    if "do_then" in named:
        check = replace(check, do_then=form.text(named["do_then"]))
    if "gates" in named:
        check = replace(check, gates=form.choices(named["gates"], gates))
    return check


def _id(given: Given) -> str:
    id = form.text(given, 60)
    if not ID.fullmatch(id):
        raise given.refuse(
            N_("An id looks like OWN-SEC-1: OWN, then short parts of capitals and digits.")
        )
    return id


def _question(given: Given) -> str:
    question = form.text(given, 200)
    if not question.endswith("?"):
        raise given.refuse(N_("A question ends with a question mark."))
    return question


def _limit(given: Given) -> float | None:
    """The largest share that is still fine; None where any exception trips."""
    if given.text == "any":
        return None
    value = form.number(given)
    if not 0 < value < 1:
        raise given.refuse(
            N_("A limit is a share between 0 and 1, for example 0.05, or the word any.")
        )
    return value


def _least(given: Given | None, exact: bool) -> int:
    """How many must be tested before a share is asserted."""
    if given is None:
        return LEAST
    value = form.number(given)
    if exact or value < LEAST or value != int(value):
        raise given.refuse(
            N_("“least” goes with a share as limit; it is a whole number from %(least)s up."),
            least=LEAST,
        )  # fmt: skip
    return int(value)


def _parameters(given: Given | None) -> dict[str, float | str]:
    if given is None:
        return {}
    out: dict[str, float | str] = {}
    for name, part in (given.parts or {}).items():
        if not NAME.fullmatch(name) or name in ("limit", "sha256", *SLOTS):
            raise part.refuse(
                N_("A parameter's name is small letters, digits and _; “%(name)s” cannot be used."),
                name=name,
            )
        value = form.text(part)
        try:
            out[name] = form.number(part)
        except Refused:
            out[name] = value
    return out


def _headline(given: Given, parameters: Mapping[str, float | str]) -> str:
    line = form.text(given, 200)
    known = [*SLOTS, *parameters]
    for name in re.findall(r"\{([^}]*)\}", line):
        if name not in known:
            raise given.refuse(
                N_("{%(name)s} is not known in a headline; there are: %(names)s."),
                name=name, names=", ".join(f"{{{n}}}" for n in known),
            )  # fmt: skip
    if "{bad}" not in line or "{all}" not in line:
        raise given.refuse(N_("A headline says how many of how many: use {bad} and {all}."))
    if len(line.split()) > 18:
        raise given.refuse(N_("A headline has at most 18 words."))
    return line
