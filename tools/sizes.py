"""Rule 18: functions, files and nesting stay small; the median function is told."""

from __future__ import annotations

import ast
import io
import statistics
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tools.sources import ROOT, SOURCE, Function, Module, functions, modules

FUNCTION_LINES = 60
FILE_LINES = 500
DEPTH = 3
NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
NESTING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def code_lines(text: str) -> set[int]:
    """Numbers of the lines that hold code: no blank line, no comment."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NOT_CODE and token.type != tokenize.ENDMARKER:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def length(function: Function, lines: set[int]) -> int:
    """Code lines of a function, without its docstring."""
    first = function.body[0]
    told = set()
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        told = set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    own = set(range(function.lineno, (function.end_lineno or function.lineno) + 1))
    return len((own & lines) - told)


def depth(node: ast.AST) -> int:
    """How deep blocks nest in a function; `elif` adds none, a function inside starts anew."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        step = int(isinstance(child, NESTING) and not is_elif)
        deepest = max(deepest, depth(child) + step)
    return deepest


def _function_violations(module: Module, lines: set[int]) -> Iterator[str]:
    for function in functions(module.tree):
        size, nested = length(function, lines), depth(function)
        if size > FUNCTION_LINES:
            yield module.violation(function, f"{function.name}() has {size} lines (rule 18)")
        if nested > DEPTH:
            yield module.violation(function, f"{function.name}() nests {nested} deep (rule 18)")


def violations(root: Path) -> list[str]:
    """Every function or file over its budget."""
    found: list[str] = []
    for module in modules(root):
        text = (root / module.path).read_text(encoding="utf-8")
        count = len(text.splitlines())
        if count > FILE_LINES:
            found.append(f"{module.path}:1: {count} lines, at most {FILE_LINES} (rule 18)")
        found += _function_violations(module, code_lines(text))
    return found


def report(root: Path = ROOT) -> str:
    """One line with the medians the house aims at."""
    sizes: list[int] = []
    files: list[int] = []
    for module in modules(root, SOURCE):
        text = (root / module.path).read_text(encoding="utf-8")
        lines = code_lines(text)
        sizes += [length(function, lines) for function in functions(module.tree)]
        files.append(len(text.splitlines()))
    if not sizes:
        return "no functions"
    tenth = statistics.quantiles(sizes, n=10)[-1] if len(sizes) > 1 else sizes[0]
    return (
        f"{len(sizes)} functions: median {statistics.median(sizes):g} lines, "
        f"nine of ten at most {tenth:g}; {len(files)} files: median {statistics.median(files):g}"
    )
