"""Tokens of the programming interface: 256 random bits, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from trueup.desk.base.models import ApiToken

SCOPES = ("read", "write")
MARK = "tru"


def make() -> tuple[str, str, str]:
    """A new token as (text to show once, prefix, digest to keep)."""
    prefix = secrets.token_hex(4)
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    return text, prefix, digest_of(text)


def digest_of(text: str) -> str:
    """What is stored of a token; plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(text.encode()).hexdigest()


def find(text: str, now: datetime) -> ApiToken | None:
    """The living token of this text, with its person; None where unknown, ended or expired."""
    if not text.startswith(f"{MARK}_") or len(text) > 200:
        return None
    living = ApiToken.objects.filter(
        digest=digest_of(text), revoked_at=None, expires_at__gt=now, person__active=True
    )
    return living.select_related("person").first()


def note_use(token: ApiToken, now: datetime) -> None:
    """Remember the day of the last use; written once a day, so that reading stays reading."""
    if token.used_on != now.date():
        ApiToken.objects.filter(pk=token.pk).update(used_on=now.date())
