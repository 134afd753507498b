"""The text of an own check as a tree of plain texts, each with its line; hostile files refused.

YAML is read for its shape only: every scalar stays text, so that nothing is guessed (``no`` is a
word, ``08:00`` is no number). Anchors, aliases, tags, double keys, hidden characters are refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from trueup.core.refusals import Refused
from trueup.core.words import N_

BYTES_MOST = 64 * 1024
DEPTH_MOST = 12
PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
}


class BadCheck(Refused):
    """An own check that cannot be used: the file, the line, what is wrong and what to do."""

    def __init__(self, text: str, *, file: str, line: int, **params: object) -> None:
        super().__init__(text, field=None, **params)
        self.file, self.line = file, line

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {super().__str__()}"


@dataclass(frozen=True, slots=True)
class Given:
    """One place of the file: a text (None where it is empty), a list, or named parts.

    `line` counts from 1; `starts` is the line on which a text itself begins.
    """

    file: str
    line: int
    starts: int
    text: str | None = None
    items: tuple[Given, ...] | None = None
    parts: Mapping[str, Given] | None = None

    def refuse(self, text: str, **params: object) -> BadCheck:
        """The refusal that points here."""
        return BadCheck(text, file=self.file, line=self.line, **params)


class _Loader(yaml.SafeLoader):
    """Composes nodes only; refuses anchors, aliases, deep nesting and foreign tags."""

    file = ""
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise BadCheck(
                N_("Anchors (&) and aliases (*) are not used here; write the text out."),
                file=self.file, line=line,
            )  # fmt: skip
        self.depth += 1
        if self.depth > DEPTH_MOST:
            raise BadCheck(N_("This is nested too deeply."), file=self.file, line=line)
        node: Any = super().compose_node(parent, index)
        self.depth -= 1
        if node.tag not in PLAIN_TAGS:
            raise BadCheck(
                N_("The tag %(tag)s is not used here; write plain text."),
                file=self.file, line=line, tag=node.tag.rpartition(":")[2],
            )  # fmt: skip
        return node


def read(raw: bytes, file: str) -> Given:
    """The tree of a file; `file` is the name that refusals say.

    Raises BadCheck with the line where the text is no YAML of the plain kind.
    """
    if len(raw) > BYTES_MOST:
        raise BadCheck(
            N_("The file holds %(bytes)s bytes; an own check may hold %(most)s."),
            file=file, line=1, bytes=f"{len(raw):,}", most=f"{BYTES_MOST:,}",
        )  # fmt: skip
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadCheck(N_("This is no UTF-8 text; save the file as UTF-8."), file=file, line=line) \
            from error  # fmt: skip
    _visible(text, file)
    loader = _Loader(text)
    loader.file = file
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadCheck(
            N_("This is no YAML: %(why)s."), file=file, line=mark.line + 1 if mark else 1,
            why=str(error.problem or error.context).splitlines()[0],
        ) from error  # fmt: skip
    if node is None:
        raise BadCheck(
            N_("The file is empty; trueup checks new FILE writes a template."), file=file, line=1
        )
    return _given(node, file)


def _visible(text: str, file: str) -> None:
    """No character that a reader cannot see: what is read is what runs."""
    for at, character in enumerate(text):
        if character in "\n\r\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co"):
            continue
        raise BadCheck(
            N_("There is a hidden character (U+%(code)s); delete it."),
            file=file, line=text.count("\n", 0, at) + 1, code=f"{ord(character):04X}",
        )  # fmt: skip


def _given(node: yaml.Node, file: str) -> Given:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        empty = node.tag.endswith(":null") and node.style is None
        starts = line + (node.style in ("|", ">"))
        return Given(file, line, starts, None if empty else node.value)
    if isinstance(node, yaml.SequenceNode):
        return Given(file, line, line, items=tuple(_given(item, file) for item in node.value))
    parts: dict[str, Given] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadCheck(N_("A name is a plain word."), file=file, line=at)
        if key.value in parts:
            raise BadCheck(
                N_("“%(name)s” stands twice; keep one."), file=file, line=at, name=key.value
            )
        parts[key.value] = _given(value, file)
    return Given(file, line, line, parts=parts)
