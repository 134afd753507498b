"""A draft of a mapping for a file that nobody knows: its columns, what they hold, and guesses.

Nothing that is guessed is active: a person takes the comment sign away (imports.md section 9).
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trueup.audit.intake.dates import kind_of
from trueup.audit.intake.mapping import FORMAT, builtin, common_words, plain
from trueup.audit.intake.opening import Opened, unpack
from trueup.audit.intake.reading import Sheet
from trueup.audit.intake.sheets import read_sheet
from trueup.core import evidence
from trueup.core.refusals import Refused
from trueup.core.words import N_

SHOWN = 5  # values of a column that are shown
WORDS_MOST = 40  # different words up to which a column is a list of words
LISTED = ("state", "priority", "kind", "impact", "urgency", "channel")
PEOPLE = {"requester": "person", "assignee": "person", "customer": "customer",
          "service": "service", "ci": "ci"}  # fmt: skip
COUNTS = ("reopen_count", "reassignment_count")
MEASURED = r"count|seconds|minutes|hours|duration|dauer"  # of a number, whatever else it names
TIMES = ("opened_at", "first_response_at", "resolved_at", "closed_at")
# What headings are called where no known source calls them so; the first that fits is taken.
CALLED = (
    ("first_response_at", r"first.*(resp|reply|answer)|erste.*(antwort|reaktion)"),
    ("resolved_at", r"resol|solved|fixed|complet|done|finish|gelös|erledigt|behoben|résol|gereed"),
    ("closed_at", r"clos|geschlossen|abgeschlossen|clôtur|ferm|cerrad|afgemeld"),
    ("opened_at", r"open|creat|report|submit|raised|logged|angelegt|erstellt|eröffnet|"
                  r"gemeldet|eingang|ouvert|créé|abiert|aangem"),
    ("opened_at", r"start|begin"),
    ("state", r"stat(e|us)\b|zustand|état|estado"),
    ("priority", r"prio|sever"),
    ("urgency", r"urgen|dringlich"),
    ("impact", r"impact|auswirkung"),
    ("kind", r"type|kind|art\b|typ\b"),
    ("reopen_count", r"re-?open|wiedereröff"),
    ("reassignment_count", r"re-?assign|transfer|hand.?over"),
    ("assignee", r"assign|handled|agent|technician|owner|operator|bearbeiter|zuständig|techniker|"
                 r"behandelaar$"),
    ("team", r"team|group|queue|gruppe|groupe|grupo|groep|desk"),
    ("requester", r"request(er|or|ed)|caller|report(ed|er)|user|contact|melder|anrufer|anfrag|"
                  r"demandeur|aanmelder|customer.?(name|mail)"),
    ("customer", r"customer|company|client|organi[sz]ation|site|account|kunde|firma|standort"),
    ("service", r"service|product|application|dienst|anwendung"),
    ("subcategory", r"sub.?categ|unterkateg|sous-cat"),
    ("category", r"categ|kateg|topic|filed"),
    ("channel", r"channel|source|via|kanal|quelle|canal"),
    ("close_code", r"close.?code|resolution.?code|closure|root.?cause"),
    ("title", r"summary|subject|title|betreff|titel|kurz|objet|asunto"),
    ("description", r"descri|beschreib|body|detail"),
    ("id", r"(ticket|incident|issue|case|request|call|record|vorgang|melding)?.?"
           r"(id|no|nr|num|number|nummer|key|#)\b|^#$|^ticket$"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its kind, how full it is, its commonest words."""

    name: str
    kind: str
    filled: float
    words: tuple[tuple[str, int], ...]
    distinct: int


def write_draft(paths: list[Path], target: Path) -> tuple[Path, list[str]]:
    """Write the draft of a mapping; gives the file and the columns that were guessed.

    Raises Refused where not one table is named, or the draft would replace a file.
    """
    if target.exists():
        raise Refused(N_("%(file)s is there already; name a new file."), file=target)
    with tempfile.TemporaryDirectory(prefix="trueup-draft-") as folder:
        opened = unpack(paths, Path(folder))
        tables = [f for f in opened if f.suffix not in (".xes", ".xml")]
        if len(tables) != 1:
            raise Refused(
                N_("A draft is made of one table: name one file, not %(n)s."), n=len(tables)
            )
        text, guessed = drafted(read_sheet(tables[0]), tables[0])
    target.write_text(text, "utf-8")
    return target, guessed


