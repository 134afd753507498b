"""What stands beside the timeline: clocks, what looks alike, the facts, the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from trueup.core.words import N_
from trueup.desk.base.access import Viewer
from trueup.desk.base.models import Person
from trueup.desk.surfaces.web.desk.clock import Explained, explain
from trueup.desk.surfaces.web.desk.forms import IMPACT, URGENCY
from trueup.desk.surfaces.web.desk.words import worked
from trueup.desk.work import reads
from trueup.desk.work.clocks import Clock
from trueup.desk.work.models import Record

MOST_SIMILAR = 4
LINK_WORDS = {
    "relates": N_("Has to do with this"),
    "relates_of": N_("Has to do with this"),
    "duplicates": N_("Says the same"),
    "duplicates_of": N_("Says the same"),
    "caused_by": N_("May have caused this"),
    "caused_by_of": N_("Was caused by this"),
    "problem": N_("The problem behind it"),
    "problem_of": N_("A case of this problem"),
    "fixes": N_("Is put right by this"),
    "fixes_of": N_("Puts this right"),
    "parent": N_("Stands above this"),
    "parent_of": N_("Belongs under this"),
    "follows": N_("Came before this"),
    "follows_of": N_("Came after this"),
}
SAID = {
    "pending": N_("not answered yet"),
    "approved": N_("said yes"),
    "rejected": N_("said no"),
    "abstained": N_("abstained"),
    "expired": N_("did not answer in time"),
}
FIRST = ("resolve", "fulfil", "response", "update")
WITHIN = {
    "resolve": N_("solved within %(span)s"),
    "fulfil": N_("fulfilled within %(span)s"),
    "response": N_("first word within %(span)s"),
    "update": N_("a word every %(span)s"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts; `absent` is said where there is no value."""

    label: str
    value: str
    absent: str = "–"


@dataclass(frozen=True, slots=True)
class Other:
    """Another record."""

    href: str
    number: str
    title: str
    words: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person was asked, and said."""

    approver: Person
    step: str
    said: str


@dataclass(frozen=True, slots=True)
class File:
    """An attached file."""

    href: str
    name: str
    size: int
    private: bool


def context(
    viewer: Viewer, record: Record, watchers: list[Person], now: datetime
) -> dict[str, Any]:
    """All of it."""
    return {
        "clocks": clocks(record, now),
        "similar": _similar(viewer, record),
        "links": _links(viewer, record),
        "facts": _facts(record, watchers),
        "files": _files(viewer, record),
        **_decisions(viewer, record),
    }


def clocks(record: Record, now: datetime) -> list[Explained]:
    """The clocks of a record in words; the one of its kind first."""
    found = sorted(reads.clocks_of(record, now), key=lambda clock: FIRST.index(clock.metric))
    return [
        explain(clock.metric, clock.state, clock.promise.calendar, now, _promise(record, clock))
        for clock in found
    ]


def _promise(record: Record, clock: Clock) -> str:
    words = {
        "service": record.service.name if record.service else "",
        "version": record.agreement.number if record.agreement else 1,
        "priority": record.priority,
        "what": _(WITHIN[clock.metric]) % {"span": worked(clock.minutes)},
    }
    return (
        _(
            "Agreement on %(service)s, version %(version)s: priority %(priority)s, %(what)s. "
            "A new priority or team resets nothing."
        )
        % words
    )


def _similar(viewer: Viewer, record: Record) -> list[Other]:
    text = f"{record.title} {record.description}"
    near = reads.similar(viewer, text, most=MOST_SIMILAR + 1)
    found = [one for one in near if one.pk != record.pk]
    return [_other(one, reads.state_word(one, "technician")) for one in found[:MOST_SIMILAR]]


def _links(viewer: Viewer, record: Record) -> list[Other]:
    found = []
    for type_, one in reads.links_of(record, viewer):
        words = _(LINK_WORDS.get(type_, type_))
        said = f"{words}, {reads.state_word(one, 'technician')}"
        found.append(_other(one, said, "" if type_.endswith("_of") else type_))
    return found


def _decisions(viewer: Viewer, record: Record) -> dict[str, Any]:
    asked = list(reads.approvals_of(record, viewer))
    mine = any(one.decision == "pending" and one.approver_id == viewer.person for one in asked)
    said = [Decision(one.approver, one.step, _(SAID[one.decision])) for one in asked]
    return {"decisions": said, "waits_for_me": mine}


def _other(record: Record, words: str, type_: str = "") -> Other:
    return Other(reverse("record", args=[record.pk]), record.number, record.title, words, type_)


def _facts(record: Record, watchers: list[Person]) -> list[Fact]:
    holder = record.assignee.name if record.assignee else _("Nobody")
    team = record.team.name if record.team else ""
    category = " / ".join(one for one in (record.category, record.subcategory) if one)
    return [
        Fact(_("Holder"), f"{holder}, {team}" if team else holder),
        Fact(_("Service"), record.service.name if record.service else "", _("not yet named")),
        Fact(_("Component"), record.ci_note, _("not yet named")),
        Fact(_("Category"), category, _("not yet sorted")),
        Fact(_("Customer"), record.customer.name if record.customer else ""),
        Fact(_("Impact"), _said(IMPACT, record.impact), _("not yet said")),
        Fact(_("Urgency"), _said(URGENCY, record.urgency), _("not yet said")),
        Fact(_("Followed by"), ", ".join(one.name for one in watchers)),
    ]


def _said(choices: tuple[tuple[str, str], ...], value: int | None) -> str:
    return _(dict(choices).get(str(value), "")) if value else ""


def _files(viewer: Viewer, record: Record) -> list[File]:
    return [
        File(reverse("file", args=[row.pk]), row.name, row.size, row.private)
        for row in reads.files_of(record, viewer)
    ]
