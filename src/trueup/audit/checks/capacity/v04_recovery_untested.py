"""V04: Recovery untested."""

from __future__ import annotations

from datetime import date
from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.money import months_before

CRITICAL = 2


def ask(ctx: Context) -> Probe | Silent:
    """Critical live services whose recovery is untested, or takes longer than promised."""
    service, test = ctx.table("service"), ctx.table("recovery_test")
    today = ctx.today
    mine = service.filter((service["state"] == "live") & (service["criticality"] <= CRITICAL))
    held = test.filter(test["at"] <= today)
    passed: dict[str, date] = {}
    last: dict[str, float | None] = {}
    for row in ctx.rows(held.select("service", "at", "ok", "achieved_h").order_by("at", "service")):
        if row["ok"]:
            passed[row["service"]] = row["at"]
        last[row["service"]] = row["achieved_h"]
    months = int(ctx.number("months"))
    rows = ctx.rows(mine.select("id", "rto_h").order_by("id"))
    since = months_before(today, months)
    items = [_item(row, passed.get(row["id"]), last.get(row["id"]), since, months) for row in rows]
    return counted(items, empty="no live service is critical", one="{unit}: {why}.")


def _item(
    row: dict[str, Any], passed: date | None, took: float | None, since: date, months: int
) -> Item:
    why, branch = "", ""
    slow = took is not None and row["rto_h"] is not None and took > row["rto_h"]
    if passed is None or passed < since:
        never = f"at all; one in {months} months is due"
        when = never if passed is None else f"since {passed}"
        why, branch = f"no successful recovery test {when}", "untested"
    elif slow:
        why, branch = f"recovery took {took:g} h, promised are {row['rto_h']:g} h", "too slow"
    return Item("service", row["id"], (Unit("service", row["id"]),), why, branch=branch)


CHECK = Check(
    id="V04",
    area="Capacity, availability, continuity",
    title="Recovery untested",
    question="Would we come back in time?",
    tables=("service", "recovery_test"),
    rule=(
        "service.criticality <= 2 and service.state = live without recovery_test.ok = true "
        "within months, or recovery_test.achieved_h of the last test > service.rto_h. Exact, "
        "any trips. [unit: service]"
    ),
    parameters={
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 8.7.2", "COBIT DSS04", "ITIL Service continuity management", "FitSM PR4.3"),
    causes=("fear", "effort"),
    do_first="test the most critical one",
    effective_when="100 % tested and <= RTO",
    tier=6,
    ask=ask,
    caps=(),
    limit="months",
    indicators=("risk_impact",),
    needs=("service.criticality", "service.state", "recovery_test.ok"),
    uses=("service.rto_h", "recovery_test.achieved_h"),
    headline="For {bad} of {all} critical services nobody has shown that they come back in time.",
    should_be="Every critical service is recovered once a year, within the time promised.",
    matters="On the bad day the way back is tried for the first time.",
    measure="MR-12",
    owner_role="service continuity manager",
    effort="2 days",
)
