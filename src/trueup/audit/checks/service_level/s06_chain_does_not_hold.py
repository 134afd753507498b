"""S06: Chain does not hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit

TIMES = ("response", "resolve", "fulfil", "recovery")
DUST = 1e-12
TO_MINUTES = {"minutes": 1.0, "hours": 60.0, "days": 1440.0}


def ask(ctx: Context) -> Probe | Silent:
    """Targets that the promises below them cannot carry."""
    targets, links = _targets(ctx), _links(ctx)
    found = [_weighed(target, links) for target in targets]
    kept = [row for row in found if row is not None]
    if not kept:
        return Silent("not_enough_evidence", "no target rests on a promise of others")
    items = [_item(row) for row in sorted(kept, key=lambda row: (-row["excess"], row["id"]))]
    return counted(items, empty="", one="{unit}: {why}.")


def _item(row: dict[str, Any]) -> Item:
    """A target with what lies below it; its size is the excess as a part of the promise."""
    units = [Unit("service", row["service"])]
    if row["supplier"]:
        units.append(Unit("supplier", row["supplier"]))
    excess = row["excess"]
    return Item("target", row["id"], tuple(units), row["why"] if row["bad"] else "",
                size=(excess, excess, excess))  # fmt: skip


def _targets(ctx: Context) -> list[dict[str, Any]]:
    target, agreement = ctx.table("target"), ctx.table("agreement")
    day = ctx.now.date()
    sla = agreement.filter(
        (agreement["kind"] == "sla") & (agreement["end"].isnull() | (agreement["end"] >= day))
    )
    of = sla.select(aid="id", service="service")
    t = target.join(of, target["agreement"] == of["aid"])
    wanted = t.filter(t["metric"].isin([*TIMES, "availability"]) & t["service"].notnull())
    columns = ("id", "service", "metric", "priority", "value", "unit")
    return ctx.rows(wanted.select(*columns).order_by("id"))


def _links(ctx: Context) -> list[dict[str, Any]]:
    """Each distinct promise once, however many breaches it has."""
    u = ctx.table("underpinning")
    columns = ("service", "supplier", "team", "metric", "value", "unit", "priority")
    return ctx.rows(u.select(*columns).distinct().order_by(*columns))


def _weighed(target: dict[str, Any], links: list[dict[str, Any]]) -> dict[str, Any] | None:
    below = [
        link
        for link in links
        if link["service"] == target["service"]
        and _metric(link["metric"]) == target["metric"]
        and (link["priority"] is None or link["priority"] == target["priority"])
    ]
    if not below:
        return None
    if target["metric"] == "availability":
        whole = float(np.prod([_share(link["value"], link["unit"]) for link in below]))
        promised = _share(target["value"], target["unit"])
        excess = 1 - whole / promised if promised > 0 else 0.0
        worst = min(below, key=lambda link: _share(link["value"], link["unit"]))
        why = f"the chain gives {whole:.3%}, promised are {promised:.3%}"
    else:
        if any(x["unit"] not in TO_MINUTES for x in (*below, target)):
            return None
        whole = sum(link["value"] * TO_MINUTES[link["unit"]] for link in below)
        promised = target["value"] * TO_MINUTES[target["unit"]]
        excess = whole / promised - 1 if promised > 0 else 0.0
        worst = max(below, key=lambda link: link["value"] * TO_MINUTES[link["unit"]])
        why = f"the chain needs {whole:.0f} min, promised are {promised:.0f} min"
    return {
        "id": target["id"], "service": target["service"], "supplier": worst["supplier"],
        "bad": excess > DUST, "excess": excess, "why": why,
    }  # fmt: skip


def _metric(word: str) -> str:
    return "recovery" if word in ("restore", "restored") else word


def _share(value: float, unit: str) -> float:
    return value / 100.0 if unit == "percent" or value > 1 else value


CHECK = Check(
    id="S06",
    area="Service level",
    title="Chain does not hold",
    question="Do supplier and team promises fit the customer promise?",
    tables=("target", "agreement", "underpinning"),
    rule=(
        "Per service and metric: sum of underpinning.value (distinct promises: supplier, team, "
        "metric, value, unit, priority counted once, however many breaches they have) in target"
        " units > target.value for times (response, resolve, restore); product of "
        "underpinning.value < target.value for availability. Exact, any trips. [unit: service, "
        "supplier]"
    ),
    parameters={
        "tolerance": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.3",
        "ISO 20000-1 8.3.4",
        "COBIT APO09",
        "COBIT APO10",
        "ITIL Service level management",
        "ITIL Supplier management",
        "FitSM PR2.4",
    ),
    causes=("contracts made apart",),
    do_first="renegotiate the worst link or adapt the SLA",
    effective_when="the arithmetic holds",
    tier=4,
    ask=ask,
    caps=(),
    limit="tolerance",
    indicators=("communication",),
    needs=("target.value", "underpinning.value"),
    uses=("target.priority", "underpinning.supplier"),
    headline="{bad} of {all} promises rest on promises that cannot carry them.",
    should_be="What others promise us adds up to what we promise the customer.",
    matters="The promise breaks even when everybody below keeps theirs.",
    owner_role="service level manager",
    mandatory=True,
)
