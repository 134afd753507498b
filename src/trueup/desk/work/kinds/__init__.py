"""The kinds of record there are; a kind is data."""

from __future__ import annotations

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.work.kinds.incident import INCIDENT
from trueup.desk.work.kinds.kind import Kind
from trueup.desk.work.kinds.request import REQUEST
from trueup.desk.work.kinds.task import TASK

__all__ = ["INCIDENT", "KINDS", "REQUEST", "TASK", "Kind", "kind_of"]

KINDS: dict[str, Kind] = {kind.name: kind for kind in (INCIDENT, REQUEST, TASK)}


def kind_of(name: str) -> Kind:
    """A kind by its name; Refused where there is none."""
    if name not in KINDS:
        raise Refused(N_("There is no kind “%(kind)s”."), field="kind", kind=name)
    return KINDS[name]
