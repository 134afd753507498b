"""What every view declares: who it is for and what it does, before it does anything.

The declaration is for the authorisation matrix and for the log-in gate; whether a person may
touch one particular thing is still asked in `base.access`, the only place that answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.urls import URLPattern, URLResolver, get_resolver

View = TypeVar("View", bound=Callable[..., Any])

EVERYONE = frozenset({"anyone"})
LOGGED_IN = frozenset({"person"})


@dataclass(frozen=True, slots=True)
class Policy:
    """`action` on an `object_type`, for these audiences.

    Audiences are role words of `base.access`, or `anyone` (no log-in) or `person` (any log-in).
    """

    action: str
    object_type: str
    audiences: frozenset[str] = LOGGED_IN

    @property
    def needs_login(self) -> bool:
        """Whether somebody must be logged in."""
        return "anyone" not in self.audiences


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the desk: its name, its template, its view and what that declared."""

    name: str
    path: str
    view: Callable[..., Any]
    policy: Policy | None


def route(policy: Policy) -> Callable[[View], View]:
    """Declare the policy of a view; the web's log-in gate and the matrix read it."""

    def declare(view: View) -> View:
        cast("Any", view).policy = policy
        return view

    return declare


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """The declared policy of a view, or None where it was forgotten."""
    found = getattr(view, "policy", None)
    return found if isinstance(found, Policy) else None


def all_routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[Route]:
    """Every address below `resolver` (the root by default), nested ones included."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from all_routes(entry, path)
        elif isinstance(entry, URLPattern):
            view = entry.callback
            yield Route(entry.name or "", "/" + path, view, policy_of(view))
