"""What the refusals of this room say, and how fields and waits are named."""

from __future__ import annotations

from trueup.core.words import N_

MUST: dict[str, str] = {
    "title": N_("Say in one line what it is about."),
    "requester_or_customer": N_("Say for whom: a person or a customer."),
    "channel": N_("Say how it reached us."),
    "service": N_("Name the service it is about."),
    "ci_note": N_("Name the component, or say why there is none."),
    "category": N_("Choose a category."),
    "impact": N_("Say how many it hits, from 1 (everybody) to 4 (one person)."),
    "urgency": N_("Say how much it hinders, from 1 (work stopped) to 4 (can wait)."),
    "assignee": N_("Nobody has it yet. Take it first."),
    "close_code": N_("Say how it ended."),
    "closing_word": N_("Tell the requester what was done."),
    "after_change": N_("Say which change it came after, or “no”."),
    "minutes": N_("Say how many minutes it took; 0 is an answer."),
    "reason": N_("Say why."),
    "text": N_("Write something first."),
    "next_contact_at": N_("Say when you will be in touch again."),
    "waiting_for": N_("Say for whom it waits."),
    "team_or_person": N_("Name a team or a person."),
    "to": N_("Say to whom it goes."),
    "type": N_("Say how the two belong together."),
    "other": N_("Name the other record."),
    "started_at": N_("Say when the work began."),
    "field": N_("Name the field."),
    "steps": N_("Name at least one person who decides."),
    "person": N_("Name a person."),
    "impact_sentence": N_("Say in a sentence what stands still for whom."),
    "services": N_("Name the services that are hit."),
    "incident_lead": N_("Name who leads the work."),
    "communication_lead": N_("Name who speaks to everybody else."),
}
NOT_NOW: dict[str, str] = {
    "open": N_("That does not fit a record that is “%(state)s”."),
    "waiting": N_("It is on hold. Take it off hold first."),
    "resolved": N_("It is solved already. Open it again if something is left to do."),
    "closed": N_("It is closed. Open it again, or report a new record that follows it."),
    "cancelled": N_("It was cancelled. Report a new record and link the two."),
}
FIELDS: dict[str, str] = {
    "service": N_("service"),
    "ci_note": N_("component"),
    "category": N_("category"),
    "subcategory": N_("subcategory"),
    "impact": N_("impact"),
    "urgency": N_("urgency"),
    "title": N_("title"),
    "description": N_("description"),
    "channel": N_("channel"),
}
WAITED_FOR: dict[str, str] = {
    "customer": N_("the requester"),
    "supplier": N_("a supplier"),
    "approval": N_("an approval"),
    "change": N_("a change"),
    "problem": N_("a problem"),
    "internal": N_("colleagues"),
    "other": N_("something else"),
}
