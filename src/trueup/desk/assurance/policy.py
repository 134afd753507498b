"""Who sees audits and who may ask for one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from trueup.desk.assurance.models import Action, AuditRun, EvidencePack, Finding, WhatIf
from trueup.desk.base import access, roles
from trueup.desk.base.access import ALL, NONE, Viewer

READERS = (*roles.READERS, "service_owner", "finance", "administrator")
ASKERS = ("auditor", "manager", "administrator")
TAKERS = ("auditor", "manager")
PLANNERS = ("manager", *roles.OWNERS)
TRIERS = ("auditor", "manager", "service_owner", "finance")


def _asker(viewer: Viewer, thing: Any) -> bool:
    return viewer.has(*ASKERS)


def _actions(viewer: Viewer) -> Q:
    """Whoever reads audits sees all steps; anybody else those in their own hands."""
    return ALL if viewer.has(*READERS) else Q(owner=viewer.person)


access.register(
    AuditRun,
    visible=lambda viewer: ALL if viewer.has(*READERS) else NONE,
    verbs={"run_now": _asker, "take_along": lambda viewer, _: viewer.has(*TAKERS)},
)
access.register(
    WhatIf,
    visible=lambda viewer: ALL if viewer.has(*READERS) else NONE,
    verbs={"try_out": lambda viewer, _: viewer.has(*TRIERS)},
)
access.register(
    EvidencePack,
    visible=lambda viewer: ALL if viewer.has("auditor", "administrator") else NONE,
    verbs={"write_pack": lambda viewer, _: viewer.has("auditor", "administrator")},
)
access.register(
    Finding,
    visible=lambda viewer: ALL if viewer.has(*READERS) else NONE,
    kinds=("finding",),
    verbs={"plan": lambda viewer, _: viewer.has(*PLANNERS)},
)
access.register(
    Action,
    visible=_actions,
    verbs={"complete": lambda viewer, action: viewer.person == action.owner_id},
)
