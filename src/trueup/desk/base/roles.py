"""The roles a person can be granted, and the families that rules speak of."""

from __future__ import annotations

from trueup.core.words import N_

ROLES: dict[str, str] = {
    "user": N_("Consumes services: reports, asks, follows, confirms, rates"),
    "customer_manager": N_("Sees the records and agreements of the customer"),
    "technician": N_("Works on records"),
    "team_lead": N_("Works on records and steers a team"),
    "duty_lead": N_("Is on call and leads major incidents"),
    "process_owner": N_("Answers for how work flows"),
    "service_owner": N_("Runs a service as a business"),
    "approver": N_("Decides on approvals"),
    "finance": N_("Looks after budgets and cost"),
    "auditor": N_("Reads everything, judges independently, changes no work"),
    "manager": N_("Decides what to do first"),
    "administrator": N_("Runs the installation: people, access, calendars, health"),
}

WORKERS = ("technician", "team_lead", "duty_lead")
OWNERS = ("process_owner", "service_owner")
READERS = ("auditor", "manager", "process_owner")
STAFF = (*WORKERS, *OWNERS, "finance", "auditor", "manager", "administrator")
SCOPES: dict[str, tuple[str, ...]] = {
    "customer_manager": ("customer",),
    "technician": ("team", "service"),
    "team_lead": ("team", "service"),
    "service_owner": ("service",),
    "process_owner": ("service",),
}
