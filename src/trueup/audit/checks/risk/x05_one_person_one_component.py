"""X05: One person, one component, one supplier."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.single_points import (
    cells,
    critical_services,
    edges,
    has_spare,
    needed,
    planned,
    suppliers,
)


def ask(ctx: Context) -> Probe | Silent:
    """Critical services that stop with one person, supplier or component, without a plan."""
    services = critical_services(ctx)
    if not services:
        return Silent("not_applicable", "no service is critical")
    persons = _persons(ctx) if ctx.has("event.actor") else {}
    behind = suppliers(ctx)
    plans = planned(ctx)["service"]
    looks = ctx.has("relation.redundant")
    items = []
    for service in services:
        why, branch = "", ""
        if service not in plans and not has_spare(ctx, service):
            if service in persons:
                why, branch = f"one person alone solves its {persons[service]}", "person"
            elif len(behind.get(service, ())) == 1:
                why, branch = f"rests on the supplier {next(iter(behind[service]))}", "supplier"
            elif looks and service in edges(ctx):
                parts = sorted(needed(ctx, service))
                why = f"stops with {parts[0]} and has no second way" if parts else ""
                branch = "component" if parts else ""
        items.append(Item("service", service, (Unit("service", service),), why, None, branch))
    return counted(
        items, empty="no service is critical", one="{unit}: {why}; there is no plan for that."
    )


def _persons(ctx: Context) -> dict[str, str]:
    share = ctx.number("share_person")
    return {cell.service: cell.label for cell in reversed(cells(ctx)) if cell.low >= share}


CHECK = Check(
    id="X05",
    area="Risk and decisions",
    title="One person, one component, one supplier",
    question="What stops if this one fails?",
    tables=("service", "record", "event"),
    rule=(
        "Service with service.criticality <= 2 and a single point by MR-09, MR-10 or MR-11 "
        "(here the loss of one critical service is enough for MR-11's cut) (those that can be "
        "computed) and no plan: no risk row of the service in state treated or accepted whose "
        "review is not overdue, and no redundant relation. [unit: service; the person's name "
        "only to the owner]"
    ),
    parameters={
        "share_person": 0.70,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 7.2",
        "ISO 20000-1 8.7.2",
        "COBIT APO07",
        "COBIT APO10",
        "COBIT BAI04",
        "ITIL Workforce and talent management",
        "ITIL Availability management",
        "FitSM PR4.2",
    ),
    causes=("growth",),
    do_first="pair; second source; redundancy",
    effective_when=">= 2 on each critical one",
    tier=1,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    needs=("service.criticality",),
    uses=("event.actor", "agreement.supplier", "relation.redundant", "risk.state"),
    headline="{bad} of {all} critical services stop when one thing or person is missing.",
    should_be="Each critical service has a second person, source or way, or a plan.",
    matters="One illness, one insolvency or one fault stops what must not stop.",
    measure="MR-09",
    owner_role="service owner",
    mandatory=True,
    limit="none",
)
