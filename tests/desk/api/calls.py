"""Calling the interface as somebody: a token made by the verb, and plain requests."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs
from trueup.desk.base.models import Person

ROOT = "/api/v1"


class Caller:
    """One person's programme."""

    def __init__(self, person: Person, *scopes: str, language: str = "en") -> None:
        _, self.token = verbs.issue_token(
            person, name="test", scopes=scopes or ("read", "write"), days=1, actor=SYSTEM
        )
        self.client = Client(raise_request_exception=False)
        self.headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept-Language": language,
        }

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(ROOT + path, headers={**self.headers, **headers})

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, str | bytes) else json.dumps(body or {})
        return self.client.post(
            ROOT + path,
            data,
            content_type="application/json",
            headers={**self.headers, **named},
        )

    def upload(self, path: str, file: Any, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(ROOT + path, {"file": file}, headers={**self.headers, **named})
