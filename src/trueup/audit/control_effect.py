"""What controls do: failures with and without them, in like cases (MR-08, X04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.changes import completed, failed
from trueup.audit.context import Context
from trueup.audit.stats.strata import Adjusted, mantel_haenszel, tabulate

Array = np.ndarray[Any, Any]
LEAST = 20
EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class Uses:
    """Every required use on a change that ended: control, whether done, whether it failed."""

    control: Array
    done: Array
    failed: Array
    stratum: Array

    def of(self, control: str) -> Uses:
        """The uses of one control."""
        mine = self.control == control
        return Uses(self.control[mine], self.done[mine], self.failed[mine], self.stratum[mine])

    @property
    def enough(self) -> bool:
        """At least 20 uses and 20 non-uses, and five failures to be expected."""
        used, unused = int(self.done.sum()), int((~self.done).sum())
        if min(used, unused) < LEAST:
            return False
        return float(self.failed[~self.done].mean()) * used >= EXPECTED

    def ratio(self) -> Adjusted:
        """Failures with the control against without, within strata of risk and class of item."""
        return mantel_haenszel(tabulate(self.failed, self.done, self.stratum))


def uses(ctx: Context) -> Uses:
    """All uses on changes; once per run."""
    found: Uses = ctx.value("control_uses", _read)
    return found


def _read(ctx: Context) -> Uses:
    use, t = ctx.table("control_use"), completed(ctx)
    link, ci = ctx.table("change_ci"), ctx.table("ci")
    first = link.group_by(cid=link["change"]).agg(touched=link["ci"].min())
    t = t.select("id", "risk_class", bad=failed(t))
    t = t.left_join(first, t["id"] == first["cid"])
    sort = ci.select(item="id", sort="class")
    t = t.left_join(sort, t["touched"] == sort["item"])
    like = t.select("id", "risk_class", "bad", "sort")
    t = use.join(like, use["record"] == like["id"])
    columns = ("control", "record", "done", "bad", "risk_class", "sort")
    got = ctx.arrays(t.select(*columns).order_by("control", "record"))
    return Uses(
        got["control"], got["done"].astype(bool), got["bad"].astype(bool),
        np.array([f"{r}|{s}" for r, s in zip(got["risk_class"], got["sort"], strict=True)],
                 dtype=object),
    )  # fmt: skip
