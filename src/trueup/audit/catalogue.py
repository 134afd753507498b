"""All measures and checks that are declared, found by walking their folders."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from trueup.audit import checks, measures
from trueup.audit.declare import Check, Measure


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(found.name)


@cache
def all_measures() -> dict[str, Measure]:
    """The measures by id, in the order of the method."""
    found = [m.MEASURE for m in _modules(measures) if hasattr(m, "MEASURE")]
    order = ("MG", "MB", "MR", "MC")
    found.sort(key=lambda m: (order.index(m.id[:2]), m.id))
    return {measure.id: measure for measure in found}


@cache
def all_checks() -> dict[str, Check]:
    """The checks by id, in the order of the method."""
    found = [m.CHECK for m in _modules(checks) if hasattr(m, "CHECK")]
    order = "ZIQPHDSTKNVUFGXYCM"
    found.sort(key=lambda c: (order.index(c.id[0]), c.id))
    return {check.id: check for check in found}
