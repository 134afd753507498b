"""MB-09: Idle or missing assets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import Answer, Estimate, Light, Measure, Silent, Unit
from trueup.audit.money import homed_cost, this_year

IDLE_DAYS = 90
KNOWN = 0.90
UNKNOWN: Light = "not_enough_evidence"
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Estate:
    """Assets that are no spare: money a month, what is wrong (empty: nothing), and where."""

    id: Array
    month: Array
    idle: Array
    why: Array
    category: Array
    team: Array
    ci: Array
    seen: Array

    @property
    def known(self) -> float:
        """The share of the assets whose use or holder is known."""
        return float(self.seen.mean()) if len(self.seen) else 0.0


def judge(ctx: Context) -> Answer | Silent:
    """Money for assets that are idle, gone or with somebody who left, of all asset money.

    Its n_min is no number of cases: use or holder must be known for 90 % of the assets, of the
    whole as of each unit.
    """
    got = estate(ctx)
    total = float(got.month.sum())
    if total <= 0:
        return Silent("not_enough_evidence", "no asset with a monthly cost is recorded")
    if got.known < KNOWN:
        return Silent("not_enough_evidence", f"use or holder of only {got.known:.0%} is known")
    by = [(unit, _share(got, mine)) for unit, mine in _units(got) if got.month[mine].sum() > 0]
    lights = {unit: UNKNOWN for unit, mine in _units(got) if got.seen[mine].mean() < KNOWN}
    value = float(got.idle.sum()) / total
    return Answer(
        exact(value, len(got.id)), tuple(by), n_min=1, unit_n_min=1, unit_lights=lights,
        parts={"money a year": 12 * float(got.idle.sum())},
        numerator=later([("asset", str(id), "") for id in got.id[got.why != ""]]),
    )  # fmt: skip


def _units(got: Estate) -> Iterator[tuple[Unit, Array]]:
    for kind in ("category", "team"):
        names = getattr(got, kind)
        for name in sorted({str(v) for v in names if v}):
            yield Unit(kind, name), names == name


def _share(got: Estate, mine: Array) -> Estimate:
    return exact(float(got.idle[mine].sum()) / float(got.month[mine].sum()), int(mine.sum()))


def estate(ctx: Context) -> Estate:
    """All assets but the declared spares, each with the reason why its money buys nothing."""
    found: Estate = ctx.value("estate", _estate)
    return found


def _estate(ctx: Context) -> Estate:
    asset, person = ctx.table("asset"), ctx.table("person")
    today = ctx.today
    old = today - timedelta(days=IDLE_DAYS)
    homes = person.select(pid="id", left_on="left_on", home="team")
    t = asset.filter(~asset["spare"].fill_null(False))
    t = t.left_join(homes, t["assigned_to"] == homes["pid"])
    charged = _charged(ctx)
    t = t.left_join(charged, t["id"] == charged["asset"])
    why = ibis.cases(
        ((t["state"] == "disposed") & (t["cost_month"] > 0), "disposed of and still charged"),
        (
            (t["state"] == "disposed") & (t["charged"] > 0),
            "its item costs money after its disposal",
        ),
        ((t["state"] == "in_stock") & (t["state_since"] < old), "in stock for more than 90 days"),
        (t["left_on"] < today, "with a person who has left"),
        (t["last_used"] < old, "not used for more than 90 days"),
        else_="",
    )
    known = t["last_used"].notnull() | t["assigned_to"].notnull() | (t["state"] != "in_use")
    got = ctx.arrays(
        t.select(
            "id", "ci", why=why, category=t["class"], team=t["home"],
            month=t["cost_month"].cast("float64"), known=known.fill_null(False),
            charged=t["charged"].cast("float64").fill_null(0.0),
        ).order_by("id")
    )  # fmt: skip
    bad = got["why"] != ""
    own = np.where(bad, got["month"], 0.0)
    later = np.where(got["why"] == "its item costs money after its disposal", got["charged"], 0.0)
    return Estate(
        got["id"], got["month"], own + later, got["why"], got["category"], got["team"], got["ci"],
        got["known"].astype(bool),
    )  # fmt: skip


def _charged(ctx: Context) -> Any:
    """Monthly cost of the item of each disposed asset after its disposal (last twelve months)."""
    asset, cost = ctx.table("asset"), homed_cost(ctx)
    gone = asset.filter(asset["disposed_on"].notnull() & asset["ci"].notnull())
    gone = gone.select(asset="id", item="ci", since="disposed_on")
    paid = cost.filter(this_year(ctx, cost["month"]) & cost["ci"].notnull())
    both = gone.join(paid, [gone["item"] == paid["ci"], paid["month"] > gone["since"]])
    months = both["month"].nunique()
    return both.group_by("asset").agg(charged=both["amount"].sum() / months)


MEASURE = Measure(
    id="MB-09",
    indicator="budget_adherence",
    key=False,
    title="Idle or missing assets",
    formula=(
        "sum of asset.cost_month of assets in_stock since > 90 days (asset.state_since), "
        "assigned to a leaver (person.left_on past), disposed but charged (asset.state = "
        "disposed with cost_month > 0, or cost of its CI after asset.disposed_on), or "
        "asset.last_used > 90 days ago / sum of asset.cost_month; asset.spare = true left out"
    ),
    tables=("asset",),
    unit="share of asset cost",
    direction="down",
    grain=("category", "team"),
    n_min="asset.last_used or assigned_to known for >= 90 %",
    method="count",
    target=0.03,
    limit=0.10,
    caveats="allowance for a spare pool",
    tier=4,
    judge=judge,
    uses=(
        "asset.state_since",
        "asset.assigned_to",
        "asset.last_used",
        "asset.disposed_on",
        "asset.spare",
        "asset.class",
        "person.left_on",
        "person.team",
        "cost.ci",
    ),
)
