"""Every change to people, rights, teams, customers, calendars, files and tokens."""

from trueup.desk.base.verbs.accounts import open_account, set_look, set_password
from trueup.desk.base.verbs.calendars import sign_calendar
from trueup.desk.base.verbs.customers import add_customer, change_customer
from trueup.desk.base.verbs.files import attach
from trueup.desk.base.verbs.people import add_person, change_person, deactivate
from trueup.desk.base.verbs.rights import grant, revoke
from trueup.desk.base.verbs.teams import add_team, change_team
from trueup.desk.base.verbs.tokens import issue_token, revoke_token

__all__ = [
    "add_customer",
    "add_person",
    "add_team",
    "attach",
    "change_customer",
    "change_person",
    "change_team",
    "deactivate",
    "grant",
    "issue_token",
    "open_account",
    "revoke",
    "revoke_token",
    "set_look",
    "set_password",
    "sign_calendar",
]
