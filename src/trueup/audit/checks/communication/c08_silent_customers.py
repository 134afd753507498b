"""C08: Silent customers."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Estimate, Probe, Silent, Unit
from trueup.audit.measures.communication.mc_14_silent_customers import quiet_customers
from trueup.audit.shares import listed_rows


def ask(ctx: Context) -> Probe | Silent:
    """Customers who fell silent and were not contacted."""
    quiet = quiet_customers(ctx)
    if quiet is None:
        return Silent("not_enough_evidence", "fewer than 4 quarters are recorded")
    hits = [c for c in quiet if c["silent"] and not c["contacted"]]
    n, k = len(quiet), len(hits)
    names = np.array([c["customer"] for c in hits])
    listed = listed_rows(names, "far fewer contacts than usual, and nobody has called", "customer")
    units = tuple(_unit(c, ctx.currency) for c in hits)
    share = k / n
    whole = Case(
        ORGANISATION, Estimate(share, share, share, n, exact=True, method="modelled", grade="C"),
        k, n, bad=lambda: listed, effect=Effect(customers=k),
    )  # fmt: skip
    return Probe(n, n, whole, units, floor=1)


def _unit(c: dict[str, Any], currency: str) -> Case:
    name = np.array([c["customer"]])
    return Case(
        Unit("customer", c["customer"]),
        Estimate(1.0, 1.0, 1.0, c["n"], exact=True, method="modelled", grade="C"), 1, 1,
        bad=lambda: listed_rows(name, "far fewer contacts than usual", "customer"),
        effect=Effect(customers=1),
        headline="Customer {unit} fell silent{stake}; nobody has called for 90 days.",
        words={"stake": f" ({c['revenue']:,.0f} {currency} a year)" if c["revenue"] else ""},
    )  # fmt: skip


CHECK = Check(
    id="C08",
    area="Communication and feedback",
    title="Silent customers",
    question="Who has gone quiet?",
    tables=("record", "survey"),
    rule=(
        "MC-14 list after BH, with the yearly revenue.amount (if recorded) at stake, without a "
        "contact (service_review.held_on or outbound message) in 90 days. [unit: customer]"
    ),
    parameters={
        "contact_days": 90,
        "top": 10,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.3.2",
        "COBIT APO08",
        "ITIL Relationship management",
        "FitSM PR7.2",
        "FitSM PR7.4",
    ),
    causes=("gave up", "left", "happy"),
    do_first="call the top 5 this week",
    effective_when="each contacted and its state recorded",
    tier=2,
    ask=ask,
    caps=(),
    indicators=("communication",),
    needs=("record.customer",),
    headline="{bad} of {all} customers fell silent, and nobody has called them.",
    should_be="We notice when a customer stops talking to us.",
    matters="Silence can come before leaving.",
    measure="MC-14",
    owner_role="customer manager",
    limit="none",
)
