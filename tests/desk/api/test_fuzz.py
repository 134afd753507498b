"""Every call, generated from its own description: answers fit it and nothing breaks."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    missing_required_header,
    positive_data_acceptance,
)

from tests import people
from tests.desk.api.calls import Caller
from trueup.core.actors import SYSTEM
from trueup.desk.services import verbs
from trueup.desk.surfaces.api.api import description


def _without_tokens(described: dict[str, Any]) -> dict[str, Any]:
    """We always send a good token, so the generator shall not play with it; test_calls does."""
    for path in described["paths"].values():
        for call in path.values():
            call.pop("security", None)
    return described


def _is_key(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


pytestmark = pytest.mark.django_db
load_all_checks()
schema = schemathesis.openapi.from_dict(_without_tokens(copy.deepcopy(description())))
schema.app = get_wsgi_application()
ROLES = ("anna", "charlie")


@pytest.fixture(scope="session")
def seen() -> dict[str, set[int]]:
    return {}


@pytest.fixture
def world(settings, tmp_path):
    """Somebody in each of three roles, and an agreement they may meet."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    settings.HOME = tmp_path
    settings.ATTACHMENTS = tmp_path / "files"
    settings.API_CALLS_PER_MINUTE = 10**6
    cast = people.cast()
    mail = verbs.add_service(name="Mail", owner=cast.olga, actor=SYSTEM)
    made = verbs.draft(service=mail, customer=cast.acme, start=date(2026, 1, 1), actor=SYSTEM)
    yield {name: Caller(getattr(cast, name)) for name in ROLES} | {"agreement": made}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True)
@pytest.mark.parametrize("who", ROLES)
def test_answers_fit_the_description(case, who, world, seen) -> None:
    if "agreements" in case.path and _is_key(case.path_parameters.get("id", "")):
        case.path_parameters["id"] = str(world["agreement"].pk)
    answer = case.call(headers={**world[who].headers})
    # a change without If-Match is answered 428 (RFC 6585), which that check does not know
    excluded = [missing_required_header]
    if case.method == "POST" or case.path.endswith("/records"):
        # a rule of the desk may refuse what the description allows: a key nobody gave, say
        excluded.append(positive_data_acceptance)
    case.validate_response(answer, excluded_checks=excluded)
    assert answer.headers["cache-control"] == ["no-store"]
    seen.setdefault(f"{case.method} {case.path}", set()).add(answer.status_code)
