"""Calls made from verbs: `POST /things` creates, `POST /things/{id}/{verb}` changes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest
from ninja import Router, Schema

from trueup.desk.base.access import every, get
from trueup.desk.surfaces.api.auth import viewer_in
from trueup.desk.surfaces.api.door import Reply, expected, operation
from trueup.desk.surfaces.api.inputs import arguments, body_of
from trueup.desk.surfaces.policy import Policy

Verb = Callable[..., Any]
Show = Callable[[Any], Schema]


def create(
    router: Router,
    path: str,
    verb: Verb,
    model: type[Model],
    *,
    policy: Policy,
    answer: type[Schema],
    show: Show,
    skip: frozenset[str] = frozenset(),
) -> None:
    """Offer a verb that makes something; the answer says where it is."""
    body_type = body_of(verb, _title(verb, "Input"), model, skip=skip)

    def view(request: HttpRequest, body: Any) -> Reply:
        viewer = viewer_in(request)
        made = verb(**arguments(verb, body, viewer), actor=viewer, via="api")
        where = {"Location": f"{request.path}/{made.pk}"}
        return Reply(show(made), status=201, version=made.version, headers=where)

    _name(view, verb, body=body_type)
    operation(router, "POST", path, policy=policy, answer=answer, status=201)(view)


def on_one(
    router: Router,
    path: str,
    model: type[Model],
    verbs: Mapping[Verb, frozenset[str]],
    *,
    answer: type[Schema],
    show: Show,
    adds: frozenset[str] = frozenset(),
) -> None:
    """Offer verbs on one thing, each for its audiences.

    They ask for If-Match, save those in `adds`, which add beside others and overwrite nothing.
    """
    for verb, audiences in verbs.items():
        _offer(router, path, model, verb, audiences, answer, show, verb.__name__ not in adds)


def _offer(
    router: Router,
    path: str,
    model: type[Model],
    verb: Verb,
    audiences: frozenset[str],
    answer: type[Schema],
    show: Show,
    changes: bool,
) -> None:
    first = next(iter(body_first(verb)))
    body_type = body_of(verb, _title(verb, "Input"), model, skip=frozenset({first}))

    def view(request: HttpRequest, id: UUID, body: Any) -> Reply:
        viewer = viewer_in(request)
        thing = get(viewer, model, id)
        version = expected(request) if changes else None
        done = verb(thing, **arguments(verb, body, viewer), actor=viewer, via="api", **_at(version))
        # a verb may take the thing out of its doer's sight, as declining a draft does
        now = every(viewer, model).filter(pk=id).first() or done
        return Reply(show(now), version=getattr(now, "version", None))

    _name(view, verb, body=body_type)
    name = f"{verb.__name__}_{model.__name__.lower()}"
    policy = Policy(verb.__name__, model.__name__.lower(), audiences)
    declare = operation(
        router,
        "POST",
        f"{path}/{{uuid:id}}/{verb.__name__}",
        policy=policy,
        answer=answer,
        changes=changes,
        name=name,
    )
    declare(view)


def _at(version: int | None) -> dict[str, int]:
    return {} if version is None else {"version": version}


def body_first(verb: Verb) -> tuple[str, ...]:
    """The names of a verb's parameters, the thing itself first."""
    return verb.__code__.co_varnames[: verb.__code__.co_argcount]


def _title(verb: Verb, end: str) -> str:
    module = verb.__module__.split(".")[2]
    return f"{module}_{verb.__name__}".title().replace("_", "") + end


def _name(view: Callable[..., Any], verb: Verb, *, body: Any) -> None:
    """Let the view be described as the verb, with the verb's own body."""
    view.__name__, view.__doc__ = verb.__name__, verb.__doc__
    view.__annotations__["body"] = body
