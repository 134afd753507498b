"""Addresses of the programming interface."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from trueup.desk.surfaces.api.api import api, description, unknown
from trueup.desk.surfaces.api.door import policies
from trueup.desk.surfaces.api.problems import not_offered
from trueup.desk.surfaces.policy import EVERYONE, Policy, route

View = Callable[..., HttpResponse]


def _methods(address: str) -> dict[str, Policy]:
    template = "/" + address.replace("<", "{").replace(">", "}").replace("{uuidstr:", "{uuid:")
    return {method: policy for (method, known), policy in policies.items() if known == template}


def _shielded(entry: URLPattern) -> URLPattern:
    """Every answer is private to its asker; the address carries what its methods declared."""
    view, declared = entry.callback, _methods(str(entry.pattern))

    @functools.wraps(view)
    def shielded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **kwargs)
        if answer.status_code == 405:
            answer = not_offered(answer.get("Allow", ", ".join(sorted(declared))))
        answer["Cache-Control"] = "no-store"
        return answer

    shielded.csrf_exempt = True  # type: ignore[attr-defined]
    shielded.policies = declared  # type: ignore[attr-defined]
    if declared:
        audiences = frozenset[str]().union(*(each.audiences for each in declared.values()))
        first = next(iter(declared.values()))
        actions = " ".join(sorted(each.action for each in declared.values()))
        route(Policy(actions, first.object_type, audiences))(shielded)
    return URLPattern(entry.pattern, shielded, entry.default_args, entry.name)


@route(Policy("see", "description", EVERYONE))
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programmes that write programmes."""
    return JsonResponse(description())


def _entries() -> list[URLPattern]:
    """One entry per address: the library lists an address once per method."""
    found: dict[str, URLPattern] = {}
    for entry in api.urls[0]:
        if isinstance(entry, URLPattern) and entry.name not in ("openapi-json", "api-root"):
            found.setdefault(str(entry.pattern), entry)
    return list(found.values())


elsewhere = csrf_exempt(route(Policy("see", "nothing", EVERYONE))(unknown))

urlpatterns = [
    path("openapi.json", openapi, name="api-openapi"),
    *(_shielded(entry) for entry in _entries()),
    re_path(r"[\s\S]*", elsewhere, name="api-unknown"),
]
