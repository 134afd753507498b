"""Every change to a record, whatever its kind."""

from trueup.desk.work.verbs.approving import (
    Asked,
    approval_not_needed,
    decide,
    lapse,
    request_approval,
)
from trueup.desk.work.verbs.dropping import cancel, skip, withdraw
from trueup.desk.work.verbs.ending import close, confirm, finish, fulfil, reopen, resolve
from trueup.desk.work.verbs.erasing import redact
from trueup.desk.work.verbs.holding import assign, release, start, take
from trueup.desk.work.verbs.noting import edit, log_work
from trueup.desk.work.verbs.opening import report, submit
from trueup.desk.work.verbs.sorting import (
    classify,
    declare_major,
    end_major,
    escalate,
    review,
    set_priority,
    triage,
)
from trueup.desk.work.verbs.talking import acknowledge, answer, ask, comment, note
from trueup.desk.work.verbs.tying import link, unlink, unwatch, watch
from trueup.desk.work.verbs.waiting import contact_due, hold, resume

__all__ = [
    "Asked",
    "acknowledge",
    "answer",
    "approval_not_needed",
    "ask",
    "assign",
    "cancel",
    "classify",
    "close",
    "comment",
    "confirm",
    "contact_due",
    "decide",
    "declare_major",
    "edit",
    "end_major",
    "escalate",
    "finish",
    "fulfil",
    "hold",
    "lapse",
    "link",
    "log_work",
    "note",
    "redact",
    "release",
    "reopen",
    "report",
    "request_approval",
    "resolve",
    "resume",
    "review",
    "set_priority",
    "skip",
    "start",
    "submit",
    "take",
    "triage",
    "unlink",
    "unwatch",
    "watch",
    "withdraw",
]
