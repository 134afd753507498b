"""What a queue remembers for one person in one browser: filters, columns, density, own views.

A signed cookie, no table: nothing of it is anybody else's business, and it outlives the log-in.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

from trueup.desk.base.access import Viewer

NAME = "desk"
A_YEAR = 365 * 24 * 3600
MOST_VIEWS = 12
MOST_QUERY = 400
COLUMNS = ("service", "customer", "who")


@dataclass(frozen=True, slots=True)
class Memory:
    """`query` is the last address of the queue, `views` are name and address of saved ones."""

    query: str = ""
    density: str = "dense"
    columns: tuple[str, ...] = COLUMNS
    views: tuple[tuple[str, str], ...] = field(default=())


def recall(request: HttpRequest, viewer: Viewer) -> Memory:
    """What was remembered; the plain queue where nothing was, or where it does not fit."""
    try:
        held: dict[str, Any] = signing.loads(request.COOKIES.get(NAME, ""), salt=_salt(viewer))
        return Memory(
            query=str(held["query"]),
            density=str(held["density"]),
            columns=tuple(one for one in held["columns"] if one in COLUMNS),
            views=tuple((str(name), str(query)) for name, query in held["views"]),
        )
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Memory()


def remember(answer: HttpResponse, viewer: Viewer, memory: Memory) -> None:
    """Keep it in the browser that asked."""
    text = signing.dumps(asdict(memory), salt=_salt(viewer), compress=True)
    answer.set_cookie(NAME, text, max_age=A_YEAR, httponly=True, samesite="Lax", path="/work")


def with_view(memory: Memory, name: str, query: str) -> Memory:
    """One more saved view; a name that is there already is replaced."""
    kept = tuple(one for one in memory.views if one[0] != name)
    return replace(memory, views=(*kept, (name[:30], query[:MOST_QUERY]))[-MOST_VIEWS:])


def without_view(memory: Memory, name: str) -> Memory:
    """One saved view less."""
    return replace(memory, views=tuple(one for one in memory.views if one[0] != name))


def _salt(viewer: Viewer) -> str:
    return f"desk.{viewer.person}"
