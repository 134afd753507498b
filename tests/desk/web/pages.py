"""Looking at pages as somebody: a logged-in test client and what stands in its answers."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from trueup.core.actors import SYSTEM
from trueup.desk.base import accounts, verbs
from trueup.desk.base.models import Account, Person

BACKEND = "trueup.desk.surfaces.web.account.backend.Passwords"
PASSWORD = "a long enough password"


def account_of(person: Person, password: str | None = None) -> Account:
    """The person's account, opened where there is none yet."""
    found = accounts.by_login(person.email)
    return found or verbs.open_account(person, login=person.email, password=password, actor=SYSTEM)


def client_for(person: Person | None, **headers: str) -> Client:
    """A browser in which this person is logged in; nobody for None."""
    client = Client(headers=headers or None)
    if person is not None:
        client.force_login(account_of(person), backend=BACKEND)
    return client


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._silent += tag in ("script", "style", "head")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "head")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def text_of(answer: Any) -> str:
    """The words a person reads on the page, white space made one."""
    parser = _Text()
    parser.feed(answer.content.decode())
    return re.sub(r"\s+", " ", " ".join(parser.found)).strip()
