"""The form of a what-if: lines of changes as they are typed, what can be chosen, the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.assurance.what_if_lines import LONGEST, Line
from trueup.desk.base import reads as base
from trueup.desk.base.access import Viewer
from trueup.desk.services import reads as services
from trueup.desk.services.models import Target
from trueup.desk.surfaces.web.manage import values
from trueup.desk.surfaces.web.manage.seeing import Seen

MOST_LINES = 8
LISTED = 500
KINDS = {
    "threshold": N_("Another target or limit"),
    "promise": N_("Another promise"),
    "calendar": N_("Other opening hours"),
    "without": N_("Without somebody"),
    "setting": N_("Another setting"),
}
METRICS = {
    "response": N_("first answer"),
    "resolve": N_("solution"),
    "fulfil": N_("fulfilment"),
    "update": N_("next word"),
}
Choices = Sequence[tuple[str, str]]


def lines_of(typed: QueryDict) -> list[Line]:
    """The lines of a sent form, in their order; unknown kinds are left out."""
    columns = [typed.getlist(name)[:MOST_LINES] for name in ("kind", "what", "first", "second")]
    longest = max((len(each) for each in columns), default=0)
    filled = [each + [""] * (longest - len(each)) for each in columns]
    rows = zip(*filled, strict=True)
    return [Line(*(text.strip()[:LONGEST] for text in row)) for row in rows if row[0] in KINDS]


def choices_of(seen: Seen, lines: Sequence[Line]) -> Mapping[str, Choices]:
    """What each kind of line lets one choose; only the kinds on the page are read."""
    kinds = {line.kind for line in lines}
    found: dict[str, Choices] = {}
    if "threshold" in kinds:
        found["threshold"] = [_measure(seen, row) for row in seen.data["measures"]]
    if "promise" in kinds:
        found["promise"] = promises(seen.viewer)
    if kinds & {"promise", "calendar"}:
        found["calendar"] = calendars(seen.viewer)
    if "without" in kinds:
        found["without"] = _leaving(seen.viewer)
    return found


def _measure(seen: Seen, row: Mapping[str, Any]) -> tuple[str, str]:
    words = {
        "id": row["id"],
        "title": seen.title(row["id"]),
        "target": values.value(row["target"], row["unit"], seen.currency),
        "limit": values.value(row["limit"], row["unit"], seen.currency),
    }
    return row["id"], gettext(N_("%(title)s (%(id)s): target %(target)s, limit %(limit)s")) % words


def promises(viewer: Viewer) -> list[tuple[str, str]]:
    """The promises in force that this person may see, as somebody would say them."""
    held = services.targets_of(viewer).filter(metric__in=METRICS)[:LISTED]
    return sorted(((str(one.pk), promise(one)) for one in held), key=lambda each: each[1])


def promise(target: Target) -> str:
    """Customer, service, what is promised, for which priority, and how much of it."""
    customer = target.agreement.customer
    words = {
        "customer": customer.name if customer else gettext(N_("inside")),
        "service": target.agreement.service.name,
        "metric": gettext(METRICS.get(target.metric, target.metric)),
        "priority": target.priority,
        "value": f"{target.value:g}",
        "unit": gettext(UNITS.get(target.unit, target.unit)),
    }
    if target.priority is None:
        return gettext(N_("%(customer)s, %(service)s: %(metric)s, %(value)s %(unit)s")) % words
    return (
        gettext(
            N_("%(customer)s, %(service)s: %(metric)s, priority %(priority)s, %(value)s %(unit)s")
        )
        % words
    )


UNITS = {"minutes": N_("minutes"), "hours": N_("hours"), "days": N_("days")}


def calendars(viewer: Viewer) -> list[tuple[str, str]]:
    """The calendars this person may see, each version once."""
    return [(str(row.pk), str(row)) for row in base.calendars(viewer)[:LISTED]]


def _leaving(viewer: Viewer) -> list[tuple[str, str]]:
    kinds = (
        ("teams", base.teams(viewer).values_list("pk", "name"), N_("Team %(name)s")),
        (
            "services",
            services.services_of(viewer).values_list("pk", "name"),
            N_("Service %(name)s"),
        ),
        ("customers", base.customers(viewer).values_list("pk", "name"), N_("Customer %(name)s")),
    )
    return [
        (f"{kind}:{key}", gettext(words) % {"name": name})
        for kind, rows, words in kinds
        for key, name in rows[:LISTED]
    ]
