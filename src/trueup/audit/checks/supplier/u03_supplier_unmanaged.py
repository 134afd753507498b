"""U03: Supplier unmanaged."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="U03",
    area="Supplier",
    title="Supplier unmanaged",
    question="Are contract, contact and evaluation present?",
    tables=("supplier",),
    rule=(
        "supplier.critical = true with supplier.contract_until null or past, supplier.contact "
        "null, or supplier.evaluated_on null or older than months. Exact, any trips. [unit: "
        "supplier]"
    ),
    parameters={
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.4",
        "COBIT APO10",
        "ITIL Supplier management",
        "FitSM PR8.1",
        "FitSM PR8.2",
        "FitSM PR8.3",
        "FitSM PR8.4",
    ),
    causes=("growth",),
    do_first="evaluate the top 5",
    effective_when="100 % of the critical ones",
    tier=4,
    ask=ask,
    caps=(),
    limit="months",
    indicators=("budget_adherence",),
)
