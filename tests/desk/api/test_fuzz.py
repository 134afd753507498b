"""Every call, generated from its own description: answers fit it and nothing breaks."""

from __future__ import annotations

from datetime import date

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests import people
from tests.desk.api.calls import Caller
from trueup.core.actors import SYSTEM
from trueup.desk.services import verbs
from trueup.desk.surfaces.api.api import description

pytestmark = pytest.mark.django_db
load_all_checks()
schema = schemathesis.openapi.from_dict(description())
schema.app = get_wsgi_application()
ROLES = ("olga", "anna", "ada")


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
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True)
@pytest.mark.parametrize("who", ROLES)
def test_answers_fit_the_description(case, who, world, seen) -> None:
    if "id" in case.path_parameters and "agreements" in case.path:
        case.path_parameters["id"] = str(world["agreement"].pk)
    answer = case.call(headers={**world[who].headers})
    # we always send a good token, so this check would complain; test_calls tries bad ones
    excluded = [ignored_auth]
    if case.method == "POST":
        # a rule of the desk may refuse what the description allows
        excluded.append(positive_data_acceptance)
    case.validate_response(answer, excluded_checks=excluded)
    assert answer.headers["cache-control"] == ["no-store"]
    seen.setdefault(f"{case.method} {case.path}", set()).add(answer.status_code)