def drafted(sheet: Sheet, file: Opened) -> tuple[str, list[str]]:
    """The text of a draft, and the names of the columns of the evidence that were guessed."""
    columns = [_column(sheet, name) for name in sheet.headings]
    guesses = _guesses(columns, sheet.rows.num_rows)
    lines = [*_head(sheet, file, columns, guesses), *_body(columns, guesses)]
    return "\n".join(lines) + "\n", sorted(guesses.values())


# -- columns -------------------------------------------------------------------------------------
def _column(sheet: Sheet, name: str) -> Column:
    values = [v for v in sheet.rows[name].to_pylist() if v is not None]
    counts = Counter(values)
    words = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    share = len(values) / max(1, sheet.rows.num_rows)
    return Column(name, _kind(values, counts), share, tuple(words[:WORDS_MOST]), len(counts))


def _kind(values: list[str], counts: Counter[str]) -> str:
    if not values:
        return "empty"
    some = values[:2000]

    def mostly(fits: re.Pattern[str]) -> bool:
        return sum(bool(fits.fullmatch(v.strip())) for v in some) >= 0.95 * len(some)

    if sum(kind_of(v.strip()) not in ("", "month") for v in some) >= 0.9 * len(some):
        return "times"
    if mostly(re.compile(r"true|false|yes|no|ja|nein|oui|non", re.IGNORECASE)):
        return "yes or no"
    if mostly(re.compile(r"-?[\d  '.,]+")):
        return "numbers"
    return "words" if len(counts) <= WORDS_MOST else "texts"


# -- guesses -------------------------------------------------------------------------------------
def _guesses(columns: list[Column], rows: int) -> dict[str, str]:
    """Column of the file -> column of `record`, each once; the best fit first."""
    fits = sorted(
        ((place, nth, column.name, target) for nth, column in enumerate(columns)
         for place, target in _fits(column, rows)),
    )  # fmt: skip
    out: dict[str, str] = {}
    for _, _, name, target in fits:
        if name not in out and target not in out.values():
            out[name] = target
    return out


def _fits(column: Column, rows: int) -> Iterator[tuple[int, str]]:
    if column.kind == "empty":
        return
    known = _known().get(plain(column.name), ())
    heading = re.sub(r"[_.]+", " ", plain(column.name))
    for place, target in enumerate([*known, *(t for t, p in CALLED if re.search(p, heading))]):
        if _may_be(column, target, rows):
            yield place + (0 if place < len(known) else 10), target


def _may_be(column: Column, target: str, rows: int) -> bool:
    if target in TIMES or column.kind == "times":
        return target in TIMES and column.kind == "times"
    if re.search(MEASURED, plain(column.name)) and target not in COUNTS:
        return False
    if target == "id":
        return column.distinct >= 0.98 * rows * column.filled and column.filled > 0.98
    if target in COUNTS:
        return column.kind == "numbers"
    if target in LISTED:
        return column.distinct <= WORDS_MOST
    return True


def _known() -> dict[str, list[str]]:
    """Headings of the sources that come with Trueup, with what they are read as."""
    out: dict[str, list[str]] = {}
    for heading, target in _told_headings():
        targets = out.setdefault(plain(heading), [])
        if target not in targets and target != "source_state":
            targets.append(target)
    return out


def _told_headings() -> Iterator[tuple[str, str]]:
    tables = (t for mapping in builtin().values() for t in mapping.tables if t.into == "record")
    for table in tables:
        for target, spec in table.columns.items():
            yield from ((name, target) for name in spec.get("from", ()))


