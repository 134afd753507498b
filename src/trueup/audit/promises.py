"""What was promised, in hours: targets of the agreements, else the method's parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.business import hours_between_business
from trueup.audit.context import Context

Array = np.ndarray[Any, Any]

HOURS = {"minutes": 1 / 60, "hours": 1.0, "days": 24.0}


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised for each record: hours, and the calendar in which they count.

    A calendar is an id or a text as `trueup.audit.business.calendar_of` reads it; "" is the
    pack's own.
    """

    hours: Array
    calendar: Array


def promised(ctx: Context, metric: str, got: dict[str, Any], parameter: str) -> Promise:
    """The promise of one metric for each record.

    A target of the record's service and customer wins over one of the service, that over one
    of the customer, that over a general one; without any, the parameter of its priority, or
    nothing (NaN) where no parameter is named.
    """
    named = [float(ctx.params[parameter.format(p)]) if parameter else np.nan for p in range(1, 6)]
    default = np.array(named)
    priority = np.clip(np.nan_to_num(got["priority"].astype(float), nan=3), 1, 5).astype(int)
    hours = default[priority - 1]
    calendar = np.full(len(hours), "", dtype=object)
    table = _targets(ctx, metric)
    if not table:
        return Promise(hours, calendar)
    for i, (service, customer) in enumerate(zip(got["service"], got["customer"], strict=True)):
        for key in ((service, customer), (service, None), (None, customer), (None, None)):
            found = table.get((*key, int(priority[i])), table.get((*key, None)))
            if found is not None:
                hours[i], calendar[i] = found
                break
    return Promise(hours, calendar)


def hours_promised(ctx: Context, start: Array, end: Array, calendar: Array) -> Array:
    """Hours between pairs of instants, each pair in the calendar of its promise."""
    out = np.zeros(len(start))
    for name in sorted({str(c) for c in calendar}):
        mine = calendar == name
        out[mine] = hours_between_business(ctx, start[mine], end[mine], name or None)
    return out


def _targets(ctx: Context, metric: str) -> dict[tuple[Any, Any, Any], tuple[float, str]]:
    """Hours and calendar by (service, customer, priority) from the promises of kind sla.

    Where no agreement is recorded at all, each target is a general one.
    """

    def read(ctx: Context) -> dict[tuple[Any, Any, Any], tuple[float, str]]:
        if not ctx.has("target"):
            return {}
        target, agreement = ctx.table("target"), ctx.table("agreement")
        mine = target.filter((target["metric"] == metric) & target["unit"].isin(list(HOURS)))
        held = agreement.filter(agreement["kind"] == "sla").select(
            aid="id", service="service", customer="customer"
        )
        how = "inner" if ctx.has("agreement") else "left"
        joined = mine.join(held, mine["agreement"] == held["aid"], how=how)
        columns = ("id", "service", "customer", "priority", "value", "unit", "calendar")
        rows = ctx.rows(joined.select(*columns).order_by("id"))
        return {
            (r["service"], r["customer"], r["priority"]): (
                float(r["value"]) * HOURS[r["unit"]], r["calendar"] or ""
            )
            for r in rows
        }  # fmt: skip

    found: dict[tuple[Any, Any, Any], tuple[float, str]] = ctx.value(f"targets:{metric}", read)
    return found
