"""Log-ins: opening them, passwords, and how pages look."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from trueup.core.events.people import AccountOpened, LookSet, PasswordSet
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.models import Account, Person
from trueup.desk.eventlog.verbs import append


def open_account(
    person: Person, *, login: str, actor: Who, password: str | None = None, via: str = "web"
) -> Account:
    """Let a person log in; without a password only another way in (demo, single sign-on) works."""
    require(actor, "add_person", Person)
    account = Account(person=person, login=login.strip().lower())
    _set(account, password)
    try:
        with transaction.atomic():
            account.save()
            event = AccountOpened(login=account.login)
            append(event, actor=actor_of(actor), entity_id=person.pk, via=via, about=person.pk)
    except IntegrityError as taken:
        raise Refused(N_("This log-in name is taken."), field="login") from taken
    return account


def set_password(person: Person, password: str, *, actor: Who, via: str = "web") -> Account:
    """Set a new password and end all sessions; Refused where it is too weak."""
    require(actor, "set_password", person)
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(person=person).first()
        if account is None:
            raise Refused(N_("This person has no log-in yet."))
        _set(account, password)
        account.auth_version += 1
        account.save(update_fields=["password", "auth_version"])
        append(PasswordSet(), actor=actor_of(actor), entity_id=person.pk, via=via)
    return account


def set_look(
    person: Person,
    *,
    language: str,
    theme: str,
    single_keys: bool,
    actor: Who,
    via: str = "web",
) -> Account:
    """Choose language, theme and single-key shortcuts for oneself."""
    require(actor, "set_look", person)
    if theme not in Account.THEMES:
        raise Refused(N_("Choose automatic, light or dark."), field="theme")
    if language not in ("en", "de"):
        raise Refused(N_("Choose English or German."), field="language")
    with transaction.atomic():
        account = Account.objects.select_for_update().select_related("person").get(person=person)
        account.theme, account.single_keys = theme, single_keys
        account.save(update_fields=["theme", "single_keys"])
        Person.objects.filter(pk=person.pk).update(language=language)
        event = LookSet(language=language, theme=theme, single_keys=single_keys)
        append(event, actor=actor_of(actor), entity_id=person.pk, via=via)
    return account


def _set(account: Account, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise Refused(
            N_("Choose a longer or less common password: at least 12 characters."),
            field="password",
        ) from weak
    account.set_password(password)