# -- text ----------------------------------------------------------------------------------------
def _head(
    sheet: Sheet, file: Opened, columns: list[Column], guesses: dict[str, str]
) -> Iterator[str]:
    yield f"# How the columns of {file.name} are read: a draft from its {sheet.rows.num_rows} rows."
    yield "# Take the # away before each line that is right; correct or leave the others."
    yield "# A record needs id, kind, state and opened_at. Then run"
    yield f"#   trueup audit {file.name} --mapping THIS_FILE"
    yield f"format = {_said(FORMAT)}"
    yield f"name = {_said(re.sub(r'[^a-z0-9]+', '-', Path(file.name).stem.lower()).strip('-'))}"
    yield f"source = {_said(Path(file.name).stem)}"
    yield ""
    yield "[recognise]"
    named = [c.name for c in columns if c.name in guesses][:4] or [c.name for c in columns][:3]
    yield f"need = [{', '.join(map(_said, named))}]"
    yield ""
    yield "[defaults]"
    yield '#zone = "Europe/Berlin"  # of times without an offset'
    yield '#dates = "dd.mm.yyyy HH:MM"  # where the order of day and month is not found out'


def _body(columns: list[Column], guesses: dict[str, str]) -> Iterator[str]:
    yield ""
    yield "[[table]]"
    yield 'into = "record"'
    yield "[table.columns]"
    taken = set(guesses.values())
    for column in columns:
        yield _described(column)
        target = guesses.get(column.name)
        yield _line(target, column) if target else f"#? = {_said(column.name)}"
        if target == "state":
            yield f"#source_state = {_said(column.name)}"
    if "kind" not in taken:
        yield "# No column says what kind of work a row is; where all are of one kind:"
        yield '#kind = { const = "incident" }'
    for name in ("id", "state", "opened_at"):
        if name not in taken:
            yield f"# No column was found for {name}, which every record needs."
    for column in columns:
        if guesses.get(column.name) in LISTED:
            yield from _words(column, guesses[column.name])


def _described(column: Column) -> str:
    shown = ", ".join(_said(word[:40]) for word, _ in column.words[:SHOWN])
    more = f" and {column.distinct - SHOWN} more" if column.distinct > SHOWN else ""
    return f"# {_said(column.name)}: {column.kind}, {column.filled:.0%} filled: {shown}{more}"


def _line(target: str, column: Column) -> str:
    name = _said(column.name)
    if target in LISTED:
        return f"#{target} = {{ from = {name}, words = {_said(target)} }}"
    if target in PEOPLE:
        return f"#{target} = {{ from = {name}, make = {_said(PEOPLE[target])} }}"
    if target == "opened_at":
        return f"#{target} = {{ from = {name}, required = true }}"
    return f"#{target} = {name}"


def _words(column: Column, target: str) -> Iterator[str]:
    """Each word with what the common list makes of it; an unknown one names the choice."""
    known = common_words().get(target, {})
    allowed = evidence.TABLES["record"].column(target).values
    choice = ", ".join(allowed) if allowed else "1 (highest) to 5"
    yield ""
    yield f"[words.{target}]  # {choice}"
    for word, n in column.words:
        value = known.get(plain(word), _graded(word) if not allowed else _state(word, target))
        value = value["state"] if isinstance(value, dict) else value
        told = "?" if value in (None, "") else _said(value) if isinstance(value, str) else value
        yield f"#{_said(word)} = {told}  # {n} rows"


def _graded(word: str) -> int | None:
    """The number of words such as ``Sev 2`` or ``2 - High``."""
    found = re.search(r"(?<!\d)([1-5])(?!\d)", word)
    return int(found[1]) if found else None


def _state(word: str, target: str) -> str | None:
    """A state by a part of its word; any other list has no such guess."""
    parts = {"waiting": r"wait|pend|hold|wart|attente", "resolved": r"resol|solv|fix|gelös|done",
             "cancelled": r"cancel|reject|storn|abgebr", "closed": r"clos|geschl|beendet",
             "open": r"open|new|progress|assign|work|arbeit|offen|neu"}  # fmt: skip
    if target != "state":
        return None
    return next((s for s, part in parts.items() if re.search(part, plain(word))), None)


def _said(text: str) -> str:
    """A text as TOML writes it; JSON's escapes are the same."""
    return json.dumps(text, ensure_ascii=False)
