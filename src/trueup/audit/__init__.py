"""The audit core: a library and a command.

In a notebook::

    from pathlib import Path
    from trueup.audit import AuditResult, Options, Pack, run

    result = run(Pack.open(Path("pack")), Options(only=frozenset({"MC-09"})))
    result.frames()["measures"].to_pandas()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trueup.audit.evidence.packs import Pack
    from trueup.audit.result import AuditResult
    from trueup.audit.run import Options, run

__all__ = ["AuditResult", "Options", "Pack", "run"]

_HOMES = {
    "AuditResult": "trueup.audit.result",
    "Options": "trueup.audit.run",
    "Pack": "trueup.audit.evidence.packs",
}


def __getattr__(name: str) -> Any:
    """Load on first use: reading a pack must not load the whole engine."""
    if name == "run":
        function = import_module("trueup.audit.run").run
        globals()["run"] = function
        return function
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
