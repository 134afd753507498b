"""What a rule may say: one SELECT over the evidence tables, from short lists of allowed words.

DuckDB's own parser reads the text; the tree is walked and everything that is not on a list is
refused. Nothing is run here. Lists of what is allowed, not of what is forbidden: a word that a
later version of the engine brings is refused until somebody adds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from trueup.audit.own.reading import BadCheck, Given
from trueup.core import evidence
from trueup.core.words import N_

TEXT_MOST = 8_000
BRACKETS_MOST = 60
TABLES_MOST = 24

NODES = {
    "SELECT_NODE", "SET_OPERATION_NODE", "BASE_TABLE", "JOIN", "SUBQUERY", "EMPTY",
    "ORDER_MODIFIER", "DISTINCT_MODIFIER", "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
}  # fmt: skip
CLASSES = {
    "COLUMN_REF", "CONSTANT", "COMPARISON", "CONJUNCTION", "FUNCTION", "CAST", "CASE", "OPERATOR",
    "SUBQUERY", "BETWEEN", "STAR", "WINDOW", "PARAMETER", "TYPE",
}  # fmt: skip
JOINS = {"REGULAR", "CROSS", "NATURAL", "ASOF", "DEPENDENT"}
OPERATORS = {
    "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN",
    "OPERATOR_COALESCE", "OPERATOR_NULLIF",
}  # fmt: skip
FUNCTIONS = {
    "+", "-", "*", "/", "//", "%", "||", "~~", "!~~", "~~*", "!~~*", "abs", "ceil", "ceiling",
    "floor", "round", "trunc", "sqrt", "ln", "log10", "greatest", "least", "lower", "upper", "trim",
    "ltrim", "rtrim", "length", "len", "left", "right", "substring", "substr", "contains",
    "starts_with", "ends_with", "prefix", "suffix", "strpos", "position", "instr",
    "regexp_matches", "regexp_full_match", "date_part", "datepart", "date_diff", "datediff",
    "date_trunc", "datetrunc", "to_years", "to_months", "to_weeks", "to_days", "to_hours",
    "to_minutes", "to_seconds", "year", "quarter", "month", "week", "day", "hour", "minute",
    "dayofweek", "isodow", "last_day", "epoch", "timezone", "nullif", "ifnull", "if", "count",
    "count_star", "count_if", "sum", "avg", "min", "max", "median", "quantile_cont", "bool_and",
    "bool_or", "stddev_samp", "row_number", "rank", "dense_rank", "lag", "lead",
}  # fmt: skip
TYPES = {
    "VARCHAR", "TEXT", "STRING", "BIGINT", "INTEGER", "INT", "SMALLINT", "DOUBLE", "FLOAT", "REAL",
    "DECIMAL", "NUMERIC", "BOOLEAN", "BOOL", "DATE", "TIMESTAMP", "INTERVAL", "TIME",
    "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ",
}  # fmt: skip

# Names that the engine reads as functions, or that depend on how the rows lie in a file.
HIDDEN = {
    "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "user",
    "current_user", "session_user", "current_role", "current_catalog", "current_schema", "rowid",
    "filename", "file_row_number", "file_index",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a text names: evidence tables, their columns (``table.column``), parameters, outputs."""

    tables: frozenset[str]
    columns: frozenset[str]
    parameters: frozenset[str]
    outputs: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    """One walk over a tree: where the text stands, and what was seen."""

    given: Given
    sql: str
    aliases: dict[str, str] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    loose: set[tuple[str, ...]] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    ctes: set[str] = field(default_factory=set)

    def refuse(self, node: Mapping[str, Any], text: str, **params: object) -> BadCheck:
        """A refusal at the line of a node."""
        at = node.get("query_location", 0)
        at = at if isinstance(at, int) and at < len(self.sql) else 0
        line = self.given.starts + self.sql.count("\n", 0, at)
        return BadCheck(text, file=self.given.file, line=line, **params)


def statement(given: Given) -> Said:
    """Check a whole SELECT; what it names.

    Raises BadCheck where it is anything but one SELECT of allowed words.
    """
    return _checked(given, given.text or "", 0)


