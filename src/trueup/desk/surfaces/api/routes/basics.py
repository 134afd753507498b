"""Who calls, and whether it runs."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest
from ninja import Router

from trueup.desk.surfaces.api import shapes
from trueup.desk.surfaces.api.auth import caller_of
from trueup.desk.surfaces.api.door import Reply, operation, policies
from trueup.desk.surfaces.policy import EVERYONE, Policy

router = Router(tags=["basics"])


@operation(router, "GET", "/me", policy=Policy("see", "person"), answer=shapes.Me)
def me(request: HttpRequest) -> Reply:
    """Who I am, what I may, and what this token allows."""
    caller = caller_of(request)
    return Reply(shapes.me(caller.viewer, caller.scopes))


policies[("GET", "/health")] = Policy("see", "health", EVERYONE)


@router.get("/health", auth=None, response=shapes.Health, operation_id="health")
def health(request: HttpRequest) -> shapes.Health:
    """Whether it runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return shapes.Health(status="ok")
