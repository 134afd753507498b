"""Tables of the room: what we do."""

from trueup.desk.work.models.approvals import Approval
from trueup.desk.work.models.clocks import TargetResult, Wait
from trueup.desk.work.models.presence import Presence
from trueup.desk.work.models.records import Link, Record, SearchTerm, Watcher
from trueup.desk.work.models.words import Message, WorkLog

__all__ = [
    "Approval",
    "Link",
    "Message",
    "Presence",
    "Record",
    "SearchTerm",
    "TargetResult",
    "Wait",
    "Watcher",
    "WorkLog",
]
