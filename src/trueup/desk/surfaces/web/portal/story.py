"""What happened to a record, as its requester reads it: public words, and the steps that count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.base.access import Viewer
from trueup.desk.work.models import Record
from trueup.desk.work.reads import Entry, timeline

SENTENCES: dict[str, tuple[str, str]] = {
    "opened": ("tray", N_("%(who)s reported it.")),
    "started": ("edit", N_("%(who)s works on it.")),
    "resolved": ("done", N_("%(who)s thinks it is done.")),
    "confirmed": ("done", N_("%(who)s confirmed that it is done.")),
    "reopened": ("undo", N_("%(who)s opened it again.")),
    "closed": ("lock", N_("It is closed.")),
    "cancelled": ("close", N_("%(who)s took it back.")),
    "approved": ("done", N_("%(who)s said yes.")),
    "rejected": ("close", N_("%(who)s said no.")),
}
TAKEN = N_("%(who)s takes care of it.")
WAITS = {
    "customer": N_("We wait for an answer."),
    "approval": N_("We wait for an approval."),
    "supplier": N_("We wait for a supplier."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: words somebody wrote, or a step in one sentence."""

    at: datetime
    who: str
    text: str = ""
    sentence: str = ""
    icon: str = ""
    automatic: bool = False


def of(record: Record, viewer: Viewer) -> list[Row]:
    """The public story, oldest first, with the first words at its beginning.

    Private entries are left out even for technicians: this is the requester's page.
    """
    rows: list[Row] = []
    if record.description:
        who = record.requester.name if record.requester else ""
        rows.append(Row(record.opened_at, who, text=record.description))
    for entry in timeline(record, viewer):
        row = _row(entry) if entry.public else None
        told = entry.activity == "opened" and bool(record.description)
        if row is not None and not told:
            rows.append(row)
    return rows


def _row(entry: Entry) -> Row | None:
    if entry.kind == "message":
        return Row(entry.at, entry.actor_name, text=entry.text, automatic=entry.automatic)
    if entry.activity == "assigned":
        return _taken(entry)
    if entry.activity == "paused":
        return _waits(entry)
    found = SENTENCES.get(entry.activity)
    if found is None or (entry.activity == "closed" and entry.actor_kind == "person"):
        return None
    icon, form = found
    sentence = gettext(form) % {"who": entry.actor_name}
    if entry.activity in ("reopened", "cancelled", "rejected") and entry.text:
        sentence = f"{sentence} {entry.text}"
    return Row(entry.at, entry.actor_name, sentence=sentence, icon=icon)


def _taken(entry: Entry) -> Row | None:
    """Only who takes care of it; moving between teams is ours to know."""
    holder = entry.names.get(str(entry.payload.get("assignee")))
    if not holder:
        return None
    return Row(entry.at, holder, sentence=gettext(TAKEN) % {"who": holder}, icon="person")


def _waits(entry: Entry) -> Row | None:
    waiting_for = str(entry.payload.get("waiting_for", ""))
    if waiting_for not in WAITS:
        return None
    return Row(entry.at, entry.actor_name, sentence=gettext(WAITS[waiting_for]), icon="pause")