def expression(given: Given) -> Said:
    """Check one expression (a condition, a value); what it names. Raises BadCheck."""
    sql = f"SELECT {given.text or ''}"
    tree = _tree(given, sql, 7)
    node = tree["node"]
    lone = (
        node["type"] == "SELECT_NODE" and len(node["select_list"]) == 1 and not node["modifiers"]
        and node["from_table"]["type"] == "EMPTY" and not node["where_clause"]
        and not node["select_list"][0].get("alias") and not node["group_expressions"]
        and not node["having"] and not node["qualify"]
    )  # fmt: skip
    if not lone:
        raise given.refuse(N_("This is no single expression; write only the condition or value."))
    return _checked(given, sql, 7)


def _checked(given: Given, sql: str, skip: int) -> Said:
    try:
        return _walked(given, sql, _tree(given, sql, skip))
    except RecursionError as error:
        raise given.refuse(N_("The rule is nested too deeply; make it simpler.")) from error


def _walked(given: Given, sql: str, tree: dict[str, Any]) -> Said:
    walk = _Walk(given, sql)
    walk.ctes = set(_ctes(tree))
    for node in _nodes(tree):
        _judge(walk, node)
    if _weight(tree, {}) > TABLES_MOST:
        raise given.refuse(
            N_("The rule reads more than %(most)s tables, counted as often as they are used."),
            most=TABLES_MOST,
        )
    picked = _first(tree["node"]).get("select_list", [])
    outputs = tuple(p.get("alias") or (p.get("column_names") or [""])[-1] for p in picked)
    columns = frozenset(_columns(walk))
    return Said(frozenset(walk.tables), columns, frozenset(walk.parameters), outputs)


def _tree(given: Given, sql: str, skip: int) -> dict[str, Any]:
    """The parsed statement; size and nesting are looked at before the parser sees the text."""
    if len(sql) > TEXT_MOST:
        raise given.refuse(
            N_("The rule is longer than %(most)s characters; make it simpler."), most=TEXT_MOST
        )
    if _nesting(sql) > BRACKETS_MOST:
        raise given.refuse(N_("The rule is nested too deeply; make it simpler."))
    with duckdb.connect(config={"autoload_known_extensions": False}) as con:
        con.execute(f"SET max_expression_depth TO {BRACKETS_MOST}")
        got = con.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    told: dict[str, Any] = json.loads(got[0]) if got else {"error": True}
    if told["error"]:
        at = int(told.get("position") or skip)
        line = given.starts + sql.count("\n", 0, at)
        why = str(told.get("error_message") or "it cannot be read").splitlines()[0]
        raise BadCheck(
            N_("A rule is one SELECT that only reads; here: %(why)s."),
            file=given.file, line=line, why=why.rstrip(".!"),
        )  # fmt: skip
    if len(told["statements"]) != 1:
        raise given.refuse(N_("A rule is one statement; leave out what follows the semicolon."))
    found: dict[str, Any] = told["statements"][0]
    return found


def _first(node: dict[str, Any]) -> dict[str, Any]:
    """The SELECT that names the columns: of a UNION its first."""
    while node["type"] == "SET_OPERATION_NODE":
        node = node["left"] if node.get("left") else node["children"][0]
    return node


