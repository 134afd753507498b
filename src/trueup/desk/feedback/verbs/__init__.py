"""Every change to what people say of our work."""

from trueup.desk.feedback.verbs.answering import answer, answer_by_token, follow_up, rate
from trueup.desk.feedback.verbs.asking import (
    bring_forward,
    expire,
    invite,
    opt_in,
    opt_out,
    remind,
)
from trueup.desk.feedback.verbs.calling import call
from trueup.desk.feedback.verbs.sampling import sample

__all__ = [
    "answer",
    "answer_by_token",
    "bring_forward",
    "call",
    "expire",
    "follow_up",
    "invite",
    "opt_in",
    "opt_out",
    "rate",
    "remind",
    "sample",
]
