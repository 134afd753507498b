"""Who sees and changes process models, and who may move a running one on by hand."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from trueup.desk.base import access, roles
from trueup.desk.base.access import ALL, NONE, Viewer
from trueup.desk.processes.models import Instance, Package, Waiting


def _process_owner(viewer: Viewer, thing: Any) -> bool:
    return viewer.has("process_owner")


def _waits(viewer: Viewer) -> Q:
    seen = Instance.objects.filter(access.subjects(viewer)).values("pk")
    return Q(instance__in=seen)


access.register(
    Package,
    visible=lambda viewer: ALL if viewer.has(*roles.STAFF) else NONE,
    verbs={
        "draft_model": _process_owner,
        "test_model": _process_owner,
        "publish_model": _process_owner,
        "retire_model": _process_owner,
    },
)
access.register(
    Instance,
    visible=access.subjects,
    verbs={"move_on": _process_owner, "end_process": _process_owner},
)
access.register(Waiting, visible=_waits)
