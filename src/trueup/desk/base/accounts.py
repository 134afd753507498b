"""Finding accounts for the log-in; who logs in is nobody yet, so no access rule is asked."""

from __future__ import annotations

from trueup.desk.base.models import Account


def by_login(name: str) -> Account | None:
    """The account of a log-in name or, where there is none, of a mail address."""
    rows = Account.objects.select_related("person")
    name = name.strip().lower()
    named = rows.filter(login=name).first()
    return named or rows.filter(person__email__iexact=name).exclude(person__email="").first()


def by_key(key: int | str) -> Account | None:
    """The account of a session."""
    return Account.objects.select_related("person").filter(pk=key).first()
