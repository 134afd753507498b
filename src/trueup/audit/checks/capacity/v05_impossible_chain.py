"""V05: Impossible chain."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit, pair

STANDS_ON = ("depends_on", "runs_on")


def ask(ctx: Context) -> Probe | Silent:
    """Services that promise to be back sooner than what they stand on."""
    service = ctx.table("service")
    promised = ctx.rows(
        service.filter(service["rto_h"].notnull()).select("id", "rto_h").order_by("id")
    )
    rto = {row["id"]: float(row["rto_h"]) for row in promised}
    below = _below(ctx)
    items = []
    for upper in rto:
        for lower, first in sorted(_stands_on(upper, below, set(rto)).items()):
            if lower in rto:
                items.append(_item(upper, lower, first, rto))
    return counted(items, empty="no service with a promise stands on another one", one="{why}.")


def _below(ctx: Context) -> dict[str, list[tuple[str, str]]]:
    """What each thing stands on today: child and the id of the relation."""
    relation, today = ctx.table("relation"), ctx.today
    mine = relation.filter(
        relation["kind"].isin(STANDS_ON)
        & ~relation["redundant"].fill_null(False)
        & (relation["valid_from"].isnull() | (relation["valid_from"] <= today))
        & (relation["valid_to"].isnull() | (relation["valid_to"] >= today))
    )
    out: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in ctx.rows(mine.select("parent", "child", "kind").order_by("parent", "child", "kind")):
        out[row["parent"]].append((row["child"], f"{row['parent']}|{row['child']}|{row['kind']}"))
    return out


def _stands_on(
    start: str, below: dict[str, list[tuple[str, str]]], promised: set[str]
) -> dict[str, str]:
    """The next services below that promise something, with the last relation of the way."""
    found: dict[str, str] = {}
    seen, waiting = {start}, [start]
    while waiting:
        for child, id in below.get(waiting.pop(), ()):
            if child in promised and child != start:
                found.setdefault(child, id)
            elif child not in seen:
                seen.add(child)
                waiting.append(child)
    return found


def _item(upper: str, lower: str, relation: str, rto: dict[str, Any]) -> Item:
    why = ""
    if rto[upper] < rto[lower]:
        why = f"{upper} promises {rto[upper]:g} h but stands on {lower} with {rto[lower]:g} h"
    return Item("relation", relation, (Unit("service", upper), pair(upper, lower)), why)


CHECK = Check(
    id="V05",
    area="Capacity, availability, continuity",
    title="Impossible chain",
    question="Can the service be faster than what it stands on?",
    tables=("service", "relation"),
    rule=(
        "service.rto_h < service.rto_h of any service it depends on through relation (kind "
        "depends_on or runs_on, redundant not true, valid on manifest.as_of). Exact, any trips."
        " [unit: service, pair]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.7.2", "COBIT DSS04", "ITIL Service continuity management", "FitSM PR4.1"),
    causes=("set one by one",),
    do_first="align or decouple",
    effective_when="chain consistent",
    tier=3,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("risk_impact",),
    needs=("service.rto_h",),
    uses=("relation.redundant", "relation.valid_from", "relation.valid_to"),
    headline="In {bad} of {all} chains a service promises to recover before what it stands on.",
    should_be="No service promises to be back sooner than the services it needs.",
    matters="The promise cannot be kept, whatever the team does.",
    owner_role="service level manager",
)
