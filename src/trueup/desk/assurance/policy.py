"""Who sees audits and who may ask for one."""

from __future__ import annotations

from typing import Any

from trueup.desk.assurance.models import AuditRun, EvidencePack
from trueup.desk.base import access, roles
from trueup.desk.base.access import ALL, NONE, Viewer

READERS = (*roles.READERS, "service_owner", "finance", "administrator")
ASKERS = ("auditor", "manager", "administrator")


def _asker(viewer: Viewer, thing: Any) -> bool:
    return viewer.has(*ASKERS)


access.register(
    AuditRun,
    visible=lambda viewer: ALL if viewer.has(*READERS) else NONE,
    verbs={"run_now": _asker},
)
access.register(
    EvidencePack,
    visible=lambda viewer: ALL if viewer.has("auditor", "administrator") else NONE,
    verbs={"write_pack": lambda viewer, _: viewer.has("auditor", "administrator")},
)
