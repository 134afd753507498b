"""What every tool of ours needs: the source files as trees, and a violation as a line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path("src/trueup")
DESK = SOURCE / "desk"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A source file: its path from the root, and its tree."""

    path: Path
    tree: ast.Module

    def violation(self, node: ast.AST, text: str) -> str:
        """A line that names the place and says what is wrong."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {text}"


def modules(root: Path, below: Path = SOURCE) -> Iterator[Module]:
    """Every Python file below a folder of the project, migrations left out."""
    for path in sorted((root / below).rglob("*.py")):
        relative = path.relative_to(root)
        if "migrations" not in relative.parts:
            yield Module(relative, ast.parse(path.read_text(encoding="utf-8")))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def chain(node: ast.expr) -> list[str]:
    """The names of `a.b(c).d` from the left: a, b, d."""
    names: list[str] = []
    here: ast.expr | None = node
    while here is not None:
        if isinstance(here, ast.Attribute):
            names.append(here.attr)
            here = here.value
        elif isinstance(here, ast.Call):
            here = here.func
        elif isinstance(here, ast.Subscript):
            here = here.value
        else:
            names.append(here.id if isinstance(here, ast.Name) else "")
            here = None
    return names[::-1]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node
