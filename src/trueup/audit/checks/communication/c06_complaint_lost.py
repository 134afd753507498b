"""C06: Complaint lost."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.measures.communication.mc_15_complaints_handled import complaints


def ask(ctx: Context) -> Probe | Silent:
    """Complaints that lack a step or were answered late."""
    return complaints(ctx, 0.0, ("customer", "record")).probe()


CHECK = Check(
    id="C06",
    area="Communication and feedback",
    title="Complaint lost",
    question="Is every complaint closed in a loop?",
    tables=("record", "complaint_step"),
    rule=(
        "record.kind = complaint without a complaint_step owned, answered (later than promise_h"
        " counts as missing), cause_found or closed_with_customer once it is older than "
        "promise_h. Exact, any trips. [unit: customer, record]"
    ),
    parameters={
        "promise_h": 40,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.3.2", "COBIT APO08", "ITIL Relationship management", "FitSM PR7.5"),
    causes=("no type", "no owner"),
    do_first="one owner; weekly list",
    effective_when="100 %",
    tier=2,
    ask=ask,
    caps=(),
    indicators=("communication",),
    headline="{bad} of {all} complaints lack an owner, an answer in time, a cause or an end.",
    should_be="Each complaint is owned, answered in time, explained and closed with the customer.",
    matters="A person who was let down once is let down again.",
    measure="MC-15",
    owner_role="service owner",
    limit="none",
)
