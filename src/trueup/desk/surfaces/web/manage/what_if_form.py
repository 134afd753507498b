"""The form of a what-if: lines of changes as they are typed, what can be chosen, the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from trueup.audit.whatif.scenario import Scenario
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import access
from trueup.desk.base.access import Viewer
from trueup.desk.base.models import CalendarRow, Customer, Team
from trueup.desk.services.models import Service, Target
from trueup.desk.services.reads import IN_FORCE
from trueup.desk.surfaces.web.manage import values
from trueup.desk.surfaces.web.manage.seeing import Seen

MOST_LINES = 8
LONGEST = 200
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


@dataclass(frozen=True, slots=True)
class Line:
    """One change as typed: its kind, what it is about, and up to two values."""

    kind: str
    what: str = ""
    first: str = ""
    second: str = ""


def lines_of(typed: QueryDict) -> list[Line]:
    """The lines of a sent form, in their order; unknown kinds are left out."""
    columns = [typed.getlist(name)[:MOST_LINES] for name in ("kind", "what", "first", "second")]
    longest = max((len(each) for each in columns), default=0)
    filled = [each + [""] * (longest - len(each)) for each in columns]
    rows = zip(*filled, strict=True)
    return [Line(*(text.strip()[:LONGEST] for text in row)) for row in rows if row[0] in KINDS]


def scenario_of(name: str, lines: Sequence[Line]) -> Scenario:
    """What the lines say would be different; Refused where one says nothing or cannot be read."""
    told: dict[str, Any] = {"name": name[:LONGEST]}
    for line in lines:
        if not line.what or not (line.first or line.second or line.kind == "without"):
            raise Refused(N_("Fill in every change, or take it out."))
        PUT[line.kind](told, line)
    return Scenario.of(told)


def _threshold(told: dict[str, Any], line: Line) -> None:
    ends = {"target": line.first, "limit": line.second}
    plain = {name: _number(text) for name, text in ends.items() if text}
    told.setdefault("thresholds", {})[line.what] = plain


def _number(text: str) -> float:
    """A number as people type it: 5 %, 0,05 or 0.05."""
    bare = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        if bare.endswith("%"):
            return float(bare[:-1]) / 100
        return float(bare)
    except ValueError:
        raise Refused(N_("“%(given)s” is not a number. Write 0.05 or 5%%."), given=text) from None


def _promise(told: dict[str, Any], line: Line) -> None:
    parts = {"minutes": line.first, "calendar": line.second}
    change = {name: text for name, text in parts.items() if text}
    told.setdefault("targets", {})[line.what] = change


def _calendar(told: dict[str, Any], line: Line) -> None:
    told.setdefault("calendars", {})[line.what] = {"week": line.first}


def _without(told: dict[str, Any], line: Line) -> None:
    kind, _, name = line.what.partition(":")
    told.setdefault("leave_out", {}).setdefault(kind, []).append(name)


def _setting(told: dict[str, Any], line: Line) -> None:
    told.setdefault("parameters", {})[line.what] = line.first


PUT = {
    "threshold": _threshold,
    "promise": _promise,
    "calendar": _calendar,
    "without": _without,
    "setting": _setting,
}


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
    rows = access.visible(viewer, Target.objects.filter(metric__in=METRICS))
    held = rows.filter(agreement__state__in=IN_FORCE).select_related(
        "agreement__customer", "agreement__service"
    )
    return sorted(((str(one.pk), promise(one)) for one in held[:LISTED]), key=lambda each: each[1])


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
    rows = access.visible(viewer, CalendarRow.objects.all()).order_by("name", "number")
    return [(str(row.pk), str(row)) for row in rows[:LISTED]]


def _leaving(viewer: Viewer) -> list[tuple[str, str]]:
    teams = access.visible(viewer, Team.objects.order_by("name")).values_list("pk", "name")
    services = access.visible(viewer, Service.objects.order_by("name")).values_list("pk", "name")
    customers = access.visible(viewer, Customer.objects.order_by("name")).values_list("pk", "name")
    kinds = (
        ("teams", teams, N_("Team %(name)s")),
        ("services", services, N_("Service %(name)s")),
        ("customers", customers, N_("Customer %(name)s")),
    )
    return [
        (f"{kind}:{key}", gettext(words) % {"name": name})
        for kind, rows, words in kinds
        for key, name in rows[:LISTED]
    ]
