"""Decision tables written in DMN: one decision with one table a file, read into our own form.

Only the table is understood: hit policy, inputs with an expression that is a plain name, outputs
and rules. The id of a rule is the id of the row; `inputValues` name the values of an input.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.processes import decisions, sfeel
from trueup.desk.processes.xml import parse_xml

HITS = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "COLLECT": "C",
}
SUMS = {"": "", "SUM": "+", "MAX": ">", "MIN": "<", "COUNT": "#"}
SPACES = (
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20180521/MODEL/",
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A table and the values its inputs may have, where the file names them."""

    table: decisions.Table
    domain: decisions.Domain


def read(name: str, text: str, *, version: str = "1") -> Decision:
    """The table of a DMN file; Refused naming what is not understood."""
    root = parse_xml(text.encode())
    space = str(root.tag).rpartition("}")[0].removeprefix("{")
    tables = root.findall(f".//{{{space}}}decisionTable")
    if space not in SPACES or len(tables) != 1:
        raise Refused(N_("The file of table “%(table)s” holds no single DMN table."), table=name)
    return _Reader(name, space, tables[0]).decision(version)


class _Reader:
    """Reads one decisionTable element."""

    def __init__(self, name: str, space: str, table: etree._Element) -> None:
        self.name, self.space, self.table = name, space, table

    def decision(self, version: str) -> Decision:
        inputs = [self._text(each, "inputExpression") for each in self._all("input")]
        outputs = [each.get("name", "") for each in self._all("output")]
        head = ["row", *(f"in:{each}" for each in inputs), *(f"out:{each}" for each in outputs)]
        lines = [head, *(self._line(rule) for rule in self._all("rule"))]
        table = decisions.build(self.name, lines, hit=self._hit(), version=version)
        domain = {}
        for word, each in zip(inputs, self._all("input"), strict=True):
            values = self._text(each, "inputValues")
            if values:
                domain[word] = self._values(values)
        return Decision(table, domain)

    def _all(self, tag: str) -> list[etree._Element]:
        return list(self.table.findall(f"{{{self.space}}}{tag}"))

    def _text(self, element: etree._Element, tag: str) -> str:
        found = element.find(f"{{{self.space}}}{tag}/{{{self.space}}}text")
        return "" if found is None else str(found.text or "").strip()

    def _line(self, rule: etree._Element) -> list[str]:
        cells = [
            str(entry.findtext(f"{{{self.space}}}text") or "").strip()
            for tag in ("inputEntry", "outputEntry")
            for entry in rule.findall(f"{{{self.space}}}{tag}")
        ]
        return [str(rule.get("id", "")), *cells]

    def _hit(self) -> str:
        word = self.table.get("hitPolicy", "UNIQUE")
        added = self.table.get("aggregation", "")
        return str(HITS.get(word, word) + SUMS.get(added, added))

    def _values(self, text: str) -> list[Any]:
        tests = sfeel.parse_tests(text).tests
        if any(not isinstance(test, sfeel.Compare) or test.operator != "=" for test in tests):
            raise Refused(
                N_("The values of an input of table “%(table)s” are a list of literals."),
                table=self.name,
            )
        return [end for test in tests for end in test.ends()]
