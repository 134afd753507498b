"""What every call passes: scope, policy, version, and doing things once."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Router, Schema

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import idempotency
from trueup.desk.base.access import NOT_YOURS, NotAllowed, Viewer
from trueup.desk.base.idempotency import Answer
from trueup.desk.surfaces.api.auth import check_scope, viewer_in
from trueup.desk.surfaces.api.problems import DOCUMENTED, MissingVersion, Problem
from trueup.desk.surfaces.policy import Policy

View = Callable[..., Any]
VERSION = r'^("[0-9]{1,9}"|\*)$'
KEPT_HEADERS = ("ETag", "Location")
policies: dict[tuple[str, str], Policy] = {}
"""The declared policy per method and path template."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view answers: a shape, and for one thing its version."""

    body: Schema
    status: int = 200
    version: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    policy: Policy,
    answer: Any,
    status: int = 200,
    changes: bool = False,
    name: str = "",
    raw: bool = False,
) -> Callable[[View], View]:
    """Declare a call once: address, policy, answer. `changes` asks for If-Match.

    `raw` answers carry bytes and are not described by a shape.
    """

    def declare(view: View) -> View:
        policies[(method, path)] = policy
        documented: dict[int, Any] = dict(DOCUMENTED)
        if changes:
            documented[428] = Problem
        if not raw:
            documented[status] = answer
        router.add_api_operation(
            path,
            [method],
            _guarded(view, method, policy, changes),
            response=documented,
            operation_id=name or view.__name__,
            summary=(view.__doc__ or "").strip().split("\n")[0].rstrip("."),
            openapi_extra=_described(method, changes, raw),
        )
        return view

    return declare


def expected(request: HttpRequest) -> int | None:
    """The version in If-Match; None for ``*``."""
    text = request.headers.get("If-Match", "").strip()
    if text == "*":
        return None
    if text.startswith('"') and text.endswith('"') and text[1:-1].isdecimal() and len(text) < 12:
        return int(text[1:-1])
    raise MissingVersion(
        N_("Send If-Match with the ETag you read, so that no other change is lost."),
        field="If-Match",
    )


def _guarded(view: View, method: str, policy: Policy, changes: bool) -> View:
    signature = inspect.signature(view, eval_str=True)

    def run(request: HttpRequest, **values: Any) -> HttpResponseBase:
        _check_query(request, signature)
        check_scope(request)
        _check_audience(viewer_in(request), policy)
        if changes:
            expected(request)
        if method == "POST":
            return _once(request, lambda: _answered(view(request, **values)))
        reply = view(request, **values)
        return _answered(reply) if isinstance(reply, Reply) else cast("HttpResponseBase", reply)

    run.__name__, run.__doc__ = view.__name__, view.__doc__
    run.__signature__ = signature  # type: ignore[attr-defined]
    return run


def _check_audience(viewer: Viewer, policy: Policy) -> None:
    if "person" not in policy.audiences and not viewer.has(*policy.audiences):
        raise NotAllowed(NOT_YOURS)


def _check_query(request: HttpRequest, signature: inspect.Signature) -> None:
    """An unknown filter is a mistake, not something to pass over."""
    for name in request.GET:
        if name not in signature.parameters:
            raise Refused(N_("There is no filter of this name."), field=name[:100])


def _answered(reply: Reply) -> HttpResponse:
    answer = HttpResponse(
        reply.body.model_dump_json(), status=reply.status, content_type="application/json"
    )
    if reply.version is not None:
        answer["ETag"] = f'"{reply.version}"'
    for name, value in reply.headers.items():
        answer[name] = value
    return answer


def _once(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it, or give the answer it got before; effect and stored answer are one transaction."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not 0 < len(key) <= 255 or not key.isprintable():
        raise Refused(N_("An Idempotency-Key has 1 to 255 characters."), field="Idempotency-Key")
    person = viewer_in(request).person
    stored = idempotency.begin(person, key, _digest(request), timezone.now())
    if stored is not None:
        return _repeated(stored)
    try:
        with transaction.atomic():
            answer = act()
            headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
            idempotency.finish(person, key, Answer(answer.status_code, headers, answer.content))
    except BaseException:
        idempotency.release(person, key)
        raise
    return answer


def _repeated(stored: Answer) -> HttpResponse:
    answer = HttpResponse(stored.body, status=stored.status, content_type="application/json")
    for name, value in {**stored.headers, "Idempotency-Replayed": "true"}.items():
        answer[name] = value
    return answer


def _digest(request: HttpRequest) -> str:
    """What was asked: address, version, and every byte sent."""
    parts = [request.method or "", request.get_full_path(), request.headers.get("If-Match", "")]
    digest = hashlib.sha256("\n".join(parts).encode())
    if request.FILES:
        for name, values in sorted(request.POST.lists()):
            digest.update(repr((name, values)).encode())
        for file in cast("Iterable[UploadedFile[Any]]", request.FILES.values()):
            digest.update(repr((file.name, file.content_type)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _described(method: str, changes: bool, raw: bool) -> dict[str, Any]:
    """What the description adds: headers in both directions and the media type of problems."""
    asked = []
    if method == "POST":
        asked.append(_header("Idempotency-Key", False, {"type": "string", "maxLength": 255}))
    if changes:
        asked.append(
            _header("If-Match", True, {"type": "string", "pattern": '^("[0-9]{1,9}"|\\*)$'})
        )
    extra: dict[str, Any] = {}
    if asked:
        extra["parameters"] = asked
    if raw:
        binary = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        extra["responses"] = {200: {"description": "The bytes", "content": binary}}
    return extra


def _header(name: str, required: bool, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": schema}
