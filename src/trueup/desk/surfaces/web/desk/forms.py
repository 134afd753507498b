"""What each verb asks on the page: declared once, read by dialog, inline form and bulk bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trueup.core.words import N_

Choices = tuple[tuple[str, str], ...]

IMPACT: Choices = (
    ("1", N_("1 – the whole organisation")),
    ("2", N_("2 – a site or a department")),
    ("3", N_("3 – several people")),
    ("4", N_("4 – one person")),
)
URGENCY: Choices = (
    ("1", N_("1 – work stands still")),
    ("2", N_("2 – work is hindered")),
    ("3", N_("3 – there is a way round")),
    ("4", N_("4 – no hurry")),
)
WAITING: Choices = (
    ("customer", N_("The user")),
    ("supplier", N_("A supplier")),
    ("approval", N_("An approval")),
    ("change", N_("A change")),
    ("problem", N_("A problem to be solved first")),
    ("internal", N_("Colleagues")),
    ("other", N_("Something else")),
)
CLOSE_CODES: Choices = (
    ("fixed", N_("Put right")),
    ("workaround", N_("A way round was given")),
    ("explained", N_("Explained")),
    ("no_fault", N_("No fault found")),
    ("no_answer", N_("No answer came")),
    ("duplicate", N_("Reported twice")),
)
LINKS: Choices = (
    ("relates", N_("has to do with")),
    ("duplicates", N_("says the same as")),
    ("caused_by", N_("was caused by")),
    ("problem", N_("is a case of the problem")),
    ("fixes", N_("puts right")),
    ("parent", N_("belongs under")),
    ("follows", N_("follows")),
)
EDITABLE: Choices = (("title", N_("Title")), ("description", N_("Description")))


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `kind` is text, long, choice, number, moment, yes, record or a list of things."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""
    choices: Choices = ()
    most: int = 300


@dataclass(frozen=True, slots=True)
class VerbForm:
    """A verb as a button and a form; without fields one press does it."""

    label: str
    fields: tuple[Field, ...] = ()
    key: str = ""
    icon: str = ""
    lead: str = ""
    done: str = N_("Done.")
    grave: bool = False


def _reason(hint: str = "", *, required: bool = True) -> Field:
    return Field("reason", N_("Reason"), "text", required, hint)


SERVICE = Field("service", N_("Service"), "service")
CI_NOTE = Field(
    "ci_note",
    N_("Component"),
    hint=N_("Its name, or “none, because …”."),
    most=200,
)
CATEGORY = Field("category", N_("Category"), most=80)
SUBCATEGORY = Field("subcategory", N_("Subcategory"), most=80)
IMPACT_FIELD = Field("impact", N_("Impact"), "choice", choices=IMPACT)
URGENCY_FIELD = Field("urgency", N_("Urgency"), "choice", choices=URGENCY)
TRIAGE = (SERVICE, CATEGORY, SUBCATEGORY, CI_NOTE, IMPACT_FIELD, URGENCY_FIELD)
CLASSIFY = (SERVICE, CATEGORY, SUBCATEGORY, CI_NOTE)
PRIORITY = (IMPACT_FIELD, URGENCY_FIELD)
MINUTES = Field("minutes", N_("Minutes worked"), "number", True)
CLOSING_WORD = Field(
    "closing_word",
    N_("Closing word"),
    "long",
    True,
    N_("One sentence on what was done; the requester reads it."),
    most=2000,
)
CLOSING = (
    Field("close_code", N_("How it ended"), "choice", True, choices=CLOSE_CODES),
    CLOSING_WORD,
    Field(
        "after_change",
        N_("After a change?"),
        "text",
        True,
        N_("The number of the change that caused it, or “no”."),
        most=40,
    ),
    MINUTES,
)

FORMS: Mapping[str, VerbForm] = {
    "take": VerbForm(N_("Take"), key="t", icon="person", done=N_("It is yours.")),
    "start": VerbForm(N_("Start work"), key="w", icon="next", done=N_("Started.")),
    "triage": VerbForm(
        N_("Sort"),
        tuple(replace(each, required=each.name != "subcategory") for each in TRIAGE),
        key="s",
        icon="filter",
        lead=N_("Service, component, impact and urgency decide the promise."),
        done=N_("Sorted."),
    ),
    "resolve": VerbForm(
        N_("Resolve"), CLOSING, key="e", icon="done", done=N_("Resolved. The requester is asked.")
    ),
    "fulfil": VerbForm(
        N_("Fulfil"),
        (CLOSING_WORD, replace(MINUTES, required=False)),
        key="e",
        icon="done",
        done=N_("Fulfilled. The requester is asked."),
    ),
    "finish": VerbForm(
        N_("Finish"),
        (replace(MINUTES, required=False),),
        key="e",
        icon="done",
        done=N_("Finished."),
    ),
    "resume": VerbForm(
        N_("Resume"),
        (_reason(N_("What you waited for, and how it ended.")),),
        key="h",
        icon="next",
        done=N_("The clock runs again."),
    ),
    "hold": VerbForm(
        N_("On hold"),
        (
            Field("waiting_for", N_("Waiting for"), "choice", True, choices=WAITING),
            _reason(N_("In words the requester may read.")),
            Field("awaited", N_("What is awaited"), required=True),
            Field(
                "next_contact_at",
                N_("Next contact"),
                "moment",
                True,
                N_("At most ten working days ahead."),
            ),
        ),
        key="h",
        icon="pause",
        done=N_("On hold."),
    ),
    "assign": VerbForm(
        N_("Assign"),
        (
            Field("team", N_("Team"), "team"),
            Field("person", N_("Person"), "technician"),
            _reason(N_("Needed if they had it before."), required=False),
        ),
        key="a",
        icon="people",
        done=N_("Assigned."),
    ),
    "release": VerbForm(N_("Give back"), icon="undo", done=N_("Nobody has it now.")),
    "set_priority": VerbForm(
        N_("Priority"),
        (
            *(replace(each, required=True) for each in PRIORITY),
            _reason(N_("Needed to lower it late."), required=False),
        ),
        key="p",
        icon="flag",
        done=N_("Priority set."),
    ),
    "classify": VerbForm(N_("Change the facts"), CLASSIFY, icon="edit", done=N_("Changed.")),
    "escalate": VerbForm(
        N_("Escalate"),
        (Field("to", N_("To whom"), required=True, hint=N_("A role or a level.")), _reason()),
        icon="bell",
        done=N_("Escalated."),
    ),
    "declare_major": VerbForm(
        N_("Declare a major incident"),
        (
            Field("impact_sentence", N_("What stands still, for whom"), "long", True, most=500),
            Field("incident_lead", N_("Leads the work"), "technician", True),
            Field("communication_lead", N_("Speaks to everybody else"), "technician", True),
        ),
        icon="warn",
        done=N_("It is a major incident now."),
        grave=True,
    ),
    "end_major": VerbForm(
        N_("End the major incident"), icon="done", done=N_("The major incident has ended.")
    ),
    "watch": VerbForm(
        N_("Let somebody follow"),
        (Field("person", N_("Person"), "technician", True),),
        icon="eye",
        done=N_("They hear of it too."),
    ),
    "link": VerbForm(
        N_("Link"),
        (
            Field("type", N_("This record"), "choice", True, choices=LINKS),
            Field("other", N_("Number of the other"), "record", True, most=32),
        ),
        key="l",
        icon="link",
        done=N_("Linked."),
    ),
    "unlink": VerbForm(
        N_("Take off a link"),
        (
            Field("type", N_("This record"), "choice", True, choices=LINKS),
            Field("other", N_("Number of the other"), "record", True, most=32),
        ),
        icon="link",
        done=N_("The link is off."),
    ),
    "log_work": VerbForm(
        N_("Log time"),
        (
            MINUTES,
            Field("started_at", N_("Began"), "moment", True),
            Field("overtime", N_("Outside working hours"), "yes"),
        ),
        icon="clock",
        done=N_("Logged."),
    ),
    "edit": VerbForm(
        N_("Correct the text"),
        (
            Field("field", N_("What"), "choice", True, choices=EDITABLE),
            Field("value", N_("New text"), "long", True, most=4000),
            _reason(required=False),
        ),
        icon="edit",
        done=N_("Corrected."),
    ),
    "reopen": VerbForm(
        N_("Reopen"), (_reason(),), icon="undo", done=N_("Open again. The clock goes on.")
    ),
    "close": VerbForm(N_("Close"), icon="done", done=N_("Closed.")),
    "skip": VerbForm(N_("Skip"), (_reason(),), icon="close", done=N_("Skipped."), grave=True),
    "cancel": VerbForm(
        N_("Cancel the record"), (_reason(),), icon="close", done=N_("Cancelled."), grave=True
    ),
}
NEXT = ("triage", "start", "resume", "fulfil", "finish", "resolve", "take", "close")


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it stands in the form: its value, its choices in words, its complaint."""

    field: Field
    value: str = ""
    choices: Choices = ()
    error: str = ""
    was: str = ""


def fields_for(verb: str, state: str) -> tuple[Field, ...]:
    """The fields a verb asks in a state: what triage asks too, where it was left out before."""
    own = FORMS[verb].fields
    if verb == "resolve" and state == "new":
        return (*FORMS["triage"].fields, *own)
    return own


def primary(verbs: tuple[str, ...], *, mine: bool, sorted_: bool) -> str:
    """The likely next step, the one filled button: take it, sort it, start it, end it."""
    if not mine and "take" in verbs:
        return "take"
    order = [verb for verb in NEXT if not (verb == "triage" and sorted_)]
    return next((verb for verb in order if verb in verbs), "")
