"""The programming interface, put together."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from trueup import __version__
from trueup.desk.surfaces.api import problems
from trueup.desk.surfaces.api.auth import Token
from trueup.desk.surfaces.api.routes import attachments, basics, people, records, services

api = NinjaAPI(
    title="Trueup",
    version=__version__,
    description="The same verbs as the pages, for programmes. Errors are RFC 9457 problems.",
    urls_namespace="api-v1",
    docs_url=None,
    auth=Token(),
)
problems.install(api)
for module in (basics, people, services, records, attachments):
    api.add_router("", module.router)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI description, with problems under their own media type; made once, for it is slow.

    Nobody changes what it returns.
    """
    found: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    for path in found["paths"].values():
        for call in path.values():
            _problems_as_such(call.get("responses", {}))
    return found


def _problems_as_such(responses: dict[str, Any]) -> None:
    for status, answer in responses.items():
        content = answer.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            answer["content"] = {problems.MEDIA: content["application/json"]}


def unknown(request: HttpRequest) -> HttpResponse:
    """Any other address below this one."""
    answer = problems.missing(request)
    answer["Cache-Control"] = "no-store"
    return answer
