"""Every change to services and to the promises made about them."""

from trueup.desk.services.verbs.deciding import agree, decline, propose
from trueup.desk.services.verbs.drafting import amend, draft, set_target
from trueup.desk.services.verbs.portfolio import add_offering, add_service, change_service
from trueup.desk.services.verbs.reviewing import end_agreement, hold_review

__all__ = [
    "add_offering",
    "add_service",
    "agree",
    "amend",
    "change_service",
    "decline",
    "draft",
    "end_agreement",
    "hold_review",
    "propose",
    "set_target",
]
