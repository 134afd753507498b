"""Where one can go: the entries of side bar and top bar, and the first page of each role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from trueup.core.words import N_
from trueup.desk.base.roles import OWNERS, STAFF, WORKERS
from trueup.desk.base.viewer import Viewer

IN_THE_BAR = 4
JUDGES = ("manager", "auditor", *OWNERS, "finance")


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its address name, its words, its icon, and who it is for."""

    name: str
    label: str
    icon: str
    roles: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as this person sees it."""

    place: Place
    href: str
    current: bool


WORK, JUDGE, RUN = N_("Work"), N_("Judge"), N_("Operate")
DESK: tuple[Place, ...] = (
    Place("now", N_("Needs me now"), "home", WORKERS, WORK),
    Place("queue", N_("Queue"), "tray", (*WORKERS, "manager", "auditor", "administrator"), WORK),
    Place("approvals", N_("Approvals"), "done", ("approver", *WORKERS, *OWNERS), WORK),
    Place("board", N_("Board"), "board", WORKERS, WORK),
    Place("manager", N_("Overview"), "bars", JUDGES, JUDGE),
    Place("audits", N_("Audits"), "balance", JUDGES, JUDGE),
    Place("findings", N_("Findings"), "flag", JUDGES, JUDGE),
    Place("actions", N_("Actions"), "done", JUDGES, JUDGE),
    Place("what_if", N_("What if"), "flow", JUDGES, JUDGE),
    Place("services", N_("Services"), "euro", JUDGES, RUN),
    Place("agreements", N_("Agreements"), "answer", (*JUDGES, *WORKERS), RUN),
    Place("processes", N_("Processes"), "flow", (*JUDGES, *WORKERS), RUN),
    Place("risks", N_("Risks"), "warn", JUDGES, RUN),
    Place("admin_people", N_("People"), "people", ("administrator",), RUN),
    Place("health", N_("Health"), "gear", ("administrator",), RUN),
)
SHEET: tuple[Place, ...] = (
    Place("portal", N_("Home"), "home", ("user",)),
    Place("my_records", N_("Requests"), "tray", ("user",)),
    Place("customer", N_("Agreements"), "answer", ("customer_manager",)),
    Place("customer_records", N_("Records"), "tray", ("customer_manager",)),
    Place("approvals", N_("Approvals"), "done", ("approver",)),
)
FIRST: tuple[tuple[tuple[str, ...], str], ...] = (
    (WORKERS, "queue"),
    (JUDGES, "manager"),
    (("administrator",), "admin_people"),
    (("customer_manager",), "customer"),
    (("approver",), "approvals"),
    (("user",), "portal"),
)


def address(name: str, *args: object) -> str | None:
    """The address of a named page, or None where this build does not have it."""
    try:
        found = reverse(name, args=args or None)
    except NoReverseMatch:
        return None
    return None if found.startswith("/api/") else found


def entries(viewer: Viewer, current: str, *, desk: bool) -> Iterator[Entry]:
    """The places of this person; `current` is the address looked at."""
    for place in DESK if desk else SHEET:
        href = address(place.name) if viewer.has(*place.roles) else None
        if href is not None:
            yield Entry(place, href, current == href)


def on_a_phone(found: list[Entry], viewer: Viewer) -> tuple[list[Entry], list[Entry]]:
    """The four of the bar at the bottom, and the rest: who judges without working judges first."""
    first = WORK if viewer.has(*WORKERS) else JUDGE
    ordered = sorted(found, key=lambda each: each.place.group != first)
    return ordered[:IN_THE_BAR], ordered[IN_THE_BAR:]


def first_page(viewer: Viewer) -> str:
    """Where this person begins; the settings where nothing else is theirs."""
    for roles, name in FIRST:
        href = address(name) if viewer.has(*roles) else None
        if href is not None:
            return href
    return reverse("settings")


def at_desk(viewer: Viewer) -> bool:
    """Whether this person sees the desk's frame, rather than portal and customer pages."""
    return viewer.has(*STAFF)
