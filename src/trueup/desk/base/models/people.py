"""People, their accounts, their teams and the customers they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from trueup.desk.base.models.subjects import Subject


class Customer(models.Model):
    """An organisation (or part of one) that agrees and pays."""

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    name = models.CharField(max_length=200)
    segment = models.CharField(max_length=60, blank=True)
    manager = models.ForeignKey(
        "base.Person", models.PROTECT, null=True, blank=True, related_name="manages_customers"
    )
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Technicians who share a queue; `level` is the support line, 1 = first."""

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    name = models.CharField(max_length=200, unique=True)
    level = models.PositiveSmallIntegerField(default=1)
    lead = models.ForeignKey(
        "base.Person", models.PROTECT, null=True, blank=True, related_name="leads_teams"
    )
    calendar = models.ForeignKey(
        "base.CalendarRow", models.PROTECT, null=True, blank=True, related_name="+"
    )
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody, a robot or a shared mailbox; `kind` is the word of the evidence schema."""

    KINDS = ("person", "robot", "shared")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=8, default="en")
    timezone = models.CharField(max_length=64, default="UTC")
    kind = models.CharField(max_length=8, default="person", choices=[(k, k) for k in KINDS])
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="people"
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    manager = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="person_email_once"
            )
        ]
        indexes = [models.Index(fields=["name"], name="person_name")]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts for the log-in."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account of a log-in name; stored in lower case, asked for in any."""
        return self.select_related("person").get(login=(username or "").lower())


class Account(AbstractBaseUser):
    """How a person logs in, and how pages look for them.

    `auth_version` is part of every session: raising it ends all sessions of the account at once.
    """

    THEMES = ("auto", "light", "dark")
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    login = models.CharField(max_length=254, unique=True)
    auth_version = models.PositiveIntegerField(default=1)
    theme = models.CharField(max_length=5, default="auto", choices=[(t, t) for t in THEMES])
    single_keys = models.BooleanField(default=True)

    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.login

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Only people who are active may log in."""
        return self.person.active

    def get_session_auth_hash(self) -> str:
        """What a session must match: the password and `auth_version`."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same for keys that are being rotated out."""
        return (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | bytes | None) -> str:
        value = f"{self.password}:{self.auth_version}"
        return salted_hmac("trueup.account", value, secret=secret, algorithm="sha256").hexdigest()
