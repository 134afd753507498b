"""What every page of this folder looks at: one audit, its result, and the names in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from trueup.core.refusals import NotFound
from trueup.desk.assurance import reads
from trueup.desk.assurance.models import AuditRun
from trueup.desk.assurance.names import Names
from trueup.desk.assurance.policy import READERS
from trueup.desk.assurance.words import Book, book_of
from trueup.desk.base.access import NOTHING, Viewer
from trueup.desk.surfaces.policy import Policy
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.gate import viewer_in

SEE = Policy("see", "audit", frozenset(READERS))
JUDGED = ("green", "amber", "red")


@dataclass(frozen=True)
class Seen:
    """An audit under a reader's eyes; `newest` where it is the latest one."""

    viewer: Viewer
    run: AuditRun
    newest: bool
    data: dict[str, Any] = field(repr=False)
    book: Book = field(repr=False)

    @property
    def currency(self) -> str:
        """The currency of every amount in it."""
        return str(self.run.summary.get("currency", "EUR"))

    @property
    def period(self) -> tuple[str, str]:
        """The first and the last day that were judged, with their years."""
        told = self.data["pack"]["period"]
        first, last = (date.fromisoformat(told[end]) for end in ("from", "to"))
        form = "d. MMMM y" if saying.language() == "de" else "d MMMM y"
        words = [format_date(day, form, locale=saying.language()) for day in (first, last)]
        return words[0], words[1]

    def at(self, name: str, *args: object, **query: object) -> str:
        """The address of a page about this very audit."""
        if not self.newest:
            query["run"] = self.run.pk
        told = "&".join(f"{key}={value}" for key, value in query.items())
        return reverse(name, args=args or None) + (f"?{told}" if told else "")

    def names(self, *parts: object) -> Names:
        """The labels of what these parts of the result speak of."""
        return Names(self.viewer, *parts)

    def title(self, id: str) -> str:
        """The title of a measure or check in the reader's language."""
        return gettext(self.book.of(id).title)

    def measures(self, indicator: str) -> list[dict[str, Any]]:
        """The measures of an indicator, key measures first."""
        mine = [row for row in self.data["measures"] if row["indicator"] == indicator]
        return sorted(mine, key=lambda row: not row["key"])

    def indicator(self, key: str) -> dict[str, Any]:
        """One of the four."""
        return reads.row_of(self.data, "indicators", key)


def seen(request: HttpRequest) -> Seen:
    """The audit that the address names, else the latest; NotFound where there is none."""
    found = seen_or_none(request)
    if found is None:
        raise NotFound(NOTHING)
    return found


def seen_or_none(request: HttpRequest) -> Seen | None:
    """The same, or None before the first audit."""
    viewer = viewer_in(request)
    latest, asked = reads.latest(viewer), request.GET.get("run", "")
    run = reads.run_of(viewer, asked) if asked else latest
    if run is None:
        return None
    return Seen(viewer, run, run == latest, reads.result(run), book_of(run))
