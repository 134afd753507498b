"""Tables of the room: who and where."""

from trueup.desk.base.models.access import Grant
from trueup.desk.base.models.attachments import Attachment
from trueup.desk.base.models.calendars import CalendarRow
from trueup.desk.base.models.numbers import NumberSequence
from trueup.desk.base.models.people import Account, AccountManager, Customer, Person, Team
from trueup.desk.base.models.subjects import Subject
from trueup.desk.base.models.timers import Timer
from trueup.desk.base.models.tokens import ApiToken, IdempotencyKey

__all__ = [
    "Account",
    "AccountManager",
    "ApiToken",
    "Attachment",
    "CalendarRow",
    "Customer",
    "Grant",
    "IdempotencyKey",
    "NumberSequence",
    "Person",
    "Subject",
    "Team",
    "Timer",
]
