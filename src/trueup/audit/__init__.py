"""The audit core: a library and a command.

In a notebook::

    from trueup.audit import run

    result = run("incidents.csv", only="MC-09,I02")
    result.indicator("communication").light
    result.measures_frame()

`docs/python.md` shows more.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trueup.audit.api import Audited, Readiness, readiness, run
    from trueup.audit.evidence.packs import Pack
    from trueup.audit.own import OwnCheck
    from trueup.audit.result import AuditResult
    from trueup.audit.run import Options

__all__ = [
    "AuditResult",
    "Audited",
    "Options",
    "OwnCheck",
    "Pack",
    "Readiness",
    "readiness",
    "run",
]

_HOMES = {
    "AuditResult": "trueup.audit.result",
    "Audited": "trueup.audit.api",
    "Options": "trueup.audit.run",
    "OwnCheck": "trueup.audit.own",
    "Pack": "trueup.audit.evidence.packs",
    "Readiness": "trueup.audit.api",
}


class _Package(ModuleType):
    """Loads on first use, so that reading a pack does not load the whole engine.

    `run` and `readiness` are the functions, also after the modules of these names were imported:
    an import would otherwise put the module in the function's place.
    """

    def __getattr__(self, name: str) -> Any:
        if name in _HOMES:
            return getattr(import_module(_HOMES[name]), name)
        raise AttributeError(f"trueup.audit has no {name}")

    @property
    def run(self) -> Any:
        """Audit evidence: `trueup.audit.api.run`."""
        return import_module("trueup.audit.api").run

    @run.setter
    def run(self, module: object) -> None:
        """An import of the module of this name: the function stays."""

    @property
    def readiness(self) -> Any:
        """What evidence lets us judge: `trueup.audit.api.readiness`."""
        return import_module("trueup.audit.api").readiness

    @readiness.setter
    def readiness(self, module: object) -> None:
        """An import of the module of this name: the function stays."""


sys.modules[__name__].__class__ = _Package