def _nesting(text: str) -> int:
    depth = most = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        most = max(most, depth)
    return most


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every mapping of the tree, without recursion."""
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
            waiting.extend(reversed(list(here.values())))
        elif isinstance(here, list):
            waiting.extend(reversed(here))


def _ctes(tree: Any) -> Iterator[str]:
    for node in _nodes(tree):
        for entry in (node.get("cte_map") or {}).get("map", ()):
            yield str(entry["key"]).lower()


def _judge(walk: _Walk, node: dict[str, Any]) -> None:
    """One mapping of the tree against the lists."""
    kind, role = node.get("type"), node.get("class")
    if role is not None:
        _judge_expression(walk, node, str(role), str(kind))
    elif isinstance(kind, str):
        _judge_node(walk, node, kind)
    if node.get("sample") or node.get("at_clause"):
        raise walk.refuse(node, N_("A rule looks at every row; samples are not used."))


def _judge_node(walk: _Walk, node: dict[str, Any], kind: str) -> None:
    if kind == "RECURSIVE_CTE_NODE":
        raise walk.refuse(node, N_("WITH RECURSIVE is not used here; a rule must end."))
    if kind in ("LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER"):
        raise walk.refuse(node, N_("LIMIT is not used here; a rule looks at the whole population."))
    if kind not in NODES:
        raise walk.refuse(
            node, N_("“%(what)s” is not allowed in a rule; docs/own-checks.md lists what is."),
            what=_word(kind, node),
        )  # fmt: skip
    if kind == "DISTINCT_MODIFIER" and node.get("distinct_on_targets"):
        raise walk.refuse(node, N_("DISTINCT ON is not used here: which row stays is chance."))
    if kind == "JOIN" and node["ref_type"] not in JOINS:
        raise walk.refuse(node, N_("POSITIONAL JOIN is not used here: which rows meet is chance."))
    if kind == "BASE_TABLE":
        _judge_table(walk, node)


def _word(kind: str, node: Mapping[str, Any]) -> str:
    called = (node.get("function") or {}).get("function_name")
    return str(called or kind).lower().replace("_", " " if not called else "_")


def _judge_table(walk: _Walk, node: dict[str, Any]) -> None:
    path = node["qualified_name"]["path"]
    name = str(path[-1])
    plain = len(path) == 1 and name.isascii()
    if plain and name.lower() in walk.ctes:
        return
    if not plain or name.lower() not in evidence.TABLES:
        raise walk.refuse(
            node, N_("There is no table “%(name)s” in the evidence; docs/imports.md names them."),
            name=".".join(map(str, path)),
        )  # fmt: skip
    walk.tables.add(name.lower())
    walk.aliases[str(node.get("alias") or name).lower()] = name.lower()


def _judge_expression(walk: _Walk, node: dict[str, Any], role: str, kind: str) -> None:
    if role not in CLASSES or (role == "OPERATOR" and kind not in OPERATORS):
        raise walk.refuse(
            node, N_("“%(what)s” is not allowed in a rule; docs/own-checks.md lists what is."),
            what=kind.lower().replace("_", " "),
        )  # fmt: skip
    if role in ("FUNCTION", "WINDOW"):
        _judge_function(walk, node)
    elif role == "TYPE" and (
        node["type_name"].upper() not in TYPES or len(node["qualified_name"]["path"]) != 1
    ):
        raise walk.refuse(
            node, N_("The type %(type)s is not used in a rule."), type=node["type_name"]
        )
    elif role == "STAR" and (node.get("columns") or node.get("expr")):
        raise walk.refuse(node, N_("COLUMNS(…) is not used in a rule; name the columns."))
    elif role == "PARAMETER":
        walk.parameters.add(str(node["identifier"]))
    elif role == "COLUMN_REF":
        if str(node["column_names"][-1]).lower() in HIDDEN:
            raise walk.refuse(
                node, N_("%(name)s is not used in a rule; $as_of is when the evidence was true."),
                name=node["column_names"][-1],
            )  # fmt: skip
        walk.loose.add(tuple(str(name).lower() for name in node["column_names"]))


def _judge_function(walk: _Walk, node: dict[str, Any]) -> None:
    name = str(node["function_name"])
    bare = not node.get("schema") and not node.get("catalog")
    if not bare or name.lower() not in FUNCTIONS:
        raise walk.refuse(
            node, N_("The function %(name)s is not allowed in a rule; docs/own-checks.md lists "
                     "those that are."),
            name=name,
        )  # fmt: skip


def _weight(node: Any, known: Mapping[str, int]) -> int:
    """How many tables are read, a named sub-query counted as often as it is used."""
    if isinstance(node, list):
        return sum(_weight(item, known) for item in node)
    if not isinstance(node, dict):
        return 0
    entries = (node.get("cte_map") or {}).get("map", ())
    inside = dict(known)
    for entry in entries:
        inside[str(entry["key"]).lower()] = _weight(entry["value"], inside)
    own = sum(_weight(value, inside) for name, value in node.items() if name != "cte_map")
    if node.get("type") == "BASE_TABLE" and "class" not in node:
        own += max(1, inside.get(str(node["table_name"]).lower(), 1))
    return own + (max((inside[str(e["key"]).lower()] for e in entries), default=0))


def _columns(walk: _Walk) -> Iterator[str]:
    """The evidence columns that are surely meant: by their table's name, or held by one table."""
    for path in walk.loose:
        if len(path) > 1:
            table = walk.aliases.get(path[-2], "")
            homes = [table] if table and evidence.TABLES[table].has(path[-1]) else []
        else:
            homes = [t for t in walk.tables if evidence.TABLES[t].has(path[-1])]
        if len(homes) == 1:
            yield f"{homes[0]}.{path[-1]}"
