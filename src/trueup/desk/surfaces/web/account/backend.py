"""How a log-in name and a password become an account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from trueup.desk.base import accounts
from trueup.desk.base.models import Account


class Passwords(ModelBackend):
    """Name or mail address, and password; an unknown name takes as long as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Account | None:
        """The account where both fit and the person is active."""
        if username is None or password is None:
            return None
        found = accounts.by_login(username)
        if found is None or not found.has_usable_password():
            make_password(password)
            return None
        fits = found.check_password(password)
        return found if fits and self.user_can_authenticate(found) else None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, if its person is still active."""
        found = accounts.by_key(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
