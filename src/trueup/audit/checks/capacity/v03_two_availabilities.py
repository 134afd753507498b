"""V03: Two availabilities."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="V03",
    area="Capacity, availability, continuity",
    title="Two availabilities",
    question="Does our figure match what users felt?",
    tables=("outage", "record"),
    rule=(
        "Per service: hours of outage rows with outage.reported = true / hours of the union of "
        "unplanned outage rows and of spans in which >= felt_n incidents of priority <= 2 from "
        "different record.requester, or one record.major, are open < limit; or unplanned outage"
        " rows with outage.record null > dangling. [unit: service]"
    ),
    parameters={
        "limit": 0.50,
        "felt_n": 3,
        "dangling": 0,
    },
    gate=True,
    blocks=("MG-13", "MB-12"),
    severity="minor",
    refs=(
        "ISO 20000-1 8.7.1",
        "COBIT BAI04",
        "COBIT APO09",
        "ITIL Availability management",
        "FitSM PR4.4",
    ),
    causes=("measures the server, not the service",),
    do_first="probe at the end user",
    effective_when="difference < 20 %",
    tier=1,
    ask=ask,
    caps=("G04",),
    limit="limit",
    indicators=("risk_impact",),
)
