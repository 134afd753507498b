"""The small language of conditions in the rules: comparisons, and, or, not; nothing else.

``type != standard and priority in (1, 2)``: a name is a column of the moment or of its case; a
word that stands alone on the right of a comparison is that word, ``now`` is the instant of the
audit, ``hours(24)`` and ``days(30)`` are spans. Read with Python's own parser, never executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

import ibis

from trueup.core.refusals import Refused
from trueup.core.words import N_

LONGEST = 400
CLASS = re.compile(r"\bclass\b")
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.In: lambda a, b: a.isin(b),
    ast.NotIn: lambda a, b: ~a.isin(b),
}
SPANS = {"minutes": 60, "hours": 3600, "days": 86400}
Column = Callable[[str], Any]


def parsed(text: str) -> ast.expr:
    """The tree of a condition; Refused where it is not of the language."""
    try:
        tree = _tree(text) if len(text) <= LONGEST else None
    except (SyntaxError, ValueError):
        tree = None
    if tree is None or not _allowed(tree):
        raise Refused(N_("The condition “%(told)s” cannot be read."), told=text)
    return tree


def _tree(text: str) -> ast.expr:
    """The tree; `class` is a column of the evidence though a word of Python's own."""
    tree = ast.parse(CLASS.sub("class_", text.strip()), mode="eval").body
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "class_":
            node.id = "class"
    return tree


def _allowed(node: ast.expr) -> bool:
    """Whether a node and all below it are of the language."""
    if isinstance(node, ast.BoolOp):
        return all(map(_allowed, node.values))
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) and _allowed(node.operand)
    return isinstance(node, ast.Compare) and _comparison(node)


def _comparison(node: ast.Compare) -> bool:
    if len(node.ops) != 1:
        return False
    left, op, right = node.left, node.ops[0], node.comparators[0]
    if isinstance(op, ast.Is | ast.IsNot):
        return isinstance(left, ast.Name) and getattr(right, "value", 0) is None
    if isinstance(op, ast.In | ast.NotIn):
        simple = (ast.Name, ast.Constant)
        return isinstance(left, ast.Name) and isinstance(right, ast.Tuple) and all(
            isinstance(each, simple) for each in right.elts
        )  # fmt: skip
    return type(op) in COMPARE and _term(left) and _term(right)


def _term(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Sub) and _term(node.left) and _term(node.right)
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Name) and node.func.id in SPANS
        return known and len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
    return isinstance(node, ast.Name) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool)
    )


def names(tree: ast.expr) -> Iterator[str]:
    """The columns a condition needs: on the left of comparisons and in sums.

    One that may be empty by the condition itself (``x is None or …``) is not needed.
    """
    optional = {
        node.left.id for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is)
        and isinstance(node.left, ast.Name)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from (id for id in map(_column, ast.walk(node.left)) if id and id not in optional)
        elif isinstance(node, ast.BinOp):
            yield from (n.id for n in (node.left, node.right) if isinstance(n, ast.Name))


def words(tree: ast.expr) -> list[str]:
    """Every name in a condition, columns and words alike."""
    return list(dict.fromkeys(n.id for n in ast.walk(tree) if isinstance(n, ast.Name)))


def _column(node: ast.AST) -> str:
    """The name of a column, empty for everything else."""
    known = isinstance(node, ast.Name) and node.id not in SPANS and node.id != "now"
    return node.id if known and isinstance(node, ast.Name) else ""


def compiled(tree: ast.expr, column: Column) -> Any:
    """The condition as an expression; `column` gives a column, or the instant ``now``, by name."""
    if isinstance(tree, ast.BoolOp):
        parts = [compiled(each, column) for each in tree.values]
        joined = parts[0]
        for each in parts[1:]:
            joined = joined & each if isinstance(tree.op, ast.And) else joined | each
        return joined
    if isinstance(tree, ast.UnaryOp):
        return ~compiled(tree.operand, column)
    assert isinstance(tree, ast.Compare)
    left, op, right = tree.left, tree.ops[0], tree.comparators[0]
    one = _value(left, column)
    if isinstance(op, ast.Is):
        return one.isnull()
    if isinstance(op, ast.IsNot):
        return one.notnull()
    if isinstance(right, ast.Tuple):
        return COMPARE[type(op)](one, [_plain(each) for each in right.elts])
    if isinstance(right, ast.Name) and right.id != "now":
        return COMPARE[type(op)](one, ibis.literal(right.id))
    return COMPARE[type(op)](one, _value(right, column))


def _plain(node: ast.expr) -> Any:
    return node.value if isinstance(node, ast.Constant) else node.id  # type: ignore[attr-defined]


def _value(node: ast.expr, column: Column) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return column(node.id)
    if isinstance(node, ast.Call):
        return float(node.args[0].value) * SPANS[node.func.id]  # type: ignore[attr-defined]
    assert isinstance(node, ast.BinOp)
    one, two = (_seconds(_value(each, column)) for each in (node.left, node.right))
    return one + two if isinstance(node.op, ast.Add) else one - two


def _seconds(value: Any) -> Any:
    """Instants and days as seconds, so that spans can be added to them and compared."""
    kind = value.type() if isinstance(value, ibis.Expr) else None
    if kind is None or not (kind.is_timestamp() or kind.is_date()):
        return value
    return value.cast("timestamp(6)").epoch_seconds()
