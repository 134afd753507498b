"""Every address asked by every caller; what each got, in one word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.desk.api.calls import Caller
from tests.desk.authz.world import CALLERS, NOBODY, World
from tests.desk.web.pages import client_for
from trueup.desk.surfaces.api.api import description
from trueup.desk.surfaces.policy import Policy, Route, all_routes

WORDS = {401: "login", 403: "no", 404: "missing", 405: "-", 409: "yes", 500: "BROKEN"}
SLUGS = {"choice": "team", "verb": "comment", "metric": "resolve", "token": "x" * 43}


@dataclass(frozen=True)
class Row:
    """One method at one address, with what it declared."""

    method: str
    path: str
    policy: Policy
    api: bool


def rows() -> Iterator[Row]:
    """Every method of every address; web addresses are asked with both methods."""
    for route in all_routes():
        declared = getattr(route.view, "policies", None)
        if route.path.startswith("/api/v1") and declared:
            for method, policy in sorted(declared.items()):
                yield Row(method, _plain(route), policy, True)
        elif route.policy is not None:
            for method in ("GET", "POST"):
                yield Row(method, _plain(route), route.policy, False)


def _plain(route: Route) -> str:
    return re.sub(r"\(\?s\)\.\*|\[\\s\\S\]\*", "anything", route.path)


class Asker:
    """Asks as everybody, and takes back what an answer changed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bodies = _bodies()
        names = [name for name in CALLERS if name != NOBODY]
        self.tokens = {name: Caller(world.person(name)).headers for name in names}

    def answer(self, row: Row, who: str) -> str:
        """What this caller gets: yes, no, missing, login, or - where the method is not offered."""
        path = re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: self._part(row.path, found), row.path)
        with transaction.atomic():
            got = self._api(row, path, who) if row.api else self._web(row, path, who)
            transaction.set_rollback(True)
        if got.status_code == 302 and got["Location"].startswith("/login"):
            return "login"
        return WORDS.get(got.status_code, "yes")

    def _part(self, path: str, found: re.Match[str]) -> str:
        kind, name = found.groups()
        if kind in ("uuid", "uuidstr"):
            return self.world.id_for(path[: found.start()])
        return SLUGS.get(name, "none")

    def _web(self, row: Row, path: str, who: str) -> Any:
        browser = client_for(None if who == NOBODY else self.world.person(who))
        return browser.get(path) if row.method == "GET" else browser.post(path, {})

    def _api(self, row: Row, path: str, who: str) -> Any:
        headers = {**self.tokens.get(who, {}), "If-Match": "*"}
        client = Client(raise_request_exception=False)
        if row.method == "GET":
            return client.get(path, headers=headers)
        if path.endswith("/attachments"):
            file = SimpleUploadedFile("note.txt", b"hello", "text/plain")
            return client.post(path, {"file": file}, headers=headers)
        body = {
            name: self.world.value_for(name, schema)
            for name, schema in self.bodies.get(row.path, {}).items()
        }
        return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def _bodies() -> dict[str, dict[str, Any]]:
    """The required fields of each call's body, by address."""
    told = description()
    shapes = told["components"]["schemas"]
    found = {}
    for path, calls in told["paths"].items():
        content = calls.get("post", {}).get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        shape = shapes.get(reference.rsplit("/", 1)[-1], {})
        needed = {name: shape["properties"][name] for name in shape.get("required", ())}
        found[re.sub(r"\{(\w+)\}", r"<uuidstr:\1>", path)] = needed
    return found
