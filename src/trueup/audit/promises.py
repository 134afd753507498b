"""What was promised, in hours: targets of the agreements, else the method's parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context

HOURS = {"minutes": 1 / 60, "hours": 1.0, "days": 24.0}


def promised_hours(
    ctx: Context, metric: str, got: dict[str, Any], parameter: str
) -> np.ndarray[Any, Any]:
    """The promise of one metric for each record, in hours.

    A target of the record's service and customer wins over one of the service, that over one
    of the customer, that over a general one; without any, the parameter of its priority.
    """
    default = np.array([float(ctx.params[parameter.format(p)]) for p in range(1, 6)])
    priority = np.clip(np.nan_to_num(got["priority"].astype(float), nan=3), 1, 5).astype(int)
    out = default[priority - 1]
    table = _targets(ctx, metric)
    if not table:
        return np.asarray(out)
    for i, (service, customer) in enumerate(zip(got["service"], got["customer"], strict=True)):
        for key in ((service, customer), (service, None), (None, customer), (None, None)):
            value = table.get((*key, int(priority[i])), table.get((*key, None)))
            if value is not None:
                out[i] = value
                break
    return np.asarray(out)


def _targets(ctx: Context, metric: str) -> dict[tuple[Any, Any, Any], float]:
    """Hours by (service, customer, priority) from the promises of kind sla that are recorded."""

    def read(ctx: Context) -> dict[tuple[Any, Any, Any], float]:
        if not ctx.has("target", "agreement"):
            return {}
        target, agreement = ctx.table("target"), ctx.table("agreement")
        mine = target.filter((target["metric"] == metric) & target["unit"].isin(list(HOURS)))
        held = agreement.filter(agreement["kind"] == "sla").select(
            aid="id", service="service", customer="customer"
        )
        joined = mine.join(held, mine["agreement"] == held["aid"])
        rows = ctx.rows(
            joined.select("id", "service", "customer", "priority", "value", "unit").order_by("id")
        )
        return {
            (r["service"], r["customer"], r["priority"]): float(r["value"]) * HOURS[r["unit"]]
            for r in rows
        }

    found: dict[tuple[Any, Any, Any], float] = ctx.value(f"targets:{metric}", read)
    return found
