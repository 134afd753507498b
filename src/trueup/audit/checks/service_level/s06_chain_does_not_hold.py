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
    links = _links(ctx)
    found = [_weighed(target, links) for target in _everywhere(_targets(ctx), links)]
    kept = [row for row in found if row is not None]
    if not kept:
        return Silent("not_enough_evidence", "no target rests on a promise of others")
    allowed = ctx.number("tolerance") + DUST
    order = sorted(kept, key=lambda row: (-row["excess"], row["id"], row["service"]))
    items = [_item(row, allowed) for row in order]
    return counted(items, empty="", one="{unit}: {why}.")


def _item(row: dict[str, Any], allowed: float) -> Item:
    """A target with what lies below it; its size is the excess as a part of the promise."""
    units = [Unit("service", row["service"])]
    if row["supplier"]:
        units.append(Unit("supplier", row["supplier"]))
    excess = row["excess"]
    why = row["why"] if excess > allowed else ""
    return Item("target", row["id"], tuple(units), why, size=(excess, excess, excess))


def _targets(ctx: Context) -> list[dict[str, Any]]:
    target, agreement = ctx.table("target"), ctx.table("agreement")
    day = ctx.now.date()
    sla = agreement.filter(
        (agreement["kind"] == "sla") & (agreement["end"].isnull() | (agreement["end"] >= day))
    )
    of = sla.select(aid="id", service="service")
    t = target.join(of, target["agreement"] == of["aid"])
    wanted = t.filter(t["metric"].isin([*TIMES, "availability"]))
    columns = ("id", "service", "metric", "priority", "value", "unit")
    return ctx.rows(wanted.select(*columns).order_by("id"))


def _links(ctx: Context) -> list[dict[str, Any]]:
    """Each distinct promise once, however many breaches it has."""
    u = ctx.table("underpinning")
    columns = ("service", "supplier", "team", "metric", "value", "unit", "priority")
    return ctx.rows(u.select(*columns).distinct().order_by(*columns))


def _everywhere(targets: list[dict[str, Any]], links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A default promise holds for each service that has none of its own in this metric."""
    own = {(t["service"], t["metric"]) for t in targets}
    services = sorted({link["service"] for link in links})
    out = [t for t in targets if t["service"] is not None]
    for target in targets:
        if target["service"] is None:
            left = [s for s in services if (s, target["metric"]) not in own]
            out += [target | {"service": s} for s in left]
    return out


def _weighed(target: dict[str, Any], links: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The chain below a target; below one for all priorities the worst chain of a priority."""
    mine = [
        link
        for link in links
        if link["service"] == target["service"] and _metric(link["metric"]) == target["metric"]
    ]
    told = {link["priority"] for link in mine} - {None}
    wanted = [target["priority"]] if target["priority"] is not None else sorted(told) or [None]
    found = [_chain(target, [x for x in mine if x["priority"] in (None, p)]) for p in wanted]
    known = [row for row in found if row is not None]
    return max(known, key=lambda row: float(row["excess"])) if known else None


def _chain(target: dict[str, Any], below: list[dict[str, Any]]) -> dict[str, Any] | None:
    """One chain of promises against the promise it carries."""
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
        why = f"the chain needs {whole:,.0f} min, promised are {promised:,.0f} min"
    return {
        "id": target["id"], "service": target["service"], "supplier": worst["supplier"],
        "excess": excess, "why": why,
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
